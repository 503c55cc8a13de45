package bench

import (
	"errors"
	"flag"
	"slices"
	"sync"
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/sm"
)

var recording = flag.String("recording", "", "take the events from this recording, from its first on; otherwise from a synthetic workload")

const (
	// takeEvents is how many events a format is handed at once.
	takeEvents = 64
	// syntheticEvents is how many events the synthetic workload has before it
	// begins anew. They are more than any format sees at once when it
	// compresses, so that none gains from the repetition.
	syntheticEvents = 100_000
)

// corpus returns the events of one round of a stream.
var corpus = sync.OnceValues(func() ([]sm.Event, error) {
	if *recording == "" {
		return recordertest.Workload(syntheticEvents)[:syntheticEvents], nil
	}
	var all []sm.Event
	err := readRaftscope(*recording, func(events []sm.Event) error {
		all = append(all, events...)
		return nil
	})
	if err == nil && len(all) == 0 {
		err = errors.New("a recording without events")
	}
	return all, err
})

// stream gives the events of the corpus, again and again. Numbers, times and
// machines grow all the way.
type stream struct {
	events []sm.Event
	next   int
	step   sm.Event // what one round adds: Seq, At, Wall and Machine
}

func newStream(tb testing.TB) *stream {
	tb.Helper()
	events, err := corpus()
	if err != nil {
		tb.Fatal(err)
	}
	s := &stream{events: slices.Clone(events)}
	last := s.events[len(s.events)-1]
	s.step = sm.Event{Seq: last.Seq, At: last.At, Wall: last.Wall}
	for i := range s.events {
		s.step.Machine = max(s.step.Machine, s.events[i].Machine)
	}
	return s
}

// used reports whether the round is over: shift makes the next one.
func (s *stream) used() bool { return s.next == len(s.events) }

// shift moves all events behind those that were taken.
func (s *stream) shift() {
	s.next = 0
	for i := range s.events {
		e := &s.events[i]
		e.Seq, e.At, e.Wall = e.Seq+s.step.Seq, e.At+s.step.At, e.Wall+s.step.Wall
		if e.Machine != 0 {
			e.Machine += s.step.Machine
		}
		if e.Other != 0 {
			e.Other += s.step.Machine
		}
		if e.Due != 0 {
			e.Due += s.step.At
		}
	}
}

// take returns the next events, at most n and takeEvents of them. They are
// valid until shift.
func (s *stream) take(n int) []sm.Event {
	n = min(n, takeEvents, len(s.events)-s.next)
	s.next += n
	return s.events[s.next-n : s.next]
}
