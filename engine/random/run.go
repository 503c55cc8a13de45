package random

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"raftscope/engine/grammar"
)

// Stats are figures of the processes, for finding out whether anything grows.
// Real time and memory differ from run to run.
type Stats struct {
	Real       time.Duration // of the epoch
	Own        int           // goroutines of this process, between epochs
	OwnHeap    uint64        // bytes of it
	Goroutines [2]int        // of the cluster's process, at the epoch's first and last rest
	Files      [2]int        // open ones
	Heap       uint64        // bytes, at the last rest
}

// Found is a violation with what shows it again.
type Found struct {
	Violation
	Epoch    int
	Seed     uint64 // of the epoch's cluster
	Scenario string // file name, empty if it could not be written
	Again    bool   // a run of the scenario showed it again
}

// Result is what came of a run.
type Result struct {
	Counts
	Found       []Found
	Interrupted bool // the counts are those so far
}

// OK says that no rule was broken.
func (r *Result) OK() bool { return len(r.Found) == 0 }

// foundMax bounds how many violations a run with GoOn looks for: each takes an
// epoch and a file.
const foundMax = 100

// Run runs epochs until the time is over or, unless options say otherwise, a rule
// is broken, and writes what happened to out: a line for each epoch and the
// counts. The same options give the same text. When ctx ends the run ends at
// once, with the counts so far and ctx's error. Other errors: options that make no
// sense, an epoch that could not be started, out or a file that cannot be
// written.
func Run(ctx context.Context, out io.Writer, opt Options) (Result, error) {
	families, err := opt.check()
	if err != nil {
		return Result{}, err
	}
	r := &runner{ctx: ctx, opt: &opt, families: families, w: &printer{w: out}}
	r.w.begin(&opt, families)
	err = r.run()
	if errors.Is(err, context.Canceled) || err == nil {
		r.w.end(&r.result)
	}
	if err == nil {
		err = r.w.err
	}
	return r.result, err
}

type runner struct {
	ctx      context.Context
	opt      *Options
	families []*family
	w        *printer
	result   Result
}

func (r *runner) run() error {
	for number := 1; r.opt.Length-r.result.Virtual >= grammar.DurationMin; number++ { // nobody waits for less
		began := time.Now()
		e, err := r.epoch(number)
		if e != nil {
			r.result.add(&e.tally.Counts)
			r.w.epoch(number, e)
		}
		if r.ctx.Err() != nil {
			r.result.Interrupted = true
			return r.ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("epoch %d: %w", number, err)
		}
		if e.found != nil {
			if err := r.keep(number, e); err != nil {
				return err
			}
			if !r.opt.GoOn || len(r.result.Found) == foundMax {
				return nil
			}
		}
		r.progress(number, e, time.Since(began))
	}
	return nil
}

// epoch runs one epoch; it is returned also if it could not go to its end.
func (r *runner) epoch(number int) (*epoch, error) {
	e := newEpoch(r.ctx, r.opt, r.families, number)
	length := min(r.opt.Epoch, r.opt.Length-r.result.Virtual)
	if r.opt.Record == nil {
		return e, e.run(nil, length)
	}
	rec, err := r.opt.Record(number, e.cluster.Seed)
	if err != nil {
		return nil, err
	}
	err = e.run(rec, length)
	if closed := rec.Close(); err == nil {
		err = closed
	}
	return e, err
}

// progress tells how far the run is, and how large.
func (r *runner) progress(number int, e *epoch, took time.Duration) {
	if r.opt.Progress == nil {
		return
	}
	var m runtime.MemStats
	runtime.GC() // what counts is what stays
	runtime.ReadMemStats(&m)
	s := Stats{Real: took, Own: runtime.NumGoroutine(), OwnHeap: m.HeapAlloc}
	if n := len(e.rests); n > 0 {
		first, last := e.rests[0], e.rests[n-1]
		s.Goroutines, s.Files, s.Heap = [2]int{first.Goroutines, last.Goroutines}, [2]int{first.Files, last.Files}, last.Heap
	}
	r.opt.Progress(Progress{Epoch: number, Virtual: r.result.Virtual, Stats: s})
}
