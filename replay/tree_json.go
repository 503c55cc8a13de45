package replay

import (
	"encoding/json"
	"io"

	"raftscope/sm"
)

// jsonBranch is a machine of a tree in JSON. Times are nanoseconds.
type jsonBranch struct {
	Machine  string         `json:"machine"`
	Role     string         `json:"role,omitempty"`
	Above    bool           `json:"above,omitempty"` // shown before; nothing else is said
	Subject  string         `json:"subject,omitempty"`
	Label    string         `json:"label,omitempty"`
	Node     string         `json:"node,omitempty"`
	Life     uint32         `json:"life,omitempty"`
	State    string         `json:"state,omitempty"`
	Born     *sm.Time       `json:"born,omitempty"`  // since the run's start
	Start    *sm.Time       `json:"start,omitempty"` // since the root's birth
	Motion   string         `json:"motion,omitempty"`
	Took     *sm.Time       `json:"took,omitempty"`
	Reason   string         `json:"reason,omitempty"`
	Code     int64          `json:"code,omitempty"`
	Attrs    map[string]any `json:"attributes,omitempty"`
	Moves    []jsonMove     `json:"moves,omitempty"`
	More     int            `json:"more,omitempty"` // effects left out because of the depth
	Children []*jsonBranch  `json:"children,omitempty"`
}

type jsonMove struct {
	State string  `json:"state"`
	At    sm.Time `json:"at"` // since the machine's birth
}

var motionNames = [...]string{NeverMoved: "", Running: "running", Rested: "rested", GivenUp: "ended"}

// JSON prints the tree as one JSON object, indented, with the same content on
// every run unless s asks for real durations; null for a machine that was not
// yet born. It returns w's error.
func (tr *Tree) JSON(w io.Writer, s Style) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if tr.root == nil {
		return enc.Encode(nil)
	}
	return enc.Encode(tr.root.json(s, tr.root.m.Born()))
}

func (b *branch) json(s Style, root sm.Time) *jsonBranch {
	m := b.m
	j := &jsonBranch{Machine: m.Name(), Role: b.role, Above: b.above}
	if b.above {
		return j
	}
	j.Subject, j.Label, j.Node, j.Life, j.State = m.subject, m.label, m.Node(), m.Life(), m.StateName()
	born, start := m.Born(), m.Born()-root
	j.Born, j.Start = &born, &start
	if motion, took := m.Motion(); motion != NeverMoved {
		j.Motion, j.Took = motionNames[motion], &took
	}
	j.Reason, j.Code, _ = m.Failure()
	j.Attrs, j.More = jsonAttrs(m, s), b.more
	if s.Moves {
		for _, mv := range m.Moves() {
			j.Moves = append(j.Moves, jsonMove{m.group.kind.StateName(mv.State), mv.At - born})
		}
	}
	for _, c := range b.children {
		j.Children = append(j.Children, c.json(s, root))
	}
	return j
}

func jsonAttrs(m MachineView, s Style) map[string]any {
	out := make(map[string]any)
	for _, a := range m.Attrs() {
		switch {
		case IsReal(a.Key) && !s.Real:
		case a.IsText:
			out[a.Key] = a.Text
		default:
			out[a.Key] = a.Num
		}
	}
	return out
}
