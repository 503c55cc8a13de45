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
	Processor  time.Duration // of the cluster's process; 0 where the system does not tell
	Own        int           // goroutines of this process, 0 while other epochs run
	OwnHeap    uint64        // bytes of it, likewise
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
	r.ahead = &ahead{ctx: ctx, run: r.epoch}
	defer r.ahead.drop()
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
	ahead    *ahead
}

func (r *runner) run() error {
	for number := 1; r.opt.Length-r.result.Virtual >= grammar.DurationMin; number++ { // nobody waits for less
		left := r.opt.Length - r.result.Virtual
		s := r.ahead.take(number, min(r.opt.Epoch, left), left, r.atOnce(number))
		e, err := s.epoch, s.err
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
		r.progress(s)
	}
	return nil
}

// atOnce is how many epochs may run beside each other while one does.
func (r *runner) atOnce(number int) int {
	if r.opt.Record != nil { // of one that nobody is told of there must be no file
		return 1
	}
	if r.opt.Progress != nil && number == 1 { // what the others are compared with
		return 1
	}
	return max(r.opt.AtOnce, 1)
}

// epoch runs one epoch; it is returned also if it could not go to its end. It
// must not look at what came of others.
func (r *runner) epoch(ctx context.Context, number int, length time.Duration) (*epoch, error) {
	e := newEpoch(ctx, r.opt, r.families, number)
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
func (r *runner) progress(s *started) {
	if r.opt.Progress == nil {
		return
	}
	e := s.epoch
	st := Stats{Real: s.took, Processor: e.session.ProcessorTime()}
	if r.ahead.alone() {
		var m runtime.MemStats
		runtime.GC() // what counts is what stays
		runtime.ReadMemStats(&m)
		st.Own, st.OwnHeap = runtime.NumGoroutine(), m.HeapAlloc
	}
	if n := len(e.rests); n > 0 {
		first, last := e.rests[0], e.rests[n-1]
		st.Goroutines, st.Files, st.Heap = [2]int{first.Goroutines, last.Goroutines}, [2]int{first.Files, last.Files}, last.Heap
	}
	r.opt.Progress(Progress{Epoch: s.number, Virtual: r.result.Virtual, Stats: st})
}
