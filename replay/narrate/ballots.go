package narrate

import (
	"strconv"

	"raftscope/replay"
)

// ballot is how far an election is.
type ballot struct {
	granted, denied, silent, open []string // names of peers
	voters                        int
}

// ballot asks the requests of an election how they ended: its pre-votes, or its
// votes.
func (s *scene) ballot(election replay.MachineView, kind string) (b ballot) {
	if !election.Known() {
		return b
	}
	for _, l := range election.Effects() {
		if l.Machine == nil || l.Machine.Kind().Name() != kind {
			continue
		}
		m := s.after.Of(l.Machine)
		_, to := ends(m)
		switch m.StateName() {
		case "DONE":
			b.granted = append(b.granted, to)
		case "REJECTED":
			b.denied = append(b.denied, to)
		case "FAILED":
			b.silent = append(b.silent, to)
		default:
			b.open = append(b.open, to)
		}
	}
	asked := len(b.granted) + len(b.denied) + len(b.silent) + len(b.open)
	b.voters = max(asked+1, s.voters(election.Node())) // it may not have asked all yet
	return b
}

// needs is how many votes make a majority.
func (b ballot) needs() string { return strconv.Itoa(b.voters/2 + 1) }

// share is "2 of 3".
func (b ballot) share() string {
	return strconv.Itoa(len(b.granted)+1) + " of " + strconv.Itoa(b.voters)
}

// by says whose votes a candidate has.
func (b ballot) by() string {
	if len(b.granted) == 0 {
		return "its own"
	}
	return "its own and " + possessive(b.granted)
}

func possessive(names []string) string {
	var out []string
	for _, n := range names {
		out = append(out, n+"'s")
	}
	return list(out)
}

// tellCalls tells of the requests for a pre-vote or a vote on the candidate's
// side, as far as their receivers have not told them.
func (s *scene) tellCalls(kind, vote string) {
	var sent []*change
	for _, c := range s.changes {
		if c.kind != kind || c.used || len(c.moves) == 0 {
			continue
		}
		c.used = true
		from, to := ends(c.m)
		switch {
		case c.entered("DONE"):
			s.say(rankVote, to, "'s ", vote, " reaches ", from, s.standing(c, kind))
		case c.entered("REJECTED"):
			s.say(rankVote, from, " learns that ", to, " denies it the ", vote, s.whyDenied(c), s.standing(c, kind))
		case c.entered("FAILED"):
			s.say(rankVote, s.unanswered(c, "its request for a "+vote), s.countsAsNo(c))
		case c.born:
			sent = append(sent, c)
		case c.entered("delivered"):
			s.say(rankArrived, from, "'s request for a ", vote, " is at ", to)
		default:
			s.say(rankArrived, to, "'s answer to ", from, "'s request for a ", vote, " is under way", s.done(c, true))
		}
	}
	for len(sent) > 0 {
		node, others := sent[0].node, 1
		for s.deeds(sent[0], false) == "" && others < len(sent) && sent[others].node == node && s.deeds(sent[others], false) == "" {
			others++
		}
		s.tellAsked(node, vote, sent[:others])
		sent = sent[others:]
	}
}

func (s *scene) tellAsked(from, vote string, calls []*change) {
	var peers, lost []string
	term := uint64(0)
	for _, c := range calls {
		_, to := ends(c.m)
		term = c.num("term")
		peers = add(peers, to)
		if s.willBeLost(c) {
			lost = add(lost, to)
		}
	}
	text := from + " asks " + list(peers) + " for a " + vote + " in term " + itoa(term)
	if vote == "pre-vote" {
		text = from + " asks " + list(peers) + " for a pre-vote, whether " + were(len(peers), "it", "they") + " would vote for " + from + " in term " + itoa(term)
	}
	if index, of := calls[0].num("last-index"), calls[0].num("last-term"); index > 0 && vote == "vote" {
		text += " (its log ends with entry " + itoa(index) + " of term " + itoa(of) + ")"
	}
	s.say(rankSent, text, s.cutOff(from, lost), s.done(calls[0], false))
}

// willBeLost reports whether a message that was just sent meets a cut link: only
// then has the simulated network no time at which it arrives, unless a user has
// a hand in it.
func (s *scene) willBeLost(c *change) bool {
	return c.moves[0].due == 0 && s.simulated() && c.num(keyHeld) == 0 && c.text(keyFault) == ""
}

// cutOff says that messages will be lost because the link is cut.
func (s *scene) cutOff(from string, lost []string) string {
	if len(lost) == 0 {
		return ""
	}
	return ", which will be lost: the link from " + from + " to " + list(lost) + " is cut"
}

// standing says how far the election is with this answer.
func (s *scene) standing(c *change, kind string) string {
	e := s.cause(c.m, "asks")
	if !e.Known() {
		return ""
	}
	voting := kind == "vote-rpc"
	switch state := e.StateName(); {
	case state == "WON":
		return "; it leads already"
	case !e.Open():
		return "; too late, that election is over"
	case !voting && state == "voting":
		return "; it has a majority of pre-votes already"
	}
	b := s.ballot(e, kind)
	return "; it has " + b.share() + " now and needs " + b.needs()
}

// countsAsNo says what a missing answer means to an election.
func (s *scene) countsAsNo(c *change) string {
	switch e := s.cause(c.m, "asks"); {
	case !e.Known():
		return ""
	case !e.Open():
		return "; it does not matter any more, that election is over"
	case c.kind == "prevote-rpc" && e.StateName() == "voting":
		return "; it has a majority of pre-votes already"
	}
	return "; that counts as a no"
}

// whyDenied quotes the receiver of a request that was denied.
func (s *scene) whyDenied(c *change) string {
	vote := s.effect(c.m, "arrives as")
	if !vote.Known() {
		return ""
	}
	return " (" + s.denial(vote) + ")"
}
