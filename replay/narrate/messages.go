package narrate

import (
	"slices"
	"strconv"
	"strings"

	"raftscope/replay"
)

// tellMessages tells of AppendEntries and heartbeats on their senders' side.
func (s *scene) tellMessages() {
	for _, kind := range []string{"append-rpc", "heartbeat"} {
		for _, c := range s.changes {
			if c.kind == kind && !c.used && len(c.moves) > 0 {
				s.tellMessage(c)
			}
		}
	}
}

func (s *scene) tellMessage(c *change) {
	from, to := ends(c.m)
	what := strings.TrimSuffix(message(c.m), " from "+from)
	switch {
	case c.entered("DONE"):
		c.used = true
		s.tellConfirmed(c)
	case c.entered("FAILED"):
		s.tellFailed(c)
	case c.born && c.entered("answered"): // it got its machine late, because its answer matters
		c.used = true
		s.say(rankArrived, to, " answers ", message(c.m), s.done(c, true))
	case c.born:
		s.tellSent(c)
	case c.entered("delivered"):
		c.used = true
		s.say(rankArrived, upper(message(c.m), from), " is at ", to)
	default:
		c.used = true
		s.say(rankArrived, to, "'s answer to ", what, " of ", from, " is under way", s.done(c, true))
	}
}

// tellConfirmed tells of an answer of yes that commits nothing now.
func (s *scene) tellConfirmed(c *change) {
	from, to := ends(c.m)
	if c.kind == "heartbeat" {
		s.say(rankArrived, from, " hears from ", to, " in answer to its heartbeat: it still follows")
		return
	}
	_, last, ok := carried(c.m)
	if !ok {
		s.say(rankArrived, from, " hears from ", to, " that their logs are equal up to entry ", itoa(c.num("prev-index")), s.alsoKnows(c))
		return
	}
	text := to + " confirms to " + from + " that it has " + spannedOf(c.m) + " on its disk"
	n, peers := s.voters(from), confirmed(s.after, from, last)
	switch commit := s.after.Node(from).Commit; {
	case commit >= last:
		text += " too; " + from + " has committed " + them(int(min(c.num("entries"), 2))) + " already, with the majority it had"
	case s.after.Node(from).Role == "leader" && !slices.Contains(s.after.Voters(from), to):
		text += ", which does not count: it has no vote"
	case s.after.Node(from).Role == "leader":
		have := len(s.counted(from, peers))
		if have <= n/2 {
			text += ": " + strconv.Itoa(have) + " of " + strconv.Itoa(n) + " have entry " + itoa(last) + ", " + strconv.Itoa(n/2+1) + " are needed"
		} else {
			text += ", which makes a majority, " + strconv.Itoa(have) + " of " + strconv.Itoa(n)
			if busy := s.busy(from); busy != "" {
				text += "; " + from + " will commit when its main goroutine is no longer " + busy
			}
		}
	}
	s.say(rankArrived, text)
}

func spannedOf(m replay.MachineView) string {
	first, last, _ := carried(m)
	return entries(first, last)
}

// alsoKnows says that a peer has taken over the commit index it was told.
func (s *scene) alsoKnows(c *change) string {
	if commit := c.num("commit"); commit > 0 && commit <= c.num("prev-index") {
		return " and that it has committed up to " + itoa(commit)
	}
	return ""
}

// pipelineEnded is the error of what was still under way on a pipeline when
// that ended, because of a message before it.
const pipelineEnded = "append pipeline closed"

func (c *change) failure() string { return c.moves[len(c.moves)-1].reason }

