package narrate

import (
	"slices"
	"strings"

	"raftscope/sm"
)

// The attributes that tell what a user does to an operation under way, by hand,
// by a rule or by a freeze (package fault of the engine).
const (
	keyHeld   = "held"
	keyFault  = "fault"
	keyFrozen = "frozen"
	keyDue    = "due"
)

// deed is what was done to an operation, as the attribute fault has it: "held
// by rule 1", "fails by rule 2: input/output error", "dropped".
type deed struct {
	verb string // held, fails, failed, crashes, dropped, delayed, duplicated, reordered
	by   string // "rule 1"; empty: by hand
	how  string // the error, or how much later
}

func parseDeed(text string) (d deed, ok bool) {
	verb, rest, _ := strings.Cut(text, " ")
	if i := strings.IndexAny(verb, ":,"); i >= 0 {
		verb, rest = verb[:i], text[i:]
	}
	d.verb = verb
	switch verb {
	case "held", "fails", "failed", "crashes", "crashed", "dropped", "delayed", "duplicated", "reordered":
	default:
		return d, false
	}
	if n, isRule := strings.CutPrefix(rest, "by rule "); isRule {
		end := 0
		for end < len(n) && n[end] >= '0' && n[end] <= '9' {
			end++
		}
		if end == 0 {
			return d, false
		}
		d.by, rest = "rule "+clip(n[:end], labelMax), n[end:]
	} else {
		rest = strings.TrimPrefix(rest, "by ")
	}
	d.how = clip(strings.TrimLeft(rest, ",: "), reasonMax)
	return d, true
}

// touch is one thing that was done to an operation in the instant.
type touch struct {
	deed
	text   string // what is no deed, quoted
	held   bool   // it is held from now on
	let    bool   // it is held no more
	due    sm.Time
	answer bool // it was done to a message's answer
}

// touches reads what was done to an operation: to a message's answer, or to
// anything else.
func (s *scene) touches(c *change, answer bool) (all []touch) {
	for i := range c.attrs {
		e := &c.attrs[i]
		t := touch{answer: isCall(c.kind) && s.answered(c, i)}
		switch {
		case e.Key == keyFault && e.IsText && e.Text != "":
			d, ok := parseDeed(e.Text)
			t.deed = d
			if !ok {
				t.deed, t.text = deed{}, clip(e.Text, reasonMax)
			}
		case e.IsText:
			continue
		case e.Key == keyHeld:
			t.held, t.let = e.Num != 0, e.Num == 0
		case e.Key == keyDue:
			t.due = sm.Time(e.Num)
		default:
			continue
		}
		if t.answer == answer {
			all = append(all, t)
		}
	}
	return all
}

// answered reports whether a message's answer was on its way when it got its
// i-th attribute of the instant.
func (s *scene) answered(c *change, i int) bool {
	if m := c.states[i]; m != "" {
		return m == "answered"
	}
	m := s.before.Of(c.m.Machine)
	return m.Known() && answerUnderWay(m)
}

// isCall reports whether machines of the kind are messages, as their sender
// sees them.
func isCall(kind string) bool {
	switch kind {
	case "append-rpc", "heartbeat", "vote-rpc", "prevote-rpc", "install-rpc", "timeout-now":
		return true
	}
	return false
}

func isDisk(kind string) bool {
	switch kind {
	case "append", "truncate", "compact", "meta", "snapshot", "restore":
		return true
	}
	return false
}

// done says what a user does to what has just begun: to an operation, or to
// the answer of a message. It begins with "; " unless it is empty, and is told
// with it. The clause that it belongs to is not left out for want of room.
func (s *scene) done(c *change, answer bool) string {
	text := s.deeds(c, answer)
	if text == "" {
		return ""
	}
	c.deedsTold = append(c.deedsTold, answer)
	s.vital = true
	return text
}

