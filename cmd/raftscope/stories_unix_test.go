//go:build unix

package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"raftscope/tui/tuitest"
)

var (
	inTmux = flag.Bool("tmux", false, "play stories in tmux instead of the emulator")
	played = flag.String("program", "", "play stories with this program instead of the test's own")
)

// storyLimit is how long anything in a story may take: other tests run beside it.
const storyLimit = 30 * time.Second

// stories are how stories are played, with the test binary as raftscope.
func stories(t *testing.T) tuitest.Options {
	t.Helper()
	raftscope := tuitest.Program{Path: *played}
	if *played == "" {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		raftscope = tuitest.Program{Path: self, Env: []string{cockpitEnv + "=" + realCockpit}}
	}
	kept, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	return tuitest.Options{
		Programs: map[string]tuitest.Program{"raftscope": raftscope},
		Env:      []string{"KEPT=" + kept},
		Update:   *update, Tmux: *inTmux, Limit: storyLimit,
	}
}

// TestStories plays what people do with the cockpit, from the first key to what
// is left of the program in the terminal.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("../../tui/testdata/stories/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			if err := tuitest.Play(file, stories(t)); err != nil {
				t.Error(err)
			}
		})
	}
}
