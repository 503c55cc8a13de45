package narrate

import "raftscope/replay"

// covering names a snapshot by the last entry that it covers.
func covering(m replay.MachineView) string {
	index := num(m, "index")
	if index == 0 {
		index = num(m, "last-index")
	}
	if index == 0 {
		return "snapshot"
	}
	return "snapshot up to entry " + itoa(index)
}

// isInstalled reports whether a snapshot, a restore or a compaction is the work
// of an install, in which raft's main goroutine waits.
func (s *scene) isInstalled(m replay.MachineView) bool {
	return text(m, "why") == "install" || m.Kind().Name() == "compact" && s.cause(m, "compacts by").Known() &&
		s.cause(m, "compacts by").Kind().Name() == "install"
}

// tellSnapshots tells of snapshots that are written, and of those that state
// machines are restored from.
func (s *scene) tellSnapshots() {
	s.find("install", "", "", s.tellInstall)
	s.find("snapshot", "", "", func(c *change) {
		c.used = true
		switch {
		case c.entered("DONE"):
			s.say(rankDiskDone, c.node, " has its ", covering(c.m), " on its disk")
		case c.entered("FAILED"):
			s.tellNoSnapshot(c)
		case c.born && !s.isWritten(c):
			s.say(rankUser, "the user asks ", c.node, " for a snapshot of its state machine")
		case c.born:
			s.say(rankDiskBegun, s.takes(c), s.dueOf(c), s.heldOrQueued(c))
		case c.begins(false):
			s.say(rankDiskBegun, c.node, " writes its ", covering(c.m), " to its disk", s.dueOf(c), s.heldOrQueued(c))
		default:
			s.say(rankDiskBegun, s.turn(c), "write its ", covering(c.m), s.dueOf(c))
		}
	})
	s.find("restore", "", "", func(c *change) {
		c.used = true
		switch {
		case c.entered("DONE"):
			s.say(rankApplied, c.node, "'s state machine holds what its ", covering(c.m), " holds", s.replaced(c), s.waitsForLeader(c))
		case c.entered("FAILED"):
			s.say(rankDiskDone, c.node, " cannot put its ", covering(c.m), " into its state machine", because(c))
		case c.born:
			s.say(rankDiskBegun, c.node, " puts its ", covering(c.m), " into its state machine", s.dueOf(c), s.heldOrQueued(c))
		default:
			s.say(rankDiskBegun, s.turn(c), "read its ", covering(c.m), " into its state machine", s.dueOf(c))
		}
	})
}

// waitsForLeader says what a node does when it has restored the snapshot that it
// starts with.
func (s *scene) waitsForLeader(c *change) string {
	if s.isInstalled(c.m) {
		return ""
	}
	return "; it waits to hear from a leader for its HeartbeatTimeout"
}

// dueOf says when an operation of the disk that has just begun will be done.
func (s *scene) dueOf(c *change) string {
	m, _ := c.into("writing")
	return s.in("done", m.due)
}

// takes says why a snapshot is taken.
func (s *scene) takes(c *change) string {
	switch c.text("why") {
	case "install":
		return c.node + " writes " + theirs(s.cause(c.m, "writes")) + covering(c.m) + " to its own disk"
	}
	return c.node + " has had so many entries since its last snapshot (SnapshotThreshold) that it takes one: it writes its " + covering(c.m) + " to its disk"
}

// theirs is the sender of what a node received, "n1's ".
func theirs(m replay.MachineView) string {
	if from, _ := ends(m); m.Known() && from != "" {
		return from + "'s "
	}
	return "the "
}

func (s *scene) tellNoSnapshot(c *change) {
	if !s.isWritten(c) {
		s.say(rankDiskDone, c.node, " takes no snapshot", because(c))
		return
	}
	what := "; its log stays as long as it is"
	if s.isInstalled(c.m) {
		what = ""
	}
	s.say(rankDiskDone, c.node, " cannot write its ", covering(c.m), " to its disk", because(c), what)
}

// isWritten reports whether raft got so far as to write a snapshot.
func (s *scene) isWritten(c *change) bool { return c.num("index") > 0 }

// replaced says for which entries of a node's log a snapshot that was sent to it
// stands now.
func (s *scene) replaced(c *change) string {
	var indexes []uint64
	s.find("entry", c.node, "REPLACED", func(e *change) {
		e.used = true
		if _, index, ok := place(e.m); ok {
			indexes = append(indexes, index)
		}
	})
	if len(indexes) == 0 {
		return ""
	}
	return ", which stands for " + set(indexes) + " of its log from now on"
}

