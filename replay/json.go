package replay

import "raftscope/sm"

// EventJSON is an event as JSON, for programs: one form for all types of
// events, with names instead of numbers. Fields and their meaning never change;
// new ones may come.
//
//	{"event":7,"seq":8,"at":1466235000,"type":"moved","node":"n1","life":1,
//	 "machine":"append#13","kind":"append","from":"pending","to":"writing","due":1467453000}
//
// Times are virtual, in ns since the start of the run. What does not apply is
// left out.
type EventJSON struct {
	Event   int      `json:"event"`          // position, from 0
	Seq     uint64   `json:"seq"`            // number in the run, from 1
	At      sm.Time  `json:"at"`             // when
	Wall    int64    `json:"wall,omitempty"` // real time, ns since the start; only if real durations are asked for
	Type    string   `json:"type"`           // born, moved, failed, linked, attributed, closed, abandoned, note, command, log, violation
	Node    string   `json:"node,omitempty"`
	Life    uint32   `json:"life,omitempty"`
	Machine string   `json:"machine,omitempty"` // kind#id
	Kind    string   `json:"kind,omitempty"`
	From    string   `json:"from,omitempty"`    // moved, failed: the state left
	To      string   `json:"to,omitempty"`      // born, moved, failed: the state entered; closed, abandoned: the one rested in
	Due     *sm.Time `json:"due,omitempty"`     // born, moved: when it will go on, if known
	Subject string   `json:"subject,omitempty"` // born: what it is about, for machines
	Label   string   `json:"label,omitempty"`   // born: for people
	Reason  string   `json:"reason,omitempty"`  // failed
	Code    int64    `json:"code,omitempty"`    // failed
	Cause   string   `json:"cause,omitempty"`   // linked: kind#id
	Role    string   `json:"role,omitempty"`    // linked
	Key     string   `json:"key,omitempty"`     // attributed: the attribute's name
	Value   any      `json:"value,omitempty"`   // attributed: a number or a string
	Level   string   `json:"level,omitempty"`   // log
	Text    string   `json:"text,omitempty"`    // note, command, log, violation
}

// EventJSON returns the event at position i. Real durations and times, which
// differ from run to run, are left out unless real.
func (t *Timeline) EventJSON(i int, real bool) EventJSON {
	e := t.Event(i)
	j := EventJSON{Event: i, Seq: e.Seq, At: e.At, Type: e.Type.Word(), Node: e.Node, Life: e.Life}
	if real {
		j.Wall = e.Wall
	}
	state := func(s sm.State) string { return "" }
	if m := t.machine(e.Machine); m != nil {
		j.Machine, j.Kind, state = m.Name(), m.kindName(), m.group.kind.StateName
	}
	switch e.Type {
	case sm.Born:
		j.To, j.Subject, j.Label, j.Due = state(e.State), e.Key, e.Text, known(e.Due)
	case sm.Moved:
		j.From, j.To, j.Due = state(e.From), state(e.State), known(e.Due)
	case sm.Failed:
		j.From, j.To, j.Reason, j.Code = state(e.From), state(e.State), e.Text, e.Num
	case sm.Closed, sm.Abandoned:
		j.To = state(e.State)
	case sm.Linked:
		j.Role = e.Key
		if cause := t.machine(e.Other); cause != nil {
			j.Cause = cause.Name()
		}
	case sm.Attributed:
		j.Key = e.Key
		if real || !IsReal(e.Key) {
			j.Value = jsonValue(Value{Text: e.Text, Num: e.Num, IsText: e.IsText})
		}
	case sm.Log:
		j.Level, j.Text = e.Key, e.Text
	default:
		j.Text = e.Text
	}
	return j
}

func known(at sm.Time) *sm.Time {
	if at == 0 {
		return nil
	}
	return &at
}

func jsonValue(v Value) any {
	if v.IsText {
		return v.Text
	}
	return v.Num
}

// MachineJSON is a machine as JSON, as it was at some event. Times are
// virtual, in ns since the start of the run; took is in ns. Fields and their
// meaning never change; new ones may come.
type MachineJSON struct {
	Machine    string         `json:"machine"` // kind#id
	ID         sm.ID          `json:"id"`
	Kind       string         `json:"kind"`
	Node       string         `json:"node,omitempty"`
	Life       uint32         `json:"life,omitempty"`
	Subject    string         `json:"subject,omitempty"`
	Label      string         `json:"label,omitempty"`
	State      string         `json:"state"`
	Open       bool           `json:"open"` // more is to be expected of it
	Abandoned  bool           `json:"abandoned,omitempty"`
	Born       sm.Time        `json:"born"`
	Since      sm.Time        `json:"since"`            // when it entered its state
	Due        *sm.Time       `json:"due,omitempty"`    // when it will go on, if known
	Motion     string         `json:"motion,omitempty"` // running, rested, ended; none if it was born at rest
	Took       *sm.Time       `json:"took,omitempty"`   // how long it was on its way, or is so far
	Reason     string         `json:"reason,omitempty"` // of its last failure
	Code       int64          `json:"code,omitempty"`
	Attributes map[string]any `json:"attributes,omitempty"`
	Moves      []MoveJSON     `json:"moves"`
	Causes     []LinkJSON     `json:"causes,omitempty"`
	Effects    []LinkJSON     `json:"effects,omitempty"`
}

// MoveJSON is the entry into a state; the first is the birth.
type MoveJSON struct {
	Event  int     `json:"event"` // position
	At     sm.Time `json:"at"`
	State  string  `json:"state"`
	Reason string  `json:"reason,omitempty"`
}

// LinkJSON is a relation to another machine.
type LinkJSON struct {
	Event   int    `json:"event"`   // position
	Machine string `json:"machine"` // kind#id of the other one
	Role    string `json:"role"`
}

// JSON returns the machine. Real durations are left out unless real.
func (m MachineView) JSON(real bool) MachineJSON {
	j := MachineJSON{Machine: m.Name(), ID: m.ID(), Kind: m.kindName(), Node: m.Node(), Life: m.Life(),
		Subject: m.subject, Label: m.label, State: m.StateName(), Open: m.Open(), Abandoned: m.Abandoned(),
		Born: m.Born(), Since: m.Since(), Due: known(m.dueOrArrives()), Attributes: jsonAttrs(m, Style{Real: real})}
	if !j.Open {
		j.Due = nil
	}
	if motion, took := m.Motion(); motion != NeverMoved {
		j.Motion, j.Took = motionNames[motion], &took
	}
	j.Reason, j.Code, _ = m.Failure()
	for _, mv := range m.Moves() {
		j.Moves = append(j.Moves, MoveJSON{mv.Event, mv.At, m.group.kind.StateName(mv.State), mv.Reason})
	}
	j.Causes, j.Effects = linksJSON(m.Causes()), linksJSON(m.Effects())
	return j
}

func linksJSON(links []Link) (out []LinkJSON) {
	for _, l := range links {
		out = append(out, LinkJSON{l.Event, l.Machine.Name(), l.Role})
	}
	return out
}
