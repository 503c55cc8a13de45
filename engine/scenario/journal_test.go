package scenario

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"raftscope/engine"
	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/sm"
)

// again carries out the journal of a run, each command until the time of the
// next one, the last until that of the last event, and returns the run.
func again(t *testing.T, kept *replay.Timeline) *engine.Session {
	t.Helper()
	var cmds []grammar.Command
	var limits []sm.Time
	for i := range kept.Events() {
		e := kept.Event(i)
		if e.Type != sm.Command {
			continue
		}
		all, err := grammar.ParseLine(1, e.Text)
		if err != nil || len(all) != 1 {
			t.Fatalf("journal: %q: %v", e.Text, err)
		}
		cmds, limits = append(cmds, all[0]), append(limits, e.At)
	}
	limits = append(limits, kept.Now())
	s, err := engine.Start(cmds[0].(grammar.Cluster), engine.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	var refused *engine.CommandError
	for i, cmd := range cmds[1:] {
		if err := s.DoUntil(cmd, limits[i+2]); err != nil && !errors.As(err, &refused) && !errors.Is(err, engine.ErrInterrupted) {
			t.Fatalf("%s: %v", cmd, err)
		}
	}
	return s
}

// TestJournalsRunAgain: the journal of a run, carried out again, gives the same
// run; stepping back rests on that.
func TestJournalsRunAgain(t *testing.T) {
	if raceEnabled {
		t.Skip("under the race detector Go's scheduler picks at random")
	}
	files, err := scenarioFiles()
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			first, err := Run(context.Background(), parse(t, path), io.Discard, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if s := again(t, first.Kept); s.Digest().String() != first.Digest {
				t.Errorf("the journal's run parts at %s", parting(first.Kept, s.Timeline()))
			}
		})
	}
}

// TestInterruptedJournalsRunAgain: so does that of a run in which commands were
// interrupted, wherever that was.
func TestInterruptedJournalsRunAgain(t *testing.T) {
	if raceEnabled {
		t.Skip("under the race detector Go's scheduler picks at random")
	}
	const lines = `advance 24h ; write leader set x 1 ; advance 24h ; run until count exec DONE >= 100000 ; step 100000
		hold append n2 ; write leader incr x retry wait ; cut n1 | n2 n3 ; write leader set y 1 x20 wait ; clear 1 ; heal
		truncate ; stop n2 ; restart n2 ; finish exec@last ; break kind:truncate ; run timeout=20s ; client rate=500 ; step exec@last ; advance 24h`
	cmds, err := grammar.ParseLine(1, strings.ReplaceAll(lines, "\n", ";"))
	if err != nil {
		t.Fatal(err)
	}
	interrupted := 0
	for round := range 12 {
		s, err := engine.Start(clusterOf(uint64(round)), engine.SessionOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if err := s.Do(grammar.Advance{Duration: 5 * time.Second}); err != nil {
			t.Fatal(err)
		}
		for i, cmd := range cmds {
			ctx, cancel := context.WithTimeout(context.Background(), time.Duration((round*7+i*3)%23)*250*time.Microsecond)
			err := s.DoContext(ctx, cmd)
			cancel()
			var refused *engine.CommandError
			switch {
			case errors.Is(err, engine.ErrInterrupted):
				interrupted++
			case err != nil && !errors.As(err, &refused):
				t.Fatalf("%s: %v", cmd, err)
			}
		}
		if other := again(t, s.Timeline()); other.Digest() != s.Digest() {
			t.Errorf("round %d: the journal's run parts at %s", round, parting(s.Timeline(), other.Timeline()))
		}
	}
	if interrupted < 40 {
		t.Errorf("only %d commands were interrupted", interrupted)
	}
}

func clusterOf(seed uint64) grammar.Cluster {
	c := grammar.DefaultCluster()
	c.Seed = seed
	return c
}