// tellInstall tells of a snapshot that a leader sent.
func (s *scene) tellInstall(c *change) {
	c.used = true
	from, to := ends(c.m)
	call := s.cause(c.m, "arrives as")
	s.useChange(call)
	what := from + "'s " + covering(c.m)
	if isCopy(c.m) {
		what = "a second copy of " + what
	}
	switch {
	case c.entered("DONE"):
		s.use("compact", to, "DONE")
		s.say(rankCommit, to, " has installed ", what, ": its log goes on behind that", s.keeps(c), s.back(c, call))
	case c.entered("REJECTED"):
		s.say(rankRejection, to, " refuses ", what, ": ", s.refusal(c, call), s.back(c, call))
	case c.entered("FAILED"):
		s.use("snapshot", to, "FAILED")
		s.use("restore", to, "FAILED")
		s.say(rankRejection, to, " answers ", from, " that it could not install ", what, because(c), s.back(c, call))
	case c.entered("processing"):
		s.tellInstalls(c, what)
	default:
		s.say(rankArrived, what, " arrives at ", to, s.waits(to))
	}
}

// keeps names the entries that raft left on the disk behind an installed
// snapshot.
func (s *scene) keeps(c *change) string {
	kept := c.text("kept")
	first, last, ok := span(kept)
	if !ok {
		return ""
	}
	return " (" + spanned(kept) + were(int(min(last-first+1, 2)), " stays", " stay") + " on its disk, as TrailingLogs wants it, and a leader that it becomes may still send that)"
}

// tellInstalls tells of a request that raft's main goroutine takes up.
func (s *scene) tellInstalls(c *change, what string) {
	_, to := ends(c.m)
	f := s.first("snapshot", to, "")
	if f == nil || !f.born || !s.isInstalled(f.m) {
		s.tellNewTerm(c)
		return
	}
	f.used = true
	s.say(rankArrived, to, " takes up ", what, ", and writes it to its own disk before anything else", s.dueOf(f), s.follows(to, f.m.Node()), s.heldOrQueued(f))
}

// tellInstallRPCs tells of snapshots on their senders' side, and of requests to
// begin an election.
func (s *scene) tellInstallRPCs() {
	s.find("install-rpc", "", "", func(c *change) {
		c.used = true
		from, to := ends(c.m)
		switch {
		case c.entered("DONE"):
			s.say(rankArrived, from, " hears that ", to, " has installed its ", covering(c.m), ": it goes on with entry ", itoa(c.num("last-index")+1))
		case c.entered("REJECTED"):
			s.tellRefused(c)
		case c.entered("FAILED"):
			s.tellNotInstalled(c)
		case c.born:
			s.say(rankSent, from, " sends its ", covering(c.m), " to ", to, ", whose next entry is no longer in ", from, "'s log", s.sentInVain(c), s.done(c, false))
		case c.entered("delivered"):
			s.say(rankArrived, from, "'s ", covering(c.m), " is at ", to)
		default:
			s.say(rankArrived, to, "'s answer to ", from, "'s ", covering(c.m), " is under way", s.done(c, true))
		}
	})
	s.find("timeout-now", "", "", func(c *change) {
		c.used = true
		from, to := ends(c.m)
		switch {
		case c.entered("DONE"):
			s.say(rankArrived, from, " hears that ", to, " begins an election in its place")
		case c.entered("FAILED"):
			s.say(rankArrived, s.unanswered(c, "its request to begin an election"))
		case c.born:
			s.say(rankSent, from, " asks ", to, " to begin an election at once (TimeoutNow)", s.sentInVain(c), s.done(c, false))
		default:
			s.say(rankArrived, from, "'s TimeoutNow is at ", to, s.done(c, true))
		}
	})
}

// sentInVain says that a message will be lost on a cut link.
func (s *scene) sentInVain(c *change) string {
	if !s.willBeLost(c) {
		return ""
	}
	_, to := ends(c.m)
	return s.cutOff(c.node, []string{to})
}

func (s *scene) tellNotInstalled(c *change) {
	from, to := ends(c.m)
	if r := s.effect(c.m, "arrives as"); r.Known() && r.StateName() == "FAILED" && s.before.Of(c.m.Machine).StateName() == "answered" {
		s.say(rankRejection, from, " hears that ", to, " could not install its ", covering(c.m), because(c), "; it will send it again")
		return
	}
	s.say(rankArrived, s.unanswered(c, "its "+covering(c.m)))
}
