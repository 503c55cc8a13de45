package narrate

import (
	"slices"
	"strconv"
	"strings"

	"raftscope/replay"
)

// newer reads the reason of a sender whose request was refused for its term.
func newer(reason string) (term string, ok bool) { return strings.CutPrefix(reason, "newer term ") }

// contact reads raft's line on a peer that a leader did not hear of.
func contact(line string) (peer, after string, ok bool) {
	rest, ok := strings.CutPrefix(line, "failed to contact: server-id=")
	if !ok {
		return "", "", false
	}
	peer, after, ok = strings.Cut(rest, " time=")
	return clip(peer, labelMax), clip(after, labelMax), ok
}

// newerTerm says what a node that follows again in this instant has met: a
// request or an answer of a newer term, or a leader of its own.
func (s *scene) newerTerm(node string, old replay.NodeState, candidate bool) string {
	for _, c := range s.changes {
		if c.node != node {
			continue
		}
		from, to := ends(c.m)
		switch c.kind {
		case "append-rpc":
			if term, ok := newer(c.text("reason")); ok && c.entered("REJECTED") {
				c.used = true
				return ": " + to + "'s answer shows term " + clip(term, 20) + ", newer than its " + itoa(old.Term)
			}
		case "vote-rpc", "prevote-rpc":
			term, ok := strings.CutPrefix(c.text("reason"), "term ")
			if n, err := strconv.ParseUint(term, 10, 64); ok && err == nil && c.entered("REJECTED") && n > old.Term {
				c.used = true
				return ": " + to + "'s answer shows term " + term + ", newer than its " + itoa(old.Term)
			}
		case "vote":
			if c.entered("processing") && c.num("term") > old.Term {
				return ": " + from + " asks for its vote in term " + itoa(c.num("term")) + ", newer than its " + itoa(old.Term)
			}
		case "append-follower":
			if !c.entered("processing") || c.num("term") < old.Term {
				continue
			}
			if term := c.num("term"); term > old.Term {
				return ": " + from + " leads in term " + itoa(term) + ", newer than its " + itoa(old.Term)
			}
			if candidate {
				return ": " + from + " leads in the same term"
			}
		}
	}
	return ""
}

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
	b.voters = max(asked+1, s.nodes()) // it may not have asked all yet
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

func (s *scene) tellLeader(c *change) {
	term := s.after.Node(c.node).Term
	e := s.first("election", c.node, "WON")
	if e == nil {
		s.say(rankRole, c.node, " leads in term ", itoa(term))
		return
	}
	e.used = true
	s.use("vote-rpc", c.node, "DONE")
	s.use("meta", c.node, "DONE")
	b := s.ballot(e.m, "vote-rpc")
	why := b.share() + " votes, " + b.by()
	if b.voters == 1 {
		why = "its own vote, which alone is a majority"
	}
	s.say(rankRole, c.node, " has ", why, ", and leads in term ", itoa(term),
		": what older terms left in its log it can commit only with an entry of its own term, so it begins with a no-op")
}

func (s *scene) tellCandidate(c *change, old replay.NodeState) {
	heard := " has known no leader"
	if old.Leader != "" {
		heard = " has heard nothing of its leader " + old.Leader
	}
	_, silent := s.log(c.node, "heartbeat timeout reached")
	e := s.first("election", c.node, "")
	if e == nil || !e.born {
		s.say(rankRole, c.node, heard, " for its HeartbeatTimeout and becomes candidate")
		return
	}
	e.used = true
	why := ""
	if silent || e.entered("prevote") { // a transfer of leadership has no pre-vote
		why = heard + " for its HeartbeatTimeout and"
	}
	s.say(rankRole, c.node, why, " becomes candidate for ", e.m.Subject(), ": ", s.firstStep(e, old.Term))
	if e.entered("voting") {
		s.useTermWrite(c.node)
	}
}

