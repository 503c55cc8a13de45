package survey_test

import (
	"path/filepath"
	"strings"
	"testing"

	"raftscope/replay"
	"raftscope/sm"
)

// TestProgressForetells: what is derived of a leader's next index is what the
// leader then sends, in every scenario; and what it knows to match is there.
func TestProgressForetells(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes runs differ")
	}
	files, err := filepath.Glob("../../testdata/scenarios/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	sent := 0
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".txt")
		tl := run(t, name)
		for _, m := range tl.ByKind("append-rpc") {
			leader, peer, _ := strings.Cut(m.Subject(), ">")
			v := tl.At(m.BornEvent())
			if n := v.Node(leader); n.Role != "leader" || n.Term != attr(m, "term") {
				continue // sent by who leads no more
			}
			sent++
			if next := v.Progress(leader, peer).Next; len(v.LogBetween(leader, next, next)) == 0 && next <= v.Node(leader).Last {
				continue // it was compacted, so a snapshot was sent, which is not shown
			}
			if p := v.Progress(leader, peer); p.Next != attr(m, "prev-index")+1 {
				t.Errorf("%s: before %s (%s, event %d) next is %d, and it is sent behind %d", name, m.Name(), m.Label(), m.BornEvent(), p.Next, attr(m, "prev-index"))
			}
		}
		matches(t, name, tl)
	}
	if sent < 1000 {
		t.Errorf("only %d requests were foretold", sent)
	}
}

// matches checks, whenever an answer arrives, that the peer has what the leader
// believes it to have.
func matches(t *testing.T, name string, tl *replay.Timeline) {
	for i := range tl.Events() {
		e := tl.Event(i)
		m := tl.Machine(e.Machine)
		if e.Type != sm.Moved || m == nil || m.Kind().Name() != "append-rpc" || m.Kind().StateName(e.State) != "DONE" {
			continue
		}
		leader, peer, _ := strings.Cut(m.Subject(), ">")
		v := tl.At(i + 1)
		p := v.Progress(leader, peer)
		if p.Match == 0 {
			continue
		}
		if p.Next <= p.Match || p.Contact != e.At {
			t.Errorf("%s: event %d: %+v", name, i, p)
		}
		own, theirs := v.LogBetween(leader, p.Match, p.Match), v.LogBetween(peer, p.Match, p.Match)
		if len(own) != 1 || len(theirs) != 1 || own[0].Subject() != theirs[0].Subject() {
			t.Errorf("%s: event %d: %s and %s do not match at %d", name, i, leader, peer, p.Match)
		}
	}
}

func attr(m *replay.Machine, key string) uint64 {
	v, _ := m.Attr(key)
	return uint64(v.Num)
}
