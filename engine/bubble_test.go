package engine

import (
	"os"
	"testing"
	"time"
)

// TestBubble insists on what the world needs of virtual time. If a Go release
// changes any of it, nothing here works, so it must fail before all else.
func TestBubble(t *testing.T) {
	t.Run("begins at the same instant every time", bubbleBegins)
	t.Run("jumps only when all is blocked", bubbleJumps)
	t.Run("stands still while the root is in a raw call", bubbleSleeps)
	t.Run("stands still while the root reads a file", bubbleReads)
	t.Run("wakes the root at the very instant", bubbleWakes)
}

// inBubble runs f as the debuggee does: not in a test's own bubble, and with a
// testing.T of nobody's. What f reports is checked outside.
func inBubble(t *testing.T, f func() (wrong string)) {
	t.Helper()
	var wrong string
	bubble(func() { wrong = f() })
	if wrong != "" {
		t.Error(wrong)
	}
}

func bubbleBegins(t *testing.T) {
	want := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	for range 3 {
		inBubble(t, func() string {
			got := time.Now()
			time.Sleep(time.Hour) // the next bubble must not begin where this one ended
			if !got.Equal(want) {
				return "virtual time begins at " + got.UTC().String() + ", want " + want.String()
			}
			return ""
		})
	}
}

func bubbleJumps(t *testing.T) {
	inBubble(t, func() string {
		begin := time.Now()
		var woke time.Duration
		go func() {
			time.Sleep(time.Hour)
			woke = time.Since(begin)
		}()
		for until := nanotime() + int64(5*time.Millisecond); nanotime() < until; {
			continue // busy, hence not blocked
		}
		if d := time.Since(begin); d != 0 {
			return "time went on by " + d.String() + " while the root was busy"
		}
		quiesce()
		if d := time.Since(begin); d != 0 {
			return "time went on by " + d.String() + " while the root waited for quiescence"
		}
		real := nanotime()
		time.Sleep(3 * time.Hour)
		quiesce()
		if d := time.Since(begin); d != 3*time.Hour {
			return "a sleep of 3h took " + d.String()
		}
		if woke != time.Hour {
			return "a sleep of 1h took " + woke.String()
		}
		if took := time.Duration(nanotime() - real); took > time.Minute {
			return "three virtual hours took " + took.String()
		}
		return ""
	})
}

// bubbleStandsStill has the root call something that takes real time, while
// everything else in the bubble waits for a nanosecond of virtual time.
func bubbleStandsStill(t *testing.T, call func()) {
	inBubble(t, func() string {
		begin := time.Now()
		woke := make(chan struct{})
		go func() {
			time.Sleep(time.Nanosecond)
			close(woke)
		}()
		quiesce()
		call()
		if d := time.Since(begin); d != 0 {
			return "time went on by " + d.String() + " during the call"
		}
		select {
		case <-woke:
			return "a timer fired during the call"
		default:
		}
		<-woke
		if d := time.Since(begin); d != time.Nanosecond {
			return "the timer fired after " + d.String() + ", want 1ns"
		}
		return ""
	})
}

func bubbleSleeps(t *testing.T) {
	var took time.Duration
	bubbleStandsStill(t, func() {
		real := nanotime()
		rawSleep(30 * time.Millisecond) // a signal may end it early
		took = time.Duration(nanotime() - real)
	})
	if took <= 0 {
		t.Errorf("the real clock went on by %v during a real sleep", took)
	}
}

func bubbleReads(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	ask := make(chan struct{})
	go func() { // outside the bubble, like whoever types commands
		<-ask
		time.Sleep(30 * time.Millisecond)
		w.Write([]byte("x"))
	}()
	var failed error
	bubbleStandsStill(t, func() {
		close(ask)
		_, failed = r.Read(make([]byte, 1))
	})
	if failed != nil {
		t.Error(failed)
	}
}

func bubbleWakes(t *testing.T) {
	inBubble(t, func() string {
		begin := time.Now()
		c := newClock()
		go func() {
			for range 3 {
				time.Sleep(7 * time.Millisecond)
				c.Now()
			}
		}()
		timer := time.NewTimer(time.Second)
		for i := 1; i <= 3; i++ {
			select {
			case <-c.wake:
			case <-timer.C:
				return "the root was not woken"
			}
			quiesce()
			if d, want := time.Since(begin), time.Duration(i)*7*time.Millisecond; d != want {
				return "the root was woken at " + d.String() + ", want " + want.String()
			}
		}
		<-timer.C
		if d := time.Since(begin); d != time.Second {
			return "the root's own timer fired at " + d.String() + ", want 1s"
		}
		return ""
	})
}
