package sm_test

import (
	"fmt"
	"testing"

	"raftscope/sm"
)

// The kinds of these tests. job has every sort of state; pingPong moves for ever.
var (
	job = sm.MustBuild(sm.KindSpec{Name: "job", Doc: "A piece of work.", States: []sm.StateSpec{
		{Name: "start", Doc: "Born.", Flags: sm.Initial, Next: []string{"busy", "DONE", "FAILED"}},
		{Name: "busy", Doc: "At work.", Next: []string{"busy", "DONE", "FAILED"}},
		{Name: "DONE", Doc: "It worked.", Flags: sm.Final, Next: []string{"busy"}},
		{Name: "FAILED", Doc: "It did not.", Flags: sm.Final | sm.Failure},
	}})
	pingPong = sm.MustBuild(sm.KindSpec{Name: "ping-pong", Doc: "A ball.", States: []sm.StateSpec{
		{Name: "ping", Doc: "Here.", Flags: sm.Initial | sm.Final, Next: []string{"pong"}},
		{Name: "pong", Doc: "There.", Next: []string{"ping"}},
	}})
)

const (
	start, busy, done, failed = sm.State(0), sm.State(1), sm.State(2), sm.State(3)
	ping                      = sm.State(0)
)

// stepClock advances by step at every look; wall is always one more.
type stepClock struct {
	at, step sm.Time
	wall     int64
}

func (c *stepClock) Now() (sm.Time, int64) {
	c.at += c.step
	c.wall++
	return c.at, c.wall
}

// stoppedClock may be asked by many goroutines.
type stoppedClock struct{}

func (stoppedClock) Now() (sm.Time, int64) { return 1000, 0 }

type sinkFunc func([]sm.Event) error

func (f sinkFunc) Take(events []sm.Event) error { return f(events) }

// keeper is a sink that keeps everything.
type keeper struct{ events []sm.Event }

func (k *keeper) Take(events []sm.Event) error {
	k.events = append(k.events, events...)
	return nil
}

// newTracker returns a tracker whose events end up in the keeper.
func newTracker(strict bool) (*sm.Tracker, *keeper, *stepClock) {
	k, c := &keeper{}, &stepClock{}
	return sm.NewTracker(sm.Options{Clock: c, Sink: k, Strict: strict}), k, c
}

// line prints what matters of an event, for comparisons.
func line(e sm.Event) string {
	return fmt.Sprintf("%d %s/%d %s #%d<%d %d>%d %s|%s|%s|%d", e.At, e.Node, e.Life, e.Type,
		e.Machine, e.Other, e.From, e.State, e.Kind, e.Key, e.Text, e.Num)
}

func wantLines(t *testing.T, events []sm.Event, want ...string) {
	t.Helper()
	for i := range max(len(events), len(want)) {
		got, w := "(nothing)", "(nothing)"
		if i < len(events) {
			got = line(events[i])
		}
		if i < len(want) {
			w = want[i]
		}
		if got != w {
			t.Errorf("event %d:\n got %s\nwant %s", i+1, got, w)
		}
	}
}
