package narrate

import (
	"strconv"
	"strings"
)

// tally counts operations: "14 messages and 1 disk operation".
func tally(hands []hand) string {
	var messages, disks, applies int
	for _, h := range hands {
		switch {
		case isCall(h.c.kind):
			messages++
		case h.c.kind == "entry":
			applies++
		default:
			disks++
		}
	}
	var parts []string
	for _, p := range []struct {
		n         int
		one, many string
	}{{messages, " message", " messages"}, {disks, " disk operation", " disk operations"}, {applies, " apply", " applies"}} {
		if p.n > 0 {
			parts = append(parts, strconv.Itoa(p.n)+were(p.n, p.one, p.many))
		}
	}
	return list(parts)
}

// givenUp says for how many messages their senders do not wait any more: a
// request is handled all the same, an answer is not.
func (s *scene) givenUp(hands []hand) (text string) {
	var requests, late, answers, void int
	for _, h := range hands {
		given := 0
		if isCall(h.c.kind) && !h.c.m.Open() {
			given = 1
		}
		switch {
		case !isCall(h.c.kind):
		case h.answer:
			answers, void = answers+1, void+given
		default:
			requests, late = requests+1, late+given
		}
	}
	if late > 0 {
		text = "; " + share(late, requests, "its sender has given up waiting", "the sender has given up waiting", "request") + ", but what arrives is handled all the same"
	}
	if void > 0 {
		text += "; " + share(void, answers, "nobody waits for it any more", "nobody waits any more", "answer")
	}
	return text
}

// share says something of n of all things.
func share(n, all int, one, many, what string) string {
	switch {
	case all == 1:
		return one
	case n == all:
		return "for each " + what + " " + many
	}
	return "for " + strconv.Itoa(n) + " of the " + what + "s " + many
}

// operation names what is under way, or the answer to it.
func (s *scene) operation(c *change, answer bool) string {
	from, to := ends(c.m)
	switch c.kind {
	case "append-rpc", "heartbeat":
		if answer {
			return to + "'s answer to " + message(c.m)
		}
		return message(c.m) + " to " + to
	case "vote-rpc", "prevote-rpc":
		vote := strings.TrimSuffix(c.kind, "-rpc")
		if vote == "prevote" {
			vote = "pre-vote"
		}
		if answer {
			return to + "'s answer to " + from + "'s request for a " + vote
		}
		return from + "'s request to " + to + " for a " + vote
	case "append":
		return c.node + "'s write of " + spanned(c.m.Subject())
	case "truncate", "compact":
		return c.node + "'s removal of " + spanned(c.m.Subject())
	case "meta":
		return c.node + "'s write of " + metaWords(c.m, c.node)
	case "snapshot":
		return c.node + "'s write of its " + covering(c.m)
	case "restore":
		return c.node + "'s restore of its " + covering(c.m)
	case "install-rpc":
		if answer {
			return to + "'s answer to " + from + "'s " + covering(c.m)
		}
		return from + "'s " + covering(c.m) + " to " + to
	case "timeout-now":
		if answer {
			return to + "'s answer to " + from + "'s TimeoutNow"
		}
		return from + "'s TimeoutNow to " + to
	case "entry":
		if _, index, ok := place(c.m); ok {
			return c.node + "'s apply of entry " + itoa(index)
		}
	}
	if from != "" && to != "" {
		return c.m.Name() + " from " + from + " to " + to
	}
	return c.m.Name()
}
