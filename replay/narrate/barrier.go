package narrate

import "raftscope/replay"

// barrier returns what happened to the barrier that a removal set, nil if
// nothing did or it set none.
func (s *scene) barrier(removal replay.MachineView) *change {
	return s.changeOf(s.effect(removal, "sets"))
}

// tellBehind tells of a removal that goes on in the background: raft goes on at
// once, and the write of what replaces the entries waits at the barrier.
func (s *scene) tellBehind(c, b *change, why, leader string) {
	b.used = true
	how := ": it begins to remove its "
	if !c.entered("deleting") {
		how = ": it is to remove its "
	}
	text := c.node + why + how + spanned(c.m.Subject()) + " in the background"
	if w := s.first("append", c.node, "pending"); w != nil && w.born {
		w.used = true
		s.use("entry", c.node, "created")
		text += ", and goes to store " + leader + "'s at once: that write waits at a barrier until the removal is done" + s.done(w, false)
	}
	s.say(rankTruncation, text, s.heldOrQueued(c))
}

// let says what goes on when the barrier of a removal is released.
func (s *scene) let(removal replay.MachineView) string {
	b := s.barrier(removal)
	if b == nil || !b.entered("RELEASED") {
		return ""
	}
	b.used = true
	text := "; the barrier is released"
	if w := s.first("append", removal.Node(), "writing"); w != nil && !w.born {
		w.used = true
		m, _ := w.into("writing")
		text += ", and the write of " + spanned(w.m.Subject()) + " begins" + s.in("done", m.due)
	}
	return text
}

// tellBarriers tells of barriers of which nothing else has told.
func (s *scene) tellBarriers() {
	s.find("disk-barrier", "", "", func(c *change) {
		c.used = true
		removal := s.cause(c.m, "sets")
		what := "the removal of " + spanned(c.m.Subject())
		passes := num(c.m, "blocks") == 0
		switch {
		case removal.Known() && removal.Kind().Name() == "compact" && s.changeOf(removal) != nil: // it tells enough
		case c.born && c.entered("draining") && passes:
			s.say(rankDiskBegun, c.node, " puts ", what, " behind what its disk has to do before; later writes need not wait for it")
		case c.born && c.entered("draining"):
			s.say(rankDiskBegun, c.node, " puts a barrier into its disk's queue: ", what, " waits for what came before, and what comes later waits for it")
		case c.entered("draining"):
			s.say(rankDiskBegun, what, " on ", c.node, " waits for what came before")
		case c.entered("blocking"):
			s.say(rankDiskBegun, "the barrier on ", c.node, " blocks: what came before ", what, " is done, and what comes later waits")
		case c.entered("RELEASED"):
			s.say(rankDiskBegun, "the barrier on ", c.node, " is released")
		}
	})
}

// roleAlone is the state of a node whose raft does not run while its disk is
// used.
const roleAlone = "alone"

// isAlone reports whether a node's disk is used alone, or was until now.
func (s *scene) isAlone(node string) bool {
	return s.before.Node(node).Role == roleAlone || s.after.Node(node).Role == roleAlone
}

// tellQueued tells of a removal that a user put into the queue of a disk.
func (s *scene) tellQueued(c *change) {
	what := spanned(c.m.Subject())
	b := s.barrier(c.m)
	if b != nil {
		b.used = true
	}
	switch {
	case c.entered("DONE"):
		s.use("entry", c.node, "TRUNCATED")
		s.say(rankTruncation, c.node, " has removed ", what, " from its disk", s.let(c.m))
	case c.entered("FAILED"):
		s.say(rankTruncation, c.node, " does not remove ", what, " from its disk", because(c), s.let(c.m))
	case c.born && c.entered("deleting"):
		s.say(rankTruncation, c.node, " begins to remove ", what, " from its disk; a barrier keeps writes waiting that come meanwhile", s.done(c, false))
	case c.born && b != nil && b.entered("draining"):
		s.say(rankTruncation, "the removal of ", what, " on ", c.node, " waits behind what its disk has to do before, and at its barrier waits what comes later", s.done(c, false))
	case c.born:
		s.say(rankTruncation, c.node, " is to remove ", what, " from its disk", s.heldOrQueued(c))
	case c.entered("deleting"):
		s.say(rankTruncation, s.turn(c), "remove ", what, "; what came later waits at its barrier")
	}
}
