package narrate

import (
	"strings"

	"raftscope/replay"
	"raftscope/sm"
)

// hand is what a user does, by hand or with a whole node, to an operation that
// was under way.
type hand struct {
	c      *change
	answer bool
	held   bool
	let    bool
	due    sm.Time // when it will be done, if that has changed
	deeds  []touch
}

// tellHands tells what a user does to what was under way. What a rule or a
// freeze does to what begins is told with that.
func (s *scene) tellHands() {
	hands := s.handsOn()
	hands = s.tellFreezes(hands)
	var let []hand
	for _, h := range hands {
		switch {
		case len(h.deeds) > 0:
			s.tellDeed(h)
		case h.let:
			let = append(let, h)
		case h.held:
			s.say(rankUser, s.stands(h))
		}
	}
	switch {
	case len(let) == 1:
		s.tellLet(let[0])
	case len(let) > 1:
		s.say(rankUser, tally(let), " held so far go on", s.givenUp(let))
	}
}

// handsOn gathers what was done to operations that had begun before.
func (s *scene) handsOn() (hands []hand) {
	for _, c := range s.changes {
		if len(c.attrs) == 0 || c.kind == "node" {
			continue
		}
		for _, answer := range []bool{false, true} {
			if c.begins(answer) {
				continue
			}
			h := hand{c: c, answer: answer}
			all := s.touches(c, answer)
			for _, t := range all {
				switch {
				case t.held, t.let:
					h.held, h.let = t.held, t.let
				case t.due != 0:
					h.due = t.due
				case t.verb != "" || t.text != "":
					h.deeds = append(h.deeds, t)
				}
			}
			if len(all) > 0 {
				c.deedsTold = append(c.deedsTold, answer)
			}
			if h.held || h.let || len(h.deeds) > 0 {
				hands = append(hands, h)
			}
		}
	}
	return hands
}

// begins reports whether an operation, or a message's answer, began in the
// instant.
func (c *change) begins(answer bool) bool {
	switch {
	case answer:
		return c.entered("answered")
	case c.kind == "entry":
		return c.entered("applying")
	case c.kind == "snapshot": // one that was asked for begins when raft takes it
		_, began := c.set("index")
		return c.born || began
	}
	return c.born
}

// tellFreezes tells of nodes that are frozen and thawed, and returns the hands
// that this does not explain.
func (s *scene) tellFreezes(hands []hand) (rest []hand) {
	rest = hands
	for _, c := range s.changes {
		e, ok := c.set(keyFrozen)
		if c.kind != "node" || !ok || e.IsText {
			continue
		}
		var own []hand
		own, rest = parted(rest, c.node, e.Num != 0)
		switch {
		case c.ends() != "":
		case e.Num != 0:
			s.say(rankUser, c.node, " is frozen: its disk, its state machine and its messages both ways stand still", stopped(own), ", but its timers run on", s.foresee(c.node))
		case len(own) == 0:
			s.say(rankUser, c.node, " is frozen no more")
		default:
			s.say(rankUser, c.node, " is frozen no more: ", tally(own), were(len(own), " goes", " go"), " on", s.givenUp(own))
		}
	}
	return rest
}

// parted takes what a freeze or thaw of a node explains out of hands.
func parted(hands []hand, node string, held bool) (own, rest []hand) {
	for _, h := range hands {
		from, to := ends(h.c.m)
		if len(h.deeds) == 0 && (h.held && held || h.let && !held) && (h.c.node == node || isCall(h.c.kind) && (from == node || to == node)) {
			own = append(own, h)
		} else {
			rest = append(rest, h)
		}
	}
	return own, rest
}

// stopped says what a freeze stopped on its way.
func stopped(hands []hand) string {
	if len(hands) == 0 {
		return ""
	}
	return " (" + tally(hands) + were(len(hands), " is", " are") + " stopped)"
}

// foresee says what a freeze will come to if it lasts.
func (s *scene) foresee(node string) string {
	if s.alone(node) {
		return ""
	}
	switch s.after.Node(node).Role {
	case "leader":
		return "; if that lasts, it hears nobody, and leads no more when its lease is over"
	case "follower":
		return "; if that lasts, it becomes candidate when its HeartbeatTimeout is over, and nobody hears it"
	case "candidate":
		return "; nobody hears it, so it cannot win its election"
	}
	return ""
}

