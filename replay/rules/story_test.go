package rules_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"raftscope/sm"
	"raftscope/sm/catalog"
)

// story makes up the events of a run, as a probe would tell them. What it is
// told need not be what raft would do.
type story struct {
	t       *testing.T
	tracker *sm.Tracker
	now     sm.Time
	events  []sm.Event
	nodes   map[string]*told
	clients int
}

// told is one node of a story.
type told struct {
	name    string
	life    uint32
	buf     *sm.Buffer
	node    *sm.Machine
	entries map[uint64]*sm.Machine // that are in its log, by index
	terms   map[uint64]uint64
}

func (s *story) Now() (sm.Time, int64) { return s.now, 0 }

func (s *story) Take(events []sm.Event) error {
	s.events = append(s.events, events...)
	return nil
}

// newStory begins with nodes that all have the same first entry, the
// configuration, on their disks.
func newStory(t *testing.T, nodes int) *story {
	s := &story{t: t, nodes: map[string]*told{}}
	s.tracker = sm.NewTracker(sm.Options{Clock: s, Sink: s})
	for i := range nodes {
		n := &told{name: fmt.Sprintf("n%d", i+1), entries: map[uint64]*sm.Machine{}, terms: map[uint64]uint64{}}
		s.nodes[n.name] = n
		s.start(n.name)
		s.load(n.name, "1/1 configuration")
		s.works(n.name, 1)
	}
	return s
}

// tick ends an instant.
func (s *story) tick() {
	if _, err := s.tracker.Flush(); err != nil {
		s.t.Fatal(err)
	}
	s.now += sm.Time(time.Millisecond)
}

func (s *story) start(name string) {
	n := s.nodes[name]
	n.life++
	n.buf = s.tracker.Buffer(name, n.life)
	n.node = n.buf.Born(catalog.Node, catalog.NodeFollower, 0, name, "")
	clear(n.entries)
	s.tick()
}

// entry makes an entry's machine of "TERM/INDEX LABEL".
func (s *story) entry(n *told, state sm.State, what string) (m *sm.Machine, term, index uint64) {
	var subject, label string
	if _, err := fmt.Sscanf(what, "%d/%d %s", &term, &index, &label); err != nil {
		s.t.Fatalf("%q: %v", what, err)
	}
	subject = fmt.Sprintf("%d/%d", term, index)
	label = what[len(subject)+1:]
	m = n.buf.Born(catalog.Entry, state, 1, subject, label)
	typ := "command"
	switch {
	case label == "no-op":
		typ = label
	case len(label) >= 13 && label[:13] == "configuration":
		typ = "configuration"
	}
	m.AttrText("type", typ)
	m.Attr("bytes", int64(len(label)))
	return m, term, index
}

// load tells of entries found on disk.
func (s *story) load(name string, entries ...string) {
	n := s.nodes[name]
	for _, what := range entries {
		m, term, index := s.entry(n, catalog.EntryDurable, what)
		m.Attr("loaded", 1)
		n.entries[index], n.terms[index] = m, term
	}
	s.tick()
}

// works tells that raft runs on a node, in a term.
func (s *story) works(name string, term int64) {
	n := s.nodes[name]
	n.buf.Log(1, "INFO", "entering follower state")
	n.node.Attr("term", term)
	s.tick()
}

func (s *story) term(name string, term int64) { s.nodes[name].node.Attr("term", term); s.tick() }

func (s *story) leads(name string, term int64) {
	n := s.nodes[name]
	n.node.Move(catalog.NodeCandidate)
	n.node.Attr("term", term)
	n.node.Move(catalog.NodeLeader)
	s.tick()
}

func (s *story) follows(name string) { s.nodes[name].node.Move(catalog.NodeFollower); s.tick() }

// stores tells that nodes store an entry, each in a write of its own.
func (s *story) stores(what string, names ...string) {
	for _, name := range names {
		n := s.nodes[name]
		m, term, index := s.entry(n, catalog.EntryCreated, what)
		w := n.buf.BornOf(m, "stored by", catalog.Append, catalog.AppendStart, 1, fmt.Sprintf("%d..%d", index, index), "1 entry")
		w.Move(catalog.AppendPending)
		w.Move(catalog.AppendWriting)
		s.tick()
		w.Move(catalog.AppendDone)
		m.Move(catalog.EntryDurable)
		n.entries[index], n.terms[index] = m, term
		s.tick()
	}
}

func (s *story) commits(index uint64, names ...string) {
	for _, name := range names {
		s.nodes[name].entries[index].Move(catalog.EntryCommitted)
		s.tick()
	}
}

