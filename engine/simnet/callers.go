package simnet

import (
	"runtime"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/engine/probe"
	"raftscope/engine/vtime"
)

// callers are raft's goroutines that replicate in a term, by their numbers.
type callers struct {
	term   uint64
	known  map[int64]caller
	failed map[int64]int // those that read nothing before they first called, in order
	pauses int           // how many of the known pause before they go on
}

// caller is one of them. It is known by its first call: one that was told to
// stop while it paused after an error, or that goes on for a while after its peer
// was added again, is told from its successor so.
type caller struct {
	to       raft.ServerAddress
	removals int       // how often its peer had been removed then
	pipe     *pipeline // the newest that it began
	pauses   bool      // its last call failed, so that it pauses before it goes on
}

// caller is the calling goroutine, which replicates to a peer in a term.
func (e *Endpoint) caller(to raft.ServerAddress, term uint64) caller {
	id := probe.GoroutineID()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.callers.in(term)
	c, ok := e.callers.known[id]
	if !ok {
		c = caller{to: to, removals: e.removed[to].times}
		e.callers.known[id] = c
	}
	return c
}

// begun notes a pipeline that the calling goroutine begins.
func (e *Endpoint) begun(p *pipeline) {
	id := probe.GoroutineID()
	e.mu.Lock()
	defer e.mu.Unlock()
	if c, ok := e.callers.known[id]; ok {
		c.pipe = p
		e.callers.known[id] = c
	}
}

// quit ends the calling goroutine, whose node is dead.
func (c caller) quit() {
	if c.pipe != nil && !isClosed(c.pipe.closed) {
		c.pipe.quit()
	}
	runtime.Goexit()
}

// in forgets those of an earlier term. One of them may call yet, with a snapshot, and
// is taken for one of the present term: it ends when its call comes back.
func (c *callers) in(term uint64) {
	if c.known == nil || c.term < term {
		*c = callers{term: term, known: map[int64]caller{}, failed: map[int64]int{}}
	}
}

// readFails is how long a goroutine pauses that replicates and cannot read its
// log, for each of those without a call so far that failed before it did.
const readFails = 10 * time.Microsecond

// ReadFailed gives a goroutine that replicates, and that could not read an entry,
// an instant of its own: raft begins again without a pause then (replication.go,
// replicateTo), and all that learn of a new entry at one instant would draw their
// next timeouts from math/rand together. stream is for those of which nobody
// knows yet to whom they replicate.
func (e *Endpoint) ReadFailed(stream *vtime.Stream) {
	if !probe.Replicates() {
		return
	}
	term, _ := e.leadership()
	c, before := e.failing(term)
	pause := vtime.Range{Lo: time.Duration(before+1) * readFails, Hi: time.Duration(before+1) * readFails}
	if c.to != "" {
		stream, pause = e.net.stream(direction{e.addr, c.to}), sendTime
	}
	if !e.sleep(stream.Draw(pause)) {
		c.quit()
	}
}

// failing is the calling goroutine, or nobody and how many unknown ones failed
// before it.
func (e *Endpoint) failing(term uint64) (c caller, before int) {
	id := probe.GoroutineID()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.callers.in(term)
	if c, ok := e.callers.known[id]; ok {
		return c, 0
	}
	before, ok := e.callers.failed[id]
	if !ok {
		before = len(e.callers.failed)
		e.callers.failed[id] = before
	}
	return caller{}, before
}

// starts is the instant at which a leader starts to replicate to a peer.
type starts struct {
	at     time.Time
	stream *vtime.Stream
}

// PeerStarts tells that raft is about to start the two goroutines of a peer, at
// this instant: the one that replicates and the one that sends heartbeats
// (replication.go, replicate). The latter draws its first timeout a moment later
// than the former, by the stream.
func (e *Endpoint) PeerStarts(stream *vtime.Stream) {
	e.starts.Store(&starts{time.Now(), stream})
}

// cameBack notes how a call of the calling goroutine ended.
func (e *Endpoint) cameBack(failed bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !failed && e.callers.pauses == 0 {
		return
	}
	id := probe.GoroutineID()
	c, ok := e.callers.known[id]
	if !ok || c.pauses == failed {
		return
	}
	c.pauses = failed
	e.callers.known[id] = c
	if failed {
		e.callers.pauses++
	} else {
		e.callers.pauses--
	}
}

// afterPause gives a goroutine that replicates, and that paused after a call that
// failed, an instant of its own: in its pause it does not hear that it shall stop.
// The pause may have begun with news of an entry and take 10ms, which is when raft
// checks its lease next; or it ends where the gate lets something in. Whether the
// leadership ends first, or the commit index is raised first, was left to chance.
func (e *Endpoint) afterPause() {
	e.mu.Lock()
	if e.callers.pauses == 0 {
		e.mu.Unlock()
		return
	}
	c := e.callers.known[probe.GoroutineID()]
	e.mu.Unlock()
	if c.pauses && !e.part(c.to) {
		c.quit()
	}
}

// part waits, less than a microsecond, for the next instant that belongs to the
// link to a peer; false means that the node died.
func (e *Endpoint) part(to raft.ServerAddress) bool {
	return e.sleep(e.net.stream(direction{e.addr, to}).Draw(vtime.Range{Lo: 1, Hi: 1}))
}

// EncodePeer implements raft.Transport. It is the first thing that a goroutine
// that sends heartbeats does, and the first that one that replicates does behind
// a pause (replication.go, replicateTo and setupAppendEntries).
func (e *Endpoint) EncodePeer(_ raft.ServerID, addr raft.ServerAddress) []byte {
	if s := e.starts.Load(); s != nil && s.at.Equal(time.Now()) && probe.Heartbeats() {
		if !e.sleep(s.stream.Draw(vtime.Range{Lo: 1, Hi: 1})) {
			runtime.Goexit()
		}
	}
	e.afterPause()
	return []byte(addr)
}
