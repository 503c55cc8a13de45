package narrate

import (
	"strings"
	"time"

	"raftscope/replay"
	"raftscope/sm"
)

// tellUser tells broken rules, remarks, and what a user did to what was under
// way.
func (s *scene) tellUser() {
	s.tellBroken()
	for i := range s.events {
		e := &s.events[i]
		switch {
		case e.Type == sm.Violation:
			name := "the run"
			if m := s.after.Machine(e.Machine); m.Known() {
				name = m.Name()
			}
			s.say(rankViolation, "a rule is broken by ", name, ": ", clip(e.Text, reasonMax))
		case e.Type == sm.Log && e.Key == "PANIC":
			what := "raft dies on " + e.Node
			if e.Node == "" { // killed from outside, or no node's own doing
				what = "the cluster's process dies"
			}
			s.say(rankViolation, what, ": ", clip(e.Text, reasonMax))
		case e.Type == sm.Note && !replay.IsPlan(e.Text): // a plan is no sentence
			s.say(rankUser, "note: ", clip(e.Text, reasonMax))
		}
	}
	s.tellHands()
	s.tellBadDisks()
}

// tellLives tells of nodes that start, stop and crash.
func (s *scene) tellLives() {
	var first []string
	s.find("node", "", "", func(c *change) {
		if end := c.ends(); end != "" {
			s.tellEnd(c, end)
			return
		}
		if !c.born {
			return
		}
		c.used = true
		if c.entered(roleAlone) {
			holds := s.loaded(c.node, c.m.Life())
			if holds == "" {
				holds = "no entries"
			}
			s.say(rankLife, "the disk of ", c.node, " is used alone, without raft; it holds ", holds)
			return
		}
		if c.m.Life() <= 1 && s.loaded(c.node, c.m.Life()) == "" {
			first = append(first, c.node)
			return
		}
		s.tellStart(c)
	})
	if len(first) > 0 {
		s.say(rankLife, list(first), were(len(first), " starts as follower", " start as followers"))
	}
	s.tellLoaded()
}

// ends says how a node's life ends, in words; empty if it does not.
func (c *change) ends() string {
	switch {
	case c.entered("CRASHED"):
		return "crashes"
	case c.entered("STOPPED"):
		return "is stopped in good order"
	}
	return ""
}

func (s *scene) tellEnd(c *change, how string) {
	c.used = true
	was := "a " + s.before.Node(c.node).Role
	switch was {
	case "a leader":
		was = "the leader"
		if term := s.before.Node(c.node).Term; term > 0 {
			was += " of term " + itoa(term)
		}
	case "a ":
		was = "just started"
	case "a " + roleAlone:
		was = "of which only the disk was in use"
		if how != "crashes" {
			s.say(rankLife, c.node, "'s disk is closed")
			return
		}
	}
	text := c.node + ", " + was + ", " + how
	if m := s.failed("meta", c.node); m != nil && m.m.Subject() == "CurrentTerm" && how == "crashes" {
		m.used = true
		text += ": it cannot write " + metaWords(m.m, c.node) + " to its disk" + inBrackets(because(m)) +
			", and there raft panics, because a node that forgot its term could vote twice in it"
	} else if at := s.crashAt(c); at != "" {
		text += at
	} else if why := c.text("reason"); why != "" {
		text += ", because " + clip(why, reasonMax)
	}
	var writing, lost []string
	for _, o := range s.changes {
		if !o.over || o.node != c.node || o.m.Life() != c.m.Life() {
			continue
		}
		o.used = true
		switch {
		case o.kind == "append":
			writing = append(writing, "writing "+spanned(o.m.Subject()))
		case o.kind == "truncate":
			writing = append(writing, "removing "+spanned(o.m.Subject()))
		case o.kind == "election":
			lost = append(lost, "its election")
		}
	}
	if s.crashAt(c) != "" {
		writing, lost = nil, nil
	}
	if len(writing) > 0 {
		text += ", in the midst of " + list(writing) + ": its next start will show whether that reached the disk"
	} else if len(lost) > 0 && s.failed("meta", c.node) == nil {
		text += ", and " + list(lost) + " ends with it"
	}
	s.say(rankLife, text)
}

// inBrackets makes of ": why" " (why)".
func inBrackets(why string) string {
	if why = strings.TrimPrefix(why, ": "); why == "" {
		return ""
	}
	return " (" + why + ")"
}

// loaded names the entries that a life found on its disk in this instant, and
// marks them as told.
func (s *scene) loaded(node string, life uint32) string {
	var indexes []uint64
	s.find("entry", node, "durable", func(c *change) {
		if c.born && c.m.Life() == life {
			c.used = true
			if _, index, ok := place(c.m); ok {
				indexes = append(indexes, index)
			}
		}
	})
	if len(indexes) == 0 {
		return ""
	}
	return set(indexes)
}

