package fault_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"raftscope/engine/fault"
	"raftscope/engine/vtime"
	"raftscope/sm"
)

const ms = time.Millisecond

var (
	errDisk  = errors.New("input/output error")
	message  = fault.What{Class: fault.Message, Kind: "append-rpc", Node: "n1", Peer: "n2"}
	answer   = fault.What{Class: fault.Message, Kind: "append-rpc", Node: "n1", Peer: "n2", Answer: true}
	write    = fault.What{Class: fault.Disk, Kind: "append", Node: "n2"}
	voteTerm = fault.What{Class: fault.Disk, Kind: "meta", Part: "last-vote-term", Node: "n2"}
	apply    = fault.What{Class: fault.FSM, Kind: "fsm", Node: "n2"}
)

func exactly(d time.Duration) vtime.Range { return vtime.Range{Lo: d, Hi: d} }

// told is a teller that keeps what it is told.
type told struct {
	id   sm.ID
	said []string
}

func (t *told) ID() sm.ID { return t.id }
func (t *told) Attr(k string, v int64) {
	if k != fault.AttrDue {
		t.said = append(t.said, fmt.Sprintf("%s=%d", k, v))
	}
}
func (t *told) AttrText(k, v string) { t.said = append(t.said, k+"="+v) }

// play runs f in a bubble with a board.
func play(t *testing.T, f func(b *fault.Board, start time.Time)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		b := fault.NewBoard(fault.Options{Seed: 7, Patience: time.Second, Clock: func(at time.Time) sm.Time { return sm.Time(at.Sub(start)) }})
		f(b, start)
		b.Close()
		synctest.Wait()
	})
}

// ended is how an operation ended, and when.
type ended struct {
	fate fault.Fate
	at   time.Duration
}

// carry waits for an operation of d in the background.
func carry(o *fault.Op, d time.Duration, dead <-chan struct{}, start time.Time) <-chan ended {
	c := make(chan ended, 1)
	go func() {
		defer o.End()
		fate := o.Pass(dead)
		if fate == fault.Arrived {
			fate = o.Wait(d+o.Extra(), dead)
		}
		c <- ended{fate, time.Since(start).Truncate(ms / 10)}
	}()
	return c
}

