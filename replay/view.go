package replay

import (
	"slices"
	"sort"

	"raftscope/sm"
)

// View is a run as it was after some number of events. It is a small value,
// never changes and may be asked by any goroutine while the timeline grows:
// this is what a frame of a screen is drawn from.
type View struct {
	t *Timeline
	n uint32

	late sm.Time // what Now is at least
}

// View returns the view at the newest event.
func (t *Timeline) View() View { return View{t: t, n: t.length.Load()} }

// At returns the view after that many events, from 0 to Events(); what is
// outside of that counts as the nearest.
func (t *Timeline) At(event int) View {
	return View{t: t, n: uint32(max(0, min(event, t.Events())))}
}

// AtTime returns the view after all events up to and of that time.
func (t *Timeline) AtTime(at sm.Time) View {
	n := sort.Search(t.Events(), func(i int) bool { return t.rows.latest(uint32(i)) > at })
	return t.At(n)
}

// AtSeq returns the view after all events up to and with that number.
func (t *Timeline) AtSeq(seq uint64) View {
	n := sort.Search(t.Events(), func(i int) bool { return t.rows.seq(uint32(i)) > seq })
	return t.At(n)
}

// Timeline returns what it is a view of.
func (v View) Timeline() *Timeline { return v.t }

// Events returns after how many events the view is.
func (v View) Events() int { return int(v.n) }

// Now returns the time of the latest event, 0 if there is none, or the one that
// Later gave it.
func (v View) Now() sm.Time { return max(v.t.timeAt(v.n), v.late) }

// Later returns the same view at a later time, up to which nothing more has
// happened: time may have gone on since the latest event.
func (v View) Later(at sm.Time) View {
	v.late = at
	return v
}

// Seq returns the number of the last event, 0 if there is none.
func (v View) Seq() uint64 {
	if v.n == 0 {
		return 0
	}
	return v.t.rows.seq(v.n - 1)
}

// Missing returns how many events up to here are not there: lost from a damaged
// recording, or left out because they contradict what came before.
func (v View) Missing() uint64 { return v.Seq() - min(v.Seq(), uint64(v.n)) }

// LastType returns the type of the last event, 0 if there is none.
func (v View) LastType() sm.EventType {
	if v.n == 0 {
		return 0
	}
	return v.t.rows.at(v.n - 1).typ
}

// Of returns a machine as it was then, the zero view if it was not yet born or
// is nil.
func (v View) Of(m *Machine) MachineView {
	if m == nil || m.born >= v.n {
		return MachineView{}
	}
	return MachineView{m, v.n}
}

// Machine returns the machine with that number. Like all that look for one it
// returns the zero view if there was none.
func (v View) Machine(id sm.ID) MachineView { return v.Of(v.t.machine(id)) }

// machine returns the machine with that number, or nil.
func (t *Timeline) machine(id sm.ID) *Machine {
	machines := t.machines.all()
	if i := int(id) - 1; i >= 0 && i < len(machines) && machines[i].ID() == id {
		return machines[i]
	}
	// Births that were lost leave gaps.
	i, ok := slices.BinarySearchFunc(machines, id, func(m *Machine, id sm.ID) int {
		switch {
		case m.ID() < id:
			return -1
		case m.ID() > id:
			return 1
		}
		return 0
	})
	if !ok {
		return nil
	}
	return machines[i]
}

// Newest returns the youngest machine of a kind on a node, or on any node if
// node is empty.
func (v View) Newest(kind, node string) MachineView {
	if all := v.on(kind, node); len(all) > 0 {
		return MachineView{all[len(all)-1], v.n}
	}
	return MachineView{}
}

// Nth returns the nth machine of a kind by birth, from 1.
func (v View) Nth(kind string, n int) MachineView { return v.NthOn(kind, "", n) }

// NthOn is Nth among the machines on one node, or on any if node is empty.
func (v View) NthOn(kind, node string, n int) MachineView {
	if all := v.on(kind, node); n >= 1 && n <= len(all) {
		return MachineView{all[n-1], v.n}
	}
	return MachineView{}
}

// ByKind returns all machines of a kind in order of birth. The caller must not
// change the slice.
func (v View) ByKind(kind string) []*Machine { return v.on(kind, "") }

// on returns the machines of a kind on a node, or on any if node is empty.
func (v View) on(kind, node string) []*Machine {
	k := v.t.kind(kind)
	if k == nil {
		return nil
	}
	if node == "" {
		return born(k.machines.all(), v.n)
	}
	if g := k.group(node); g != nil {
		return born(g.machines.all(), v.n)
	}
	return nil
}

// Machines returns all machines in order of birth. The caller must not change
// the slice.
func (v View) Machines() []*Machine { return born(v.t.machines.all(), v.n) }

// Count returns how many machines of a kind were in the named state, or were
// when their node's life ended; of any state if it is empty.
func (v View) Count(kind, state string) int { return v.CountOn(kind, "", state) }

// CountOn is Count on one node, or on any if node is empty.
func (v View) CountOn(kind, node, state string) int {
	if state == "" {
		return len(v.on(kind, node))
	}
	k := v.t.kind(kind)
	if k == nil {
		return 0
	}
	s, ok := k.State(state)
	if !ok {
		return 0
	}
	sum := 0
	for _, g := range k.groups.all() {
		if node == "" || node == g.node {
			sum += g.count(s, v.n)
		}
	}
	return sum
}

// Exec returns the exec or read with that ordinal, from 1.
func (v View) Exec(ordinal int) MachineView {
	if ordinal < 0 {
		return MachineView{}
	}
	return v.client(uint64(ordinal))
}

func (v View) client(ordinal uint64) MachineView {
	m := v.t.clients.find(position{index: ordinal})
	for m != nil && m.born >= v.n {
		m = m.key.older
	}
	return v.Of(m)
}

// LastExec returns the exec or read with the highest ordinal.
func (v View) LastExec() MachineView {
	exec, read := stepAt(&v.t.lastExecs, v.n), stepAt(&v.t.lastReads, v.n)
	if exec == nil || read != nil && read.key.index > exec.key.index {
		return v.Of(read)
	}
	return v.Of(exec)
}

// Entry returns the newest entry with that term and index on a node, or on any
// node if node is empty.
func (v View) Entry(node string, term, index uint64) MachineView {
	m := v.t.entries.find(position{term, index})
	for m != nil && (m.born >= v.n || node != "" && m.life.node.name != node) {
		m = m.key.older
	}
	return v.Of(m)
}

// Nodes returns the names of the nodes, sorted. The caller must not change the
// slice.
func (v View) Nodes() []string {
	r := v.t.roster.Load()
	for _, n := range r.nodes {
		if n.born >= v.n {
			return v.nodesThen(r)
		}
	}
	return slices.Clip(r.names)
}

// nodesThen is Nodes for when not all were known.
func (v View) nodesThen(r *roster) (names []string) {
	for _, n := range r.nodes {
		if n.born < v.n && n.name != "" {
			names = append(names, n.name)
		}
	}
	return names
}

// Violations returns the violations so far, in order.
func (v View) Violations() []sm.Event {
	var out []sm.Event
	all := v.t.violations.all()
	for _, i := range all[:before(all, v.n)] {
		out = append(out, v.t.Event(int(i)))
	}
	return out
}
