package scenario

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"raftscope/engine"
	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/sm"
)

// journal returns the commands that took effect in a run.
func journal(t *testing.T, kept *replay.Timeline) (cmds []grammar.Command) {
	t.Helper()
	for i := range kept.Events() {
		e := kept.Event(i)
		if e.Type != sm.Command {
			continue
		}
		all, err := grammar.ParseLine(1, e.Text)
		if err != nil || len(all) != 1 {
			t.Fatalf("journal: %q: %v", e.Text, err)
		}
		cmds = append(cmds, all[0])
	}
	return cmds
}

// TestJournalsRunAgain: the journal of a run, carried out again, gives the same
// run; stepping back rests on that.
func TestJournalsRunAgain(t *testing.T) {
	if raceEnabled {
		t.Skip("under the race detector Go's scheduler picks at random")
	}
	files, err := filepath.Glob(filepath.Join(scenarios, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			first, err := Run(context.Background(), parse(t, path), io.Discard, Options{})
			if err != nil {
				t.Fatal(err)
			}
			cmds := journal(t, first.Kept)
			s, err := engine.Start(cmds[0].(grammar.Cluster), engine.SessionOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			var refused *engine.CommandError
			for _, cmd := range cmds[1:] {
				if err := s.Do(cmd); err != nil && !errors.As(err, &refused) {
					t.Fatalf("%s: %v", cmd, err)
				}
			}
			if s.Digest().String() != first.Digest {
				t.Errorf("the journal's run parts at %s", parting(first.Kept, s.Timeline()))
			}
		})
	}
}
