package engine

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"raftscope/engine/grammar"
	"raftscope/engine/vtime"
	"raftscope/sm/catalog"
)

// request is what a client wants: one call, or several if it retries.
type request struct {
	world  *World
	cmd    grammar.Command // a Write or Read; its node is where the first call goes
	client int             // number of the client in the background, zero if it is a command's
	retry  bool
	tell   func(c *call, err error) // what the client was told at last; may be nil

	attempt int   // calls made so far
	call    *call // the newest
	over    atomic.Bool
}

// request starts what a command asks for: the first call goes to n.
func (w *World) request(n *node, cmd grammar.Command, retry bool) *request {
	r := &request{world: w, cmd: cmd, retry: retry}
	r.ask(n)
	return r
}

// ask makes the request's next call, on a node.
func (r *request) ask(n *node) {
	r.attempt++
	switch cmd := r.cmd.(type) {
	case grammar.Write:
		r.world.write(n, r, cmd)
	case grammar.Read:
		r.world.read(n, r, cmd)
	}
}

// finish notes that the client has its answer and will not ask again.
func (r *request) finish(err error) {
	if r.tell != nil {
		r.tell(r.call, err)
	}
	r.over.Store(true)
}

// attemptsMax is how often a client that retries makes one call.
const attemptsMax = 10

// again says whether the client that is told err makes its call again. stored
// says what the error means for the write: a write that was applied and failed
// there fails again.
func (r *request) again(err error, stored string) bool {
	return r.retry && r.attempt < attemptsMax && stored != "yes" && isTemporary(err)
}

// isTemporary says whether the same call may go well the next time. A client
// cannot tell more from an error than that: the write may have been applied.
func isTemporary(err error) bool {
	for _, answer := range []error{errCompare, errNotANumber, errOutOfRange, errValueTooBig} {
		if errors.Is(err, answer) {
			return false
		}
	}
	return true
}

// retries are the requests that were told an error and are to be made again.
type retries struct {
	stream *vtime.Stream
	ask    func(*request) // makes the call

	mu     sync.Mutex
	failed []failure // their backoff is not drawn yet
	armed  bool      // a timer will draw it
	closed bool
}

// failure is a call that is to be made again.
type failure struct {
	call *call
	at   time.Time
}

func newRetries(s *vtime.Stream, ask func(*request)) *retries { return &retries{stream: s, ask: ask} }

// backoff is how long a client waits before attempt 2; before each further one
// twice as long, and from attempt 6 on as long. So ten attempts take about seven
// seconds, in which a cluster with raft's default timeouts finds a new leader.
func backoff(attempt int) vtime.Range {
	const lo, hi = 50 * time.Millisecond, 100 * time.Millisecond
	times := time.Duration(1) << min(attempt-2, 4)
	return vtime.Range{Lo: lo * times, Hi: hi * times}
}

// backoffSorts is how long failures wait to be put into order: hundreds of
// calls fail at the one instant at which a node steps down or goes, and which
// of them draws first must not be left to the scheduler.
var backoffSorts = vtime.Range{Lo: time.Microsecond, Hi: time.Microsecond}

// add has a failed call's request made again after a while.
func (rs *retries) add(c *call) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.failed = append(rs.failed, failure{c, time.Now()})
	rs.arm()
}

// arm sees to it that backoffs are drawn. rs.mu is held.
func (rs *retries) arm() {
	if rs.armed || rs.closed || len(rs.failed) == 0 {
		return
	}
	rs.armed = true
	time.AfterFunc(rs.stream.Draw(backoffSorts), rs.draw)
}

// draw draws the backoffs of all calls that failed before this instant, in the
// order in which they failed, and of those of one instant in that of their
// ordinals.
func (rs *retries) draw() {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	now := time.Now()
	slices.SortFunc(rs.failed, func(a, b failure) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.call.n, b.call.n)) })
	due := 0
	for ; due < len(rs.failed) && rs.failed[due].at.Before(now); due++ {
		r := rs.failed[due].call.request
		time.AfterFunc(rs.stream.Draw(backoff(r.attempt+1)), func() { rs.again(r) })
	}
	rs.failed = slices.Delete(rs.failed, 0, due)
	rs.armed = false
	rs.arm()
}

// again makes a request's next call, unless the world has ended.
func (rs *retries) again(r *request) {
	rs.mu.Lock()
	closed := rs.closed
	rs.mu.Unlock()
	if !closed {
		rs.ask(r)
	}
}

// close drops all requests that are to be made again.
func (rs *retries) close() {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.closed = true
}

// clientNode is the node that a client asks which was told to ask the named one
// or the leader, on a goroutine of its own. Unlike a command it is never
// refused: while nobody leads it goes to the node that led last, as a client
// does that knows no better, or to the first node if none ever led.
func (w *World) clientNode(name string) *node {
	if name != grammar.LeaderNode {
		return w.nodes[name]
	}
	if name = w.leader(); name == "" {
		name = w.ledLast()
	}
	return w.nodes[name]
}

// ledLast is the node that became leader last.
func (w *World) ledLast() string {
	name, last := w.names[0], -1
	for _, m := range w.timeline.ByKind(catalog.Node.Name()) {
		for _, mv := range m.Moves() {
			if mv.State == catalog.NodeLeader && mv.Event > last {
				name, last = m.Node(), mv.Event
			}
		}
	}
	return name
}

// await runs until all requests have their last answers, if the command says
// wait.
func (w *World) await(all []*request, wait bool) error {
	w.settle()
	if !wait {
		return nil
	}
	next := 0 // of those before it all are answered
	err := w.until(answerMax, func() bool {
		for next < len(all) && all[next].over.Load() {
			next++
		}
		return next == len(all)
	})
	if !errors.Is(err, ErrTimeout) {
		return err
	}
	missing := 0
	for _, r := range all[next:] {
		if !r.over.Load() {
			missing++
		}
	}
	what := "to rest, it"
	if len(all) > 1 {
		err = fmt.Errorf("%w: %d of %d answers are missing", err, missing, len(all))
		what = "as one of them, which"
	}
	m := w.timeline.Machine(all[next].call.machine.ID())
	if m == nil {
		return err // nothing is observed
	}
	return fmt.Errorf("%w: waited for %s %s is %s", err, m.Name(), what, m.StateName())
}
