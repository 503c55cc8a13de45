package random

import (
	"context"
	"time"
)

// started is an epoch that runs, perhaps before its turn. Its fields but the
// first four may be read when done is closed.
type started struct {
	number int
	length time.Duration
	end    context.CancelFunc
	done   chan struct{}
	epoch  *epoch
	err    error
	took   time.Duration
}

// ahead runs epochs beside each other. Each follows from the run's seed and its
// number alone, so that they may begin before their turn; they are taken in order,
// and nothing shows how many ran at once. One goroutine uses it; drop must be its
// last call.
type ahead struct {
	ctx   context.Context
	run   func(ctx context.Context, number int, length time.Duration) (*epoch, error)
	queue []*started // by number, without a gap
}

// overrun is by how much an epoch is taken to last longer than it should, when
// it is to be said whether there will be time for a whole one behind it.
const overrun = time.Minute

// take returns an epoch of a length when it is over, and has others of that length
// run meanwhile, so that it is at most so many at once: those for which there
// surely is time within what is left of the run.
func (a *ahead) take(number int, length, left time.Duration, most int) *started {
	if len(a.queue) > 0 && a.queue[0].length != length {
		a.drop() // those before it lasted longer than they were taken to
	}
	if len(a.queue) == 0 {
		a.start(number, length)
	}
	left -= length + overrun
	for _, s := range a.queue[1:] {
		left -= s.length + overrun
	}
	for len(a.queue) < most && left >= length {
		a.start(number+len(a.queue), length)
		left -= length + overrun
	}
	s := a.queue[0]
	<-s.done
	a.queue = a.queue[1:]
	return s
}

func (a *ahead) start(number int, length time.Duration) {
	ctx, end := context.WithCancel(a.ctx)
	s := &started{number: number, length: length, end: end, done: make(chan struct{})}
	a.queue = append(a.queue, s)
	go func() {
		defer close(s.done)
		defer end()
		began := time.Now()
		s.epoch, s.err = a.run(ctx, number, length)
		s.took = time.Since(began)
	}()
}

// alone says whether nothing runs.
func (a *ahead) alone() bool { return len(a.queue) == 0 }

// drop ends what still runs, and waits until nothing is left of it.
func (a *ahead) drop() {
	for _, s := range a.queue {
		s.end()
	}
	for _, s := range a.queue {
		<-s.done
	}
	a.queue = nil
}
