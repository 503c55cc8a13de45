package replay

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"raftscope/replay/cond/words"
	"raftscope/sm"
)

// Filter says which machines and events are wanted: those for which all of it
// is true. The zero value wants everything. String returns text that parses to
// the same filter.
type Filter struct {
	Node  string
	Kind  string
	State string       // as the kind writes it, in capitals or not
	Type  sm.EventType // 0: any
	Slow  sm.Time      // longer than this; 0: any
	Texts []string     // all of them are in what is shown of it, in capitals or not
}

// filterExpected is what an error says a filter is made of.
const filterExpected = "node:NAME, kind:KIND, state:STATE, type:TYPE, slow>DURATION, or text in double quotes"

// ParseFilter reads words like
//
//	node:n2 kind:append state:DONE type:move slow>5ms text "more text"
//
// in any order, each key once. Nodes and kinds known to the timeline are the
// only ones that may be named; without any, every name may. The error is a *words.Error
// and says in which column the offending word is.
func (t *Timeline) ParseFilter(text string) (Filter, error) {
	s, err := words.NewScanner(1, text)
	if err != nil {
		return Filter{}, err
	}
	c, err := words.ReadCommand(s)
	if err != nil {
		return Filter{}, err
	}
	var f Filter
	for !c.Done() {
		if err := t.filterWord(&f, c); err != nil {
			return Filter{}, err
		}
	}
	if rest, column := s.Rest(); rest != "" {
		return Filter{}, &words.Error{Line: 1, Column: column, Word: rest, Expected: filterExpected}
	}
	return f, nil
}

// filterWord takes one word.
func (t *Timeline) filterWord(f *Filter, c *words.Cursor) error {
	w := c.Take()
	key, value, keyed := strings.Cut(w.Text, ":")
	if slow, ok := strings.CutPrefix(w.Text, "slow>"); ok && !w.Quoted {
		return f.setSlow(c, w, slow)
	}
	if w.Quoted || !keyed {
		f.Texts = append(f.Texts, w.Text)
		return nil
	}
	at := words.Word{Text: value, Column: w.Column + utf8.RuneCountInString(key) + 1}
	known, twice := true, false
	switch key {
	case "node":
		twice, f.Node = f.Node != "", value
		if names := t.nodeNames(); value != "" && len(names) > 0 && !slices.Contains(names, value) {
			return c.Unknown(at, "a node: "+words.OneOf(names), names)
		}
	case "kind":
		twice, f.Kind = f.Kind != "", value
		if names := t.kindNames(); len(names) > 0 && t.kind(value) == nil {
			return c.Unknown(at, "a kind of machine: "+words.OneOf(names), names)
		}
	case "state":
		twice, f.State = f.State != "", value
	case "type":
		twice = f.Type != 0
		if f.Type = eventType(value); f.Type == 0 {
			return c.Unknown(at, "a type of event: "+words.OneOf(typeNames()), typeNames())
		}
	default:
		known = false
	}
	switch {
	case !known:
		return c.Unknown(w, filterExpected, []string{"node:" + value, "kind:" + value, "state:" + value, "type:" + value})
	case twice:
		return c.Fail(w, key+": only once")
	case value == "":
		return c.Fail(at, "a name behind "+key+":")
	}
	return nil
}

func (f *Filter) setSlow(c *words.Cursor, w words.Word, value string) error {
	d, err := time.ParseDuration(value)
	switch {
	case err != nil || d <= 0:
		return c.Fail(words.Word{Text: value, Column: w.Column + len("slow>")}, "a duration above 0, like 5ms")
	case f.Slow != 0:
		return c.Fail(w, "slow> only once")
	}
	f.Slow = sm.Time(d)
	return nil
}

func (t *Timeline) kindNames() (names []string) {
	for _, k := range t.kindList.all() {
		names = append(names, k.spec.Name)
	}
	return names
}

// nodeNames are those that events were told of, in the order they were met.
func (t *Timeline) nodeNames() (names []string) {
	for _, p := range t.places.all() {
		if p.node != "" && !slices.Contains(names, p.node) {
			names = append(names, p.node)
		}
	}
	return names
}

func typeNames() (names []string) {
	for typ := sm.Born; typ <= sm.Violation; typ++ {
		names = append(names, typ.String())
	}
	return names
}

