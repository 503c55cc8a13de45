package narrate

import (
	"strconv"
	"strings"

	"raftscope/replay"
)

// tellAnswers tells what clients are told.
func (s *scene) tellAnswers() {
	for _, kind := range []string{"exec", "read"} {
		s.find(kind, "", "DONE", func(c *change) {
			c.used = true
			if kind == "read" {
				s.say(rankAnswer, s.readAnswer(c))
				return
			}
			s.tellWritten(c)
		})
	}
	for _, kind := range []string{"exec", "read"} {
		for _, c := range s.changes {
			if c.kind == kind && !c.used && c.entered("FAILED") {
				s.tellErrors(c)
			}
		}
	}
}

// tellWritten tells of a write whose client is told ok.
func (s *scene) tellWritten(c *change) {
	o := s.after.Outcome(c.m.Machine)
	result := ""
	if r := c.text("result"); r != "" && !strings.HasPrefix(c.m.Label(), "set ") {
		result = ", result " + clip(r, labelMax)
	}
	why := ""
	if o.Entry != nil {
		e := s.after.Of(o.Entry)
		if ec := s.changeOf(e); ec != nil {
			ec.used = true
		}
		if _, index, ok := place(e); ok {
			why = ": entry " + itoa(index) + " is committed, and " + c.node + "'s state machine has applied it"
		}
	}
	s.find("apply", c.node, "DONE", func(a *change) {
		if m := s.cause(a.m, "proposes"); m.Known() && m.Machine == c.m.Machine {
			a.used = true
		}
	})
	s.say(rankAnswer, "the client of ", named(c.m), " is told ok", result, why)
}

// readAnswer says what a read gives, and what makes it sure.
func (s *scene) readAnswer(c *change) string {
	value := clip(c.text("result"), labelMax)
	text := "the client of " + named(c.m) + " is told " + value
	if value == "(none)" {
		text = "the client of " + named(c.m) + " is told that there is no such key"
	}
	switch c.text("path") {
	case "VerifyLeader":
		if s.alone(c.node) {
			return text + ": " + c.node + " leads for certain, since it is alone"
		}
		return text + ": a majority has confirmed that " + c.node + " leads, and it has applied all that was committed when the read began"
	case "Barrier":
		s.find("apply", c.node, "DONE", func(a *change) {
			if m := s.cause(a.m, "barrier"); m.Known() && m.Machine == c.m.Machine {
				a.used = true
			}
		})
		return text + ": " + c.node + " led when the read came, and with its barrier committed it has applied every entry before"
	case "stale":
		return text + " from " + c.node + "'s own data, however old that is: the read was to be stale"
	}
	return text
}

// tellErrors tells of all clients of a node that are told the same error.
func (s *scene) tellErrors(c *change) {
	told, stored := c.told(), c.text("stored")
	var names []string
	var open, safe []uint64
	again := 0
	for _, o := range s.changes {
		if o.used || o.kind != "exec" && o.kind != "read" || o.node != c.node || !o.entered("FAILED") || o.told() != told || o.text("stored") != stored && o.kind == c.kind {
			continue
		}
		if (o.kind == "read") != (c.kind == "read") && stored != "never" {
			continue
		}
		o.used = true
		names = append(names, o.m.Name())
		if o.num("retry") > 0 {
			again++
		}
		fate := s.after.Outcome(o.m.Machine)
		if fate.Entry == nil {
			continue
		}
		switch _, index, ok := place(s.after.Of(fate.Entry)); {
		case !ok:
		case fate.Fate == replay.FateApplied || fate.Fate == replay.FateCommitted:
			safe = append(safe, index)
		case fate.Fate == replay.FateUndecided:
			open = append(open, index)
		}
	}
	if len(names) == 1 {
		names[0] = named(c.m)
	}
	s.use("apply", c.node, "FAILED")
	s.say(rankAnswer, "the ", were(len(names), "client of ", "clients of "), list(names), were(len(names), " is", " are"), " told ", strconv.Quote(told), s.consequence(c, stored, open, safe),
		retrying(again, len(names)))
}

// retrying says how many of the clients that are told an error will make their
// calls again.
func retrying(again, clients int) string {
	switch {
	case again == 0:
		return ""
	case clients == 1:
		return "; it will make the call again"
	case again == clients:
		return "; they will make their calls again"
	}
	return "; " + strconv.Itoa(again) + " of them will make their calls again"
}

// told is the error a client is told.
func (c *change) told() string {
	if told := c.text("told"); told != "" {
		return clip(told, reasonMax)
	}
	m, _ := c.into("FAILED")
	return clip(m.reason, reasonMax)
}

