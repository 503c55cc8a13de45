package narrate

import (
	"strings"

	"raftscope/replay"
)

// tellRejections tells of AppendEntries that are refused, and what their sender
// makes of it.
func (s *scene) tellRejections() {
	s.find("append-follower", "", "REJECTED", func(c *change) {
		c.used = true
		call := s.cause(c.m, "arrives as")
		s.useChange(call)
		s.use("append", c.node, "FAILED")
		_, to := ends(c.m)
		s.say(rankRejection, to, " rejects ", copied(c.m), ": ", s.refusal(c, call), s.back(c, call))
	})
	for _, kind := range []string{"append-rpc", "heartbeat"} {
		s.find(kind, "", "REJECTED", func(c *change) {
			c.used = true
			s.tellRefused(c)
		})
	}
}

// refusal says why an AppendEntries is refused, and what its sender will do.
func (s *scene) refusal(c *change, call replay.MachineView) string {
	from, to := ends(c.m)
	reason := c.text("reason")
	n := numbers(reason)
	switch {
	case strings.HasPrefix(reason, "older term") && len(n) == 2:
		why := "it is of term " + itoa(n[0]) + ", " + to + " is in term " + itoa(n[1])
		leader := s.after.Node(from)
		switch leads := leader.Role == "leader" && leader.Term == n[0]; {
		case !hears(c, call):
			return why
		case !leads:
			return why + "; " + from + " does not lead that term any more"
		case c.m.Label() == "heartbeat":
			return why + "; raft does not look at the term in a heartbeat's answer, so " + from + " leads on"
		}
		return why + "; when " + from + " hears that, it will lead no more"
	case strings.HasPrefix(reason, "previous entry") && len(n) == 2:
		why := "entry " + itoa(n[0]) + ", which comes before, is missing: " + to + "'s log ends with entry " + itoa(n[1])
		if strings.Contains(reason, "begins") {
			why = "entry " + itoa(n[0]) + ", which comes before, is missing: " + to + "'s log begins with entry " + itoa(n[1])
		}
		return why + s.next(c, call)
	case strings.HasPrefix(reason, "previous term differs") && len(n) == 3:
		return "its entry " + itoa(n[0]) + " is of term " + itoa(n[1]) + ", " + from + "'s of term " + itoa(n[2]) + s.next(c, call)
	case strings.HasPrefix(reason, "store failed"):
		return s.unstored(c, strings.TrimPrefix(clip(reason, reasonMax), "store failed")) + s.again(c, call)
	case reason == "":
		return "the events do not tell why"
	}
	return clip(reason, reasonMax)
}

// hears reports whether the sender of a request still waits for the answer.
func hears(c *change, call replay.MachineView) bool {
	return !isCopy(c.m) && (!call.Known() || call.Open() && !call.Abandoned())
}

// unstored says that a follower's disk failed under a request.
func (s *scene) unstored(c *change, why string) string {
	if t := s.failed("truncate", c.node); t != nil {
		from, _ := ends(c.m)
		return "its disk failed to remove its " + spanned(t.m.Subject()) + inBrackets(why) + ", which must go before it can store " + from + "'s"
	}
	if a := s.failed("append", c.node); a != nil {
		why += kept(a.m)
	}
	return "its disk failed" + why
}

// failed returns the first operation of a kind that failed on a node, nil if
// none did.
func (s *scene) failed(kind, node string) *change {
	for _, c := range s.changes {
		if c.kind == kind && c.node == node && c.entered("FAILED") {
			return c
		}
	}
	return nil
}

// again says that the sender of a request that could not be stored will try
// again.
func (s *scene) again(c *change, call replay.MachineView) string {
	from, _ := ends(c.m)
	switch {
	case !call.Known() || !hears(c, call):
		return ""
	case num(call, "pipelined") != 0:
		return "; " + from + "'s pipeline to it will end, and " + from + " will send that again"
	}
	return "; " + from + " will try again"
}

// next says from which entry the leader will try again, as replicateTo in
// hashicorp/raft does it: one before, or behind what the follower's answer says
// is its last. A pipeline ends instead, and goes back to what was confirmed.
func (s *scene) next(c *change, call replay.MachineView) string {
	from, to := ends(c.m)
	if !call.Known() || !hears(c, call) {
		return ""
	}
	if num(call, "pipelined") != 0 {
		return "; " + from + "'s pipeline to it will end"
	}
	last := s.after.Node(to).Last
	return "; " + from + " will try from " + itoa(max(min(c.num("prev-index"), last+1), 1))
}

// leadsIn says whether a node leads in a term now: what replicates for a
// leadership that is over looks at no answer any more. Of a node that the events
// do not tell of nobody knows, and it counts as leading.
func (s *scene) leadsIn(node string, term uint64) bool {
	n := s.after.Node(node)
	return n.Role == "" || n.Role == "leader" && (n.Term == 0 || n.Term == term)
}

// tellRefused tells how a refusal reaches the sender.
func (s *scene) tellRefused(c *change) {
	from, to := ends(c.m)
	reason := c.text("reason")
	term, isNewer := newer(reason)
	switch {
	case isNewer && c.kind == "heartbeat":
		s.say(rankRejection, from, " learns that ", to, " rejected its heartbeat, but raft does not look at the newer term ", clip(term, 20),
			" in such an answer (only a read that verifies the leader would fail over it)")
	case isNewer && s.after.Node(from).Role != "leader":
		s.say(rankRejection, to, "'s refusal shows ", from, " that there is term ", clip(term, 20), ", newer than the ", itoa(c.num("term")), " it led")
	case isNewer:
		s.say(rankRejection, to, "'s refusal shows ", from, " that there is term ", clip(term, 20), ", newer than its ", itoa(c.num("term")), ": it will lead no more")
	case !s.leadsIn(from, c.num("term")):
		s.say(rankRejection, from, " learns that ", to, " rejected ", strings.TrimSuffix(message(c.m), " from "+from),
			", but it leads no more, so nothing comes of that")
	case strings.HasPrefix(reason, "its log ends at ") && num(c.m, "pipelined") == 0 && len(numbers(reason)) == 1:
		last := numbers(reason)[0]
		if r := s.effect(c.m, "arrives as"); r.Known() && strings.HasPrefix(text(r, "reason"), "store failed") {
			s.say(rankRejection, from, " learns that ", to, " rejected ", strings.TrimSuffix(message(c.m), " from "+from), ", but not that the disk failed: raft's answer holds only ", to,
				"'s last index, ", itoa(last), ", so ", from, " will try from ", itoa(max(min(c.num("prev-index"), last+1), 1)))
			return
		}
		s.say(rankRejection, from, " learns that ", to, " rejected ", strings.TrimSuffix(message(c.m), " from "+from), ", as ", to,
			"'s log ends with entry ", itoa(last), " or differs before: it will try from ", itoa(max(min(c.num("prev-index"), last+1), 1)))
	default:
		s.say(rankRejection, from, " learns that ", to, " rejected ", strings.TrimSuffix(message(c.m), " from "+from), ": its pipeline ends, and it goes on one request at a time")
	}
}