func eventType(name string) sm.EventType {
	for typ := sm.Born; typ <= sm.Violation; typ++ {
		if typ.String() == name || typeWords[typ] == name { // as JSON calls it
			return typ
		}
	}
	return 0
}

// String returns the filter as it is written.
func (f Filter) String() string {
	var parts []string
	add := func(key, value string) {
		if value != "" {
			parts = append(parts, key+value)
		}
	}
	add("node:", f.Node)
	add("kind:", f.Kind)
	add("state:", f.State)
	if f.Type != 0 {
		add("type:", f.Type.String())
	}
	if f.Slow != 0 {
		add("slow>", time.Duration(f.Slow).String())
	}
	for _, text := range f.Texts {
		if strings.ContainsAny(text, ":>") {
			parts = append(parts, strconv.Quote(text)) // else it would be read as a key
		} else {
			parts = append(parts, words.Quote(text))
		}
	}
	return strings.Join(parts, " ")
}

// Empty reports whether the filter wants everything.
func (f Filter) Empty() bool {
	return f.Node == "" && f.Kind == "" && f.State == "" && f.Type == 0 && f.Slow == 0 && len(f.Texts) == 0
}

// Machine reports whether a machine is wanted as it was then: its node, kind
// and state; an event of the type so far; a time on its way, to its rest or so
// far, above Slow; the texts in its name, subject, label, reason or attributes.
func (f Filter) Machine(m MachineView) bool {
	switch {
	case !m.Known(), f.Node != "" && m.Node() != f.Node, f.Kind != "" && m.kindName() != f.Kind,
		f.State != "" && !strings.EqualFold(m.StateName(), f.State), f.Type != 0 && !m.had(f.Type):
		return false
	}
	if f.Slow != 0 {
		if _, took := m.Motion(); took <= f.Slow {
			return false
		}
	}
	return f.matches(m.shown)
}

// had reports whether an event of the type happened to the machine.
func (m MachineView) had(typ sm.EventType) bool {
	for _, event := range m.events() {
		if w := m.row(event); w.typ == typ && w.machine == m.id {
			return true
		}
	}
	return false
}

// shown returns all texts of a machine.
func (m MachineView) shown() string {
	parts := []string{m.Name(), m.subject, m.label, m.StateName()}
	if reason, _, ok := m.Failure(); ok {
		parts = append(parts, reason)
	}
	for _, a := range m.Attrs() {
		if !IsReal(a.Key) {
			parts = append(parts, a.Key+"="+a.String())
		}
	}
	return strings.Join(parts, "\n")
}

// Event reports whether the event at position i of t is wanted: its node, the
// kind of its machine, the state it enters or rests in, its type; a time above
// Slow that the machine was in the state it leaves; the texts in its line.
func (f Filter) Event(t *Timeline, i int) bool {
	w := t.rows.at(uint32(i))
	m := t.machine(sm.ID(w.machine))
	switch {
	case f.Node != "" && t.places.all()[w.place].node != f.Node,
		f.Type != 0 && w.typ != f.Type,
		f.Kind != "" && (m == nil || m.kindName() != f.Kind),
		f.State != "" && !entersNamed(w, m, f.State),
		f.Slow != 0 && !leftSlowly(w, m, uint32(i), f.Slow):
		return false
	}
	return f.matches(func() string { return t.Describe(i, false) })
}

// entersNamed reports whether the event enters, or rests in, the named state.
func entersNamed(w *row, m *Machine, state string) bool {
	ends := w.typ == sm.Closed || w.typ == sm.Abandoned
	return m != nil && (ends || w.entersState()) && strings.EqualFold(m.group.kind.StateName(w.state), state)
}

// leftSlowly reports whether the event at a position is a move out of a state
// in which its machine was for longer than d.
func leftSlowly(w *row, m *Machine, at uint32, d sm.Time) bool {
	if m == nil || w.typ != sm.Moved && w.typ != sm.Failed {
		return false
	}
	return w.at-MachineView{m, at}.Since() > d
}

// matches reports whether all texts are in what show returns, which is asked
// only if there are any.
func (f Filter) matches(show func() string) bool {
	if len(f.Texts) == 0 {
		return true
	}
	shown := strings.ToLower(show())
	for _, text := range f.Texts {
		if !strings.Contains(shown, strings.ToLower(text)) {
			return false
		}
	}
	return true
}