// firstStep says what an election begins with.
func (s *scene) firstStep(e *change, term uint64) string {
	switch {
	case e.entered("prevote") && e.entered("voting"):
		return "its own vote is a majority, so it writes that term to its disk at once"
	case e.entered("voting"):
		return "it writes that term to its disk, then asks the others for their votes"
	}
	return "it asks the others whether they would vote for it, and stays in term " + itoa(term) + " until a majority would"
}

// useTermWrite marks the write of a candidate's new term as told.
func (s *scene) useTermWrite(node string) {
	s.find("meta", node, "", func(c *change) {
		if c.born && c.m.Subject() == "CurrentTerm" {
			c.used = true
		}
	})
}

// tellElections tells what happens to elections while the node stays candidate.
func (s *scene) tellElections() {
	s.find("election", "", "TIMEOUT", func(c *change) {
		c.used = true
		text := c.node + "'s election for " + c.m.Subject() + " has found no majority in time" + s.why(c)
		s.find("election", c.node, "", func(next *change) {
			if next.born {
				next.used = true
				text += "; it begins another, for " + next.m.Subject()
				if next.entered("prevote") {
					text += ", with pre-votes again"
				} else {
					s.useTermWrite(c.node)
				}
			}
		})
		s.say(rankRole, text)
	})
	s.find("election", "", "voting", func(c *change) {
		c.used = true
		s.use("prevote-rpc", c.node, "DONE")
		s.useTermWrite(c.node)
		b := s.ballot(c.m, "prevote-rpc")
		s.say(rankRole, c.node, " would get ", b.share(), " votes, ", b.by(), ": it raises its term to ",
			strings.TrimPrefix(c.m.Subject(), "term "), " and writes that to its disk before it asks for votes in earnest")
	})
	s.find("election", "", "LOST", func(c *change) {
		c.used = true
		s.say(rankRole, c.node, " gives up its election for ", c.m.Subject())
	})
	s.tellCalls("prevote-rpc", "pre-vote")
	s.tellCalls("vote-rpc", "vote")
	s.tellLearnt()
}

// why says how the requests of an election that timed out had ended.
func (s *scene) why(c *change) string {
	kind := "vote-rpc"
	visited := false
	for _, m := range c.m.Moves() {
		visited = visited || c.m.Kind().StateName(m.State) == "voting"
	}
	if !visited {
		kind = "prevote-rpc"
	}
	b := s.ballot(c.m, kind)
	var parts []string
	for _, p := range []struct {
		names []string
		what  string
	}{{b.granted, " agreed"}, {b.denied, " denied it"}, {append(b.silent, b.open...), " did not answer"}} {
		if len(p.names) > 0 {
			parts = append(parts, list(p.names)+p.what)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
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
			s.say(rankArrived, to, "'s answer to ", from, "'s request for a ", vote, " is under way")
		}
	}
	for len(sent) > 0 {
		node := sent[0].node
		others := slices.IndexFunc(sent, func(c *change) bool { return c.node != node })
		if others < 0 {
			others = len(sent)
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
	s.say(rankSent, text, s.cutOff(from, lost))
}

// willBeLost reports whether a message that was just sent meets a cut link: only
// then has the simulated network no time at which it arrives, unless a user has
// a hand in it.
func (s *scene) willBeLost(c *change) bool {
	return c.moves[0].due == 0 && s.simulated() && c.num("held") == 0 && c.text("fault") == ""
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

// tellLearnt tells of nodes that come to know a leader, or know none any more.
func (s *scene) tellLearnt() {
	s.find("node", "", "", func(c *change) {
		e, ok := c.set("leader")
		if !ok || len(c.moves) > 0 || e.Text == s.before.Node(c.node).Leader {
			return
		}
		c.used = true
		switch e.Text {
		case "":
			s.say(rankVote, c.node, " knows no leader any more")
		case c.node:
			s.say(rankVote, c.node, " knows itself as leader")
		default:
			s.say(rankVote, c.node, " hears from ", clip(e.Text, labelMax), " as leader of term ", itoa(s.after.Node(c.node).Term), " and follows it")
		}
	})
}
