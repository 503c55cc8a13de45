package narrate

import (
	"slices"
	"strings"

	"raftscope/replay"
)

// message names an AppendEntries request: "AppendEntries 7..9 from n1".
func message(m replay.MachineView) string {
	from, _ := ends(m)
	if first, last, ok := carried(m); ok {
		if first == last {
			return "AppendEntries " + itoa(first) + " from " + from
		}
		return "AppendEntries " + itoa(first) + ".." + itoa(last) + " from " + from
	}
	if m.Label() == "heartbeat" {
		return "the heartbeat from " + from
	}
	return "the AppendEntries without entries from " + from
}

// isCopy reports whether a request had arrived before.
func isCopy(m replay.MachineView) bool { return num(m, "copy") != 0 }

// copied names a request, and whether it is a second copy.
func copied(m replay.MachineView) string {
	if isCopy(m) {
		return "the second copy of " + message(m)
	}
	return message(m)
}

// carried returns the indexes of the entries that a request brings.
func carried(m replay.MachineView) (first, last uint64, ok bool) {
	rest, found := strings.CutPrefix(m.Label(), "entries ")
	if first, last, ok = span(rest); found && ok {
		return first, last, true
	}
	if n := num(m, "entries"); n > 0 {
		first = num(m, "prev-index") + 1
		return first, first + n - 1, true
	}
	return 0, 0, false
}

// tellTruncations tells of log suffixes that are removed.
func (s *scene) tellTruncations() {
	s.find("truncate", "", "", func(c *change) {
		c.used = true
		if s.isAlone(c.node) {
			s.tellQueued(c)
			return
		}
		request := s.cause(c.m, "truncates by")
		leader := "its leader"
		if request.Known() {
			leader, _ = ends(request)
		}
		what := spanned(c.m.Subject())
		switch {
		case c.entered("DONE"):
			s.say(rankTruncation, c.node, " has removed ", what, " from its disk, to make room for ", leader, "'s", s.lost(c.m), s.let(c.m))
			s.use("entry", c.node, "TRUNCATED")
		case c.entered("FAILED") && s.first("append-follower", c.node, "REJECTED") != nil: // which tells it
		case c.entered("FAILED"):
			s.say(rankTruncation, c.node, " cannot remove ", what, " from its disk", because(c))
		case c.born:
			s.find("append-follower", c.node, "truncating", func(f *change) { f.used = true })
			if b := s.barrier(c.m); b != nil {
				s.tellBehind(c, b, s.conflict(c.m, request, leader), leader)
				return
			}
			begins, then := ": it begins to remove its ", ", and only then stores "
			if !c.entered("deleting") {
				begins, then = ": it is to remove its ", ", and only then to store "
			}
			s.say(rankTruncation, c.node, s.conflict(c.m, request, leader), begins, what, then, leader, "'s", s.heldOrQueued(c))
		case c.entered("deleting"):
			s.say(rankTruncation, s.turn(c), "remove ", what)
		}
	})
}

// queued says that an operation of a disk waits for those before it.
func (s *scene) queued(c *change) string {
	if len(c.moves) == 0 || c.entered("deleting") || c.entered("writing") {
		return ""
	}
	return "; this waits for what the disk has to do before"
}

// heldOrQueued says what a user does to an operation of a disk that has just
// been born, or that it waits for those before it.
func (s *scene) heldOrQueued(c *change) string {
	if text := s.done(c, false); text != "" {
		return text
	}
	return s.queued(c)
}

// writes is the verb for a write that has just been born.
func (s *scene) writes(c *change) string {
	if !c.entered("writing") {
		return " is to write "
	}
	return " writes "
}

// conflict says what made a follower remove the end of its log.
func (s *scene) conflict(truncate, request replay.MachineView, leader string) string {
	at, _, ok := span(truncate.Subject())
	if !ok || !request.Known() {
		return "'s log conflicts with that of " + leader
	}
	own := uint64(0)
	for _, m := range s.before.LogBetween(truncate.Node(), at, at) {
		own, _, _ = place(s.after.Of(m))
	}
	theirs := uint64(0)
	if call := s.cause(request, "arrives as"); call.Known() {
		theirs = s.sentTerm(call, at)
	}
	if own == 0 || theirs == 0 {
		return "'s entry " + itoa(at) + " is of another term than " + leader + "'s"
	}
	return "'s entry " + itoa(at) + " is of term " + itoa(own) + ", " + leader + "'s of term " + itoa(theirs)
}

// sentTerm returns the term of the entry that a request carries at an index, 0
// if the events do not tell.
func (s *scene) sentTerm(call replay.MachineView, at uint64) uint64 {
	for _, l := range call.Causes() {
		if l.Machine == nil {
			continue
		}
		if term, index, ok := place(s.after.Of(l.Machine)); ok && index == at && l.Role == "sent by" {
			return term
		}
	}
	return 0
}

// lost names the writes that a truncation was the end of.
func (s *scene) lost(truncate replay.MachineView) string {
	const asked = 16 // each costs a look at all copies of an entry
	var names []string
	for i, l := range truncate.Effects() {
		if l.Machine == nil || l.Role != "removes" || i >= asked {
			continue
		}
		exec := s.after.Exec(int(min(num(s.after.Of(l.Machine), "exec"), 1<<31)))
		if exec.Known() && s.after.Outcome(exec.Machine).Fate == replay.FateTruncated {
			names = add(names, exec.Name())
		}
	}
	if len(names) == 0 {
		return ""
	}
	return ": no log holds " + list(names) + " any more, " + were(len(names), "that write is", "these writes are") + " lost"
}