// deeds is done, but does not count as telling it.
func (s *scene) deeds(c *change, answer bool) string {
	if c == nil || len(c.attrs) == 0 {
		return ""
	}
	all := s.touches(c, answer)
	var parts []string
	held, why := false, false
	for _, t := range all {
		held = (held || t.held) && !t.let
		why = why || t.verb == "held" || t.verb == "reordered"
		if t.text != "" {
			parts = append(parts, t.text)
		}
		if t.verb != "" {
			parts = append(parts, s.words(c, t))
		}
	}
	if held {
		if freeze := s.frozen(c, answer); freeze != "" {
			parts = append(parts, freeze)
		} else if !why {
			parts = append(parts, "it is held back") // the events do not tell by what
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "; " + strings.Join(parts, "; ")
}

// words says what a deed means for an operation that begins.
func (s *scene) words(c *change, t touch) string {
	by := orUser(t.by)
	switch {
	case isCall(c.kind):
		return s.messageWords(c, t, by)
	case c.kind == "entry":
		return applyWords(t, by)
	}
	switch t.verb {
	case "held":
		what := "nothing of it is on the disk"
		switch c.kind {
		case "truncate", "compact":
			what = "nothing is removed"
		case "restore":
			what = "the state machine holds what it held"
		}
		return by + " keeps the disk from beginning: " + what + ", and " + s.waiter(c) + " waits in it"
	case "delayed":
		return by + " makes that take " + t.how + " longer"
	}
	return failing(t, by, c.node)
}

func colon(text string) string {
	if text == "" {
		return ""
	}
	return ": " + text
}

// waiter is what waits for an operation of a disk.
func (s *scene) waiter(c *change) string {
	cause := s.cause(c.m, "persists")
	switch {
	case s.isAlone(c.node), s.effect(c.m, "sets").Known():
		return "what comes behind it"
	case s.isInstalled(c.m):
	case c.kind == "compact", c.kind == "snapshot":
		return "the taking of the snapshot"
	case c.kind == "restore":
		return "the start of " + c.node
	case cause.Known() && num(cause, "fast") != 0:
		return "the connection that brought the heartbeat"
	}
	return "raft's main goroutine"
}

// applyWords says what is done to the apply of an entry.
func applyWords(t touch, by string) string {
	switch t.verb {
	case "held":
		return by + " keeps the state machine from applying it, and so all entries behind it"
	case "delayed":
		return by + " makes the apply take " + t.how + " longer"
	}
	return by + " makes the apply fail" + colon(t.how)
}

// messageWords says what is done to a message or its answer.
func (s *scene) messageWords(c *change, t touch, by string) string {
	from, _ := ends(c.m)
	it, piped := "it", num(c.m, "pipelined") != 0 && !t.answer
	if t.answer {
		it = "the answer"
	}
	switch t.verb {
	case "held":
		return by + " keeps " + it + " back"
	case "dropped":
		text := by + " loses " + it + ": " + from + " will know only when its RPC timeout is over"
		if piped {
			text += ", and what it sends behind it on this pipeline does not arrive either"
		}
		return text
	case "delayed":
		text := by + " makes " + it + " " + t.how + " late"
		if piped {
			text += ", and what is behind it on the pipeline waits too"
		}
		return text
	case "duplicated":
		return by + " has " + it + " arrive a second time, on a connection of its own"
	case "reordered":
		return by + " keeps " + it + " back until a later one has overtaken it"
	}
	return by + " breaks the connection under " + it + colon(t.how)
}

// frozen says which frozen node holds an operation.
func (s *scene) frozen(c *change, answer bool) string {
	switch {
	case isCall(c.kind):
	case !s.isFrozen(c.node):
		return ""
	case c.kind == "entry":
		return c.node + " is frozen, so its state machine does not apply it"
	default:
		return c.node + " is frozen, so its disk does not begin"
	}
	it := "it"
	if answer {
		it = "the answer"
	}
	switch node, leaves := s.freezer(c, answer); {
	case node != "" && leaves:
		return node + " is frozen, so " + it + " does not leave"
	case node != "":
		return node + " is frozen, so " + it + " does not arrive"
	}
	return ""
}

// freezer returns which frozen node holds a message or an answer, and whether
// it is the one that sends it; the empty name if neither is frozen.
func (s *scene) freezer(c *change, answer bool) (node string, leaves bool) {
	from, to := ends(c.m)
	if answer {
		from, to = to, from
	}
	switch {
	case s.isFrozen(from):
		return from, true
	case s.isFrozen(to):
		return to, false
	}
	return "", false
}

func (s *scene) isFrozen(node string) bool { return node != "" && s.after.Node(node).Frozen }

// isTold reports whether what was done to an operation was told when it began.
func (c *change) isTold(answer bool) bool { return slices.Contains(c.deedsTold, answer) }
