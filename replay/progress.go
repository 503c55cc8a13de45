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
	// Contact is when the peer last answered an AppendEntries that is shown, also
	// with a rejection; zero: never. Quiet heartbeats are not shown, so contact
	// may have been later.
	Contact sm.Time
	// Requests are the AppendEntries under way, the oldest first.
	Requests []*Machine
}

// peering is what a life of a node sent to one peer.
type peering struct {
	peer     string
	requests list[*Machine]       // of kind append-rpc, in order of birth
	beats    list[*Machine]       // heartbeats that are shown
	matches  list[step[matching]] // what accepted requests with entries say
}

// matching is up to where the logs are known to be equal.
type matching struct{ term, index uint64 }

const kindHeartbeat = "heartbeat"

// peeringTo returns what was sent to the peer of a message's subject, "n1>n2", for
// the writer; nil if that names no node.
func (t *Timeline) peeringTo(m *Machine) *peering {
	_, peer, _ := strings.Cut(m.subject, ">")
	for _, r := range m.life.peerings.all() {
		if r.peer == peer {
			return r
		}
	}
	if t.roster.Load().find(peer) == nil || peer == "" {
		return nil
	}
	r := &peering{peer: peer}
	m.life.peerings.append(r)
	return r
}

// enlistCall puts a message just born with those of its route.
func (t *Timeline) enlistCall(m *Machine) {
	r := t.peeringTo(m)
	switch {
	case r == nil:
	case m.kindName() == kindHeartbeat:
		r.beats.append(m)
	default:
		r.requests.append(m)
	}
}

// accepted notes what an AppendEntries with the answer success says.
func (t *Timeline) accepted(m *Machine, at uint32) {
	q := MachineView{m, at + 1}.request()
	r := t.peeringTo(m)
	if r == nil || q.entries == 0 {
		return
	}
	now := matching{q.term, q.prev + q.entries}
	if last, ok := r.matches.last(); ok && last.value.term == now.term && last.value.index >= now.index {
		return
	}
	set(&r.matches, at, now)
}

// request is what an AppendEntries brings.
type request struct {
	term, prev, entries uint64
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
		case "pipelined":
			q.pipelined = n != 0
		}
	}
	return q
}

// requestsBack is how many of the newest messages to a peer are looked at: raft
// has at most 130 on a pipeline.
const requestsBack = 160

// Progress returns what a leader knew of a peer's log; the zero value of a node
// that does not lead. If nothing was sent in this term, Next is what raft begins
// with: behind the log as it was when the node became leader.
func (v View) Progress(leader, peer string) (p Progress) {
	l := v.life(leader)
	if l.life == nil || !l.leads() {
		return p
	}
	term := l.term()
	var r *peering
	for _, to := range l.peerings.all() {
		if to.peer == peer {
			r = to
		}
	}
	p.Next = v.firstNext(l)
	if r == nil {
		return p
	}
	if m := stepAt(&r.matches, v.n); m.term == term {
		p.Match, p.Next = m.index, max(p.Next, m.index+1)
	}
	sure := false // whether Next is known
	all := born(r.requests.all(), v.n)
	for i := len(all) - 1; i >= max(0, len(all)-requestsBack); i-- {
		m := MachineView{all[i], v.n}
		q := m.request()
		if q.term != term {
			break
		}
		if m.Open() {
			p.Requests = append(p.Requests, m.Machine)
		}
		p.Contact = max(p.Contact, m.answeredAt())
		if !sure {
			p.Next, sure = m.next(q, p)
		}
	}
	slices.Reverse(p.Requests)
	p.Contact = max(p.Contact, lastBeat(r, v.n))
	return p
}

// next returns where the leader goes on after a request, or that this request
// does not tell.
func (m MachineView) next(q request, p Progress) (next uint64, ok bool) {
	open := m.Open()
	switch state := m.StateName(); {
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

// answeredAt returns when the answer to a message arrived, zero if none did.
func (m MachineView) answeredAt() sm.Time {
	if s := m.StateName(); s == "DONE" || s == "REJECTED" {
		return m.Since()
	}
	return 0
}

// lastBeat returns when the newest heartbeat that has an answer got it.
func lastBeat(r *peering, n uint32) sm.Time {
	all := born(r.beats.all(), n)
	for i := len(all) - 1; i >= max(0, len(all)-requestsBack); i-- {
		if at := (MachineView{all[i], n}).answeredAt(); at != 0 {
			return at
		}
	}
	return 0
}

// firstNext returns the index with which a leader begins.
func (v View) firstNext(l lifeView) uint64 {
	m, ok := l.machine()
	if !ok {
		return 0
	}
	leader, _ := m.group.kind.State(roleLeader)
	event, _, ok := m.entry(leader)
	if !ok {
		return 0
	}
	if last := (lifeView{l.life, uint32(event)}).last(); last != nil {
		return last.key.index + 1
	}
	return 1
}
