package sm

import "fmt"

// breach reports a broken rule, if why says one: a panic in strict mode, else a
// Violation event. The caller holds the buffer's lock, and must give it back by
// defer.
func (m *Machine) breach(why string) {
	if why == "" || m.buf.ended {
		return
	}
	m.buf.tracker.insist(why, m.kind, m.buf.node)
	m.buf.violated(m, why)
}

// insist panics in strict mode.
func (t *Tracker) insist(why string, k *Kind, node string) {
	if !t.strict {
		return
	}
	if node == "" {
		node = "the world"
	}
	panic(fmt.Sprintf("sm: %s of %s %s", k.Name(), node, why))
}

// overdue returns what is wrong with doing something to the machine, "" if it
// has not ended yet.
func (m *Machine) overdue(what string) string {
	switch m.ended {
	case 0:
		return ""
	case Abandoned:
		return what + " after it was abandoned"
	default:
		return what + " after it was closed"
	}
}

// misstep returns what is wrong with a move.
func (m *Machine) misstep(typ EventType, to State) string {
	move := m.kind.StateName(m.state) + " > " + m.kind.StateName(to)
	switch {
	case m.ended != 0:
		return m.overdue("moved " + move)
	case !m.kind.Allowed(m.state, to):
		return "moved " + move + ", which is not allowed"
	default:
		return "failed " + move + ", which is no failure state"
	}
}

// check asks the machine's invariant, and reports it if broken.
func (m *Machine) check(when string, to State) {
	err := m.holds(m.State())
	if err == nil {
		return
	}
	m.buf.mu.Lock()
	defer m.buf.mu.Unlock()
	m.breach(fmt.Sprintf("broke its invariant %s%s: %v", when, m.kind.StateName(to), err))
}
