package replay_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"raftscope/replay"
)

// glance asks what a screen asks for one frame: time, nodes, logs, the newest
// write with its facts, phases and tree, the pending operations, notable
// events nearby, the last few machines and events.
func glance(v replay.View) string {
	var b strings.Builder
	screen(&b, v)
	return b.String()
}

func screen(w io.Writer, v replay.View) {
	tl := v.Timeline()
	fmt.Fprintln(w, v.Now(), v.Leader())
	for _, name := range v.Nodes() {
		fmt.Fprintln(w, v.Node(name))
		for _, peer := range v.Nodes() {
			p := v.Progress(name, peer)
			fmt.Fprintln(w, p.Next, p.Match, p.Contact, len(p.Requests), v.IsCut(name, peer))
		}
	}
	for _, h := range v.Held() {
		fmt.Fprintln(w, h.Machine.Name(), h.Since, h.By)
	}
	_ = v.LogsText(w, 120) // the writers of these tests take everything
	if exec := v.LastExec(); exec.Known() {
		o := v.Outcome(exec.Machine)
		fmt.Fprintln(w, exec.Name(), exec.StateName(), o.Told, o.Fate, len(v.Phases(exec.Machine)))
		_ = v.Tree(exec.Machine, replay.Options{}).Text(w, replay.Style{Moves: true})
	}
	for _, p := range v.Pending() {
		fmt.Fprintln(w, p.Machine.Name(), p.What, p.Due)
	}
	fmt.Fprintln(w, tl.NextNotable(v.Events(), -1))
	for _, kind := range []string{"append", "append-rpc", "append-follower"} {
		fmt.Fprintln(w, v.Count(kind, ""), v.Count(kind, "DONE"))
		if m := v.Newest(kind, ""); m.Known() {
			fmt.Fprintln(w, m.Name(), m.StateName(), m.Attrs(), len(m.Causes()), len(m.Effects()))
		}
	}
	for i := max(0, v.Events()-20); i < v.Events(); i++ {
		fmt.Fprintln(w, tl.Describe(i, false))
	}
}

// BenchmarkCursor asks all a screen asks, at each step or jump of the cursor
// over 10,000 events and, for comparison, over a million.
func BenchmarkCursor(b *testing.B) {
	for _, events := range []int{10_000, 1_000_000} {
		tl := build(b, decoded(b, events))
		r := rand.New(rand.NewPCG(3, 4))
		b.Run(fmt.Sprintf("jump/events=%d", events), func(b *testing.B) {
			for b.Loop() {
				screen(io.Discard, tl.At(r.IntN(tl.Events()+1)))
			}
		})
		b.Run(fmt.Sprintf("step/events=%d", events), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				screen(io.Discard, tl.At(tl.Events()/2+i%5000))
			}
		})
	}
}

// BenchmarkQuestions asks one question each, at a random event of a million.
func BenchmarkQuestions(b *testing.B) {
	tl := build(b, decoded(b, 1_000_000))
	r := rand.New(rand.NewPCG(3, 4))
	for name, ask := range map[string]func(v replay.View){
		"Node":      func(v replay.View) { v.Node("n2") },
		"Leader":    func(v replay.View) { v.Leader() },
		"Pending":   func(v replay.View) { v.Pending() },
		"Count":     func(v replay.View) { v.Count("append", "DONE") },
		"LogsText":  func(v replay.View) { _ = v.LogsText(io.Discard, 120) },
		"LogsEqual": func(v replay.View) { v.LogsEqual() },
		"Outcome":   func(v replay.View) { v.Outcome(v.LastExec().Machine) },
		"AtTime":    func(v replay.View) { v.Timeline().AtTime(v.Now()) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				ask(tl.At(r.IntN(tl.Events() + 1)))
			}
		})
	}
}
