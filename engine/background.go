package engine

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"raftscope/engine/grammar"
	"raftscope/engine/vtime"
)

// background is a client in the background: an open loop of calls at random
// moments. It has no goroutine; timers of the bubble wake it.
type background struct {
	world  *World
	n      int // number
	cmd    grammar.Client
	stream *vtime.Stream

	mu    sync.Mutex
	timer *time.Timer
	made  int // calls, not counting those made again
	open  int // without a last answer
	ended bool
	known map[string]known // what it knows of keys
}

// known is what a client was told that a key holds.
type known struct {
	value  string
	exists bool
	n      int // ordinal of the call that told
}

// openMax is how many calls of one client may be without an answer. With more
// it leaves calls out: memory must not grow without bound where nothing is ever
// answered.
const openMax = 10_000

// startClient starts a client.
func (w *World) startClient(cmd grammar.Client) error {
	running := 0
	for _, b := range w.background {
		if b.runs() {
			running++
		}
	}
	if running >= grammar.ClientsMax {
		return fmt.Errorf("%w: %d clients are running, which is as many as may", ErrRefused, running)
	}
	if cmd.Node != grammar.LeaderNode {
		if _, err := w.nodeFor(cmd.Node); err != nil {
			return err
		}
	}
	b := &background{world: w, n: len(w.background) + 1, cmd: cmd, known: map[string]known{}}
	b.stream = w.requests.Branch(fmt.Sprintf("client %d", b.n))
	w.background = append(w.background, b)
	w.buffer.Note(fmt.Sprintf("client %d starts", b.n))
	b.mu.Lock()
	defer b.mu.Unlock()
	b.schedule()
	return nil
}

// stopClients stops one client, or all that run.
func (w *World) stopClients(cmd grammar.ClientStop) error {
	if cmd.N > len(w.background) {
		return fmt.Errorf("%w: there is no client %d", ErrRefused, cmd.N)
	}
	stopped := 0
	for _, b := range w.background {
		if cmd.N != 0 && cmd.N != b.n || !b.stop() {
			continue
		}
		stopped++
		w.buffer.Note(fmt.Sprintf("client %d stops", b.n))
	}
	if stopped == 0 && cmd.N != 0 {
		return fmt.Errorf("%w: client %d is not running any more", ErrRefused, cmd.N)
	}
	if stopped == 0 {
		return fmt.Errorf("%w: no client is running", ErrRefused)
	}
	return nil
}

// stop ends the client; false if it had ended. What it has under way goes on.
func (b *background) stop() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ended {
		return false
	}
	b.ended = true
	b.timer.Stop()
	return true
}

func (b *background) runs() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.ended
}

// schedule sets the moment of the next call. b.mu is held.
func (b *background) schedule() {
	b.timer = time.AfterFunc(b.stream.Exponential(time.Second/time.Duration(b.cmd.Rate)), b.arrive)
}

// arrive makes a call. It is alone at this instant, since all clients share one
// slot of virtual time.
func (b *background) arrive() {
	r := b.next()
	if r != nil {
		r.ask(b.world.clientNode(b.cmd.Node))
	}
}

// next is what the client wants now, nil if nothing.
func (b *background) next() *request {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ended {
		return nil
	}
	if b.open >= openMax {
		b.schedule()
		return nil
	}
	b.made++
	b.open++
	r := &request{world: b.world, client: b.n, retry: b.cmd.Retry, cmd: b.choose()}
	r.tell = func(c *call, err error) { b.told(r, c, err) }
	if b.made == b.cmd.Calls {
		b.ended = true
		b.world.buffer.Note(fmt.Sprintf("client %d has made its %d calls", b.n, b.made))
		return r
	}
	b.schedule()
	return r
}

// choose draws a call from the mix. Its value is that of no other call of the
// run, so that a history can be checked.
func (b *background) choose() grammar.Command {
	k, m := 1+b.stream.IntN(b.cmd.Keys), b.cmd.Mix
	key, value := fmt.Sprintf("k%d", k), fmt.Sprintf("c%d-%d", b.n, b.made)
	set := grammar.Write{Node: b.cmd.Node, Op: grammar.Set, Key: key, Args: []string{value}}
	pick := b.stream.IntN(m.Sum())
	under := func(weight int) bool {
		pick -= weight
		return pick < 0
	}
	switch {
	case under(m.Set):
		return set
	case under(m.Del):
		return grammar.Write{Node: b.cmd.Node, Op: grammar.Del, Key: key}
	case under(m.Incr):
		return grammar.Write{Node: b.cmd.Node, Op: grammar.Incr, Key: fmt.Sprintf("i%d", k)}
	case under(m.CAS):
		if old := b.known[key]; old.exists {
			return grammar.Write{Node: b.cmd.Node, Op: grammar.CAS, Key: key, Args: []string{old.value, value}}
		}
		return set
	case under(m.Append):
		return grammar.Write{Node: b.cmd.Node, Op: grammar.Append, Key: fmt.Sprintf("s%d", k), Args: []string{value + ","}}
	default:
		return grammar.Read{Node: b.cmd.Node, Op: grammar.Get, Key: key}
	}
}

// told notes a last answer, and what it says of the key. An error says something
// only if it is that the value differs. Of two answers that of the younger call
// counts, in whatever order they come.
func (b *background) told(r *request, c *call, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.open--
	if err != nil && !errors.Is(err, errCompare) || b.cmd.Mix.CAS == 0 {
		return
	}
	key := ""
	switch cmd := r.cmd.(type) {
	case grammar.Write:
		key = cmd.Key
	case grammar.Read:
		key = cmd.Key
	}
	if c.n > b.known[key].n {
		b.known[key] = known{c.value, c.exists, c.n}
	}
}