// stands says that the user holds an operation.
func (s *scene) stands(h hand) string {
	text := s.operation(h.c, h.answer)
	switch {
	case isCall(h.c.kind):
		text += " is kept on its way until it is released"
		if num(h.c.m, "pipelined") != 0 && !h.answer {
			text += ", and what is behind it on the pipeline waits too"
		}
		return text
	case h.c.kind == "entry":
		return text + " is held until it is released, and so are all entries behind it"
	case isDisk(h.c.kind):
		return text + " is held until it is released: nothing of it is on the disk before it is done, and " + s.waiter(h.c) + " waits in it"
	}
	return text + " is held until it is released"
}

// tellLet tells of an operation that goes on.
func (s *scene) tellLet(h hand) {
	if h.c.entered("writing") || h.c.entered("deleting") {
		return // told of the disk
	}
	text := s.operation(h.c, h.answer)
	if last, ok := h.c.m.Attr(keyFault); ok && strings.HasPrefix(last.Text, "reordered") && !h.answer {
		text = s.overtaken(h, text)
	} else {
		text += " goes on"
	}
	s.say(rankUser, text, s.soon(h), s.givenUp([]hand{h}))
}

// soon says when an operation will be done, if that is known.
func (s *scene) soon(h hand) string {
	if isCall(h.c.kind) {
		return s.in("arrives", h.due)
	}
	return s.in("done", h.due)
}

// overtaken says why a message that waited to be overtaken goes on.
func (s *scene) overtaken(h hand, text string) string {
	for _, c := range s.changes {
		if c != h.c && isCall(c.kind) && c.m.Subject() == h.c.m.Subject() && c.entered("delivered") {
			return text + " has been overtaken by a later one and goes on"
		}
	}
	return text + ", which was to be overtaken, goes on"
}

// turn says why a disk begins an operation only now.
func (s *scene) turn(c *change) string {
	for _, t := range s.touches(c, false) {
		if t.let {
			return c.node + "'s disk is let go on and begins to "
		}
	}
	return c.node + "'s disk has done what came before and begins to "
}

// tellDeed tells what a user did to an operation by hand.
func (s *scene) tellDeed(h hand) {
	what := s.operation(h.c, h.answer)
	from, _ := ends(h.c.m)
	for _, t := range h.deeds {
		switch t.verb {
		case "failed", "fails":
			if h.c.entered("FAILED") {
				continue // told with what comes of it
			}
			if isCall(h.c.kind) {
				what = "the connection under " + what + " breaks"
			} else {
				what += " fails"
			}
			s.say(rankUser, what, colon(t.how))
		case "dropped":
			s.say(rankUser, what, " is lost: ", from, " will know only when its RPC timeout is over")
		case "delayed":
			s.say(rankUser, what, " takes ", t.how, " longer", s.soon(h))
		case "duplicated":
			s.say(rankUser, what, " will arrive a second time, on a connection of its own")
		case "reordered":
			s.say(rankUser, what, " stays back until a later one has overtaken it")
		case "held":
			s.say(rankUser, s.stands(h))
		default:
			s.say(rankUser, what, ": ", t.text)
		}
	}
}

// tellDeeds tells what was done to what began in the instant, where the
// beginning itself did not tell it.
func (s *scene) tellDeeds() {
	for _, c := range s.changes {
		for _, answer := range []bool{false, true} {
			if c.isTold(answer) {
				continue
			}
			if text := s.done(c, answer); text != "" {
				s.say(rankDeed, s.operation(c, answer), ": ", strings.TrimPrefix(text, "; "))
			}
		}
	}
}

// answerUnderWay reports whether a message's answer is, or was when its sender
// gave it up, on its way.
func answerUnderWay(m replay.MachineView) bool {
	if m.StateName() == "answered" {
		return true
	}
	if m.Open() {
		return false
	}
	for _, move := range m.Moves() {
		if m.Kind().StateName(move.State) == "answered" {
			return true
		}
	}
	return false
}
