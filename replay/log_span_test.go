package replay_test

import (
	"slices"
	"testing"

	"raftscope/replay"
)

// TestLogSpan holds what is found by halving against a walk over whole logs, at
// every event.
func TestLogSpan(t *testing.T) {
	conflicts, writing := 0, 0
	for name, h := range map[string]*history{"truncated": truncated(t, false), "restarted": restarted(t)} {
		tl := h.timeline()
		for n := range tl.Events() + 1 {
			v := tl.At(n)
			for _, node := range append(v.Nodes(), "n7") {
				var want replay.LogSpan
				log := v.Log(node)
				got := v.LogSpan(node)
				want.Life, want.Compacted = v.Node(node).Life, got.Compacted
				for _, m := range log {
					_, index, _ := m.Position()
					if want.First == 0 {
						want.First = index
					}
					want.Last = index
					if v.Of(m).StateName() != "created" {
						want.Durable = index
					} else {
						writing++
					}
				}
				if got != want {
					t.Fatalf("%s after %d events: span of %s is %+v, want %+v", name, n, node, got, want)
				}
				if c, want := v.Conflict(node), conflict(v, node); c != want {
					t.Fatalf("%s after %d events: conflict of %s at %d, want %d", name, n, node, c, want)
				} else if c > 0 {
					conflicts++
				}
				some := v.AppendLog(nil, node, 2, 4)
				if !slices.Equal(some, slices.DeleteFunc(log, func(m *replay.Machine) bool { _, i, _ := m.Position(); return i < 2 || i > 4 })) {
					t.Fatalf("%s after %d events: %s has %d entries from 2 to 4", name, n, node, len(some))
				}
			}
		}
	}
	if conflicts == 0 || writing == 0 {
		t.Errorf("%d conflicts, %d being written: the histories show nothing", conflicts, writing)
	}
}

// conflict is Conflict by a walk.
func conflict(v replay.View, node string) uint64 {
	leader := v.Foremost()
	if leader == "" {
		return 0
	}
	theirs := map[uint64]uint64{}
	for _, m := range v.Log(leader) {
		term, index, _ := m.Position()
		theirs[index] = term
	}
	for _, m := range v.Log(node) {
		term, index, _ := m.Position()
		if other, ok := theirs[index]; ok && other != term {
			return index
		}
	}
	return 0
}

// TestPosition: entries have one, the rest have none, though requests are found
// by a number too.
func TestPosition(t *testing.T) {
	tl := truncated(t, true).timeline()
	if term, index, ok := tl.Entry("n1", 2, 4).Position(); term != 2 || index != 4 || !ok {
		t.Errorf("entry at %d/%d, %t", term, index, ok)
	}
	if _, _, ok := tl.Exec(1).Position(); ok {
		t.Error("an exec has a position")
	}
}
