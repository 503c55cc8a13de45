package main

import (
	"os"
	"strings"
	"testing"

	"raftscope/engine/random"
)

// TestReadmeNamesFamilies: the README has each family of faults in the words of
// the program.
func TestReadmeNamesFamilies(t *testing.T) {
	b, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), "<!-- families -->")
	text, _, ok := strings.Cut(rest, "<!-- end of families -->")
	got := strings.Join(strings.Fields(text), " ")
	var all []string
	for _, f := range random.Families() {
		all = append(all, "`"+f.Name+"` ("+f.Doc+")")
	}
	if want := strings.Join(all, ", "); !ok || got != want {
		t.Errorf("README.md has\n%s\nexpected\n%s", got, want)
	}
}
