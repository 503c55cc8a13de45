package narrate

import (
	"slices"
	"strconv"
	"strings"

	"raftscope/replay"
)

// tellVotes tells what nodes do with requests for their votes.
func (s *scene) tellVotes() {
	s.find("vote", "", "", func(c *change) {
		c.used = true
		from, to := ends(c.m)
		call := s.cause(c.m, "arrives as")
		s.useChange(call)
		vote := "vote"
		if strings.HasPrefix(c.m.Label(), "pre-vote") {
			vote = "pre-vote"
		}
		switch {
		case c.entered("DONE"):
			s.use("meta", to, "DONE")
			s.say(rankVote, s.granted(c, vote), s.back(c, call))
		case c.entered("REJECTED"):
			s.use("meta", to, "DONE")
			s.say(rankVote, to, " denies ", from, " the ", vote, " for term ", itoa(c.num("term")), ": ", s.denial(c.m), s.back(c, call))
		case c.entered("FAILED"):
			s.say(rankVote, to, " does not answer ", from, "'s request for a ", vote, because(c))
		case c.entered("processing"):
			s.tellConsiders(c, vote)
		default:
			s.say(rankArrived, from, "'s request for a ", vote, " in term ", itoa(c.num("term")), " arrives at ", to, s.waits(to))
		}
	})
}

// useChange marks what happened to a machine as told.
func (s *scene) useChange(m replay.MachineView) {
	if c := s.changeOf(m); c != nil && !c.entered("DONE") && !c.entered("FAILED") {
		c.used = true
	}
}

// because is the reason of a failure, as the events have it.
func because(c *change) string {
	m := c.moves[len(c.moves)-1]
	if m.reason == "" {
		return ""
	}
	return ": " + clip(m.reason, reasonMax)
}

// back says of the answer to a request what keeps it from its sender, or that
// nobody waits for it.
func (s *scene) back(request *change, call replay.MachineView) string {
	c := s.changeOf(call)
	switch {
	case isCopy(request.m):
		return "; nobody waits for the answer to a second copy"
	case call.Known() && call.Abandoned():
		return "; the life of " + call.Node() + " that sent it is over, so nobody waits for the answer"
	case call.Known() && !call.Open() && (c == nil || len(c.moves) == 0):
		from, _ := ends(call)
		return "; " + from + " has given up waiting for this answer"
	case c == nil:
		return ""
	}
	m, ok := c.into("answered")
	if !ok {
		return ""
	}
	if text := s.done(c, true); text != "" {
		return text
	}
	if m.due == 0 && s.simulated() && c.num(keyHeld) == 0 && c.text(keyFault) == "" {
		_, to := ends(call)
		return " (the link back from " + to + " is cut: the answer will not arrive)"
	}
	return ""
}

// granted says why a vote is granted: raft grants it only if no other leader is
// known, no other vote was given in the term and the candidate's log does not
// end before the voter's.
func (s *scene) granted(c *change, vote string) string {
	from, to := ends(c.m)
	term := itoa(c.num("term"))
	logs := ", and " + from + "'s log does not end before its own"
	if n := s.before.Node(to); n.Last > 0 {
		theirs := "entry " + itoa(c.num("last-index")) + " of term " + itoa(c.num("last-term"))
		if n.Last == c.num("last-index") && n.LastTerm == c.num("last-term") {
			logs = ", and " + from + "'s log ends like its own, with " + theirs
		} else {
			logs = ", and " + from + "'s log ends with " + theirs + ", not before its own (entry " + itoa(n.Last) + " of term " + itoa(n.LastTerm) + ")"
		}
	}
	if _, twice := s.log(to, "duplicate requestVote from"); twice {
		return to + " has voted for " + from + " in term " + term + " before, and says so again"
	}
	if vote == "pre-vote" {
		return to + " would vote for " + from + " in term " + term + ": it knows no other leader" + logs
	}
	return to + " votes for " + from + " in term " + term + ", now that this is on its disk: it knows no other leader, has given no other vote in that term" + logs
}