// consequence says what an error means for what was to be written.
func (s *scene) consequence(c *change, stored string, open, safe []uint64) string {
	refused := ""
	if n := s.after.Node(c.node); n.Role != "leader" && n.Leader != "" && c.told() == "node is not the leader" {
		refused = " (" + clip(n.Leader, labelMax) + " is, as far as " + c.node + " knows)"
	}
	switch {
	case c.kind == "read":
		return refused
	case stored == "never":
		return refused + ": nothing was stored"
	case stored == "yes":
		return ": the entry is in the log, but the command could not be done"
	case len(open)+len(safe) > 0:
		var facts []string
		if len(safe) > 0 {
			facts = append(facts, set(safe)+verb(safe, " is", " are")+" committed all the same")
		}
		if len(open) > 0 {
			facts = append(facts, set(open)+verb(open, " was", " were")+" not committed yet, and may stay or go with the next leader")
		}
		return ": " + list(facts)
	}
	if s.failed("append", c.node) != nil && s.after.Outcome(c.m.Machine).Fate == replay.FateNeverStored {
		return ": nothing was stored, but the client cannot know that"
	}
	return ": nobody can say yet whether anything was stored"
}

// tellClients tells of what clients ask, and how their requests go on.
func (s *scene) tellClients() {
	s.tellAsks()
	s.find("exec", "", "proposed", func(c *change) {
		c.used = true
		waits := ""
		s.find("apply", c.node, "queued", func(a *change) {
			if m := s.cause(a.m, "proposes"); m.Known() && m.Machine == c.m.Machine {
				a.used = true
				if busy := s.busy(c.node); busy != "" {
					waits = ", whose main goroutine takes it later: it is still " + busy
				}
			}
		})
		s.say(rankClient, c.node, " has executed ", named(c.m), " and proposes its write to raft", waits)
	})
	s.find("exec", "", "", func(c *change) {
		c.used = true
		switch {
		case c.entered("await-fsm"):
			s.useApply(c)
			s.say(rankClient, named(c.m), " reads before it writes, so it waits until ", c.node, "'s state machine has applied all of the log and no other write of its key is on the way")
		case c.entered("queued"):
			s.say(rankClient, named(c.m), " waits for the one before it: it must see what that writes")
		case c.entered("executed"):
			s.say(rankClient, c.node, " has executed ", named(c.m))
		case len(c.moves) == 0:
			c.used = false
		}
	})
	s.find("read", "", "", func(c *change) {
		c.used = true
		switch {
		case c.entered("await-fsm"):
			s.useApply(c)
			s.say(rankClient, c.node, " still leads, but may not have applied all that was committed: ", named(c.m), " waits for a barrier, an entry of its own")
		case c.entered("verifying"):
			text := c.node + " asks the others whether it still leads, before it answers " + named(c.m)
			if s.alone(c.node) {
				text = c.node + " makes sure that it still leads, before it answers " + named(c.m)
			}
			s.say(rankClient, text)
		case len(c.moves) == 0:
			c.used = false
		}
	})
}

// useApply marks the barrier of a client's request as told.
func (s *scene) useApply(c *change) {
	s.find("apply", c.node, "", func(a *change) {
		if m := s.cause(a.m, "barrier"); m.Known() && m.Machine == c.m.Machine {
			a.used = true
		}
	})
}

// tellRest tells what is left: of unknown kinds the doc of the state entered, of
// known ones a detail, in case there is nothing else to tell.
func (s *scene) tellRest() {
	for _, c := range s.changes {
		if c.used || len(c.moves) == 0 && !c.over {
			continue
		}
		c.used = true
		r := rankOther
		if known[c.kind] {
			r = rankDetail
		}
		s.say(r, s.generic(c))
	}
}

// known kinds have sentences of their own; what is left of them is detail.
var known = map[string]bool{
	"exec": true, "read": true, "apply": true, "entry": true, "append": true, "truncate": true, "compact": true, "meta": true,
	"append-rpc": true, "heartbeat": true, "vote-rpc": true, "prevote-rpc": true, "append-follower": true, "vote": true,
	"election": true, "node": true, "snapshot": true, "restore": true, "install": true, "install-rpc": true, "timeout-now": true,
}

func (s *scene) generic(c *change) string {
	name := named(c.m)
	if c.node != "" {
		name += " on " + c.node
	}
	if len(c.moves) == 0 {
		return name + " ends with its node"
	}
	last := c.moves[len(c.moves)-1]
	if last.reason != "" {
		return name + " fails: " + clip(last.reason, reasonMax)
	}
	for _, state := range c.m.Kind().States() {
		if state.Name == last.state && state.Doc != "" {
			return name + ": " + lower(firstClause(state.Doc))
		}
	}
	return name + " is in the state " + strconv.Quote(clip(last.state, labelMax))
}
