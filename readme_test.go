package raftscope_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeTranscripts holds the README's transcripts against the golden ones
// they are taken from: each must stand there line by line.
func TestReadmeTranscripts(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)<!-- transcript ([a-z-]+) -->\n```text\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	if len(blocks) == 0 {
		t.Fatal("the README has no transcript")
	}
	for _, block := range blocks {
		golden, err := os.ReadFile("testdata/scenarios/" + block[1] + ".golden")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(golden), block[2]) {
			t.Errorf("not in the transcript of %s:\n%s", block[1], block[2])
		}
	}
}

// TestReadmeNamesEveryScenario keeps the README's table complete.
func TestReadmeNamesEveryScenario(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir("testdata/scenarios")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".txt") && !strings.Contains(string(readme), "testdata/scenarios/"+f.Name()) {
			t.Errorf("the README does not name %s", f.Name())
		}
	}
}
