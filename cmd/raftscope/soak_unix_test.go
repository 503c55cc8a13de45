//go:build unix

package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftscope/tui/tuitest"
)

var inputs = flag.Int("inputs", 150, "how many random inputs the soak of the program sends")

// soakKeys are pressed more often than others, so that a run gets somewhere.
const soakKeys = "ssssSffwxXHbB:nNeE[]{},.trzy126jkhlgG/?+-"

// TestSoakOfProgram sends keys, clicks, sizes and pastes by chance to the whole
// program on a terminal: it goes on living, draws all of its screen, and leaves
// nothing behind.
func TestSoakOfProgram(t *testing.T) {
	recording, err := filepath.Abs(keptRecording)
	if err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"live": nil, "scenario": {"open", "hold-quorum"}, "recording": {"replay", recording},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			played := stories(t).Programs["raftscope"]
			data, work, state := t.TempDir(), t.TempDir(), t.TempDir()
			keys := maps.Clone(tuitest.DefaultKeys())
			for _, r := range soakKeys {
				keys[tuitest.Key(r)] += 10
			}
			soak := tuitest.Soak{
				Seed: 1, Inputs: *inputs, Keys: keys, Restart: true, Limit: *limit, Check: wholeScreen,
				Start: func(cols, rows int) (tuitest.Terminal, error) {
					return tuitest.StartPty(tuitest.Command{
						Path: played.Path, Args: args, Dir: work, Cols: cols, Rows: rows,
						Env:      append(append(os.Environ(), "TERM=xterm-256color", "RAFTSCOPE_DATA="+data, "XDG_STATE_HOME="+state), played.Env...),
						Features: tuitest.Features{Kitty: true, Sync: true},
					})
				},
			}
			done, err := soak.Run()
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%+v", done)
			if left, err := os.ReadDir(data); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

// wholeScreen says whether what is seen is the cockpit as it is drawn at the
// screen's size, and no rest of another size.
func wholeScreen(s tuitest.Screen) error {
	if s.Cols >= 60 && s.Rows >= 16 && !strings.HasPrefix(s.Line(1), "raftscope ") {
		return fmt.Errorf("row 1 is %q, expected the header", s.Line(1))
	}
	return nil
}