func were(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// tellHandled tells what followers do with AppendEntries that they accept, or
// have yet to consider. The commits that come with them have been told.
func (s *scene) tellHandled() {
	s.find("append-follower", "", "", func(c *change) {
		c.used = true
		from, to := ends(c.m)
		call := s.cause(c.m, "arrives as")
		s.useChange(call)
		switch {
		case c.entered("DONE"):
			s.tellAccepted(c, s.back(c, call))
		case c.entered("FAILED"):
			s.say(rankArrived, to, " does not answer ", message(c.m), because(c))
		case c.entered("appending"):
			s.tellStores(c)
		case c.entered("processing"):
			s.tellNewTerm(c)
		case c.entered("received") && isCopy(c.m):
			s.say(rankArrived, "a second copy of ", message(c.m), " arrives at ", to, s.waits(to))
		case c.entered("received"):
			s.say(rankArrived, upper(message(c.m), from), " arrives at ", to, s.waits(to))
		}
	})
}

// upper takes the article from a message's name where it begins a sentence.
func upper(message, from string) string {
	switch rest, _ := strings.CutPrefix(message, "the "); {
	case strings.HasPrefix(rest, "heartbeat"):
		return from + "'s heartbeat"
	case strings.HasPrefix(rest, "AppendEntries without"):
		return from + "'s AppendEntries without entries"
	}
	return message
}

// tellAccepted tells of a request that is answered with yes.
func (s *scene) tellAccepted(c *change, back string) {
	from, to := ends(c.m)
	follows := s.follows(to, from)
	switch first, last, ok := carried(c.m); {
	case s.first("append", to, "DONE") != nil:
		a := s.first("append", to, "DONE")
		a.used = true
		s.say(rankDiskDone, to, " has ", spanned(a.m.Subject()), " on its disk and answers ", from, ": its log equals ", from, "'s up to entry ", itoa(last), back)
	case ok && isCopy(c.m):
		s.say(rankArrived, to, " has ", entries(first, last), " already and says yes again", back)
	case ok:
		s.say(rankArrived, to, " has ", entries(first, last), " already, and says so to ", from, back)
	case c.m.Label() == "heartbeat" && isCopy(c.m):
		s.say(rankArrived, to, " answers a second copy of ", message(c.m), back)
	case c.m.Label() == "heartbeat":
		s.use("meta", to, "DONE")
		s.say(rankArrived, to, " answers ", from, "'s heartbeat: ", from, " is its leader", follows, back)
	default:
		s.use("meta", to, "DONE")
		s.say(rankArrived, to, " answers ", from, " that their logs are equal up to entry ", itoa(c.num("prev-index")), follows, back)
	}
}

// follows says that a node has a leader from now on.
func (s *scene) follows(node, leader string) string {
	c := s.first("node", node, "")
	if c == nil {
		return ""
	}
	e, ok := c.set("leader")
	if !ok || e.Text != leader || e.Text == s.before.Node(node).Leader {
		return ""
	}
	c.used = true
	return ", and follows " + leader + " from now on"
}

// tellStores tells of a request whose entries go to the disk.
func (s *scene) tellStores(c *change) {
	from, to := ends(c.m)
	a := s.first("append", to, "")
	if a == nil {
		s.say(rankDiskBegun, to, " begins to store ", message(c.m))
		return
	}
	a.used = true
	s.use("entry", to, "created")
	what := spanned(a.m.Subject())
	due, begins := "", " is to write "
	if m, ok := a.into("writing"); ok {
		due, begins = s.in("done", m.due), " begins to write "
	}
	follows := s.follows(to, from)
	if c.entered("processing") {
		s.say(rankDiskBegun, to, s.matches(c, from), s.partly(c, what, begins), due, follows, s.done(a, false))
		return
	}
	s.say(rankDiskBegun, to, begins, what, " of ", from, " to its disk", due, follows, s.done(a, false))
}

// matches says that the check of the entry before those sent went well.
func (s *scene) matches(c *change, from string) string {
	prev := c.num("prev-index")
	if prev == 0 {
		return " takes " + message(c.m) + ", which begins with the first entry"
	}
	return "'s log matches " + from + "'s up to entry " + itoa(prev)
}

// partly says which entries of a request are new.
func (s *scene) partly(c *change, what, begins string) string {
	if fresh, all := c.num("new-entries"), c.num("entries"); fresh > 0 && fresh < all {
		first, _, _ := carried(c.m)
		return " and has " + entries(first, first+all-fresh-1) + " too, so it writes only " + what + " to its disk"
	}
	return ", so it" + begins + what + " to its disk"
}

// tellNewTerm tells of a request of a newer term, which is written down first.
func (s *scene) tellNewTerm(c *change) {
	from, to := ends(c.m)
	meta := s.first("meta", to, "")
	if meta == nil || !meta.born {
		s.say(rankArrived, to, " takes up ", message(c.m))
		return
	}
	meta.used = true
	s.forgets(to)
	if slices.Contains(s.stepped, to) {
		s.say(rankArrived, to, s.writes(meta), "that term to its disk before it answers", s.done(meta, false))
		return
	}
	s.say(rankArrived, to, " hears from ", from, " as leader of term ", itoa(c.num("term")), ", newer than its ", itoa(s.before.Node(to).Term),
		": it", s.writes(meta), "that term to its disk before it answers", s.done(meta, false))
}

// forgets marks as told that a node takes up a newer term, and so knows no
// leader for a moment.
func (s *scene) forgets(node string) {
	if c := s.first("node", node, ""); c != nil && len(c.moves) == 0 {
		if e, ok := c.set("leader"); ok && e.Text == "" {
			c.used = true
		}
	}
}
