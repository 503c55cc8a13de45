//go:build unix

package tuitest

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"
)

// heartbeat is after how many inputs a program must show that it lives.
const heartbeat = 50

// toldInputs is how many of the last inputs a failure tells.
const toldInputs = 60

// Soak sends inputs by chance to a program.
type Soak struct {
	Seed   uint64
	Inputs int
	Keys   map[Key]int // weights; nil means DefaultKeys
	// Start starts the program at a size.
	Start func(cols, rows int) (Terminal, error)
	// Check looks at a screen that has settled; nil means that there need
	// only be something on it.
	Check func(Screen) error
	// Restart says that the program may end with status 0, as some key may
	// have it do; it is then started again.
	Restart bool
	Limit   time.Duration // for each heartbeat; 0 means 20 s
}

// Soaked tells what was done.
type Soaked struct{ Inputs, Heartbeats, Restarts int }

// Run sends the inputs. Every 50 the terminal gets another size, which the
// program must answer with a screen that passes the check. In the end it gets
// SIGTERM, and must leave nothing. An error tells the last inputs as lines of a
// script.
func (s Soak) Run() (done Soaked, err error) {
	if s.Limit == 0 {
		s.Limit = 20 * time.Second
	}
	if s.Check == nil {
		s.Check = notEmpty
	}
	const cols, rows = 120, 36
	chance := NewChance(s.Seed, s.Keys, cols, rows)
	var term Terminal
	var told []string
	defer func() {
		if err != nil {
			err = s.explain(err, done, told, term)
		}
		if term != nil {
			err = errors.Join(err, term.Close())
		}
	}()
	if term, err = s.Start(cols, rows); err != nil {
		return done, err
	}
	if err := s.begin(term, chance.cols, chance.rows); err != nil {
		return done, err
	}
	for done.Inputs < s.Inputs {
		in := chance.Next()
		beat := done.Inputs%heartbeat == heartbeat-1
		if beat {
			in = chance.Resize()
		}
		if told = append(told, short(in.String())); len(told) > toldInputs {
			told = told[1:]
		}
		done.Inputs++
		var err error
		if beat {
			done.Heartbeats++
			err = s.beat(term, in)
		} else {
			err = in.Do(term)
		}
		if end, ended := term.Ended(); ended {
			if !s.Restart || end != (End{}) {
				return done, fmt.Errorf("the program ended with %s", end)
			}
			if err := tidy(term, end); err != nil {
				return done, err
			}
			done.Restarts++
			term.Close()
			if term, err = s.Start(chance.cols, chance.rows); err != nil {
				return done, err
			}
			if err := s.begin(term, chance.cols, chance.rows); err != nil {
				return done, err
			}
			continue
		}
		if err != nil {
			return done, err
		}
	}
	return done, s.stop(term)
}

// begin waits until a program that was started at a size listens. Until then
// the line is not raw, and it may miss a new size, so it gets more than one.
// Chance is not asked for these, or a seed would not give the same again.
func (s Soak) begin(term Terminal, cols, rows int) (err error) {
	for deadline := time.Now().Add(s.Limit); time.Now().Before(deadline); time.Sleep(pollEvery) {
		if written, since := term.Activity(); written > 0 && since >= 2*quiet {
			break
		}
	}
	attempt := s
	attempt.Limit /= 4
	for i := range 4 {
		if err = attempt.beat(term, Input{Cols: 80 + i, Rows: 24}); err == nil {
			return s.beat(term, Input{Cols: cols, Rows: rows})
		}
	}
	return err
}

// restless is how long a beat waits for a screen that stands still. One that
// follows a world at full speed never does: it is looked at as it is.
const restless = 2 * time.Second

// beat looks whether the program answers a new size.
func (s Soak) beat(term Terminal, in Input) error {
	before, _ := term.Activity()
	if err := in.Do(term); err != nil {
		return err
	}
	var err error
	began := time.Now()
	for deadline := began.Add(s.Limit); time.Now().Before(deadline); time.Sleep(pollEvery) {
		if end, ended := term.Ended(); ended {
			return fmt.Errorf("the program ended with %s", end)
		}
		now, since := term.Activity()
		if now == before && in.Cols != 1 { // at 1x1 there may be nothing new to draw
			err = fmt.Errorf("the program does not answer the size %dx%d", in.Cols, in.Rows)
			continue
		}
		if since < quiet && time.Since(began) < min(restless, s.Limit/2) {
			err = fmt.Errorf("the screen does not stand still at the size %dx%d", in.Cols, in.Rows)
			continue
		}
		screen, e := term.Screen()
		if e != nil {
			return e
		}
		if err = s.Check(screen); err == nil {
			return complaints(term)
		}
	}
	return fmt.Errorf("%w, for %s", err, s.Limit)
}

// short keeps a long paste from hiding the rest of a failure.
func short(line string) string {
	const most = 200
	if len(line) <= most {
		return line
	}
	return fmt.Sprintf("%s… # %d bytes", strings.ToValidUTF8(line[:most], ""), len(line))
}

func notEmpty(s Screen) error {
	if strings.TrimSpace(s.String()) == "" {
		return errors.New("the screen is empty")
	}
	return nil
}

func complaints(term Terminal) error {
	if c := term.Complaints(); len(c) > 0 {
		return fmt.Errorf("the program wrote what terminals do not understand: %s", strings.Join(c, "; "))
	}
	return nil
}

// calm is how long a program that is to be stopped has been quiet: what was
// typed last may have it end by itself, for which Bubble Tea takes up to half a
// second without a handler of signals.
const calm = 700 * time.Millisecond

// stop ends the program as a system does that shuts down.
func (s Soak) stop(term Terminal) error {
	for deadline := time.Now().Add(s.Limit); time.Now().Before(deadline); time.Sleep(pollEvery) {
		if _, since := term.Activity(); since >= calm {
			break
		}
	}
	if end, ended := term.Ended(); ended && s.Restart && end == (End{}) {
		return tidy(term, end)
	}
	if err := complaints(term); err != nil {
		return err
	}
	if err := syscall.Kill(term.Pid(), syscall.SIGTERM); err != nil {
		return fmt.Errorf("end the program: %w", err)
	}
	for deadline := time.Now().Add(s.Limit); ; time.Sleep(pollEvery) {
		if end, ended := term.Ended(); ended {
			return tidy(term, end)
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the program still runs %s after SIGTERM", s.Limit)
		}
	}
}

// tidy looks at what a program that has ended left.
func tidy(term Terminal, end End) error {
	if left := term.Left(); len(left) > 0 {
		return fmt.Errorf("the program ended with %s and left in the terminal: %s", end, strings.Join(left, "; "))
	}
	var left []process
	for deadline := time.Now().Add(tidyLimit); time.Now().Before(deadline); time.Sleep(pollEvery) {
		if left = processes(term.Pid()); len(left) == 0 {
			return nil
		}
	}
	return fmt.Errorf("the program ended with %s and left processes: %v", end, left)
}

// explain adds how to come to the same failure.
func (s Soak) explain(err error, done Soaked, told []string, term Terminal) error {
	text := fmt.Sprintf("seed %d, input %d", s.Seed, done.Inputs)
	screen := ""
	if term != nil {
		if seen, e := term.Screen(); e == nil {
			screen = "\n" + seen.numbered()
		}
	}
	return fmt.Errorf("%s: %w\nthe last inputs:\n%s%s", text, err, strings.Join(told, "\n"), screen)
}
