package narrate_test

import (
	"testing"

	"raftscope/replay"
	"raftscope/replay/narrate"
	"raftscope/sm"
)

// call makes a request from n1, which leads term 2, to n2, and what it is there.
func call(s *script, label string, prev, prevTerm, entries int64) (rpc, follower sm.ID) {
	rpc = s.born("n1", "append-rpc", "sent", "n1>n2", label)
	attrs := func(id sm.ID) {
		s.num(id, "term", 2)
		s.num(id, "prev-index", prev)
		s.num(id, "prev-term", prevTerm)
		s.num(id, "entries", entries)
	}
	attrs(rpc)
	follower = s.born("n2", "append-follower", "received", "n1>n2", label)
	s.link(rpc, follower, "arrives as")
	attrs(follower)
	s.move(rpc, "delivered")
	return rpc, follower
}

// instants are what a last instant is made of, and its sentence; n1 leads term 2,
// n2 and n3 follow.
var instants = []instant{
	{"a log line alone", "", func(s *script) { s.add(sm.Event{Type: sm.Log, Node: "n1", Key: "INFO", Text: "hello"}) }},
	{"a note", "note: look here", func(s *script) { s.add(sm.Event{Type: sm.Note, Text: "look here"}) }},
	{"raft dies", "raft dies on n1: index out of range", func(s *script) {
		s.add(sm.Event{Type: sm.Log, Node: "n1", Key: "PANIC", Text: "index out of range"})
	}},
	{"the process is killed", "the cluster's process dies: signal: killed", func(s *script) {
		s.add(sm.Event{Type: sm.Log, Key: "PANIC", Text: "signal: killed"})
	}},
	{"a violation", "a rule is broken by gadget#4: no such move", func(s *script) {
		id := s.born("n1", "gadget", "idle", "", "")
		s.wait()
		s.event(id, sm.Event{Type: sm.Violation, Text: "no such move"})
	}},
	{"an unknown kind", "gadget#4 (blue) on n1: somebody turned the handle", func(s *script) {
		id := s.born("n1", "gadget", "idle", "", "blue")
		s.wait()
		s.move(id, "BUSY")
	}},
	{"an unknown kind that fails", "gadget#4 on n1 fails: worn out", func(s *script) {
		id := s.born("n1", "gadget", "idle", "", "")
		s.wait()
		s.fail(id, "MUTE", "worn out")
	}},
	{"a state without a doc", `gadget#4 on n1 is in the state "MUTE"`, func(s *script) {
		id := s.born("n1", "gadget", "idle", "", "")
		s.wait()
		s.move(id, "MUTE")
	}},
	{"a rejection for a missing entry", "n2 rejects AppendEntries 7..9 from n1: entry 6, which comes before, is missing: n2's log ends with entry 4; n1 will try from 5", func(s *script) {
		s.born("n2", "entry", "durable", "2/4", "set x=1")
		rpc, f := call(s, "entries 7..9", 6, 2, 3)
		s.wait()
		s.move(f, "processing")
		s.text(f, "reason", "previous entry 6 missing: the log ends at 4")
		s.move(f, "REJECTED")
		s.due(rpc, "answered")
	}},
	{"a rejection for a term", "n2 rejects AppendEntries 7..9 from n1: its entry 6 is of term 1, n1's of term 2; n1 will try from 6", func(s *script) {
		for _, place := range []string{"1/5", "1/6", "1/7"} {
			s.born("n2", "entry", "durable", place, "set x=1")
		}
		rpc, f := call(s, "entries 7..9", 6, 2, 3)
		s.wait()
		s.move(f, "processing")
		s.text(f, "reason", "previous term differs: entry 6 has term 1 here, 2 on the leader")
		s.move(f, "REJECTED")
		s.due(rpc, "answered")
	}},
	{"a rejection on a pipeline", "n2 rejects AppendEntries 7 from n1: its entry 6 is of term 1, n1's of term 2; n1's pipeline to it will end", func(s *script) {
		rpc, f := call(s, "entries 7..7", 6, 2, 1)
		s.num(rpc, "pipelined", 1)
		s.wait()
		s.move(f, "processing")
		s.text(f, "reason", "previous term differs: entry 6 has term 1 here, 2 on the leader")
		s.move(f, "REJECTED")
	}},
	{"a rejection by the disk", "n2 rejects AppendEntries 7 from n1: its disk failed: EIO; n1 will try again", func(s *script) {
		_, f := call(s, "entries 7..7", 6, 2, 1)
		s.move(f, "processing", "appending")
		s.wait()
		s.text(f, "reason", "store failed: EIO")
		s.move(f, "REJECTED")
	}},
	{"a rejection without a reason", "n2 rejects AppendEntries 7 from n1: the events do not tell why", func(s *script) {
		_, f := call(s, "entries 7..7", 6, 2, 1)
		s.wait()
		s.move(f, "processing", "REJECTED")
	}},
	{"a leader steps down, and nothing tells why", "n1 leads term 2 no more", func(s *script) { s.move(1, "follower") }},
	{"a leader that cannot store", "n1 leads term 2 no more: it cannot store entries on its own disk, so it makes room for a leader that can; n1 cannot write entry 7 to its disk: EIO", func(s *script) {
		id := s.born("n1", "append", "start", "7..7", "1 entry")
		s.move(id, "pending", "writing")
		s.wait()
		s.fail(id, "FAILED", "EIO")
		s.move(1, "follower")
	}},
	{"a write behind others", "n1's disk has done what came before and begins to write entries 7..8", func(s *script) {
		id := s.born("n1", "append", "start", "7..8", "2 entries")
		s.move(id, "pending")
		s.wait()
		s.move(id, "writing")
	}},
	{"a message that waits for the disk", "AppendEntries 7 from n1 arrives at n2, and waits: n2 is still writing entries 5..6", func(s *script) {
		id := s.born("n2", "append", "start", "5..6", "2 entries")
		s.move(id, "pending", "writing")
		s.wait()
		call(s, "entries 7..7", 6, 2, 1)
	}},
	{"a message over a cut link", "n1 sends entry 7 (after entry 6 of term 2) to n2, which will be lost: the link from n1 to n2 is cut", func(s *script) {
		id := s.born("n1", "append-rpc", "sent", "n1>n2", "entries 7..7")
		s.num(id, "term", 2)
		s.num(id, "prev-index", 6)
		s.num(id, "prev-term", 2)
		s.num(id, "entries", 1)
	}},
}

