package survey

import (
	"strconv"
	"strings"

	"raftscope/replay"
	"raftscope/sm"
)

const (
	labelMax  = 48 // characters of a label: a user's keys and values
	reasonMax = 60
	toldMax   = 160 // of what a client was told
)

func itoa(n uint64) string { return strconv.FormatUint(n, 10) }

func kind(m replay.MachineView) string { return m.Kind().Name() }

// isIn reports whether a machine is in the named state.
func isIn(m replay.MachineView, state string) bool { return m.StateName() == state }

func text(m replay.MachineView, key string) string {
	v, _ := m.Attr(key)
	return v.Text
}

// to returns the node a message goes to: its subject is "n1>n2".
func to(m *replay.Machine) string {
	_, peer, _ := strings.Cut(m.Subject(), ">")
	return peer
}

// place reads an entry's subject, "TERM/INDEX".
func place(m *replay.Machine) (term, index uint64, ok bool) {
	a, b, found := strings.Cut(m.Subject(), "/")
	term, err1 := strconv.ParseUint(a, 10, 64)
	index, err2 := strconv.ParseUint(b, 10, 64)
	return term, index, found && err1 == nil && err2 == nil
}

// span is a range of indexes as people write it: "4..6", and "4" for "4..4".
func span(subject string) string {
	first, last, ok := strings.Cut(subject, "..")
	if ok && first == last {
		return first
	}
	return subject
}

// effect returns the newest effect of a kind, in the role unless that is empty;
// the zero view if there is none.
func effect(v replay.View, m replay.MachineView, kind, role string) (found replay.MachineView) {
	for l := range m.EffectsBack {
		if l.Machine != nil && l.Machine.Kind().Name() == kind && (role == "" || l.Role == role) {
			return v.Of(l.Machine)
		}
	}
	return replay.MachineView{}
}

// heldBy says by what an operation is held: "held by rule 2".
func heldBy(m replay.MachineView) string {
	if by := text(m, "held-by"); by != "" {
		return "held by " + replay.Clip(by, reasonMax)
	}
	return "held"
}

// due says in how long something goes on: ", due +1.200ms"; nothing if nobody
// knows.
func due(at, now sm.Time) string {
	if at == 0 || at < now {
		return ""
	}
	return ", due " + replay.Plus(at-now)
}
