//go:build unix

package main

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"raftscope/recorder/recordertest"
	"raftscope/sm"
	"raftscope/tui/tuitest"
)

var (
	inTmux = flag.Bool("tmux", false, "play stories in tmux instead of the emulator")
	played = flag.String("program", "", "play stories with this `FILE` instead of the test's own program")
	limit  = flag.Duration("limit", 30*time.Second, "how long anything in a story may take; other tests run beside it")
)

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
		Update:   *update, Tmux: *inTmux, Limit: *limit,
	}
}

// hostileEvents are those of a run in which every text wants to be more than a
// text: to command the terminal, to run the other way, to shift columns, to fill
// the memory.
func hostileEvents() []sm.Event {
	s := recordertest.New()
	const bell = "\x1b]52;c;b3duZWQ=\a\x1b]0;owned\a\x1b[2J"
	for _, node := range []string{"n1" + bell, "日本語のノード", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "\u202eevil\u2066"} {
		id := s.Born("node", node, 1, "", node, bell)
		s.AttrText(id, "leader", "\x9b31m"+bell)
		s.Wait(time.Millisecond)
	}
	for i, text := range []string{bell, "e\u0301\u0300\u200d", "a\tb\r\nc", "\xff\xfe\x00", strings.Repeat("日", 300_000)} {
		id := s.Born("exec", "日本語のノード", 1, "", strconv.Itoa(i+1), "set k "+text)
		s.Wait(time.Millisecond)
		s.AttrText(id, "told", bell+text)
		s.Fail(id, "FAILED", 0, bell+text)
		s.Add(sm.Event{Type: sm.Note, Text: bell + text})
	}
	return s.Events
}

// TestStories plays what people do with the cockpit, from the first key to what
// is left of the program in the terminal.
func TestStories(t *testing.T) {
	if raceEnabled {
		t.Skip("its screens follow from the seed, and under the race detector runs are not equal")
	}
	files, err := filepath.Glob("../../tui/testdata/stories/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	hostile := filepath.Join(t.TempDir(), "hostile.rsc")
	writeHistory(t, hostile, hostileEvents())
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			o := stories(t)
			o.Env = append(o.Env, "HOSTILE="+hostile)
			if err := tuitest.Play(file, o); err != nil {
				t.Error(err)
			}
		})
	}
}