// TestRules plays one rule of each action on an operation of 10ms.
func TestRules(t *testing.T) {
	for _, c := range []struct {
		name string
		rule fault.Rule
		what fault.What
		want ended
		said []string
	}{
		{"none", fault.Rule{Action: fault.Drop, For: fault.Pattern{Class: fault.Message, Node: "n3"}}, message, ended{fault.Arrived, 10 * ms}, nil},
		{"another kind", fault.Rule{Action: fault.Drop, For: fault.Pattern{Class: fault.Message, Kind: "vote-rpc"}}, message, ended{fault.Arrived, 10 * ms}, nil},
		{"not answers", fault.Rule{Action: fault.Drop, For: fault.Pattern{Class: fault.Message}}, answer, ended{fault.Arrived, 10 * ms}, nil},
		{"drop", fault.Rule{Action: fault.Drop, For: fault.Pattern{Class: fault.Message}}, message, ended{fault.Dropped, 0}, []string{"fault=dropped by rule 1"}},
		{"drop answers", fault.Rule{Action: fault.Drop, For: fault.Pattern{Class: fault.Message, Answers: true}}, answer, ended{fault.Dropped, 0}, []string{"fault=dropped by rule 1"}},
		{"delay", fault.Rule{Action: fault.Delay, For: fault.Pattern{Class: fault.Disk, Node: "n2"}, By: vtime.Range{Lo: 5 * ms, Hi: 5 * ms}}, write,
			ended{fault.Arrived, 15 * ms}, []string{"fault=delayed by rule 1, 5ms"}},
		{"fail", fault.Rule{Action: fault.Fail, For: fault.Pattern{Class: fault.Disk}, Err: errDisk}, write, ended{fault.Failed, 10 * ms},
			[]string{"fault=fails by rule 1: input/output error"}},
		{"fail after", fault.Rule{Action: fault.Fail, For: fault.Pattern{Class: fault.Disk}, Err: errDisk, How: fault.How{After: true}}, write, ended{fault.Failed, 10 * ms},
			[]string{"fault=fails by rule 1, when it is done: input/output error"}},
		{"crash", fault.Rule{Action: fault.Crash, For: fault.Pattern{Class: fault.Disk}}, write, ended{fault.Failed, 10 * ms},
			[]string{"fault=crashes by rule 1, before it is done"}},
		{"by part", fault.Rule{Action: fault.Fail, For: fault.Pattern{Class: fault.Disk, Kind: "last-vote-term"}, Err: errDisk}, voteTerm, ended{fault.Failed, 10 * ms},
			[]string{"fault=fails by rule 1: input/output error"}},
		{"by another part", fault.Rule{Action: fault.Fail, For: fault.Pattern{Class: fault.Disk, Kind: "last-vote-cand"}, Err: errDisk}, voteTerm, ended{fault.Arrived, 10 * ms}, nil},
		{"hold", fault.Rule{Action: fault.Hold, For: fault.Pattern{Class: fault.FSM}}, apply, ended{fault.Arrived, 110 * ms},
			[]string{"fault=held by rule 1", "held=1", "held-by=rule 1", "held=0"}},
		{"reorder, never overtaken", fault.Rule{Action: fault.Reorder, For: fault.Pattern{Class: fault.Message}}, message, ended{fault.Arrived, 0},
			[]string{"fault=reordered by rule 1", "held=1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, func(b *fault.Board, start time.Time) {
				c.rule.Chance = 1
				b.Add(c.rule)
				o := b.Begin(c.what, vtime.NewStream(1, "x", 1))
				tell := &told{id: 1}
				o.Tell(tell, nil)
				if c.rule.Action == fault.Reorder {
					return // TestReorder plays it
				}
				got := carry(o, 10*ms, nil, start)
				time.Sleep(100 * ms)
				b.ReleaseAll()
				if e := <-got; e != c.want {
					t.Errorf("got %v, want %v", e, c.want)
				}
				if !slices.Equal(tell.said, c.said) {
					t.Errorf("told %q, want %q", tell.said, c.said)
				}
			})
		})
	}
}

// TestSkipCountChance: which of 20 operations a rule fires on.
func TestSkipCountChance(t *testing.T) {
	for _, c := range []struct {
		skip, count uint64
		chance      float64
		want        func(fired []int) bool
	}{
		{0, 0, 1, func(f []int) bool { return len(f) == 20 }},
		{3, 2, 1, func(f []int) bool { return slices.Equal(f, []int{3, 4}) }},
		{0, 0, 0.3, func(f []int) bool { return len(f) > 1 && len(f) < 15 }},
	} {
		var first []int
		for range 2 {
			play(t, func(b *fault.Board, _ time.Time) {
				b.Add(fault.Rule{Action: fault.Drop, For: fault.Pattern{Class: fault.Message}, Skip: c.skip, Count: c.count, Chance: c.chance})
				var fired []int
				for i := range 20 {
					o := b.Begin(message, vtime.NewStream(1, "x", 1))
					if o.Touched() {
						fired = append(fired, i)
					}
					o.End()
				}
				if !c.want(fired) || first != nil && !slices.Equal(fired, first) {
					t.Errorf("skip=%d count=%d p=%v fires on %v, before on %v", c.skip, c.count, c.chance, fired, first)
				}
				first = fired
				if r := b.Rules()[0]; r.Fired != uint64(len(fired)) || r.Spent != (c.count == 2) {
					t.Errorf("the rule says %+v", r)
				}
			})
		}
	}
}

