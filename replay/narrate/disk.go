package narrate

import (
	"strconv"
	"strings"
)

// tellDisk tells of writes to disk that no request to the node is the cause of,
// and of those of a leader.
func (s *scene) tellDisk() {
	s.find("append", "", "", func(c *change) {
		c.used = true
		switch {
		case c.entered("DONE"):
			s.tellStored(c)
		case c.entered("FAILED"):
			s.use("entry", c.node, "FAILED")
			s.say(rankDiskDone, c.node, " cannot write ", spanned(c.m.Subject()), " to its disk", because(c), kept(c.m))
		case c.born:
			s.tellDispatch(c)
		case c.entered("writing"):
			m, _ := c.into("writing")
			s.say(rankDiskBegun, s.turn(c), "write ", spanned(c.m.Subject()), s.in("done", m.due))
		}
	})
	s.find("compact", "", "", func(c *change) {
		c.used = true
		what := spanned(c.m.Subject())
		switch {
		case c.entered("DONE"):
			s.use("entry", c.node, "COMPACTED")
			s.use("entry", c.node, "REPLACED")
			s.say(rankDiskDone, c.node, " has dropped ", what, " from the front of its log: a snapshot holds what they did")
		case c.entered("FAILED"):
			s.say(rankDiskDone, c.node, " cannot drop ", what, " from the front of its log", because(c), "; that does no harm")
		case c.born:
			s.say(rankDiskBegun, c.node, " begins to drop ", what, " from the front of its log, since a snapshot holds what they did", s.heldOrQueued(c))
		default:
			s.say(rankDiskBegun, s.turn(c), "drop ", what, " from the front of the log")
		}
	})
	s.find("meta", "", "", func(c *change) {
		if !c.used {
			s.tellMeta(c)
		}
	})
}

// tellStored tells of a leader that has entries on its own disk.
func (s *scene) tellStored(c *change) {
	s.use("entry", c.node, "durable")
	s.use("apply", c.node, "replicating")
	what := spanned(c.m.Subject())
	counts := ""
	if n := s.voters(c.node); s.after.Node(c.node).Role == "leader" {
		switch own := len(s.counted(c.node, nil)) == 1; {
		case own && n > 1:
			counts = ", the first of " + strconv.Itoa(n) + s.nodesOrVoters(c.node) + " (" + strconv.Itoa(n/2+1) + " are needed to commit)"
		case !own:
			counts = ", which does not count: it is no voter any more (" + strconv.Itoa(n/2+1) + " of " + strconv.Itoa(n) + " others are needed to commit)"
		}
	}
	s.say(rankDiskDone, c.node, " has ", what, " on its disk", counts, s.sends(c))
}

// nodesOrVoters calls those who vote in a leader's eyes nodes if all nodes do.
func (s *scene) nodesOrVoters(leader string) string {
	if s.voters(leader) == len(s.after.Nodes()) {
		return " nodes"
	}
	return " voters"
}

// sends says to whom entries that were just stored go in the same instant.
func (s *scene) sends(c *change) string {
	var peers []string
	first, last, ok := span(c.m.Subject())
	s.find("append-rpc", c.node, "sent", func(r *change) {
		if a, b, carries := carried(r.m); ok && carries && a <= first && b >= last && s.deeds(r, false) == "" {
			r.used = true
			_, to := ends(r.m)
			peers = add(peers, to)
		}
	})
	if len(peers) == 0 {
		return ""
	}
	return ", and sends " + them(int(min(last-first, 1))+1) + " to " + list(peers)
}

