package replay

import (
	"strings"

	"raftscope/replay/cond"
	"raftscope/sm"
)

// Holds reports whether c held; what c says about an event it says about the
// newest one. It is asked at every event of a run, so it allocates nothing (but
// for looking for a text in a line of more than a kilobyte); Saw says what was
// the case instead.
func (v View) Holds(c cond.Cond) bool { return v.holds(c, MachineView{}) }

// holds is Holds, but what c says about an event it says about a machine, if
// there is one.
func (v View) holds(c cond.Cond, of MachineView) bool {
	switch c := c.(type) {
	case cond.Not:
		return !v.holds(c.C, of)
	case cond.And:
		return v.holds(c.A, of) && v.holds(c.B, of)
	case cond.Or:
		return v.holds(c.A, of) || v.holds(c.B, of)
	case cond.NodeIs, cond.KindIs, cond.StateIs, cond.MoveIs, cond.TypeIs, cond.Slow, cond.HasAttr, cond.Says:
		if of.Known() {
			return of.fits(c)
		}
		return v.n > 0 && v.t.eventFits(v.n-1, c)
	case cond.Leader:
		return v.holdsLeader(c)
	case cond.NodeState:
		l := v.life(c.Node)
		return l.life != nil && strings.EqualFold(l.role(), c.Role)
	case cond.Index:
		return v.holdsIndex(c)
	case cond.LogsEqual:
		_, equal := v.logsEqual(v.t.sameLog)
		return equal
	case cond.StatesEqual:
		_, equal := v.hashesEqual()
		return equal
	case cond.Answered:
		return v.unanswered() == 0
	case cond.Idle:
		return v.unanswered() == 0 && v.open(busyKinds[:]) == 0
	case cond.Violation, cond.Violations:
		return v.holdsBroken(c)
	}
	return v.holdsMachine(c)
}

// holdsMachine is Holds for the conditions about machines.
func (v View) holdsMachine(c cond.Cond) bool {
	switch c := c.(type) {
	case cond.MachineIs:
		m := v.Find(c.Machine)
		return m.Known() && strings.EqualFold(m.StateName(), c.State)
	case cond.Attr:
		return v.holdsAttr(c)
	case cond.Count:
		return cond.Compare(uint64(v.CountOn(c.Kind, c.Node, c.State)), c.Op, c.N)
	case cond.Told:
		m := v.Find(c.Machine)
		return m.Known() && v.told(m) == c.What
	case cond.Fate:
		m := v.Find(c.Machine)
		return m.Known() && sameFate(v.outcome(m).Fate, c.Fate)
	case cond.Order:
		return v.holdsOrder(c)
	}
	return false
}

var (
	clientKinds = [...]string{kindExec, kindRead}
	askKinds    = [...]string{kindExec, kindRead, kindConfigChange, kindTransfer}
	busyKinds   = [...]string{"append", "truncate", "compact", "meta", "snapshot", "restore", "append-rpc", "install-rpc"}
)

// open counts the machines of these kinds of which more is to be expected. An
// abandoned request gets no answer any more, so nobody waits for it.
func (v View) open(kinds []string) (n int) {
	for _, name := range kinds {
		if k := v.t.kind(name); k != nil {
			n += k.openings.count(v.n)
		}
	}
	return n
}

// Find returns the machine that r names.
func (v View) Find(r cond.Ref) MachineView {
	switch r.Form {
	case cond.ByID:
		return ofKind(v.Machine(sm.ID(r.ID)), r.Kind)
	case cond.Newest:
		switch r.Kind {
		case kindExec:
			return v.Of(stepAt(&v.t.lastExecs, v.n))
		case kindRead:
			return v.Of(stepAt(&v.t.lastReads, v.n))
		}
		return v.Newest(r.Kind, "")
	case cond.Nth:
		if r.Kind == kindExec || r.Kind == kindRead {
			return ofKind(v.client(r.N), r.Kind)
		}
		return v.NthOn(r.Kind, "", position32(r.N))
	case cond.NewestOn:
		return v.Newest(r.Kind, r.Node)
	case cond.NthOn:
		return v.NthOn(r.Kind, r.Node, position32(r.N))
	case cond.EntryAt:
		return v.Entry(r.Node, r.Term, r.Index)
	}
	return MachineView{}
}

// position32 returns n, or 0 if no list is so long.
func position32(n uint64) int {
	if n > 1<<31-1 {
		return 0
	}
	return int(n)
}

func ofKind(m MachineView, kind string) MachineView {
	if !m.Known() || m.kindName() != kind {
		return MachineView{}
	}
	return m
}

func (v View) holdsLeader(c cond.Leader) bool {
	if c.Node == "" {
		return v.leads().life != nil
	}
	l := v.life(c.Node)
	return l.life != nil && l.leads()
}

func (v View) holdsIndex(c cond.Index) bool {
	if c.Node != cond.AllNodes {
		l := v.life(c.Node)
		return l.life != nil && cond.Compare(l.mark(c.What), c.Op, c.N)
	}
	any := false
	for l := range v.eachMember {
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

func (l lifeView) mark(what cond.Mark) uint64 {
	switch what {
	case cond.Commit:
		return l.commit()
	case cond.Applied:
		return l.applied()
	case cond.Term:
		return l.term()
	case cond.Config:
		if m := l.membersNow(); m != nil {
			return m.Index
		}
		return 0
	case cond.Voters:
		if m := l.membersNow(); m != nil {
			return uint64(len(m.Voters))
		}
		return 0
	}
	return l.end().index
}

func (v View) holdsAttr(c cond.Attr) bool {
	m := v.Find(c.Machine)
	return m.Known() && m.attrCompares(c.Key, c.Op, c.Value)
}

// attrCompares reports whether the machine has the attribute, and it compares
// so.
func (m MachineView) attrCompares(key string, op cond.Op, with cond.Value) bool {
	a, ok := m.Attr(key)
	switch {
	case !ok:
		return false
	case a.IsText:
		return (op == cond.Equal && a.Text == with.Text) || (op == cond.NotEqual && a.Text != with.Text)
	case !with.IsNum:
		return op == cond.NotEqual
	}
	return cond.Compare(a.Num, op, with.Num)
}

// told returns what the client of m was told.
func (v View) told(m MachineView) cond.Answer {
	o := v.outcome(m)
	switch {
	case !o.Answered:
		return cond.ToldNothing
	case o.Told == "ok", o.Told == "" && !m.group.kind.Is(m.State(), sm.Failure):
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
func (v View) holdsOrder(c cond.Order) bool {
	before := -1
	for i := range c.Steps {
		event, _, ok := v.entered(&c.Steps[i])
		if !ok || event <= before {
			return false
		}
		before = event
	}
	return true
}

// entered returns the event by which the step's machine last entered the
// step's state.
func (v View) entered(s *cond.Step) (event int, at sm.Time, ok bool) {
	m := v.Find(s.Machine)
	if !m.Known() {
		return 0, 0, false
	}
	state, ok := m.group.kind.State(s.State)
	if !ok {
		return 0, 0, false
	}
	return m.entry(state)
}
