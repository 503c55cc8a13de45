package narrate

import (
	"slices"
	"strconv"
	"strings"

	"raftscope/replay"
)

// tellCommits tells of entries that become committed, on a leader and why, on a
// follower and from whom it knows.
func (s *scene) tellCommits() {
	for _, c := range s.changes {
		if c.kind != "entry" || c.used || !c.entered("committed") {
			continue
		}
		node := c.node
		var indexes []uint64
		s.find("entry", node, "committed", func(e *change) {
			e.used = true
			if _, index, ok := place(e.m); ok {
				indexes = append(indexes, index)
			}
		})
		s.find("apply", node, "committed", func(a *change) { a.used = !a.entered("DONE") })
		if len(indexes) == 0 {
			continue
		}
		hands := s.hands(node)
		if s.after.Node(node).Role == "leader" {
			s.tellLeaderCommits(node, indexes, hands)
		} else {
			s.tellFollowerCommits(node, indexes, hands)
		}
	}
}

// hands says which entry goes to a node's state machine, and marks that as told.
func (s *scene) hands(node string) string {
	for _, c := range s.changes {
		if c.kind != "entry" || c.node != node || !c.entered("applying") || c.entered("APPLIED") {
			continue
		}
		c.used = true
		if _, index, ok := place(c.m); ok {
			return " and hands entry " + itoa(index) + " to its state machine"
		}
	}
	return ""
}

func (s *scene) tellFollowerCommits(node string, indexes []uint64, hands string) {
	what := set(indexes)
	f := s.first("append-follower", node, "DONE")
	if f == nil {
		s.say(rankCommit, node, " knows that ", what, verb(indexes, " is", " are"), " committed", hands)
		return
	}
	f.used = true
	from, _ := ends(f.m)
	call := s.cause(f.m, "arrives as")
	s.useChange(call)
	if a := s.first("append", node, "DONE"); a != nil {
		a.used = true
		s.use("entry", node, "durable")
		s.say(rankCommit, node, " has ", spanned(a.m.Subject()), " on its disk and answers ", from, "; the same message told it that ", what,
			verb(indexes, " is", " are"), " committed, so it commits ", them(len(indexes)), " too", hands, s.back(f, call))
		return
	}
	s.say(rankCommit, node, " learns from ", from, " that ", what, verb(indexes, " is", " are"), " committed", s.follows(node, from), hands, s.back(f, call))
}

func verb(indexes []uint64, one, many string) string { return were(len(indexes), one, many) }

func them(n int) string { return were(n, "it", "them") }

// tellLeaderCommits tells why a leader commits: by whose answers a majority has
// the entries on disk.
func (s *scene) tellLeaderCommits(node string, indexes []uint64, hands string) {
	last, what, n := slices.Max(indexes), set(indexes), s.voters(node)
	it, elder := them(len(indexes)), s.elder(node, indexes)
	acks := s.acks(node, last)
	earlier := confirmed(s.before, node, last)
	own := s.first("append", node, "DONE")
	switch {
	case len(earlier) > 0 && len(s.counted(node, earlier)) > n/2: // the commit comes, or is seen, late
		also := ""
		if len(acks) > 0 {
			also = ", and now " + list(acks) + were(len(acks), " has ", " have ") + it + " too"
		}
		s.say(rankCommit, node, " has committed ", what, elder, hands, ": a majority", s.share(node, earlier), " had ", it, " on disk before", also, s.late(node))
	case len(acks) > 0:
		s.say(rankCommit, possessive(acks), were(len(acks), " answer completes", " answers complete"), " a majority", s.share(node, confirmed(s.after, node, last)),
			" with ", what, " on disk: ", node, " commits ", it, elder, hands, s.tellsLater(node))
	case own != nil && n == 1:
		own.used = true
		s.use("entry", node, "durable")
		s.say(rankCommit, node, " has ", what, " on its disk, and is a majority by itself: it commits ", it, elder, hands)
	default:
		s.say(rankCommit, "a majority has ", what, " on disk: ", node, " commits ", it, elder, hands)
	}
}

// acks returns whose answers of this instant confirm an entry to a leader, and
// marks them as told.
func (s *scene) acks(leader string, index uint64) (peers []string) {
	s.find("append-rpc", leader, "DONE", func(c *change) {
		if match(c.m) >= index {
			c.used = true
			_, to := ends(c.m)
			peers = add(peers, to)
		}
	})
	return peers
}

// share names a majority: " (n1 and n2, 2 of 3)". It is empty if these are not
// one.
func (s *scene) share(leader string, peers []string) string {
	n, who := s.voters(leader), s.counted(leader, peers)
	if len(who) <= n/2 {
		return ""
	}
	return " (" + list(who) + ", " + strconv.Itoa(len(who)) + " of " + strconv.Itoa(n) + ")"
}