// denial says why a vote is denied.
func (s *scene) denial(vote replay.MachineView) string {
	from, to := ends(vote)
	reason := text(vote, "reason")
	then := s.t.AtTime(vote.Since()) // the sender hears of it later
	own := then.Node(to)
	switch {
	case strings.HasPrefix(reason, "we have a leader"):
		leader := strings.TrimSuffix(strings.TrimPrefix(reason, "we have a leader ("), ")")
		switch leader {
		case reason:
			return to + " still knows a leader"
		case to:
			return to + " is leader itself"
		}
		return to + " still takes " + clip(leader, labelMax) + " for its leader"
	case reason == "our last term is greater" && own.LastTerm > num(vote, "last-term"):
		return to + "'s log ends with an entry of term " + itoa(own.LastTerm) + ", " + from + "'s with one of the older term " + itoa(num(vote, "last-term"))
	case reason == "our last index is greater" && own.Last > num(vote, "last-index"):
		return to + "'s log goes on to entry " + itoa(own.Last) + ", " + from + "'s ends with entry " + itoa(num(vote, "last-index"))
	case reason == "already voted in this term":
		return to + " has voted" + votedFor(then, to) + " in that term already"
	case strings.HasPrefix(reason, "older term"):
		if n := numbers(reason); len(n) == 2 {
			return to + " is in term " + itoa(n[1]) + " already"
		}
	case strings.HasPrefix(reason, "store failed"):
		return to + " cannot write to its disk whom it votes for, and a vote that it might forget it must not give" + strings.TrimPrefix(clip(reason, reasonMax), "store failed")
	case strings.HasPrefix(reason, "node is not"):
		return from + strings.TrimPrefix(reason, "node")
	case reason == "":
		return "the events do not tell why"
	}
	return clip(reason, reasonMax)
}

// votedFor says for whom a node wrote its newest vote.
func votedFor(v replay.View, node string) string {
	const back = 8
	n := v.CountOn("meta", node, "")
	for i := n; i > max(0, n-back); i-- {
		m := v.NthOn("meta", node, i)
		if who, ok := strings.CutPrefix(m.Label(), "vote for "); ok && m.Known() {
			if who == node {
				who = "itself"
			}
			return " for " + clip(who, labelMax)
		}
	}
	return ""
}

func (s *scene) tellConsiders(c *change, vote string) {
	from, to := ends(c.m)
	meta := s.first("meta", to, "")
	if meta == nil || !meta.born {
		s.say(rankArrived, to, " considers ", from, "'s request for a ", vote)
		return
	}
	meta.used = true
	s.forgets(to)
	was, term := s.before.Node(to).Term, c.num("term")
	if meta.m.Subject() == "CurrentTerm" && slices.Contains(s.stepped, to) {
		s.say(rankArrived, to, s.writes(meta), "that term to its disk before it answers", s.done(meta, false))
		return
	}
	if meta.m.Subject() == "CurrentTerm" && term > was {
		s.say(rankArrived, to, " takes up ", from, "'s request for a ", vote, ": its term ", itoa(term), " is newer than ", to, "'s ", itoa(was),
			", so ", to, s.writes(meta), "that term to its disk first", s.done(meta, false))
		return
	}
	s.say(rankArrived, to, " grants ", from, "'s request for a ", vote, ", once it has written so to its disk (", metaWords(meta.m, to), ")", s.done(meta, false))
}

// metaWords says what a write of the term or the vote is.
func metaWords(m replay.MachineView, node string) string {
	label := m.Label()
	if who, ok := strings.CutPrefix(label, "vote for "); ok {
		if who == node {
			who = "itself"
		}
		return "whom the vote is for (" + clip(who, labelMax) + ")"
	}
	if term, ok := strings.CutPrefix(label, "vote in term "); ok {
		return "the term of its vote (" + clip(term, labelMax) + ")"
	}
	if term, ok := strings.CutPrefix(label, "term "); ok {
		if _, err := strconv.ParseUint(term, 10, 64); err == nil {
			return "its new term " + term
		}
	}
	return clip(label, labelMax)
}

// waits says what keeps a node's main goroutine from what has just arrived.
func (s *scene) waits(node string) string {
	if busy := s.busy(node); busy != "" {
		return ", and waits: " + node + " is still " + busy
	}
	return ""
}

// busy says what a node's main goroutine waits for at its disk, "writing entry
// 4" or "held before writing entry 4"; nothing if it does not.
func (s *scene) busy(node string) string {
	if m := s.after.NthOn("install", node, s.after.CountOn("install", node, "")); m.Known() && m.Open() && m.StateName() == "processing" {
		return "installing " + theirs(m) + covering(m)
	}
	for _, kind := range []string{"append", "truncate", "meta"} {
		n := s.after.CountOn(kind, node, "")
		if n == 0 {
			continue
		}
		m := s.after.NthOn(kind, node, n)
		if !m.Known() || !m.Open() {
			continue
		}
		held, state := "", m.StateName()
		if m.IsHeld() {
			held = "held before "
			if state == "writing" || state == "deleting" {
				held = "held in "
			}
		}
		switch kind {
		case "append":
			return held + "writing " + spanned(m.Subject())
		case "meta":
			return held + "writing " + metaWords(m, node)
		}
		return held + "removing " + spanned(m.Subject())
	}
	return ""
}
