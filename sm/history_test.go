package sm_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"raftscope/sm"
)

// A history is what happened, without the order in which it was recorded: steps,
// each by one lane of one node, and for each step those that must come before.
type history struct {
	steps    []step
	machines int
	nodes    int
	lanes    int
}

type step struct {
	node, lane int
	needs      []int // steps that came before
	act        func(w *world)
}

// world is what one recording of a history works on.
type world struct {
	buffers  []*sm.Buffer
	machines []*sm.Machine
}

// generate makes a random history of n steps in one instant. A machine is used
// by one lane after the other, and may be handed from lane to lane.
func generate(seed uint64, n int) *history {
	rnd := rand.New(rand.NewPCG(seed, 1))
	h := &history{nodes: 3, lanes: 4}
	g := &generator{history: h, rnd: rnd, lastOf: map[[2]int]int{}}
	for range n {
		node, lane := rnd.IntN(h.nodes), rnd.IntN(h.lanes)
		switch kind := rnd.IntN(10); {
		case kind < 3 || h.machines == 0:
			g.birth(node, lane)
		case kind < 4:
			g.log(node, lane)
		case kind < 7:
			g.link()
		default:
			g.move()
		}
	}
	for node := range h.nodes {
		g.abandon(node)
	}
	return h
}

type generator struct {
	*history
	rnd    *rand.Rand
	lastOf map[[2]int]int // last step of a lane of a node
	owner  []owner        // of each machine
}

type owner struct{ node, lane, born, last int }

func (g *generator) add(node, lane int, needs []int, act func(*world)) int {
	if last, ok := g.lastOf[[2]int{node, lane}]; ok {
		needs = append(needs, last)
	}
	g.steps = append(g.steps, step{node: node, lane: lane, needs: needs, act: act})
	g.lastOf[[2]int{node, lane}] = len(g.steps) - 1
	return len(g.steps) - 1
}

func (g *generator) birth(node, lane int) {
	id := g.machines
	g.machines++
	at := g.add(node, lane, nil, func(w *world) {
		w.machines[id] = w.buffers[node].Born(job, start, sm.Lane(lane), fmt.Sprint(id), "machine")
	})
	g.owner = append(g.owner, owner{node, lane, at, at})
}

func (g *generator) log(node, lane int) {
	g.add(node, lane, nil, func(w *world) { w.buffers[node].Log(sm.Lane(lane), "INFO", fmt.Sprint("lane ", lane)) })
}

// use picks a machine, and sometimes hands it to another lane first.
func (g *generator) use() (id int, needs []int) {
	id = g.rnd.IntN(g.machines)
	o := &g.owner[id]
	needs = []int{o.last}
	if g.rnd.IntN(3) == 0 {
		lane := g.rnd.IntN(g.lanes)
		o.lane = lane
		o.last = g.add(o.node, lane, needs, func(w *world) { w.machines[id].SetLane(sm.Lane(lane)) })
		needs = []int{o.last}
	}
	return id, needs
}

func (g *generator) link() {
	id, needs := g.use()
	cause := g.rnd.IntN(g.machines)
	o := &g.owner[id]
	o.last = g.add(o.node, o.lane, append(needs, g.owner[cause].born), func(w *world) {
		w.machines[id].LinkFrom(w.machines[cause], "causes")
	})
}

func (g *generator) move() {
	id, needs := g.use()
	o := &g.owner[id]
	to := sm.State(1 + g.rnd.IntN(2))
	o.last = g.add(o.node, o.lane, needs, func(w *world) {
		if m := w.machines[id]; m.Kind().Allowed(m.State(), to) {
			m.Move(to)
		}
		w.machines[id].Attr("to", int64(to))
	})
}

func (g *generator) abandon(node int) {
	var needs []int
	for at, s := range g.steps {
		if s.node == node {
			needs = append(needs, at)
		}
	}
	g.add(node, 0, needs, func(w *world) {
		w.buffers[node].AbandonAll()
		w.buffers[node].End()
	})
}

// begin returns a tracker and a world; the order in which buffers are made is
// random.
func (h *history) begin(rnd *rand.Rand) (*sm.Tracker, *keeper, *world) {
	k := &keeper{}
	tr := sm.NewTracker(sm.Options{Clock: stoppedClock{}, Sink: k, Strict: true})
	w := &world{buffers: make([]*sm.Buffer, h.nodes), machines: make([]*sm.Machine, h.machines)}
	for _, node := range rnd.Perm(h.nodes) {
		// Two lives of one node, and another node.
		name := []string{"n1", "n1", "n10"}[node]
		w.buffers[node] = tr.Buffer(name, []uint32{1, 2, 1}[node])
	}
	return tr, k, w
}

// shuffled records the history in a random order that causes allow.
func (h *history) shuffled(t *testing.T, rnd *rand.Rand) ([]sm.Event, sm.Digest) {
	tr, k, w := h.begin(rnd)
	done := make([]bool, len(h.steps))
	ready := func(s step) bool {
		for _, need := range s.needs {
			if !done[need] {
				return false
			}
		}
		return true
	}
	for left := len(h.steps); left > 0; left-- {
		var can []int
		for at, s := range h.steps {
			if !done[at] && ready(s) {
				can = append(can, at)
			}
		}
		at := can[rnd.IntN(len(can))]
		h.steps[at].act(w)
		done[at] = true
	}
	flush(t, tr)
	return k.events, tr.Digest()
}

// concurrent records the history with one goroutine a lane.
func (h *history) concurrent(t *testing.T, rnd *rand.Rand) ([]sm.Event, sm.Digest) {
	tr, k, w := h.begin(rnd)
	done := make([]chan struct{}, len(h.steps))
	for i := range done {
		done[i] = make(chan struct{})
	}
	var wg sync.WaitGroup
	for node := range h.nodes {
		for lane := range h.lanes {
			lazy := rnd.IntN(3)
			wg.Go(func() {
				for at, s := range h.steps {
					if s.node != node || s.lane != lane {
						continue
					}
					for _, need := range s.needs {
						<-done[need]
					}
					for range lazy {
						runtime.Gosched()
					}
					s.act(w)
					close(done[at])
				}
			})
		}
	}
	wg.Wait()
	flush(t, tr)
	return k.events, tr.Digest()
}
