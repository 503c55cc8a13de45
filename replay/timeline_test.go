package replay_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/sm"
)

// workload is three nodes and three writes.
func workload() []sm.Event {
	c := recordertest.NewCluster()
	for range 3 {
		c.Write()
	}
	return c.Events
}

// TestEventsAreKept: what goes in comes out, however compactly it is kept.
func TestEventsAreKept(t *testing.T) {
	events := recordertest.Workload(10000)
	tl := build(t, [][]sm.Event{events})
	if tl.Events() != len(events) || tl.Damage().Events != 0 {
		t.Fatalf("%d of %d events kept, damage %v", tl.Events(), len(events), tl.Damage())
	}
	for i := range events {
		if got := tl.Event(i); got != events[i] {
			t.Fatalf("event %d:\n%+v, expected\n%+v", i, got, events[i])
		}
	}
}

func TestNonsenseIsCounted(t *testing.T) {
	born := sm.Event{Type: sm.Born, Machine: 5, Kind: "append", Node: "n1", Life: 1}
	tests := []struct {
		name string
		e    sm.Event
		want string
	}{
		{"unknown kind", sm.Event{Type: sm.Born, Machine: 9, Kind: "spaceship"}, "unknown kind"},
		{"birth state", sm.Event{Type: sm.Born, Machine: 9, Kind: "append", State: 63}, "state out of range"},
		{"born twice", born, "machine born out of order"},
		{"machine 0", sm.Event{Type: sm.Born, Kind: "append"}, "machine born out of order"},
		{"huge id", sm.Event{Type: sm.Born, Machine: 1 << 40, Kind: "append"}, "machine number out of range"},
		{"unknown machine", sm.Event{Type: sm.Moved, Machine: 4}, "unknown machine"},
		{"no machine", sm.Event{Type: sm.Attributed, Key: "a"}, "unknown machine"},
		{"move state", sm.Event{Type: sm.Moved, Machine: 5, State: 200}, "state out of range"},
		{"from state", sm.Event{Type: sm.Failed, Machine: 5, From: 200}, "state out of range"},
		{"closed state", sm.Event{Type: sm.Closed, Machine: 5, State: 200}, "state out of range"},
		{"cause", sm.Event{Type: sm.Linked, Machine: 5, Other: 6}, "unknown cause"},
		{"self", sm.Event{Type: sm.Linked, Machine: 5, Other: 5}, "link to itself"},
		{"number", sm.Event{Seq: 1, Type: sm.Note}, "not above the one before"},
	}
	for _, test := range tests {
		tl := build(t, nil)
		born.Seq = 1
		if test.e.Seq == 0 {
			test.e.Seq = 2
		}
		after := sm.Event{Seq: 3, Type: sm.Moved, Machine: 5, State: 1}
		if err := tl.Append([]sm.Event{born, test.e, after}); err != nil {
			t.Fatal(err)
		}
		d := tl.Damage()
		if d.Events != 1 || !strings.Contains(d.Reasons[0], test.want) {
			t.Errorf("%s: damage %+v, expected %q", test.name, d, test.want)
		}
		if m := tl.Machine(5); m.StateName() != "pending" || tl.Events() != 2 {
			t.Errorf("%s: the rest was not kept: %s, %d events", test.name, m.StateName(), tl.Events())
		}
	}
}

// TestAnythingIsSurvived throws mutilated histories at a timeline and asks all
// questions of what came of it.
func TestAnythingIsSurvived(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	whole := append(truncated(t, false).Events, recordertest.Workload(300)...)
	for range 300 {
		var events []sm.Event
		for i, e := range whole {
			if r.IntN(12) == 0 {
				mutilate(r, &e)
			}
			if r.IntN(30) > 0 {
				e.Seq = uint64(i + 1)
				events = append(events, e)
			}
		}
		tl := build(t, [][]sm.Event{events})
		if tl.Events()+tl.Damage().Events != len(events) {
			t.Fatalf("%d kept and %d left out of %d", tl.Events(), tl.Damage().Events, len(events))
		}
		seen := 0
		for _, e := range events {
			if seen < tl.Events() && tl.Event(seen) == e {
				seen++
			}
		}
		if seen != tl.Events() {
			t.Fatal("an event came out different")
		}
		askEverything(t, tl)
	}
}

