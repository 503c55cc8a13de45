package fault

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"raftscope/engine/vtime"
)

// Action is what is done to an operation.
type Action uint8

// The actions.
const (
	Hold      Action = 1 + iota // it stays where it is until it is released
	Fail                        // it ends with an error
	Drop                        // messages: it is lost
	Delay                       // it takes longer
	Duplicate                   // requests: it arrives twice
	Reorder                     // requests: it waits until one that left later has overtaken it on another connection
	Crash                       // operations of a disk: its node crashes, before or after it is done
)

// Rule does something to operations that begin while it is there.
type Rule struct {
	Action Action
	For    Pattern
	Skip   uint64      // so many that match are let pass first
	Count  uint64      // it fires so often at most; zero: without limit
	Chance float64     // with which it fires on one that matches, above 0 and at most 1
	By     vtime.Range // Delay: how much longer; Duplicate: how long after the first the second arrives
	Err    error       // Fail: with which error
	How    How         // Fail, Crash: how much of it is done
	Text   string      // the command that made it
}

// RuleState is a rule with what became of it.
type RuleState struct {
	N     int    `json:"n"` // its number, from 1, never used again
	Text  string `json:"text"`
	Fired uint64 `json:"fired"` // how often
	Spent bool   `json:"spent"` // it fired as often as it may
}

// rule is a rule on a board. The board's lock guards it.
type rule struct {
	Rule
	n       int
	matched uint64
	fired   uint64
	draws   map[string]*rand.Rand // by lane
}

func (r *rule) name() string { return fmt.Sprintf("rule %d", r.n) }

// holds says whether a reason to hold is the rule's.
func (r *rule) holds(reason string) bool {
	return reason == r.name() || reason == overtaking+" by "+r.name()
}

func (r *rule) state() RuleState {
	return RuleState{N: r.n, Text: r.Text, Fired: r.fired, Spent: r.spent()}
}

func (r *rule) spent() bool { return r.Count > 0 && r.fired >= r.Count }

// fires says whether the rule does something to an operation that begins now.
func (r *rule) fires(w What, seed uint64) bool {
	if r.spent() || !r.For.matches(w) || w.Untold && (r.Action == Hold || r.Action == Reorder) {
		return false
	}
	if r.matched++; r.matched <= r.Skip {
		return false
	}
	if r.Chance < 1 && r.draw(w, seed).Float64() >= r.Chance {
		return false
	}
	r.fired++
	return true
}

// by draws how much later.
func (r *rule) by(w What, seed uint64) time.Duration {
	if r.By.Hi <= r.By.Lo {
		return r.By.Lo
	}
	return r.By.Lo + time.Duration(r.draw(w, seed).Int64N(int64(r.By.Hi-r.By.Lo)+1))
}

func (r *rule) draw(w What, seed uint64) *rand.Rand {
	lane := w.lane()
	rng := r.draws[lane]
	if rng == nil {
		h := fnv.New64a()
		fmt.Fprintf(h, "rule %d %s", r.n, lane)
		rng = rand.New(rand.NewPCG(seed, h.Sum64()))
		r.draws[lane] = rng
	}
	return rng
}
