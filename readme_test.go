package raftscope_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"raftscope/tui"
)

var update = flag.Bool("update", false, "take the README's transcripts anew from the golden ones")

// transcript is a place in the README that shows a piece of a golden file:
//
//	<!-- transcript FILE first="LINE" lines=N -->
//
// and the piece in a block of text: N lines from the first one that has
// LINE in it.
var transcript = regexp.MustCompile("(?s)(<!-- transcript ([a-z.-]+) first=\"([^\"]+)\" lines=([0-9]+) -->\n```text\n)(.*?)(```\n)")

// piece returns what a transcript shows.
func piece(file, first, lines string) (string, error) {
	golden, err := os.ReadFile("testdata/scenarios/" + file)
	if err != nil {
		return "", err
	}
	n, err := strconv.Atoi(lines)
	if err != nil {
		return "", err
	}
	all := strings.SplitAfter(string(golden), "\n")
	for i, line := range all {
		if strings.Contains(line, first) && i+n <= len(all) {
			return strings.Join(all[i:i+n], ""), nil
		}
	}
	return "", fmt.Errorf("%s has no line with %q, or too few behind it", file, first)
}

// TestReadmeTranscripts holds the README's transcripts against the golden ones
// they are taken from.
func TestReadmeTranscripts(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	text := transcript.ReplaceAllStringFunc(string(readme), func(block string) string {
		found++
		m := transcript.FindStringSubmatch(block)
		want, err := piece(m[2], m[3], m[4])
		if err != nil {
			t.Error(err)
			return block
		}
		if m[5] != want && !*update {
			t.Errorf("not in the transcript %s (go test . -update takes it anew):\n%s", m[2], m[5])
		}
		return m[1] + want + m[6]
	})
	if found == 0 || found != strings.Count(string(readme), "<!-- transcript") {
		t.Errorf("%d transcripts can be read of %d", found, strings.Count(string(readme), "<!-- transcript"))
	}
	if *update {
		if err := os.WriteFile("README.md", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// screen is a place in the README that shows a screen of the cockpit, as a test
// saw it: a golden file below tui/testdata.
var screen = regexp.MustCompile("(?s)(<!-- screen ([a-z0-9/.-]+) -->\n```text\n)(.*?)(```\n)")

// keyTable is where the README has the tables of keys.
var keyTable = regexp.MustCompile("(?s)(<!-- keys: written by go test . -update -->\n)(.*?)(<!-- end of keys -->\n)")

// TestReadmeScreensAndKeys holds the README's screens against those that tests
// saw, and its tables of keys against the key maps.
func TestReadmeScreensAndKeys(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	screens := 0
	text := screen.ReplaceAllStringFunc(string(readme), func(block string) string {
		screens++
		m := screen.FindStringSubmatch(block)
		want, err := os.ReadFile("tui/testdata/" + m[2])
		if err != nil {
			t.Error(err)
			return block
		}
		return m[1] + string(want) + m[4]
	})
	tables := 0
	text = keyTable.ReplaceAllStringFunc(text, func(block string) string {
		tables++
		m := keyTable.FindStringSubmatch(block)
		return m[1] + "\n" + tui.KeysMarkdown() + "\n" + m[3]
	})
	if screens < 2 || tables != 1 {
		t.Errorf("the README has %d screens and %d tables of keys, expected at least 2 and 1", screens, tables)
	}
	switch {
	case text == string(readme):
	case *update:
		if err := os.WriteFile("README.md", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Error("the README's screens or keys are not those of the program; go test . -update writes them anew")
	}
}

// TestReadmeNamesEveryScenario keeps the README's table complete.
func TestReadmeNamesEveryScenario(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"testdata/scenarios/", "testdata/scenarios/findings/"} {
		files, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f.Name(), ".txt") && !strings.Contains(string(readme), folder+f.Name()) {
				t.Errorf("the README does not name %s%s", folder, f.Name())
			}
		}
	}
}
