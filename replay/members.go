package replay

import (
	"slices"
	"strconv"
	"strings"
)

// Members are who belongs to the cluster by one configuration.
type Members struct {
	Index  uint64   // of the configuration's entry; zero: the node knows nobody
	Voters []string // in the configuration's order
	Others []string // who are sent the log and have no vote
}

// What a node is to a configuration.
const (
	Voter    = "voter"
	Nonvoter = "nonvoter"
	Outside  = "outside"
)

// Of returns what a node is: Voter, Nonvoter or Outside.
func (m *Members) Of(node string) string {
	switch {
	case slices.Contains(m.Voters, node):
		return Voter
	case slices.Contains(m.Others, node):
		return Nonvoter
	}
	return Outside
}

// String returns the members as events tell them: "3: n1 n2 n3, n4 nonvoter".
func (m *Members) String() string {
	if m.Index == 0 {
		return noMembers
	}
	s := strconv.FormatUint(m.Index, 10) + ": " + strings.Join(m.Voters, " ")
	for _, other := range m.Others {
		s += ", " + other + " " + Nonvoter
	}
	return s
}

// The attributes of a node that hold its configurations; see package probe.
const (
	attrConfig          = "config"
	attrConfigCommitted = "config-committed"
	noMembers           = "none"
	// attrRollsBack is a truncation's: it removes the newest configuration.
	attrRollsBack = "rolls-back"
)

// parseMembers reads what String writes; nil if text is something else.
func parseMembers(text string) *Members {
	if text == noMembers {
		return &Members{}
	}
	index, rest, ok := strings.Cut(text, ": ")
	n, err := strconv.ParseUint(index, 10, 64)
	if !ok || err != nil || n == 0 {
		return nil
	}
	m := &Members{Index: n}
	for first := true; rest != ""; first = false {
		var names []string
		if names, rest, ok = memberNames(rest); !ok || len(m.Voters)+len(m.Others)+len(names) > NodesMax {
			return nil
		}
		switch {
		case first:
			m.Voters = names
		case len(names) == 2: // a name and what it is
			m.Others = append(m.Others, names[0])
		default:
			return nil
		}
	}
	return m
}

// memberNames reads names up to a comma or the end. Names that are no plain words
// are in quotes.
func memberNames(text string) (names []string, rest string, ok bool) {
	for text != "" {
		switch {
		case text[0] == ' ':
			text = text[1:]
		case text[0] == ',':
			return names, text[1:], true
		case text[0] == '"':
			quoted, err := strconv.QuotedPrefix(text)
			if err != nil {
				return nil, "", false
			}
			name, err := strconv.Unquote(quoted)
			if err != nil {
				return nil, "", false
			}
			names, text = append(names, name), text[len(quoted):]
		default:
			end := strings.IndexAny(text, " ,")
			if end < 0 {
				end = len(text)
			}
			names, text = append(names, text[:end]), text[end:]
		}
	}
	return names, "", true
}

// membership is what a life's node goes by, and when.
type membership struct {
	newest    list[step[*Members]]
	committed list[step[*Members]]
}

// configured keeps up with the attributes of a node machine.
func (l *life) configured(key, text string, event uint32) {
	steps := &l.members.newest
	switch key {
	case attrConfig:
	case attrConfigCommitted:
		steps = &l.members.committed
	default:
		return
	}
	if m := parseMembers(text); m != nil {
		set(steps, event, m)
	}
}

// members returns the newest configuration in the node's eyes, nil if the events
// do not tell.
func (l lifeView) membersNow() *Members {
	if l.life == nil {
		return nil
	}
	return stepAt(&l.members.newest, l.n)
}

// added returns the newest configuration after an event by which a peer became a
// member in the node's eyes that it was not by the one before, and when that was.
func (l lifeView) added(peer string, after uint32) (index uint64, at uint32, ok bool) {
	all := l.members.newest.all()
	for i := len(all) - 1; i > 0 && all[i].event > after; i-- {
		if s := all[i]; s.event < l.n && s.value.Of(peer) != Outside && all[i-1].value.Of(peer) == Outside {
			return s.value.Index, s.event, true
		}
	}
	return 0, 0, false
}

// Members returns the newest configuration in a node's eyes, by which it goes,
// and the newest that it knows to be committed. Either is nil if the events do
// not tell: they are no copies, and must not be changed.
func (v View) Members(node string) (newest, committed *Members) {
	l := v.life(node)
	if l.life == nil {
		return nil, nil
	}
	return l.membersNow(), stepAt(&l.members.committed, v.n)
}

// Voters returns who votes in a node's eyes. If the events do not tell that is
// every node seen so far. It is no copy, and must not be changed.
func (v View) Voters(node string) []string { return v.votersOf(v.life(node)) }

func (v View) votersOf(l lifeView) []string {
	if m := l.membersNow(); m != nil {
		return m.Voters
	}
	return v.Nodes()
}

// eachMember is eachLife without the nodes that are no members of the cluster.
func (v View) eachMember(yield func(lifeView) bool) {
	m := v.Cluster()
	for l := range v.eachLife {
		if (m == nil || m.Of(l.node.name) != Outside) && !yield(l) {
			return
		}
	}
}

// majority reports whether so many of so many are one.
func majority(n, of int) bool { return n > of/2 }
