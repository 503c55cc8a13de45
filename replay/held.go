package replay

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"raftscope/sm"
)

// Attributes that tell of what a user did.
const (
	attrFault  = "fault"  // of an operation, in words
	attrFrozen = "frozen" // of a node: 1 while everything of it is held

	attrDiskFull   = "disk-full"  // of a node: 1 while its disk is full
	attrUnreadable = "unreadable" // of a node: the indexes of the entries that its disk cannot read
)

// attrHeldBy is the attribute that says by what an operation is held.
const attrHeldBy = "held-by"

// attrHeld is the attribute of a machine that says whether a user holds its
// operation (1) or it goes on again (0).
const attrHeld = "held"

// Held is an operation that a user holds where it is.
type Held struct {
	Machine *Machine
	Since   sm.Time // when it was held
	By      string  // by what: "hand", "rule 2", "freeze n1"; joined by commas
	Waits   []*Machine
}

// Held returns what was held, in the order in which it was. What waits for it
// is what caused it and has not come to rest, nearest first.
func (v View) Held() []Held {
	var out []Held
	for _, id := range v.t.helds.set(v.n) {
		m := v.Machine(sm.ID(id))
		if since, held := m.held(); held {
			out = append(out, Held{Machine: m.Machine, Since: since, By: m.text(attrHeldBy), Waits: v.waits(m)})
		}
	}
	slices.SortFunc(out, func(a, b Held) int {
		return cmp.Or(cmp.Compare(a.Since, b.Since), cmp.Compare(a.Machine.id, b.Machine.id))
	})
	return out
}

// IsHeld reports whether a user held the machine's operation.
func (m MachineView) IsHeld() bool {
	_, held := m.held()
	return held
}

// held reports whether a user held the machine's operation, and since when.
func (m MachineView) held() (since sm.Time, held bool) {
	events := m.events()
	for i := len(events) - 1; i >= 0; i-- {
		w := m.row(events[i])
		if w.typ == sm.Attributed && w.machine == m.id && w.bits&rowIsText == 0 && m.t().strings.get(w.key) == attrHeld {
			return w.at, w.aux != 0 && !m.Abandoned() && m.lives()
		}
	}
	return 0, false
}

// lives reports whether the life of the node that the machine belongs to went
// on: whatever was held in it ended with it.
func (m MachineView) lives() bool { return lifeView{m.life, m.n}.up() }

// waitsMax is how many machines waits looks at: causes may be many.
const waitsMax = 256

// waits returns the open machines among what caused m, directly or not.
func (v View) waits(m MachineView) (out []*Machine) {
	seen := map[*Machine]bool{m.Machine: true}
	queue := []MachineView{m}
	for len(queue) > 0 && len(seen) < waitsMax {
		next := queue[0]
		queue = queue[1:]
		for _, link := range append(next.Causes(), next.barred()...) {
			if link.Machine == nil || seen[link.Machine] {
				continue
			}
			seen[link.Machine] = true
			cause := v.Of(link.Machine)
			if !cause.Known() {
				continue
			}
			queue = append(queue, cause)
			if cause.Open() && cause.kindName() != kindNode {
				out = append(out, cause.Machine)
			}
		}
	}
	return out
}

// barred returns what a removal, or the barrier that it set, keeps waiting.
func (m MachineView) barred() (out []Link) {
	if kind := m.kindName(); kind != kindTruncate && kind != kindDiskBarrier {
		return nil
	}
	for _, link := range m.Effects() {
		if link.Role == "sets" || link.Role == "blocks" {
			out = append(out, link)
		}
	}
	return out
}

// heldShown is how many of those that wait HeldText names.
const heldShown = 6

// HeldText prints what is held and what waits for it. It returns w's error.
func (v View) HeldText(w io.Writer) error {
	held := v.Held()
	if len(held) == 0 {
		_, err := io.WriteString(w, "nothing is held\n")
		return err
	}
	var tab table
	tab.add("held", "node", "about", "in", "since", "by", "what waits for it")
	for _, h := range held {
		m := v.Of(h.Machine)
		tab.add(m.Name(), m.Node(), about(m.Machine), m.StateName(), Seconds(h.Since), h.By, names(h.Waits))
	}
	return tab.write(w, true)
}

// frozenBy reports whether a node that has a part in the operation is frozen,
// or was until this instant.
func (v View) frozenBy(m MachineView) bool {
	if v.isFrozen(m.Node()) {
		return true
	}
	_, to, ok := strings.Cut(m.subject, ">")
	return ok && v.isFrozen(to)
}

func (v View) isFrozen(node string) bool {
	l := v.life(node)
	if l.life == nil {
		return false
	}
	f := stepAt(&l.freezes, v.n)
	return f.on || f.at > 0 && f.at == v.Now()
}

// BadDisk returns what is wrong with the disk of a node, as its newest life knows
// it: that it is full, and the indexes of the entries that it cannot read, joined
// by commas.
func (v View) BadDisk(node string) (full bool, unreadable string) {
	m := v.Newest(kindNode, node)
	if !m.Known() {
		return false, ""
	}
	number, _ := m.Attr(attrDiskFull)
	return number.Num != 0, m.text(attrUnreadable)
}

// freeze is a change of whether a node is frozen.
type freeze struct {
	on bool
	at sm.Time
}

func names(machines []*Machine) string {
	if len(machines) == 0 {
		return "nothing"
	}
	var all []string
	for i, m := range machines {
		if i == heldShown {
			all = append(all, "and "+strconv.Itoa(len(machines)-i)+" more")
			break
		}
		all = append(all, m.Name())
	}
	return strings.Join(all, ", ")
}
