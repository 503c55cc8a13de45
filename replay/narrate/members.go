package narrate

import "raftscope/replay"

// tellMembers tells of changes of who is a member, and of leadership handed over.
func (s *scene) tellMembers() {
	for _, c := range s.changes {
		switch {
		case c.used || len(c.moves) == 0:
		case c.kind == "config-change":
			c.used = true
			s.tellChange(c)
		case c.kind == "transfer":
			c.used = true
			s.tellTransfer(c)
		}
	}
	s.find("node", "", "", func(c *change) {
		newest, _ := s.after.Members(c.node)
		before, _ := s.before.Members(c.node)
		_, ok := c.set("config")
		if !ok || newest == nil || before == nil || c.born || s.after.Node(c.node).Life != s.before.Node(c.node).Life || before.Index == newest.Index {
			return
		}
		if newest.Index < before.Index {
			s.say(rankTruncation, c.node, " goes back from configuration ", itoa(before.Index), " to ", members(newest), ": what was truncated counts no more")
			return
		}
		s.say(rankDiskDone, c.node, " goes by configuration ", members(newest), " from now on, committed or not")
	})
}

// members names a configuration and who is in it.
func members(m *replay.Members) string {
	if m.Index == 0 {
		return "none, and knows nobody"
	}
	return clip(m.String(), reasonMax)
}

func (s *scene) tellChange(c *change) {
	what := clip(c.m.Label(), labelMax)
	switch {
	case c.entered("DONE"):
		s.say(rankAnswer, "who asked ", c.node, " to ", what, " is told ok")
	case c.entered("FAILED"):
		s.say(rankAnswer, "who asked ", c.node, " to ", what, " is told \"", clip(c.text("told"), reasonMax), "\"", storedWords(c))
	case c.entered("committed"):
		s.say(rankCommit, "the change to ", what, " is committed: it cannot be taken back any more")
	case c.born: // that it is appended, its entry and the node's configuration tell
		s.say(rankClient, c.node, " is asked to ", what)
	}
}

// storedWords says what an error means for a change.
func storedWords(c *change) string {
	if c.text("stored") == "never" {
		return ": it never was an entry"
	}
	return ": it may still come into force"
}

func (s *scene) tellTransfer(c *change) {
	to := clip(c.m.Label(), labelMax)
	if to == "to whom raft takes" {
		to = "to the voter that has most of its log"
	}
	switch {
	case c.entered("DONE"):
		s.say(rankAnswer, "who asked ", c.node, " to hand over its leadership is told ok: ", c.node, " leads no more")
	case c.entered("FAILED"):
		s.say(rankAnswer, "who asked ", c.node, " to hand over its leadership is told \"", clip(c.text("told"), reasonMax), "\"")
	case c.entered("sent"):
		s.say(rankVote, "the node that ", c.node, " hands over to has its whole log")
	case c.entered("catching-up"):
		s.say(rankRole, c.node, " begins to hand over its leadership ", to, ", and takes no writes meanwhile")
	case c.born:
		s.say(rankClient, c.node, " is asked to hand over its leadership ", to)
	}
}
