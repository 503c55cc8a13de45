package tui

import (
	"raftscope/replay"
	"raftscope/sm"
)

// trailMax is how many machines the way back holds.
const trailMax = 100

// trail is the way that was taken through links: back and forth.
type trail struct{ back, forth []sm.ID }

// leave keeps a machine that is left for another one.
func (t *trail) leave(id sm.ID) {
	if id == 0 {
		return
	}
	t.back = append(t.back, id)
	if len(t.back) > trailMax {
		t.back = t.back[1:]
	}
	t.forth = nil
}

// goBack returns the machine before, and keeps the present one for the way
// forth; it returns 0 at the beginning.
func (t *trail) goBack(now sm.ID) sm.ID { return turn(&t.back, &t.forth, now) }

// goForth undoes goBack.
func (t *trail) goForth(now sm.ID) sm.ID { return turn(&t.forth, &t.back, now) }

func turn(from, to *[]sm.ID, now sm.ID) sm.ID {
	n := len(*from)
	if n == 0 {
		return 0
	}
	id := (*from)[n-1]
	*from = (*from)[:n-1]
	if now != 0 {
		*to = append(*to, now)
	}
	return id
}

// choose makes a machine the selected one. A request becomes the write that the
// write line tells of.
func (m *Model) choose(id sm.ID) {
	s := &m.scene
	m.pinned = true
	if w := s.Last.Machine(id); w.Known() && isRequest(w.Kind().Name()) {
		m.chosen = id // also if it was selected for being the newest
	}
	if id == s.Selected {
		return
	}
	s.Selected = id
	m.touch()
}

// pick selects a machine and roots the tree at it.
func (m *Model) pick(id sm.ID) {
	m.choose(id)
	if m.scene.Root != id {
		m.scene.Root = id
		m.touch()
	}
}

// isRequest says whether machines of the kind are clients' requests.
func isRequest(kind string) bool { return kind == "exec" || kind == "read" }

// rootSelected roots the tree at the selected machine if it is not in the tree:
// what was searched for, or stopped time, is to be seen.
func (m *Model) rootSelected() {
	w := m.scene.View.Machine(m.scene.Selected)
	if !w.Known() || w.Kind().Name() == "node" || isBelow(w, m.scene.Root) {
		return
	}
	m.pick(w.ID())
}

// wayUpMax is how many causes are looked at for a root. A machine that is further
// below it is not on the screen anyway.
const wayUpMax = 64

// isBelow says whether a machine is the root or one of its effects.
func isBelow(w replay.MachineView, root sm.ID) bool {
	way := []*replay.Machine{w.Machine}
	for i := 0; i < len(way) && len(way) < wayUpMax; i++ {
		if way[i].ID() == root {
			return true
		}
		for _, l := range way[i].Causes() {
			if l.Machine != nil {
				way = append(way, l.Machine)
			}
		}
	}
	return false
}
