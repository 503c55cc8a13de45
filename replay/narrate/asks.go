package narrate

import (
	"slices"
	"strconv"
)

// tellAsks tells of new calls of clients. The same one made again is told by
// itself, others to one node together.
func (s *scene) tellAsks() {
	for _, c := range s.changes {
		if !c.isAsk() {
			continue
		}
		if before := s.after.RetryOf(c.m.Machine); before.Known() {
			c.used = true
			attempt := ""
			if n := c.num("attempt"); n > 0 {
				attempt = ", attempt " + itoa(n)
			}
			s.say(rankClient, "the client of ", before.Name(), " makes the call again on ", c.node, ": ", clip(c.m.Label(), labelMax), " (", c.m.Name(), attempt, ")")
			continue
		}
		var asked []*change
		for _, o := range s.changes {
			if o.isAsk() && o.node == c.node && !s.after.RetryOf(o.m.Machine).Known() {
				o.used = true
				asked = append(asked, o)
			}
		}
		s.say(rankClient, s.who(asked), c.node, " to ", calls(asked))
	}
}

// isAsk reports whether a client made the call in this instant, and nothing
// came of it yet.
func (c *change) isAsk() bool {
	return !c.used && (c.kind == "exec" || c.kind == "read") && c.born && len(c.moves) == 1
}

// who asks: a client in the background has a number.
func (s *scene) who(asked []*change) string {
	var numbers []int
	for _, c := range asked {
		if n := s.after.Client(c.m.Machine); !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	switch {
	case len(numbers) == 1 && numbers[0] > 0:
		return "client " + strconv.Itoa(numbers[0]) + " asks "
	case len(asked) == 1:
		return "a client asks "
	}
	return strconv.Itoa(len(asked)) + " clients ask "
}

// calls says what is asked for: many calls are counted.
func calls(asked []*change) string {
	const listed = 3
	same := true
	for _, c := range asked {
		same = same && c.m.Label() == asked[0].m.Label()
	}
	first, last := asked[0].m, asked[len(asked)-1].m
	switch {
	case len(asked) > 1 && same:
		return clip(first.Label(), labelMax) + " (" + first.Name() + " to " + last.Name() + ")"
	case len(asked) > listed:
		return "do " + strconv.Itoa(len(asked)) + " different things (" + first.Name() + " to " + last.Name() + ")"
	}
	var names []string
	for _, c := range asked {
		names = append(names, clip(c.m.Label(), labelMax)+" ("+c.m.Name()+")")
	}
	return list(names)
}
