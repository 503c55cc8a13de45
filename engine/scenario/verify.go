package scenario

import (
	"context"
	"fmt"
	"io"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/sm"
)

// Verification is what came of running a scenario many times.
type Verification struct {
	Runs, Equal int
	Digest      string // of the first run
}

// Verify runs a scenario n times and compares every run with the first, event
// by event. The first run's transcript goes to first; of every run that
// differs, out gets a line that says where the two part. It stops at the first
// error of a run.
func Verify(ctx context.Context, f *grammar.File, n int, first, out io.Writer, opt Options) (Verdict, Verification, error) {
	var reference recorded
	opt.Out = &reference
	verdict, err := Run(ctx, f, first, opt)
	if err != nil {
		return verdict, Verification{}, err
	}
	v := Verification{Runs: 1, Equal: 1, Digest: verdict.Digest}
	for v.Runs < n {
		again := &comparison{reference: reference}
		opt.Out = again
		other, err := Run(ctx, f, io.Discard, opt)
		if err != nil {
			return verdict, v, fmt.Errorf("run %d of %d: %w", v.Runs+1, n, err)
		}
		v.Runs++
		switch {
		case again.parted != "":
			fmt.Fprintf(out, "run %d parts from the first at %s\n", v.Runs, again.parted)
		case again.next != len(reference):
			fmt.Fprintf(out, "run %d ends after event %d, the first after %d\n", v.Runs, again.next, len(reference))
		case other.Digest != verdict.Digest:
			fmt.Fprintf(out, "run %d has equal events but digest %s, the first %s\n", v.Runs, other.Digest, verdict.Digest)
		default:
			v.Equal++
		}
	}
	return verdict, v, nil
}

// recorded keeps all events of a run.
type recorded []sm.Event

// Take implements sm.Sink.
func (r *recorded) Take(events []sm.Event) error {
	*r = append(*r, events...)
	return nil
}

// comparison compares a run with a recorded one as it goes.
type comparison struct {
	reference recorded
	next      int
	parted    string
}

// Take implements sm.Sink.
func (c *comparison) Take(events []sm.Event) error {
	for i := range events {
		if c.parted == "" {
			c.parted = c.compare(&events[i])
		}
		c.next++
	}
	return nil
}

// compare returns where an event differs from the first run's, empty if it is
// the same.
func (c *comparison) compare(e *sm.Event) string {
	if c.next >= len(c.reference) {
		return fmt.Sprintf("event %d, which the first does not have: %s", e.Seq, describe(e))
	}
	want := &c.reference[c.next]
	var a, b sm.Digest
	a.Add(want)
	b.Add(e)
	if a == b {
		return ""
	}
	return fmt.Sprintf("event %d: first %s; now %s", e.Seq, describe(want), describe(e))
}

// describe shows an event as it is, for comparing two runs.
func describe(e *sm.Event) string {
	return fmt.Sprintf("{%s %s %s life %d machine %d %s %d>%d other %d key %q text %q num %d}",
		replay.Seconds(e.At), e.Type, e.Node, e.Life, e.Machine, e.Kind, e.From, e.State, e.Other, e.Key, e.Text, e.Num)
}