// tellFailed tells of messages without an answer. Those on one pipeline fail
// together, for the sake of the first.
func (s *scene) tellFailed(c *change) {
	from, _ := ends(c.m)
	if c.kind == "heartbeat" {
		c.used = true
		s.say(rankArrived, s.unanswered(c, "a heartbeat"))
		return
	}
	all := []*change{}
	s.find(c.kind, c.node, "FAILED", func(o *change) {
		if o.m.Subject() != c.m.Subject() {
			return
		}
		o.used = true
		if o.failure() != pipelineEnded && c.failure() == pipelineEnded {
			c = o
		}
		all = append(all, o)
	})
	var with []string
	for _, o := range all {
		if o != c {
			with = add(with, payload(o.m))
		}
	}
	text := s.unanswered(c, payload(c.m))
	if len(with) > 0 {
		text += "; with that the pipeline ends, which also carried " + list(with)
	}
	if s.after.Node(from).Role == "leader" {
		text += "; it will try again"
	}
	s.say(rankArrived, text)
}

// payload names what an AppendEntries brings.
func payload(m replay.MachineView) string {
	if first, last, ok := carried(m); ok {
		return entries(first, last)
	}
	return "a message without entries"
}

// unanswered says that a message got no answer, and how far it came: the state
// it failed from tells.
func (s *scene) unanswered(c *change, what string) string {
	from, to := ends(c.m)
	reason := clip(c.moves[len(c.moves)-1].reason, reasonMax)
	text := from + " gets no answer from " + to + " to " + what
	was := ""
	if m := s.before.Of(c.m.Machine); m.Known() {
		was = m.StateName()
	}
	switch {
	case strings.HasPrefix(reason, "connection refused"):
		return text + ": " + to + " is down and refuses the connection"
	case reason == pipelineEnded:
		return text + ": the pipeline it was sent on has ended"
	}
	if reason != "" {
		text += " (" + reason + ")"
	}
	switch was {
	case "sent":
		if s.simulated() {
			return text + ": " + s.missing(c, "the message", false)
		}
	case "delivered":
		if r := s.effect(c.m, "arrives as"); r.Known() && !r.Open() && !r.Abandoned() {
			return text + ": " + to + " did answer, but the answer did not arrive"
		}
		text += ": " + to + " has the message, but has not answered it"
		if busy := s.busy(to); busy != "" {
			text += " and is " + busy
		}
	case "answered":
		return text + ": " + to + " did answer, but " + s.missing(c, "the answer", true)
	}
	return text
}

// tellSent tells of messages that are sent, those of one sender with the same
// content together.
func (s *scene) tellSent(c *change) {
	from := c.node
	var peers, lost []string
	again, alone := false, s.deeds(c, false) != ""
	s.find(c.kind, from, "sent", func(o *change) {
		if !o.born || o.m.Label() != c.m.Label() || len(o.moves) > 1 || o != c && (alone || s.deeds(o, false) != "") {
			return
		}
		o.used = true
		_, to := ends(o.m)
		peers = add(peers, to)
		if s.willBeLost(o) {
			lost = add(lost, to)
		}
		again = again || s.failedBefore(o)
	})
	c.used = true
	if len(peers) == 0 {
		return
	}
	behind := s.behind(c)
	cut := s.cutOff(from, lost) + behind + s.done(c, false)
	first, last, ok := carried(c.m)
	switch {
	case c.kind == "heartbeat":
		s.say(rankSent, from, ", leader of term ", itoa(c.num("term")), ", sends ", list(peers), " a heartbeat", cut)
	case !ok:
		s.tellCommitSent(c, peers, cut)
	default:
		how := ""
		switch {
		case again:
			how = " again"
		case behind == "" && s.underWay(c):
			how = " before the last answer is back"
		}
		prev := ""
		if p := c.num("prev-index"); p > 0 {
			prev = " (after entry " + itoa(p) + " of term " + itoa(c.num("prev-term")) + ")"
		}
		s.say(rankSent, from, " sends ", entries(first, last), prev, " to ", list(peers), how, cut)
	}
}

