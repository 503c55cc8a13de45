package pane

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/sm"
	"raftscope/tui/theme"
)

// fare is how an operation stands, in the order in which they are listed.
type fare uint8

const (
	fareDue     fare = iota // it is known when it goes on
	fareHeld                // a user holds it
	fareOverdue             // it was to go on before now
	fareUnknown             // it goes on when something else does
	fareLost                // it goes nowhere, and its sender does not know
)

// nextRow is an operation under way, and what is said of it once it is seen.
type nextRow struct {
	machine *replay.Machine
	due     sm.Time
	fare    fare
	held    *replay.Held

	built             int    // for which width; 0: not yet
	when, where, name string // columns
	what              string
}

// nextRows are the operations under way at one moment.
type nextRows struct {
	timeline *replay.Timeline
	events   int
	version  uint64
	rows     []nextRow
	held     int // of the rows
	hidden   int // by the filter
}

// isOf reports whether they are those of a scene.
func (r *nextRows) isOf(s *Scene) bool {
	return r != nil && r.timeline == s.View.Timeline() && r.events == s.View.Events() && r.version == s.Version
}

// newNextRows asks for the operations under way. What a filter hides is counted.
func newNextRows(s *Scene) *nextRows {
	v := s.View
	r := &nextRows{timeline: v.Timeline(), events: v.Events(), version: s.Version}
	var helds []replay.Held
	for _, p := range v.Pending() {
		m := v.Of(p.Machine)
		if !s.Filter.Machine(m) {
			r.hidden++
			continue
		}
		row := nextRow{machine: p.Machine, due: p.Due, fare: fareOf(v, p)}
		if p.Held {
			if helds == nil {
				helds = v.Held()
			}
			if i := slices.IndexFunc(helds, func(h replay.Held) bool { return h.Machine == p.Machine }); i >= 0 {
				row.held = &helds[i]
			}
			r.held++
		}
		r.rows = append(r.rows, row)
	}
	slices.SortStableFunc(r.rows, func(a, b nextRow) int { return cmp.Compare(a.fare, b.fare) })
	return r
}

func fareOf(v replay.View, p replay.Pending) fare {
	_, lost := v.Lost(p.Machine)
	switch {
	case p.Held:
		return fareHeld
	case lost:
		return fareLost
	case p.Due == 0:
		return fareUnknown
	case p.Due < v.Now():
		return fareOverdue
	}
	return fareDue
}

// build says in words what a row stands for. w is how wide the pane is.
func (r *nextRow) build(s *Scene, w int) {
	if r.built == w {
		return
	}
	r.built = w
	v := s.View
	m := v.Of(r.machine)
	switch r.fare {
	case fareDue, fareOverdue:
		r.when = replay.Plus(r.due - v.Now())
	case fareHeld:
		r.when = "held"
	case fareLost:
		r.when = "lost"
	}
	r.name = brief(m.Name(), w)
	r.where = whereOf(s, m, w)
	r.what = brief(aboutOf(m), w) + r.verb(s, m)
	if r.held != nil {
		r.what += heldText(r.held)
	}
	r.what = strings.TrimLeft(r.what, ", ")
}

// aboutOf is what an operation is about, as short as it can be said.
func aboutOf(m replay.MachineView) string {
	switch kind := m.Kind().Name(); {
	case kind == "append" || kind == "truncate" || kind == "compact":
		return m.Subject()
	case kind == kindEntry, kind == "snapshot", kind == "restore":
		return strings.TrimSpace(m.Subject() + " " + m.Label())
	case m.Label() != "":
		return m.Label()
	}
	return m.Subject()
}

// whereOf says where an operation is: on which link, disk or state machine.
func whereOf(s *Scene, m replay.MachineView, w int) string {
	node := brief(s.Alias.Of(m.Node()), w)
	switch kind := m.Kind().Name(); {
	case slices.Contains(grammar.DiskKinds(), kind):
		return node + " disk"
	case kind == kindEntry:
		return node + " fsm"
	}
	_, to, ok := route(m.Machine)
	if !ok {
		return node
	}
	arrow := string(s.Theme.Glyphs.Arrow)
	from, to := node, brief(s.Alias.Of(to), w)
	switch m.StateName() {
	case "delivered":
		return "at " + to
	case "answered":
		from, to = to, from
	}
	return from + arrow + to
}

// verb says what will happen next to the operation.
func (r *nextRow) verb(s *Scene, m replay.MachineView) string {
	kind, state := m.Kind().Name(), m.StateName()
	if _, to, ok := route(m.Machine); ok && slices.Contains(grammar.MessageKinds(), kind) {
		return r.messageVerb(s, m, to)
	}
	disk := slices.Contains(grammar.DiskKinds(), kind)
	begun := state == "writing" || state == "deleting"
	switch {
	case r.fare == fareHeld && disk && !begun:
		return ", not begun"
	case r.fare == fareHeld:
		return ", not done"
	case disk && r.fare == fareUnknown:
		return ", waits for its turn"
	case disk:
		return " completes"
	case kind == kindEntry:
		return " is applied"
	case kind == "exec":
		return " is executed"
	}
	return " leaves " + brief(state, faultWidth)
}

// messageVerb is verb of a message to a node.
func (r *nextRow) messageVerb(s *Scene, m replay.MachineView, to string) string {
	answer, who := "", to
	if m.StateName() == "answered" {
		answer, who = "answer ", m.Node()
	}
	switch r.fare {
	case fareLost:
		why, _ := s.View.Lost(m.Machine)
		return ", " + answer + brief(why, faultWidth)
	case fareHeld:
		return ", " + answer + "on its way"
	case fareUnknown:
		return ", arrived, no answer yet"
	case fareOverdue:
		if !s.View.Node(who).Up {
			return ", " + answer + "was to arrive, but " + brief(s.Alias.Of(who), faultWidth) + " is down"
		}
		return ", " + answer + "was to arrive"
	}
	if cutNow(s, m) {
		return ", " + answer + "will be lost: the link is cut"
	}
	if answer != "" {
		return ", answer arrives"
	}
	return " arrives"
}

// faultWidth is how much of a recording's own words a line shows.
const faultWidth = 40

// cutNow reports whether the link that a message is on is cut: cut under way.
func cutNow(s *Scene, m replay.MachineView) bool {
	from, to, ok := route(m.Machine)
	if m.StateName() == "answered" {
		from, to = to, from
	}
	return ok && s.View.IsCut(from, to)
}

// heldNames is how many of those that wait for a held operation are named.
const heldNames = 2

// heldText says what holds an operation, and what waits for it.
func heldText(h *replay.Held) string {
	text := ", held"
	if h.By != "" {
		text += " by " + brief(h.By, faultWidth)
	}
	for i, m := range h.Waits {
		switch {
		case i == heldNames:
			return text + " and " + strconv.Itoa(len(h.Waits)-i) + " more"
		case i == 0:
			text += "; waiting: " + brief(m.Name(), faultWidth)
		default:
			text += ", " + brief(m.Name(), faultWidth)
		}
	}
	return text
}

// mark is the character in front of a row, and its style.
func (r *nextRow) mark(t *theme.Theme) (rune, bool) {
	switch r.fare {
	case fareHeld:
		return t.Glyphs.Held, true
	case fareLost:
		return t.Glyphs.Bad, true
	}
	return ' ', false
}
