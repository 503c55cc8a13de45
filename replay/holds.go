package replay

import (
	"strings"

	"raftscope/replay/cond"
	"raftscope/sm"
)

// Holds reports whether c holds at the newest event. It is asked after every
// event of a run, so it allocates nothing; Saw says what is the case instead.
func (t *Timeline) Holds(c cond.Cond) bool {
	switch c := c.(type) {
	case cond.Not:
		return !t.Holds(c.C)
	case cond.And:
		return t.Holds(c.A) && t.Holds(c.B)
	case cond.Or:
		return t.Holds(c.A) || t.Holds(c.B)
	case cond.Leader:
		return t.holdsLeader(c)
	case cond.NodeState:
		l := t.life(c.Node)
		return l != nil && strings.EqualFold(l.role(), c.Role)
	case cond.Index:
		return t.holdsIndex(c)
	case cond.LogsEqual:
		_, equal := t.logsEqual()
		return equal
	case cond.StatesEqual:
		_, equal := t.hashesEqual()
		return equal
	case cond.Answered:
		return t.open(clientKinds[:]) == 0
	case cond.Idle:
		return t.open(clientKinds[:]) == 0 && t.open(busyKinds[:]) == 0
	}
	return t.holdsMachine(c)
}

// holdsMachine is Holds for the conditions about machines.
func (t *Timeline) holdsMachine(c cond.Cond) bool {
	switch c := c.(type) {
	case cond.MachineIs:
		m := t.Find(c.Machine)
		return m != nil && strings.EqualFold(m.group.kind.spec.States[m.state].Name, c.State)
	case cond.Attr:
		return t.holdsAttr(c)
	case cond.Count:
		return cond.Compare(uint64(t.CountOn(c.Kind, c.Node, c.State)), c.Op, c.N)
	case cond.Told:
		m := t.Find(c.Machine)
		return m != nil && t.told(m) == c.What
	case cond.Fate:
		m := t.Find(c.Machine)
		return m != nil && sameFate(t.Outcome(m).Fate, c.Fate)
	case cond.Order:
		return t.holdsOrder(c)
	}
	return false
}

var (
	clientKinds = [...]string{kindExec, kindRead}
	busyKinds   = [...]string{"append", "truncate", "compact", "meta", "append-rpc"}
)

// open counts the machines of these kinds of which more is to be expected. An
// abandoned request gets no answer any more, so nobody waits for it.
func (t *Timeline) open(kinds []string) (n int) {
	for _, name := range kinds {
		if k := t.kinds[name]; k != nil {
			n += k.all.open
		}
	}
	return n
}

// Find returns the machine that r names, or nil.
func (t *Timeline) Find(r cond.Ref) *Machine {
	switch r.Form {
	case cond.ByID:
		return ofKind(t.Machine(sm.ID(r.ID)), r.Kind)
	case cond.Newest:
		switch r.Kind {
		case kindExec:
			return t.clients.exec.machine
		case kindRead:
			return t.clients.read.machine
		}
		return t.Newest(r.Kind, "")
	case cond.Nth:
		if r.Kind == kindExec || r.Kind == kindRead {
			return ofKind(t.clients.byOrdinal[r.N], r.Kind)
		}
		return t.NthOn(r.Kind, "", position32(r.N))
	case cond.NewestOn:
		return t.Newest(r.Kind, r.Node)
	case cond.NthOn:
		return t.NthOn(r.Kind, r.Node, position32(r.N))
	case cond.EntryAt:
		return t.Entry(r.Node, r.Term, r.Index)
	}
	return nil
}

// position32 returns n, or 0 if no list is so long.
func position32(n uint64) int {
	if n > 1<<31-1 {
		return 0
	}
	return int(n)
}

func ofKind(m *Machine, kind string) *Machine {
	if m == nil || m.group.kind.spec.Name != kind {
		return nil
	}
	return m
}

func (t *Timeline) holdsLeader(c cond.Leader) bool {
	if c.Node == "" {
		return t.leads() != nil
	}
	l := t.life(c.Node)
	return l != nil && l.up() && l.role() == roleLeader
}

func (t *Timeline) holdsIndex(c cond.Index) bool {
	if c.Node != cond.AllNodes {
		l := t.life(c.Node)
		return l != nil && cond.Compare(l.mark(c.What), c.Op, c.N)
	}
	any := false
	for _, name := range t.names {
		l := t.life(name)
		if !l.up() {
			continue
		}
		any = true
		if !cond.Compare(l.mark(c.What), c.Op, c.N) {
			return false
		}
	}
	return any
}

func (l *life) mark(what cond.Mark) uint64 {
	switch what {
	case cond.Commit:
		return l.commit
	case cond.Applied:
		return l.applied
	case cond.Term:
		return l.term
	}
	if last := l.last(); last != nil {
		return last.index
	}
	return 0
}

func (t *Timeline) holdsAttr(c cond.Attr) bool {
	m := t.Find(c.Machine)
	if m == nil {
		return false
	}
	v, ok := m.Attr(c.Key)
	switch {
	case !ok:
		return false
	case v.IsText:
		return (c.Op == cond.Equal && v.Text == c.Value.Text) || (c.Op == cond.NotEqual && v.Text != c.Value.Text)
	case !c.Value.IsNum:
		return c.Op == cond.NotEqual
	}
	return cond.Compare(v.Num, c.Op, c.Value.Num)
}

// told returns what the client of m was told.
func (t *Timeline) told(m *Machine) cond.Answer {
	o := t.Outcome(m)
	switch {
	case !o.Answered:
		return cond.ToldNothing
	case o.Told == "ok", o.Told == "" && !m.group.kind.Is(m.state, sm.Failure):
		return cond.ToldOK
	}
	return cond.ToldError
}

// sameFate compares a fate with the spelling of conditions, which has no
// spaces.
func sameFate(fate, asked string) bool {
	return fate == asked || fate == FateNeverStored && asked == "never-stored"
}

// holdsOrder compares positions of events, not times: within one instant too
// the order of events is the order of cause and effect.
func (t *Timeline) holdsOrder(c cond.Order) bool {
	before := -1
	for i := range c.Steps {
		event, _, ok := t.entered(&c.Steps[i])
		if !ok || event <= before {
			return false
		}
		before = event
	}
	return true
}

// entered returns the event by which the step's machine last entered the
// step's state.
func (t *Timeline) entered(s *cond.Step) (event int, at sm.Time, ok bool) {
	m := t.Find(s.Machine)
	if m == nil {
		return 0, 0, false
	}
	state, ok := m.group.kind.State(s.State)
	if !ok {
		return 0, 0, false
	}
	return m.entry(state)
}