func mutilate(r *rand.Rand, e *sm.Event) {
	switch r.IntN(8) {
	case 0:
		e.State, e.From = sm.State(r.IntN(70)), sm.State(r.IntN(70))
	case 1:
		e.Machine = sm.ID(r.IntN(80))
	case 2:
		e.Other = sm.ID(r.IntN(80))
	case 3:
		e.Type = sm.EventType(r.IntN(16))
	case 4:
		e.Key, e.Text = e.Text, e.Key
	case 5:
		e.Num, e.Due, e.IsText = r.Int64(), sm.Time(r.Int64()), r.IntN(2) == 0
	case 6:
		e.Node, e.Life = "n9", r.Uint32()
	case 7:
		e.At, e.Kind = sm.Time(r.Uint64()), "entry"
	}
}

func askEverything(t *testing.T, tl *replay.Timeline) {
	t.Helper()
	for _, k := range tl.Kinds() {
		for _, m := range tl.ByKind(k.Name()) {
			tl.Outcome(m)
			m.Motion()
			m.Due()
			m.Attrs()
			m.Causes()
		}
		if m := tl.Newest(k.Name(), ""); m != nil {
			var b strings.Builder
			tree := tl.Tree(m, replay.Options{})
			if err := tree.Text(&b, replay.Style{Moves: true, Real: true}); err != nil {
				t.Fatal(err)
			}
			if err := tree.JSON(&b, replay.Style{Moves: true, Real: true}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, name := range tl.Nodes() {
		tl.Node(name)
		for _, e := range tl.Log(name) {
			if e.Kind().Name() != "entry" {
				t.Fatalf("%s in a log", e.Name())
			}
		}
	}
	tl.LogsEqual()
	tl.HashesEqual()
	tl.Violations()
	var b strings.Builder
	if err := tl.LogsText(&b, 80); err != nil {
		t.Fatal(err)
	}
	if err := tl.NodesText(&b); err != nil {
		t.Fatal(err)
	}
}

// TestLimits: what no run has, but a file may claim, costs neither memory nor
// time without bound.
func TestLimits(t *testing.T) {
	h := newHistory(t)
	for i := range replay.NodesMax + 5 {
		h.Born("append", fmt.Sprint("n", i), 1, "", "", "")
	}
	tl := build(t, [][]sm.Event{h.Events})
	if d := tl.Damage(); d.Events != 5 || len(tl.Nodes()) != replay.NodesMax || !strings.Contains(d.Reasons[0], "too many nodes") {
		t.Errorf("%d nodes, damage %+v", len(tl.Nodes()), d)
	}
	h = newHistory(t)
	for index := uint64(3000); index > 0; index-- {
		h.entry("n1", 1, "durable", 1, index, "")
	}
	h.entry("n1", 1, "durable", 1, 3001, "")
	log := h.timeline().Log("n1")
	if len(log) != 258 || log[0].Subject() != "1/2744" || log[257].Subject() != "1/3001" {
		t.Errorf("%d entries from %s to %s", len(log), log[0].Subject(), log[len(log)-1].Subject())
	}
}

func TestBadKinds(t *testing.T) {
	state := []sm.StateSpec{{Name: "a"}}
	tl := replay.NewTimeline()
	for name, spec := range map[string]sm.KindSpec{
		"no name": {States: state}, "no states": {Name: "x"}, "65 states": {Name: "x", States: make([]sm.StateSpec, 65)},
	} {
		if err := tl.AddKinds([]sm.KindSpec{spec}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	same := []sm.KindSpec{{Name: "k", States: state}, {Name: "k", States: state}}
	if err := tl.AddKinds(same); err != nil || len(tl.Kinds()) != 1 {
		t.Errorf("the same kind again: %v", err)
	}
	if err := tl.AddKinds([]sm.KindSpec{{Name: "k", States: []sm.StateSpec{{Name: "b"}}}}); err == nil {
		t.Error("the same kind with other states: accepted")
	}
}

func TestMachineAnswers(t *testing.T) {
	h := newHistory(t)
	a := h.Born("append", "n1", 1, "", "4..6", "3 entries")
	h.Wait(12 * time.Microsecond)
	h.MoveDue(a, "writing", 3*time.Millisecond)
	h.Attr(a, "bytes", 5)
	h.AttrText(a, "note", "x")
	h.Attr(a, "bytes", 7)
	m := h.timeline().Machine(a)
	if m.Name() != "append#1" || m.Node() != "n1" || m.Life() != 1 || m.Subject() != "4..6" || m.Label() != "3 entries" {
		t.Errorf("birth: %s %s %d %q %q", m.Name(), m.Node(), m.Life(), m.Subject(), m.Label())
	}
	if m.Due() != 3_012_000 || m.Since() != 12_000 || !m.Open() {
		t.Errorf("due %d, since %d, open %t", m.Due(), m.Since(), m.Open())
	}
	var keys []string
	for _, attr := range m.Attrs() {
		keys = append(keys, attr.Key+"="+attr.String())
	}
	if want := []string{"bytes=7", "note=x"}; !reflect.DeepEqual(keys, want) {
		t.Errorf("attributes %v, expected %v", keys, want)
	}
	h.Wait(3 * time.Millisecond)
	h.Fail(a, "FAILED", 5, "input/output error")
	m = h.timeline().Machine(a)
	if reason, code, ok := m.Failure(); !ok || reason != "input/output error" || code != 5 || m.Due() != 0 {
		t.Errorf("failure %q %d %t, due %d", reason, code, ok, m.Due())
	}
	if motion, took := m.Motion(); motion != replay.Rested || took != 3_012_000 {
		t.Errorf("motion %d, %d", motion, took)
	}
	moves := m.Moves()
	if len(moves) != 3 || moves[1].Due != 3_012_000 || !moves[2].Failed || moves[2].Reason != "input/output error" || moves[2].Event != 5 {
		t.Errorf("moves %+v", moves)
	}
}

func TestMotion(t *testing.T) {
	tests := []struct {
		name  string
		steps []string // the first is the birth
		end   sm.EventType
		want  replay.Motion
		took  time.Duration
	}{
		{"born at rest", []string{"committed"}, 0, replay.NeverMoved, 0},
		{"rest to rest", []string{"APPLIED", "COMPACTED"}, 0, replay.NeverMoved, 0},
		{"running", []string{"created", "durable"}, 0, replay.Running, 2},
		{"at rest", []string{"created", "committed"}, 0, replay.Rested, 1},
		{"on from rest", []string{"created", "committed", "applying"}, 0, replay.Running, 3},
		{"at rest again", []string{"created", "committed", "applying", "APPLIED"}, 0, replay.Rested, 3},
		{"compacted in rest", []string{"created", "committed", "COMPACTED"}, 0, replay.Rested, 1},
		{"abandoned", []string{"created", "durable"}, sm.Abandoned, replay.GivenUp, 2},
		{"closed", []string{"created", "committed"}, sm.Closed, replay.Rested, 1},
	}
	for _, test := range tests {
		h := newHistory(t)
		e := h.Born("entry", "n1", 1, test.steps[0], "1/1", "")
		h.Wait(time.Millisecond)
		for _, s := range test.steps[1:] {
			h.Move(e, s)
			h.Wait(time.Millisecond)
		}
		if test.end != 0 {
			h.End(e, test.end)
		}
		h.Add(sm.Event{Type: sm.Note, Text: "later"})
		motion, took := h.timeline().Machine(e).Motion()
		if motion != test.want || took != sm.Time(test.took*time.Millisecond) {
			t.Errorf("%s: %d, %s; expected %d, %dms", test.name, motion, replay.Duration(took), test.want, test.took)
		}
	}
}
