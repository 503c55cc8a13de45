package frames_test

import (
	"path/filepath"
	"testing"
	"time"

	"raftscope/recorder/wire"
	"raftscope/replay/frames"
	"raftscope/sm"
)

// kept are the recordings of every version of the format, which must open for
// ever. They are never made anew: a change that breaks one is to be undone.
var kept = []struct {
	file    string
	format  uint16
	start   time.Time
	raft    string
	kinds   int
	frames  int // of events
	first   string
	summary wire.Summary
}{
	// testdata/scenarios/truncation.txt as it was on 2026-11-22.
	{"v1.rsc", 1, time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), "v1.7.3", 16, 24, "cluster seed=7",
		wire.Summary{Index: 18968, Frames: 25, Events: 984, Machines: 112, Links: 104, Attributes: 384, Seed: 7,
			Digest: 0x712b98ccb87b0a21, Last: 3828772206}},
}

func TestKeptRecordings(t *testing.T) {
	files, err := filepath.Glob("../../testdata/recordings/*.rsc")
	if err != nil || len(files) != len(kept) {
		t.Errorf("%d recordings, expected %d: %v", len(files), len(kept), err)
	}
	for _, k := range kept {
		f, err := frames.OpenFile(filepath.Join("../../testdata/recordings", k.file))
		if err != nil {
			t.Error(err)
			continue
		}
		h := f.Header()
		if h.Format != k.format || h.Seed != k.summary.Seed || !h.Start.Equal(k.start) || h.Versions["github.com/hashicorp/raft"] != k.raft {
			t.Errorf("%s: header %+v", k.file, h)
		}
		kinds, err := f.Kinds()
		if err != nil || len(kinds) != k.kinds || len(f.Frames()) != k.frames {
			t.Errorf("%s: %d kinds, %d frames, %v", k.file, len(kinds), len(f.Frames()), err)
		}
		events := all(t, f)
		var digest sm.Digest
		for i := range events {
			digest.Add(&events[i])
		}
		if f.Summary() != k.summary || digest != k.summary.Digest || uint64(len(events)) != k.summary.Events {
			t.Errorf("%s: %d events, digest %s, summary %+v", k.file, len(events), digest, f.Summary())
		}
		if !f.Complete() || f.Damaged() != 0 || len(events) == 0 || events[0].Type != sm.Command || events[0].Text != k.first {
			t.Errorf("%s: complete %v, damage %v, first event %+v", k.file, f.Complete(), f.Damage(), events[0])
		}
		f.Close()
	}
}