// tellCommitSent tells of an AppendEntries without entries.
func (s *scene) tellCommitSent(c *change, peers []string, cut string) {
	commit := c.num("commit")
	news := false
	for _, p := range peers {
		news = news || s.before.Node(p).Commit < commit
	}
	before := s.previous(c)
	switch {
	case commit == 0 || !before.Known() || num(before, "term") != c.num("term"):
		s.say(rankSent, c.node, ", as leader of term ", itoa(c.num("term")), ", asks ", list(peers), " without sending entries whether ",
			were(len(peers), "it has", "they have"), " entry ", itoa(c.num("prev-index")), " of term ", itoa(c.num("prev-term")), " too", cut)
	case news:
		s.say(rankSent, c.node, " tells ", list(peers), " that it has committed up to entry ", itoa(commit), cut)
	default:
		s.say(rankSent, c.node, " tells ", list(peers), " again, without entries, that it has committed up to entry ", itoa(commit), cut)
	}
}

// behind says that a message is sent on a pipeline behind one that does not
// arrive, so that it does not either.
func (s *scene) behind(c *change) string {
	before := s.previous(c)
	if c.num("pipelined") == 0 || !before.Known() || !before.Open() || before.StateName() != "sent" || num(before, "pipelined") == 0 {
		return ""
	}
	d, _ := parseDeed(text(before, keyFault))
	switch {
	case d.verb == "dropped" || d.verb == "failed" || d.verb == "fails":
		return ", on a pipeline that has lost the message before it: it will not arrive"
	case before.IsHeld() && s.deeds(c, false) == "":
		return ", on a pipeline on which the message before it is held: it waits too"
	}
	return ""
}

// missing says why a message or an answer did not come.
func (s *scene) missing(c *change, what string, answer bool) string {
	before := s.before.Of(c.m.Machine)
	var d deed
	for _, a := range before.Attrs() {
		if a.Key == keyFault && a.IsText && answerOf(before, a.Event) == answer {
			d, _ = parseDeed(a.Text)
		}
	}
	by := d.by
	switch {
	case before.IsHeld():
		switch node, leaves := s.freezer(c, answer); {
		case node != "" && leaves:
			return node + " is frozen, so " + what + " has not left it"
		case node != "":
			return node + " is frozen, so " + what + " has not reached it"
		case by == "":
			return what + " is held back"
		}
		return by + " still holds " + what + " back"
	case d.verb == "dropped":
		return orUser(by) + " dropped " + what
	case d.verb == "failed" || d.verb == "fails":
		return orUser(by) + " broke the connection under " + what
	case before.Due() > s.at:
		return what + " is still on its way"
	case answer && before.Due() > 0 && s.busy(c.node) != "":
		return c.node + " has not taken the answer: its main goroutine is " + s.busy(c.node)
	case d.verb == "delayed":
		return what + " is still on its way"
	case answer:
		return what + " did not arrive"
	}
	return what + " never arrived"
}

// orUser is who did something: a rule, or else the user by hand.
func orUser(by string) string {
	if by == "" {
		return "the user"
	}
	return by
}

// answerOf reports whether an event of a message is one of its answer.
func answerOf(m replay.MachineView, event int) bool {
	for _, move := range m.Moves() {
		if move.Event < event && m.Kind().StateName(move.State) == "answered" {
			return true
		}
	}
	return false
}

// previous returns the request to the same peer before this one.
func (s *scene) previous(c *change) replay.MachineView {
	const back = 32
	n := s.after.CountOn(c.kind, c.node, "")
	seen := false
	for i := n; i > max(0, n-back); i-- {
		m := s.after.NthOn(c.kind, c.node, i)
		if !m.Known() {
			break
		}
		if seen && m.Subject() == c.m.Subject() && m.Life() == c.m.Life() {
			return m
		}
		seen = seen || m.Machine == c.m.Machine
	}
	return replay.MachineView{}
}

// failedBefore reports whether the entries were sent to the peer before, in
// vain.
func (s *scene) failedBefore(c *change) bool {
	m := s.previous(c)
	if !m.Known() || m.StateName() != "FAILED" {
		return false
	}
	first, last, ok := carried(c.m)
	a, b, before := carried(m)
	return ok && before && a <= last && first <= b
}

// underWay reports whether the request before, on the same pipeline, has no
// answer yet.
func (s *scene) underWay(c *change) bool {
	m := s.previous(c)
	return m.Known() && m.Open() && c.num("pipelined") != 0
}
