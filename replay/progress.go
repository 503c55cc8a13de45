package replay

import (
	"slices"
	"strconv"
	"strings"

	"raftscope/sm"
)

// Progress is what a leader knows of a peer's log. hashicorp/raft keeps it to
// itself, so it is derived from the leader's AppendEntries and their answers by
// the rules of replication.go; what moves without a message is not seen.
type Progress struct {
	// Next is the index that the leader sends next: behind what was sent on a
	// pipeline, else behind what was accepted, or where a rejection sent it.
	Next uint64
	// Match is the highest index that the peer is known to hold as the leader
	// does: behind an accepted request with entries, in this term. 0: not known.
	Match uint64
	// Contact is when the peer, in this term, last answered an AppendEntries or a
	// heartbeat that is shown, also with a rejection; zero: never. Quiet ones are
	// not shown, so contact may have been later.
	Contact sm.Time
	// Requests are the AppendEntries and InstallSnapshots under way, the oldest
	// first.
	Requests []*Machine
}

// peering is what a life of a node sent to one peer.
type peering struct {
	peer     string
	requests list[*Machine] // of kind append-rpc or install-rpc, in order of birth
	answers  list[step[answer]]
}

// answer is what is known since an answer arrived: in a term up to where the
// logs are equal, and when that was.
type answer struct {
	term, match uint64
	at          sm.Time
	event       uint32
}

const kindHeartbeat = "heartbeat"

// peeringTo returns what was sent to the peer of a message's subject, "n1>n2", for
// the writer; nil if that names no node.
func (t *Timeline) peeringTo(m *Machine) *peering {
	_, peer, _ := strings.Cut(m.subject, ">")
	for _, p := range m.life.peerings.all() {
		if p.peer == peer {
			return p
		}
	}
	if t.roster.Load().find(peer) == nil || peer == "" {
		return nil
	}
	p := &peering{peer: peer}
	m.life.peerings.append(p)
	return p
}

// enlistCall puts a request just born with those to its peer.
func (t *Timeline) enlistCall(m *Machine) {
	if p := t.peeringTo(m); p != nil {
		p.requests.append(m)
	}
}

// answered notes what the answer to an AppendEntries, an InstallSnapshot or a
// heartbeat says.
func (t *Timeline) answered(m *Machine, state string, at uint32) {
	p := t.peeringTo(m)
	if p == nil || state != "DONE" && state != "REJECTED" {
		return
	}
	q := MachineView{m, at + 1}.request()
	last, _ := p.answers.last()
	now := answer{q.term, 0, t.rows.at(at).at, at}
	if last.value.term == q.term {
		now.match = last.value.match
	}
	switch {
	case state == "DONE" && q.entries > 0:
		now.match = max(now.match, q.prev+q.entries)
	case state == "DONE":
		now.match = max(now.match, q.snapshot)
	}
	set(&p.answers, at, now)
}

// request is what an AppendEntries brings, or the last entry that the snapshot of
// an InstallSnapshot covers.
type request struct {
	term, prev, entries uint64
	snapshot            uint64
	pipelined           bool
}

func (m MachineView) request() (q request) {
	for _, event := range m.events() {
		w := m.row(event)
		if w.typ != sm.Attributed || w.bits&rowIsText != 0 {
			continue
		}
		n := uint64(max(w.aux, 0))
		switch m.t().strings.get(w.key) {
		case "term":
			q.term = n
		case "prev-index":
			q.prev = n
		case "entries":
			q.entries = n
		case "last-index":
			q.snapshot = n
		case "pipelined":
			q.pipelined = n != 0
		}
	}
	return q
}

const (
	// requestsBack is how many of the newest requests to a peer are looked at:
	// raft has at most 130 on a pipeline.
	requestsBack = 160
	// closedBack is how many of them that are over come before none is under way
	// any more: requests may overtake each other, but not so far.
	closedBack = 8
)

// Progress returns what a leader knew of a peer's log; the zero value of a node
// that does not lead. If nothing was sent in this term, Next is what raft begins
// with: behind the log as it was when the node became leader.
func (v View) Progress(leader, peer string) (p Progress) {
	l := v.life(leader)
	if l.life == nil || !l.leads() {
		return p
	}
	var since uint32 // nothing before this event counts
	p.Next, since = v.firstNext(l, peer)
	for _, to := range l.peerings.all() {
		if to.peer == peer {
			v.progress(&p, to, l.term(), since)
		}
	}
	return p
}

func (v View) progress(p *Progress, to *peering, term uint64, since uint32) {
	if newest := stepAt(&to.answers, v.n); newest.term == term && newest.event >= since {
		p.Contact, p.Match = newest.at, newest.match
		p.Next = max(p.Next, p.Match+1)
	}
	sure := false // whether Next is known
	all := born(to.requests.all(), v.n)
	closed := 0
	for i := len(all) - 1; i >= max(0, len(all)-requestsBack) && (closed < closedBack || !sure); i-- {
		m := MachineView{all[i], v.n}
		q := m.request()
		if q.term != term || all[i].born < since {
			break
		}
		if m.Open() {
			p.Requests = append(p.Requests, m.Machine)
			closed = 0
		} else {
			closed++
		}
		if !sure {
			p.Next, sure = m.next(q, *p)
		}
	}
	slices.Reverse(p.Requests)
}

// next returns where the leader goes on after a request, or that this request
// does not tell.
func (m MachineView) next(q request, p Progress) (next uint64, ok bool) {
	open := m.Open()
	switch state := m.StateName(); {
	case m.kindName() == kindInstallRPC && state == "DONE":
		return q.snapshot + 1, true
	case m.kindName() == kindInstallRPC: // raft tries from where it was
		return p.Next, false
	case q.pipelined && open, state == "DONE" && q.entries > 0:
		return q.prev + q.entries + 1, true
	case q.pipelined && state != "DONE": // the pipeline ended, and raft goes back
		return p.Next, false
	case state == "REJECTED":
		if last, ok := endsAt(m.text("reason")); ok {
			return max(min(q.prev, last+1), 1), true
		}
	}
	return q.prev + 1, true
}

// endsAt reads where a peer that rejects says its log ends.
func endsAt(reason string) (index uint64, ok bool) {
	rest, ok := strings.CutPrefix(reason, "its log ends at ")
	if !ok {
		return 0, false
	}
	number, _, _ := strings.Cut(rest, " ")
	index, err := strconv.ParseUint(number, 10, 63)
	return index, err == nil
}

// firstNext returns the index with which a leader begins to send to a peer, and at
// which event: when it became leader or, if the peer was added later, then.
func (v View) firstNext(l lifeView, peer string) (next uint64, since uint32) {
	m, ok := l.machine()
	if !ok {
		return 0, 0
	}
	leader, _ := m.group.kind.State(roleLeader)
	event, _, ok := m.entry(leader)
	if !ok {
		return 0, 0
	}
	if index, at, ok := l.added(peer, uint32(event)); ok {
		return index + 1, at
	}
	return (lifeView{l.life, uint32(event)}).end().index + 1, 0
}
