package scenario

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"raftscope/engine"
	"raftscope/recorder"
	"raftscope/replay"
	"raftscope/replay/frames"
	"raftscope/replay/history"
	"raftscope/sm"
)

// record runs a scenario into a recording, and returns the live timeline and
// the one read back.
func record(t *testing.T, path string) (live, read *replay.Timeline) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "run.rsc")
	rec, err := recorder.Create(name, recorder.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := rec.WriteKinds(engine.KindSpecs()); err != nil {
		t.Fatal(err)
	}
	v, err := Run(context.Background(), parse(t, path), io.Discard, Options{Out: rec})
	if err != nil {
		t.Fatal(err)
	}
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := frames.OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if d, ok := file.Digest(); !ok || d.String() != v.Digest || !file.Complete() {
		t.Errorf("digest %s (%v), the run's is %s", d, ok, v.Digest)
	}
	return v.Kept, readBack(t, file)
}

func readBack(t *testing.T, file *frames.File) *replay.Timeline {
	t.Helper()
	read := replay.NewTimeline()
	kinds, err := file.Kinds()
	if err != nil {
		t.Fatal(err)
	}
	if err := read.AddKinds(kinds); err != nil {
		t.Fatal(err)
	}
	if err := file.Each(0, read.Append); err != nil {
		t.Fatal(err)
	}
	if n := file.Damaged() + read.Damage().Events; n > 0 {
		t.Errorf("%d damages", n)
	}
	return read
}

// forest prints the trees of all machines that nothing caused, and what else a
// recording is asked for.
func forest(v replay.View) string {
	var b bytes.Buffer
	for _, m := range v.Machines() {
		if view := v.Of(m); len(view.Causes()) == 0 {
			v.Tree(m, replay.Options{}).Text(&b, replay.Style{Moves: true})
		}
	}
	v.LogsText(&b, 120)
	v.NodesText(&b)
	v.OutcomesText(&b)
	h := history.Of(v)
	h.Text(&b)
	h.Check().WriteLines(&b, "")
	return b.String()
}

// TestRecordingsAreTheRun: a recording gives the very trees, logs, nodes and
// outcomes of the live run, and at any earlier event those of a run that was
// stopped there.
func TestRecordingsAreTheRun(t *testing.T) {
	files, err := scenarioFiles()
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			if raceEnabled {
				t.Skip("a scenario's expectations hold only without the race detector")
			}
			live, read := record(t, path)
			if a, b := forest(live.View()), forest(read.View()); a != b {
				t.Fatal("at the end: ", firstDifference(b, a))
			}
			rnd := rand.New(rand.NewPCG(1, 2))
			for range 100 {
				n := rnd.IntN(live.Events() + 1)
				if a, b := forest(prefix(t, live, n).View()), forest(read.At(n)); a != b {
					t.Fatalf("at event %d: %s", n, firstDifference(b, a))
				}
			}
		})
	}
}

// prefix is the timeline of a run that was stopped after n events.
func prefix(t *testing.T, live *replay.Timeline, n int) *replay.Timeline {
	t.Helper()
	stopped := replay.NewTimeline()
	if err := stopped.AddKinds(engine.KindSpecs()); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if err := stopped.Append([]sm.Event{live.Event(i)}); err != nil {
			t.Fatal(err)
		}
	}
	return stopped
}
