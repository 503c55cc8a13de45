package tui

import (
	"strings"
	"testing"

	"raftscope/engine/grammar"
)

// walkCockpit shows a cluster before the first line of a scenario.
func walkCockpit(t *testing.T, text string, w, h int) *cockpit {
	t.Helper()
	f, err := grammar.ParseFile("walk.txt", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	s := startSession(t, "cluster nodes=3 seed=7", "run until leader")
	return newCockpit(t, Source{
		Timeline: s.Timeline(), Controller: session{s}, Scenario: f, Name: "walk",
		Cluster: grammar.DefaultCluster(), Seed: 7,
	}, Options{}, w, h)
}

// Whoever walks by n reads what a line printed and goes on by n.
func TestWalkOnFromWhatWasPrinted(t *testing.T) {
	c := walkCockpit(t, "print nodes ; print breaks\nwrite leader set x 1\n", 100, 30)
	c.keys("n")
	c.shows("print breaks", "n next line")
	c.keys("n")
	c.shows("print nodes", "n next line")
	if c.m.walk().text() != "write leader set x 1" {
		t.Fatalf("n went on although a text was still to be read; next is %q", c.m.walk().text())
	}
	c.keys("n")
	c.hides("print nodes")
	c.shows("set x 1", "the scenario is over")
}
