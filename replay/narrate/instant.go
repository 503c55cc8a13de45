package narrate

import (
	"iter"
	"math"
	"slices"
	"strings"

	"raftscope/replay"
	"raftscope/replay/frames"
	"raftscope/sm"
)

// eventsMax is how many events of an instant are looked at. A cluster in virtual
// time makes a few hundred at most; a recording may claim any number.
const eventsMax = 4096

// Bounds returns the positions from (included) to (excluded) of the events of
// the instant that the event at position i belongs to. Where i is outside of the
// timeline both are the nearest end.
func Bounds(t *replay.Timeline, i int) (from, to int) {
	switch {
	case i < 0:
		return 0, 0
	case i >= t.Events():
		return t.Events(), t.Events()
	}
	now := t.At(i + 1).Now()
	if now > math.MinInt64 {
		from = t.AtTime(now - 1).Events()
	}
	return from, t.AtTime(now).Events()
}

// Part is a stretch of events: From is the position of the first, To that behind
// the last.
type Part struct {
	From, To int
	Command  bool // it is one command, which took effect
}

// Parts cuts the events at positions from (included) to (excluded), which are
// those of one instant, at the commands among them: what happened before a
// command and what it brought about are told apart.
func Parts(t *replay.Timeline, from, to int) iter.Seq[Part] {
	return func(yield func(Part) bool) {
		for i := from; i < to; i++ {
			if t.Event(i).Type != sm.Command {
				continue
			}
			if i > from && !yield(Part{from, i, false}) || !yield(Part{i, i + 1, true}) {
				return
			}
			from = i + 1
		}
		if from < to {
			yield(Part{from, to, false})
		}
	}
}

// Instant returns one sentence on the events at positions from (included) to
// (excluded), which should be those of one instant or of a part of it: what
// happened, the most important first, and why. It is empty if nothing visible
// happened: only lines of raft's log, commands, or details of what is quiet.
// It holds nothing that could command a terminal.
func Instant(t *replay.Timeline, from, to int) string {
	from, to = max(from, 0), min(to, t.Events())
	if from >= to {
		return ""
	}
	s := newScene(t, from, min(to, from+eventsMax))
	for _, tell := range tellers {
		tell(s)
	}
	return frames.Clean(s.sentence())
}

// tellers in order of importance: what an earlier one has told of a machine, a
// later one leaves out.
var tellers = [...]func(*scene){
	(*scene).tellUser,
	(*scene).tellLives,
	(*scene).tellRoles,
	(*scene).tellTruncations,
	(*scene).tellRejections,
	(*scene).tellBeliefs,
	(*scene).tellTimeouts,
	(*scene).tellAnswers,
	(*scene).tellCommits,
	(*scene).tellApplied,
	(*scene).tellVotes,
	(*scene).tellHandled,
	(*scene).tellElections,
	(*scene).tellSnapshots,
	(*scene).tellDisk,
	(*scene).tellBarriers,
	(*scene).tellMessages,
	(*scene).tellInstallRPCs,
	(*scene).tellMembers,
	(*scene).tellClients,
	(*scene).tellDeeds,
	(*scene).tellRest,
}

// rank orders the clauses of a sentence.
type rank uint8

const (
	rankViolation rank = iota
	rankLife
	rankRole
	rankTruncation
	rankRejection
	rankUser
	rankAnswer
	rankCommit
	rankApplied
	rankDiskDone
	rankArrived
	rankVote
	rankOther
	rankDiskBegun
	rankSent
	rankClient
	rankDeed   // what was done to an operation, where what began it does not tell
	rankDetail // told only if nothing else is
)

type clause struct {
	rank  rank
	text  string
	vital bool // it is told as long as there is any room
}

// say adds a clause.
func (s *scene) say(r rank, parts ...string) {
	s.clauses = append(s.clauses, clause{r, strings.Join(parts, ""), s.vital})
	s.vital = false
}

const (
	wide    = 220 // characters of a sentence that lesser clauses may fill up
	widest  = 420 // and that important ones may
	sureMax = 480 // and that a single clause may
)

// sentence joins the clauses: the most important one, and those after it that
// have room.
func (s *scene) sentence() string {
	slices.SortStableFunc(s.clauses, func(a, b clause) int { return int(a.rank) - int(b.rank) })
	var b strings.Builder
	for _, c := range s.clauses {
		switch n := b.Len() + 2 + len(c.text); {
		case b.Len() == 0:
		case c.rank == rankDetail, n > widest, n > wide && c.rank > rankAnswer && !c.vital:
			continue
		default:
			b.WriteString("; ")
		}
		b.WriteString(clip(c.text, sureMax))
	}
	return b.String()
}