// applies tells that a node's state machine applied an entry, and the hash of
// its contents.
func (s *story) applies(index uint64, hash string, names ...string) {
	for _, name := range names {
		m := s.nodes[name].entries[index]
		m.Move(catalog.EntryApplying)
		s.tick()
		m.AttrText("hash", hash)
		m.Move(catalog.EntryApplied)
		s.tick()
	}
}

// truncates tells that a node removes its entries from..to.
func (s *story) truncates(name string, from, to uint64) {
	n := s.nodes[name]
	w := s.removes(name, from, to)
	s.tick()
	w.Move(catalog.TruncateDone)
	for i := from; i <= to; i++ {
		n.entries[i].Move(catalog.EntryTruncated)
		delete(n.entries, i)
	}
	s.tick()
}

// removes begins a truncation.
func (s *story) removes(name string, from, to uint64) *sm.Machine {
	w := s.nodes[name].buf.Born(catalog.Truncate, catalog.TruncateStart, 1, fmt.Sprintf("%d..%d", from, to), "")
	w.Move(catalog.TruncateAwaitBarrier)
	w.Move(catalog.TruncateDeleting)
	return w
}

// compacts tells that a node drops its entries from..to behind a snapshot.
func (s *story) compacts(name string, from, to uint64) {
	n := s.nodes[name]
	w := n.buf.Born(catalog.Compact, catalog.CompactStart, 2, fmt.Sprintf("%d..%d", from, to), "")
	w.Move(catalog.CompactDeleting)
	s.tick()
	w.Move(catalog.CompactDone)
	for i := from; i <= to; i++ {
		n.entries[i].Move(catalog.EntryCompacted)
		delete(n.entries, i)
	}
	s.tick()
}

func (s *story) crashes(name string) {
	n := s.nodes[name]
	n.node.Move(catalog.NodeCrashed)
	n.buf.AbandonAll()
	n.buf.End()
	s.tick()
}

// writes tells that a client's write becomes an entry of its leader, and that
// the client is told ok once the leader has applied it.
type write struct {
	s           *story
	exec, apply *sm.Machine
}

func (s *story) writes(name, what string) *write {
	n := s.nodes[name]
	s.clients++
	client := s.tracker.Buffer(name, 0)
	x := &write{s: s, exec: client.Born(catalog.Exec, catalog.ExecStart, sm.Lane(100+s.clients), strconv.Itoa(s.clients), what)}
	x.exec.Move(catalog.ExecExecuted)
	x.exec.Move(catalog.ExecProposed)
	x.apply = n.buf.BornOf(x.exec, "proposes", catalog.Apply, catalog.ApplyQueued, sm.Lane(100+s.clients), "", what)
	s.tick()
	m, term, index := s.entry(n, catalog.EntryCreated, what)
	m.LinkFrom(x.apply, "becomes")
	x.apply.Move(catalog.ApplyAppending)
	s.tick()
	m.Move(catalog.EntryDurable)
	x.apply.Move(catalog.ApplyReplicating)
	n.entries[index], n.terms[index] = m, term
	s.tick()
	return x
}

// ok tells that the client was told ok.
func (x *write) ok() {
	x.apply.Move(catalog.ApplyCommitted)
	x.apply.Move(catalog.ApplyDone)
	x.exec.Move(catalog.ExecDone)
	x.s.tick()
}

// votes tells that a node granted its vote, or a pre-vote.
func (s *story) votes(name, who string, term int, pre string) {
	n := s.nodes[name]
	m := n.buf.Born(catalog.Vote, catalog.VoteReceived, 1, who+">"+name, fmt.Sprintf("%sterm %d", pre, term))
	m.Move(catalog.VoteProcessing)
	s.tick()
	m.Move(catalog.VoteDone)
	s.tick()
}

// votesForItself tells that a candidate writes its own vote to its disk.
func (s *story) votesForItself(name string, term int) {
	n := s.nodes[name]
	for key, label := range map[string]string{"LastVoteTerm": fmt.Sprintf("vote in term %d", term)} {
		s.sets(n, key, label)
	}
	s.sets(n, "LastVoteCand", "vote for "+name)
}

func (s *story) sets(n *told, key, label string) {
	m := n.buf.Born(catalog.Meta, catalog.MetaStart, 1, key, label)
	m.Move(catalog.MetaWriting)
	s.tick()
	m.Move(catalog.MetaDone)
	s.tick()
}

// believes tells what raft has for its last entry.
func (s *story) believes(name string, index, term int64) {
	n := s.nodes[name].node
	n.Attr("raft-last-index", index)
	n.Attr("raft-last-term", term)
	s.tick()
}