// tellDispatch tells of a leader that gives entries their place and stores them.
func (s *scene) tellDispatch(c *change) {
	what := spanned(c.m.Subject())
	due, begins := s.heldOrQueued(c), "is to write "
	if m, ok := c.into("writing"); ok {
		due, begins = s.in("done", m.due)+due, "writes "
	}
	var labels []string
	term := uint64(0)
	s.find("entry", c.node, "created", func(e *change) {
		e.used = true
		if t, _, ok := place(e.m); ok {
			term = t
		}
		if label := clip(e.m.Label(), labelMax); label != "" {
			labels = append(labels, label)
		}
	})
	s.find("apply", c.node, "appending", func(a *change) { a.used = !a.entered("replicating") })
	switch leads := s.after.Node(c.node).Role == "leader"; {
	case !leads || len(labels) == 0:
		s.say(rankDiskBegun, c.node, " ", begins, what, " to its disk", due)
	case len(labels) == 1:
		s.say(rankDiskBegun, c.node, " puts ", article(labels[0]), " into its log as ", what, " of term ", itoa(term), ": it ", begins, "it to its own disk before it sends it", due)
	default:
		const listed = 3
		which := ""
		if len(labels) <= listed {
			which = " (" + list(labels) + ")"
		}
		s.say(rankDiskBegun, c.node, " puts ", strconv.Itoa(len(labels)), " requests", which, " into its log at once as ", what, " of term ", itoa(term),
			" and ", begins, "them to its disk", due)
	}
}

// article puts a name for what an entry holds into a sentence.
func article(label string) string {
	switch label {
	case "no-op":
		return "its no-op"
	case "barrier":
		return "the barrier"
	case "configuration":
		return "the new configuration"
	}
	return label
}

// unpersisted says what raft makes of a term or vote that it cannot write.
func (s *scene) unpersisted(c *change) string {
	if cause := s.cause(c.m, "persists"); !cause.Known() || cause.Kind().Name() != "election" || c.m.Subject() == "CurrentTerm" {
		return ""
	}
	return "; without its own vote on disk raft takes no answers: " + c.node + " tries again when its election timeout is over"
}

// tellMeta tells of the writes of the term and the vote.
func (s *scene) tellMeta(c *change) {
	c.used = true
	if !c.entered("DONE") {
		switch {
		case c.entered("FAILED"):
			s.say(rankDiskDone, c.node, " cannot write ", metaWords(c.m, c.node), " to its disk", because(c), s.unpersisted(c))
		case c.born:
			m, _ := c.into("writing")
			s.say(rankDiskBegun, c.node, s.writes(c), metaWords(c.m, c.node), " to its disk", s.in("done", m.due), s.done(c, false))
		default:
			m, _ := c.into("writing")
			s.say(rankDiskBegun, s.turn(c), "write ", metaWords(c.m, c.node), s.in("done", m.due))
		}
		return
	}
	text := c.node + " has " + metaWords(c.m, c.node) + " on its disk"
	cause := s.cause(c.m, "persists")
	if next := s.first("meta", c.node, ""); next != nil && next.born {
		next.used = true
		why := ""
		if cause.Known() && cause.Kind().Name() == "vote" {
			from, _ := ends(cause)
			why = " before it answers " + from
		}
		s.say(rankDiskDone, text, " and", s.writes(next), metaWords(next.m, c.node), why, s.done(next, false))
		return
	}
	switch {
	case !cause.Known() && strings.HasPrefix(c.m.Label(), "term ") && s.before.Node(c.node).Term == 0 && s.changeOf(s.after.Newest("restore", c.node)) == nil:
		if !s.after.Node(c.node).Up {
			return // it is not: what it found cannot be read
		}
		s.say(rankLife, c.node, " is ready, in ", c.m.Label(), ", and waits to hear from a leader for its HeartbeatTimeout")
	case cause.Known() && cause.Kind().Name() == "election" && strings.HasPrefix(c.m.Label(), "vote for") && !cause.Open():
		s.say(rankVote, c.node, " has its vote for itself on its disk, but too late: that election is over")
	case cause.Known() && cause.Kind().Name() == "election" && strings.HasPrefix(c.m.Label(), "vote for"):
		b := s.ballot(cause, "vote-rpc")
		s.say(rankVote, c.node, " has voted for itself, and that is on its disk: it has ", b.share(), " votes and needs ", b.needs())
	default:
		s.say(rankDiskDone, text)
	}
}