func TestInstant(t *testing.T) { checkInstants(t, instants) }

// instant is a last instant, and its sentence.
type instant struct {
	name, want string
	play       func(*script)
}

// checkInstants plays each instant in a cluster in which n1 leads term 2.
func checkInstants(t *testing.T, all []instant) {
	t.Helper()
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			s := newScript(t)
			s.node("n1", "leader", 2)
			s.node("n2", "follower", 2)
			s.node("n3", "follower", 2)
			s.wait()
			c.play(s)
			if got := lastSentence(s.timeline()); got != c.want {
				t.Errorf("\ngot  %s\nwant %s", got, c.want)
			}
		})
	}
}

// A message whose time of arrival nobody knows is not called lost in a run over
// a real network.
func TestRealNetwork(t *testing.T) {
	s := newScript(t)
	s.events = nil
	s.node("n1", "leader", 2)
	s.wait()
	s.born("n1", "append-rpc", "sent", "n1>n2", "entries 7..7")
	if got, want := lastSentence(s.timeline()), "n1 sends entry 7 to n2"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestBounds(t *testing.T) {
	s := newScript(t)
	s.node("n1", "follower", 1) // 4 events with the command
	s.wait()
	s.add(sm.Event{Type: sm.Note, Text: "one"})
	s.add(sm.Event{Type: sm.Command, Text: "heal"})
	s.add(sm.Event{Type: sm.Note, Text: "two"})
	s.wait()
	s.add(sm.Event{Type: sm.Note, Text: "three"})
	tl := s.timeline()
	for i, want := range map[int][2]int{-1: {0, 0}, 0: {0, 3}, 2: {0, 3}, 3: {3, 6}, 5: {3, 6}, 6: {6, 7}, 7: {7, 7}, 99: {7, 7}} {
		if from, to := narrate.Bounds(tl, i); from != want[0] || to != want[1] {
			t.Errorf("Bounds(%d) = %d, %d, want %v", i, from, to, want)
		}
	}
	var parts []narrate.Part
	for p := range narrate.Parts(tl, 3, 6) {
		parts = append(parts, p)
	}
	if len(parts) != 3 || parts[0] != (narrate.Part{From: 3, To: 4}) || parts[1] != (narrate.Part{From: 4, To: 5, Command: true}) || parts[2] != (narrate.Part{From: 5, To: 6}) {
		t.Errorf("the parts are %v", parts)
	}
	if got := narrate.Instant(tl, -5, 99); got == "" {
		t.Error("bounds outside of the timeline say nothing")
	}
	if got := narrate.Instant(replay.NewTimeline(), 0, 1); got != "" {
		t.Errorf("an empty timeline says %q", got)
	}
}