// Draws are a link's own: what happens on another one changes nothing.
func TestDrawsByLink(t *testing.T) {
	fires := func(others int) (fired []bool) {
		play(t, func(b *fault.Board, _ time.Time) {
			b.Add(fault.Rule{Action: fault.Drop, For: fault.Pattern{Class: fault.Message}, Chance: 0.5})
			for range 30 {
				for range others {
					b.Begin(fault.What{Class: fault.Message, Kind: "append-rpc", Node: "n1", Peer: "n3"}, nil).End()
				}
				o := b.Begin(message, nil)
				fired = append(fired, o.Touched())
				o.End()
			}
		})
		return fired
	}
	if a, b := fires(0), fires(2); !slices.Equal(a, b) || !slices.Contains(a, true) || !slices.Contains(a, false) {
		t.Errorf("fires %v, and %v beside messages on another link", a, b)
	}
}

// TestByHand plays what is done to an operation of 10ms when 4ms have passed.
func TestByHand(t *testing.T) {
	for _, c := range []struct {
		name string
		what fault.What
		do   func(b *fault.Board, o *fault.Op) error
		want ended
	}{
		{"hold and release", write, func(b *fault.Board, o *fault.Op) error {
			err := o.Hold()
			time.Sleep(20 * ms)
			return errors.Join(err, o.Release())
		}, ended{fault.Arrived, 30 * ms}},
		{"hold, delay, release", write, func(b *fault.Board, o *fault.Op) error {
			err := errors.Join(o.Hold(), o.Delay(exactly(3*ms)))
			time.Sleep(20 * ms)
			return errors.Join(err, o.Release())
		}, ended{fault.Arrived, 33 * ms}},
		{"delay", message, func(b *fault.Board, o *fault.Op) error { return o.Delay(exactly(7 * ms)) }, ended{fault.Arrived, 17 * ms}},
		{"drop", message, func(b *fault.Board, o *fault.Op) error { return o.Drop() }, ended{fault.Dropped, 4 * ms}},
		{"drop what is held", message, func(b *fault.Board, o *fault.Op) error { return errors.Join(o.Hold(), o.Drop()) }, ended{fault.Dropped, 4 * ms}},
		{"fail", write, func(b *fault.Board, o *fault.Op) error { return o.Fail(errDisk) }, ended{fault.Failed, 4 * ms}},
		{"freeze and thaw", apply, func(b *fault.Board, o *fault.Op) error {
			b.Freeze("n2")
			time.Sleep(20 * ms)
			b.ReleaseAll() // not what is frozen
			time.Sleep(20 * ms)
			b.Thaw("n2")
			return nil
		}, ended{fault.Arrived, 50 * ms}},
		{"held twice", message, func(b *fault.Board, o *fault.Op) error {
			b.Freeze("n1")
			b.Freeze("n2")
			b.Thaw("n1")
			time.Sleep(20 * ms)
			b.Thaw("n2")
			return nil
		}, ended{fault.Arrived, 30 * ms}},
		{"reorder", message, func(b *fault.Board, o *fault.Op) error {
			err := o.Reorder()
			beat := b.Begin(fault.What{Class: fault.Message, Kind: "heartbeat", Node: "n1", Peer: "n2"}, nil)
			b.Overtook(beat) // which does not count
			time.Sleep(20 * ms)
			later := b.Begin(message, nil)
			b.Overtook(later)
			return err
		}, ended{fault.Arrived, 30 * ms}},
		{"reorder, never overtaken", message, func(b *fault.Board, o *fault.Op) error { return o.Reorder() }, ended{fault.Arrived, time.Second + 10*ms}},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, func(b *fault.Board, start time.Time) {
				o := b.Begin(c.what, vtime.NewStream(1, "x", 1))
				o.Tell(&told{id: 3}, func(time.Duration) {})
				got := carry(o, 10*ms, nil, start)
				time.Sleep(4 * ms)
				if b.Find(3) != o || b.Find(4) != nil || b.Find(0) != nil {
					t.Error("the operation is not found by its machine")
				}
				if err := c.do(b, o); err != nil {
					t.Error(err)
				}
				if e := <-got; e != c.want {
					t.Errorf("got %v, want %v", e, c.want)
				}
				if b.Find(3) != nil {
					t.Error("it is on the board for ever")
				}
			})
		})
	}
}