func (s *scene) tellStart(c *change) {
	text := c.node + " starts again, in its life " + itoa(uint64(c.m.Life()))
	found := ""
	for _, o := range s.changes { // loaded has marked them as told
		if o.kind == "entry" && o.node == c.node && o.born && o.m.Life() == c.m.Life() {
			o.used = false
		}
	}
	if found = s.loaded(c.node, c.m.Life()); found != "" {
		which := "which of them are committed"
		if strings.HasPrefix(found, "entry ") {
			which = "whether that is committed"
		}
		text += ", as follower, and finds " + found + " on its disk; " + which + " it has to learn anew"
	} else {
		text += ", as follower: all it still knows is what is on its disk"
	}
	s.firstTerm(c.node)
	s.say(rankLife, text)
}

// tellLoaded tells what a node that started before finds on its disk.
func (s *scene) tellLoaded() {
	for _, c := range s.changes {
		if c.kind != "entry" || c.used || !c.born || !c.entered("durable") {
			continue
		}
		label := ""
		if isConfiguration(c.m) {
			label = ", " + clip(configuration(c.m.Label()), labelMax) + ","
		}
		found := s.loaded(c.node, c.m.Life())
		if found != "entry 1" {
			label = ""
		}
		s.say(rankLife, c.node, " finds ", found, label, " on its disk", s.firstTerm(c.node))
	}
}

// firstTerm tells the write of the term that raft makes at each start.
func (s *scene) firstTerm(node string) (and string) {
	s.find("meta", node, "", func(c *change) {
		if c.born && c.m.Subject() == "CurrentTerm" && !s.cause(c.m, "persists").Known() {
			c.used = true
			and = " and writes its " + c.m.Label() + " there again, as raft does at every start"
		}
	})
	return and
}

// tellRoles tells of nodes that become leader or candidate, or follow again.
func (s *scene) tellRoles() {
	s.find("node", "", "", func(c *change) {
		old := s.before.Node(c.node)
		switch {
		case c.entered("leader"):
			c.used = true
			s.tellLeader(c)
		case c.entered("candidate"):
			c.used = true
			s.tellCandidate(c, old)
		case c.entered("follower") && old.Role == "leader":
			c.used = true
			s.say(rankRole, c.node, " leads term ", itoa(old.Term), " no more", s.whyDown(c.node, old))
		case c.entered("follower"):
			c.used = true
			s.tellGivesUp(c, old)
		}
	})
}

// tellGivesUp tells of a candidate that follows again.
func (s *scene) tellGivesUp(c *change, old replay.NodeState) {
	text := c.node + " follows again"
	s.find("election", c.node, "LOST", func(e *change) {
		e.used = true
		text = c.node + " gives up its election for " + e.m.Subject() + " and follows again"
	})
	why := s.newerTerm(c.node, old, true)
	if why != "" {
		s.stepped = append(s.stepped, c.node)
	}
	s.say(rankRole, text, why)
}

// whyDown says why a leader leads no more; nothing if the events do not tell.
func (s *scene) whyDown(node string, old replay.NodeState) string {
	if why := s.newerTerm(node, old, false); why != "" {
		s.stepped = append(s.stepped, node)
		return why
	}
	if s.first("append", node, "FAILED") != nil {
		return ": it cannot store entries on its own disk, so it makes room for a leader that can"
	}
	if _, ok := s.log(node, "failed to contact quorum of nodes"); ok {
		why := ": its lease (LeaderLeaseTimeout) is over"
		var silent []string
		for i := range s.events {
			if e := &s.events[i]; e.Node == node {
				if peer, t, ok := contact(e.Text); ok {
					silent = append(silent, "from "+peer+" for "+rounded(t))
				}
			}
		}
		if len(silent) > 0 {
			why += ", it has heard nothing " + list(silent)
		}
		return why
	}
	if _, ok := s.log(node, "new leader elected, stepping down"); ok {
		return ": while it made sure that it leads, a node refused it, so there is a newer leader"
	}
	if m := s.refused(node); m.Known() {
		_, peer := ends(m)
		return ": " + peer + "'s answer showed it a term newer than its " + itoa(old.Term)
	}
	return ""
}

// rounded is a duration of raft's log, to the millisecond.
func rounded(t string) string {
	d, err := time.ParseDuration(t)
	if err != nil {
		return t
	}
	return d.Round(time.Millisecond).String()
}

// refused looks a little back for an answer that showed a leader a newer term:
// its main goroutine may have been at the disk when that came.
func (s *scene) refused(node string) replay.MachineView {
	const back = 256
	for i := s.from - 1; i >= max(0, s.from-back); i-- {
		e := s.t.Event(i)
		if e.Type != sm.Attributed || e.Node != node || e.Key != "reason" {
			continue
		}
		m := s.after.Machine(e.Machine)
		if _, ok := newer(e.Text); ok && m.Known() && m.Kind().Name() == "append-rpc" {
			return m
		}
	}
	return replay.MachineView{}
}