// late says that a leader's main goroutine was at its disk until now, so that it
// commits later than it might. Where nothing else happens at once, a commit is
// also seen late, at the next thing that the node does.
func (s *scene) late(node string) string {
	const recent = 10_000 // a gate lets one thing into a node each microsecond
	m := s.after.Newest("append", node)
	if n := s.after.CountOn("append", node, ""); m.Known() && s.changeOf(m) != nil && n > 1 && s.changeOf(m).born {
		m = s.after.NthOn("append", node, n-1)
	}
	if !m.Known() || m.Open() || m.Since() < s.at-recent {
		return ""
	}
	return ", but " + node + "'s main goroutine was busy writing " + spanned(m.Subject())
}

// tellsLater says that followers do not know yet: only the next message tells
// them.
func (s *scene) tellsLater(node string) string {
	if s.alone(node) || s.first("append-rpc", node, "sent") != nil {
		return ""
	}
	return ", and tells nobody yet"
}

// elder says that entries of older terms are committed with one of the leader's
// own, which raft counts alone (paper, section 5.4.2).
func (s *scene) elder(node string, indexes []uint64) string {
	term := s.after.Node(node).Term
	var old []uint64
	for _, c := range s.changes {
		if t, index, ok := place(c.m); c.kind == "entry" && c.node == node && ok && t < term && slices.Contains(indexes, index) {
			old = append(old, index)
		}
	}
	if len(old) == 0 || len(old) == len(indexes) {
		return ""
	}
	return " (" + set(old) + ", of an older term, only now, with one of term " + itoa(term) + ")"
}

// alone reports whether a leader has nobody to send its log to.
func (s *scene) alone(leader string) bool {
	if m, _ := s.after.Members(leader); m != nil {
		return len(m.Voters)+len(m.Others) == 1
	}
	return len(s.after.Nodes()) == 1
}

// match returns up to which entry an accepted request makes the logs equal.
func match(m replay.MachineView) uint64 { return num(m, "prev-index") + num(m, "entries") }

// confirmed returns the peers that have confirmed an entry to a leader, by the
// newest requests it had answers to.
func confirmed(v replay.View, leader string, index uint64) (peers []string) {
	const back = 64
	node, n := v.Node(leader), v.CountOn("append-rpc", leader, "")
	for i := n; i > max(0, n-back); i-- {
		m := v.NthOn("append-rpc", leader, i)
		if !m.Known() || m.Life() != node.Life {
			break
		}
		if _, to := ends(m); m.StateName() == "DONE" && match(m) >= index && num(m, "term") == node.Term {
			peers = add(peers, to)
		}
	}
	slices.Sort(peers)
	return peers
}

// tellApplied tells of entries that state machines have applied.
func (s *scene) tellApplied() {
	s.find("entry", "", "APPLIED", func(c *change) {
		if !c.used {
			s.tellAppliedOn(c.node)
		}
	})
	s.find("entry", "", "applying", func(c *change) {
		c.used = true
		_, index, _ := place(c.m)
		s.say(rankApplied, c.node, "'s state machine goes on with entry ", itoa(index), content(c.m), s.done(c, false))
	})
}

// content says what an entry holds.
func content(m replay.MachineView) string {
	switch label := m.Label(); {
	case label == "":
		return ""
	case isConfiguration(m):
		return " (" + clip(configuration(label), labelMax) + ")"
	}
	return " (" + clip(m.Label(), labelMax) + ")"
}

// isConfiguration reports whether an entry holds a configuration.
func isConfiguration(m replay.MachineView) bool { return text(m, "type") == "configuration" }

// configuration is the label of such an entry in a sentence.
func configuration(label string) string {
	if members, ok := strings.CutPrefix(label, "configuration "); ok {
		return "the configuration " + members
	}
	return "the cluster's configuration"
}

func (s *scene) tellAppliedOn(node string) {
	var indexes []uint64
	what := ""
	s.find("entry", node, "APPLIED", func(c *change) {
		c.used = true
		if _, index, ok := place(c.m); ok {
			indexes = append(indexes, index)
			what = content(c.m)
		}
	})
	if len(indexes) != 1 {
		what = ""
	}
	text := node + "'s state machine has applied " + set(indexes) + what
	s.find("entry", node, "applying", func(c *change) {
		c.used = true
		if _, index, ok := place(c.m); ok {
			text += " and goes on with entry " + itoa(index) + content(c.m) + s.done(c, false)
		}
	})
	s.use("apply", node, "DONE")
	s.say(rankApplied, text)
}
