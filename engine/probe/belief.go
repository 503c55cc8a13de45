package probe

import (
	"strconv"

	"raftscope/sm"
)

// believer is what a node is asked about the end of its log, if it can say:
// *raft.Raft can. Neither method waits for anything; Stats is slow.
type believer interface {
	LastIndex() uint64 // of the log or, if that is higher, of the snapshot
	Stats() map[string]string
}

// Attributes of a node's machine, told when what raft keeps in memory of the end
// of its log is not what its store has; both 0 once it is again.
const (
	attrRaftLastIndex = "raft-last-index"
	attrRaftLastTerm  = "raft-last-term"
)

// observeBelief compares what raft takes for its last entry with the last one that
// is stored. It is asked when raft's main goroutine has answered a request and has
// not begun another one, or becomes a follower, as a leader does whose own append
// failed: while main stores something the two differ for a moment, as they should.
// A leader of which they differed is asked again when it sends what it has stored
// since. cause is what came before, and may be nil. p.mu is held.
func (p *Probe) observeBelief(cause *sm.Machine) {
	r := p.raft.Load()
	if r == nil {
		return
	}
	b, ok := (*r).(believer)
	if !ok {
		return
	}
	last := b.LastIndex()
	tell := func(index, term int64) {
		p.node.After(cause) // and after what that did to the store
		p.node.Attr(attrRaftLastIndex, index)
		p.node.Attr(attrRaftLastTerm, term)
	}
	stored := p.end()
	if last == stored {
		if p.believed != 0 {
			p.believed = 0
			tell(0, 0)
		}
		return
	}
	if last == p.believed {
		return
	}
	p.believed = last
	term, err := strconv.ParseInt(b.Stats()["last_log_term"], 10, 64)
	if err != nil {
		term = 0
	}
	tell(int64(last), term)
}
