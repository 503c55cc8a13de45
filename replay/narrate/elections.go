package narrate

import (
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
	hands := ""
	if e.entered("voting") {
		hands = s.useTermWrite(c.node)
	}
	s.say(rankRole, c.node, why, " becomes candidate for ", e.m.Subject(), ": ", s.firstStep(e, old.Term), hands)
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

// useTermWrite marks the write of a candidate's new term as told, and says what
// a user does to it.
func (s *scene) useTermWrite(node string) (hands string) {
	s.find("meta", node, "", func(c *change) {
		if c.born && c.m.Subject() == "CurrentTerm" {
			c.used = true
			hands = s.done(c, false)
		}
	})
	return hands
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
					text += s.useTermWrite(c.node)
				}
			}
		})
		s.say(rankRole, text)
	})
	s.find("election", "", "voting", func(c *change) {
		c.used = true
		s.use("prevote-rpc", c.node, "DONE")
		b := s.ballot(c.m, "prevote-rpc")
		s.say(rankRole, c.node, " would get ", b.share(), " votes, ", b.by(), ": it raises its term to ",
			strings.TrimPrefix(c.m.Subject(), "term "), " and writes that to its disk before it asks for votes in earnest", s.useTermWrite(c.node))
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