// TestRefusals: what makes no sense is refused, and nothing is done.
func TestRefusals(t *testing.T) {
	play(t, func(b *fault.Board, _ time.Time) {
		disk, fsm, back := b.Begin(write, nil), b.Begin(apply, nil), b.Begin(answer, nil)
		for _, c := range []struct {
			name string
			err  error
			want error
		}{
			{"drop a disk operation", disk.Drop(), fault.ErrUnfit},
			{"duplicate a disk operation", disk.Duplicate(exactly(ms)), fault.ErrUnfit},
			{"duplicate an answer", back.Duplicate(exactly(ms)), fault.ErrUnfit},
			{"reorder a disk operation", disk.Reorder(), fault.ErrUnfit},
			{"fail an apply", fsm.Fail(errDisk), fault.ErrUnfit},
			{"release what is not held", disk.Release(), fault.ErrNotHeld},
			{"hold", disk.Hold(), nil},
			{"hold twice", disk.Hold(), fault.ErrUnfit},
			{"clear rule 0", b.Clear(0), fault.ErrNoRule},
			{"clear rule 1", b.Clear(1), fault.ErrNoRule},
		} {
			if !errors.Is(c.err, c.want) {
				t.Errorf("%s: %v, want %v", c.name, c.err, c.want)
			}
		}
		if b.Thaw("n2") || !b.Freeze("n2") || b.Freeze("n2") || !b.Frozen("n2") {
			t.Error("freezing twice, or thawing what is not frozen, is not told")
		}
	})
}

// TestEnds: the end of a life and the closing of the board end all waits.
func TestEnds(t *testing.T) {
	play(t, func(b *fault.Board, start time.Time) {
		dead := make(chan struct{})
		b.Add(fault.Rule{Action: fault.Hold, For: fault.Pattern{Class: fault.Disk}, Chance: 1})
		held := carry(b.Begin(write, vtime.NewStream(1, "x", 1)), 10*ms, dead, start)
		running := carry(b.Begin(apply, vtime.NewStream(1, "y", 2)), 10*ms, dead, start)
		lost := carry(b.Begin(message, vtime.NewStream(1, "z", 3)), time.Hour, nil, start)
		time.Sleep(5 * ms)
		close(dead)
		for name, c := range map[string]<-chan ended{"held": held, "running": running} {
			if e := <-c; e.fate != fault.Ended {
				t.Errorf("the %s one: %v", name, e)
			}
		}
		b.Close()
		if e := <-lost; e.fate != fault.Ended {
			t.Errorf("the message: %v", e)
		}
	})
}

