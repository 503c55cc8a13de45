package rules

import (
	"strconv"
	"strings"

	"raftscope/sm"
)

// votesMax is how many votes of a node are remembered.
const votesMax = 64

// vote is what a node voted in a term.
type vote struct {
	term    uint64
	who     string
	seq     uint64
	machine sm.ID
}

// ballot is a node's answer to a request for its vote.
type ballot struct {
	n    *node
	who  string
	term uint64
}

func (b *ballot) family() family { return famVote }

// bornVote takes a request for a vote that arrived. A pre-vote binds nobody.
func (w *Watcher) bornVote(e *sm.Event) {
	who, ok := strings.CutSuffix(e.Key, ">"+e.Node)
	number, isVote := strings.CutPrefix(e.Text, "term ")
	term, err := strconv.ParseUint(number, 10, 64)
	if ok && isVote && err == nil {
		w.machines[e.Machine] = &ballot{w.nodeOf(e.Node), who, term}
	}
}

func (b *ballot) entered(w *Watcher, e *sm.Event, to state) {
	if to == stateDone {
		b.n.votesFor(w, b.who, b.term, e)
	}
	if to.over() {
		delete(w.machines, e.Machine)
	}
}

func (b *ballot) attribute(*Watcher, *sm.Event) {}
func (b *ballot) ended(w *Watcher, e *sm.Event) { delete(w.machines, e.Machine) }

// setting is a write of a node's vote to its disk: first the term, then the
// candidate.
type setting struct {
	n    *node
	term uint64 // of the vote
	who  string // the candidate; empty: it is the term
}

func (s *setting) family() family { return famMeta }

func (w *Watcher) bornMeta(e *sm.Event) {
	switch e.Key {
	case "LastVoteTerm":
		number, _ := strings.CutPrefix(e.Text, "vote in term ")
		if term, err := strconv.ParseUint(number, 10, 64); err == nil {
			w.machines[e.Machine] = &setting{n: w.nodeOf(e.Node), term: term}
		}
	case "LastVoteCand":
		if who, ok := strings.CutPrefix(e.Text, "vote for "); ok && who != "" {
			w.machines[e.Machine] = &setting{n: w.nodeOf(e.Node), who: who}
		}
	}
}

func (s *setting) entered(w *Watcher, e *sm.Event, to state) {
	if !to.over() {
		return
	}
	delete(w.machines, e.Machine)
	switch n := s.n; {
	case to != stateDone || e.Life != n.life:
		n.voteTerm = 0
	case s.who == "":
		n.voteTerm = s.term
	case n.voteTerm != 0 && s.who == n.name: // another's vote counts when the answer is given
		n.votesFor(w, s.who, n.voteTerm, e)
	}
}

func (s *setting) attribute(*Watcher, *sm.Event) {}
func (s *setting) ended(w *Watcher, e *sm.Event) { delete(w.machines, e.Machine) }

// votesFor takes a vote that was given.
func (n *node) votesFor(w *Watcher, who string, term uint64, e *sm.Event) {
	for _, v := range n.votes {
		if v.term != term {
			continue
		}
		if v.who != who {
			w.found(OneVote, "%s voted for %s in term %d, and then for %s in the same term", n.name, v.who, term, who).
				by(v.seq, n).by(e.Seq, n).of(v.machine, e.Machine).report()
		}
		return
	}
	if len(n.votes) >= votesMax {
		n.votes = n.votes[:copy(n.votes, n.votes[1:])]
	}
	n.votes = append(n.votes, vote{term, who, e.Seq, e.Machine})
}