// What lets an operation go that was held for some reason, and what does not:
// it has 10ms to go, and is held until 50ms.
func TestLetGo(t *testing.T) {
	hold := fault.Rule{Action: fault.Hold, For: fault.Pattern{Class: fault.Message}, Chance: 1}
	reorder := fault.Rule{Action: fault.Reorder, For: fault.Pattern{Class: fault.Message}, Chance: 1}
	clear := func(b *fault.Board) { b.Clear(1) }
	for _, c := range []struct {
		name string
		rule *fault.Rule
		held func(b *fault.Board, o *fault.Op)
		let  func(b *fault.Board)
		goes bool
	}{
		{"a rule is cleared", &hold, nil, clear, true},
		{"all rules are cleared", &hold, nil, func(b *fault.Board) { b.ClearAll() }, true},
		{"a rule that reorders is cleared", &reorder, nil, clear, true},
		{"another rule is cleared", &hold, nil, func(b *fault.Board) { b.Clear(2) }, false},
		{"it is held by hand too", &hold, func(_ *fault.Board, o *fault.Op) { o.Hold() }, clear, false},
		{"its sender's life is over", &hold, nil, func(b *fault.Board) { b.Abandon("n1") }, true},
		{"its receiver's life is over", &hold, nil, func(b *fault.Board) { b.Abandon("n2") }, false},
		{"its sender was frozen", nil, func(b *fault.Board, _ *fault.Op) { b.Freeze("n1") }, func(b *fault.Board) { b.Abandon("n1") }, true},
		{"its receiver is frozen still", nil, func(b *fault.Board, _ *fault.Op) { b.Freeze("n2") }, func(b *fault.Board) { b.Abandon("n1") }, false},
		{"all is released but what is frozen", nil, func(b *fault.Board, _ *fault.Op) { b.Freeze("n2") }, func(b *fault.Board) { b.ReleaseAll() }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, func(b *fault.Board, start time.Time) {
				if c.rule != nil {
					b.Add(*c.rule)
				}
				o := b.Begin(message, vtime.NewStream(1, "x", 1))
				o.Tell(&told{id: 1}, func(time.Duration) {})
				got := carry(o, 10*ms, nil, start)
				synctest.Wait()
				if c.held != nil {
					c.held(b, o)
				}
				time.Sleep(50 * ms)
				c.let(b)
				time.Sleep(20 * ms)
				select {
				case e := <-got:
					if !c.goes || e != (ended{fault.Arrived, 60 * ms}) {
						t.Errorf("it goes on: %v", e)
					}
				default:
					if c.goes {
						t.Error("it is held still")
					}
				}
			})
		})
	}
}

// An operation that waits for its turn can be failed before that.
func TestQueue(t *testing.T) {
	play(t, func(b *fault.Board, _ time.Time) {
		o, turn := b.Begin(write, vtime.NewStream(1, "x", 1)), make(chan struct{})
		got := make(chan fault.Fate, 2)
		go func() { got <- o.Queue(turn, nil) }()
		synctest.Wait()
		o.Fail(errDisk)
		if fate := <-got; fate != fault.Failed || !errors.Is(o.Err(), errDisk) {
			t.Errorf("it ends with %d, %v", fate, o.Err())
		}
		other := b.Begin(write, vtime.NewStream(1, "y", 2))
		go func() { got <- other.Queue(turn, nil) }()
		synctest.Wait()
		close(turn)
		if fate := <-got; fate != fault.Arrived {
			t.Errorf("its turn comes: %d", fate)
		}
	})
}

// There is a bound on rules, and numbers are never used again.
func TestRulesMax(t *testing.T) {
	play(t, func(b *fault.Board, _ time.Time) {
		rule := fault.Rule{Action: fault.Drop, For: fault.Pattern{Class: fault.Message}, Chance: 1}
		for i := range fault.RulesMax {
			if n, err := b.Add(rule); n != i+1 || err != nil {
				t.Fatalf("rule %d: %d, %v", i+1, n, err)
			}
		}
		if _, err := b.Add(rule); !errors.Is(err, fault.ErrFull) {
			t.Errorf("one too many: %v", err)
		}
		b.Clear(3)
		if n, err := b.Add(rule); n != fault.RulesMax+1 || err != nil || b.Made() != n || len(b.Rules()) != fault.RulesMax {
			t.Errorf("after one was cleared: %d, %v", n, err)
		}
	})
}

// Times drawn by hand are drawn anew each time.
func TestDrawnByHand(t *testing.T) {
	play(t, func(b *fault.Board, start time.Time) {
		o := b.Begin(message, vtime.NewStream(1, "x", 1))
		tell := &told{id: 1}
		o.Tell(tell, nil)
		for range 2 {
			o.Delay(vtime.Range{Lo: ms, Hi: time.Hour})
		}
		if len(tell.said) != 2 || tell.said[0] == tell.said[1] {
			t.Errorf("two delays: %q", tell.said)
		}
	})
}
