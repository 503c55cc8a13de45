package pane

import (
	"math/bits"

	"raftscope/replay"
	"raftscope/sm"
	"raftscope/tui/grid"
	"raftscope/tui/theme"
)

// detailPhases are the phases of a write, kept once it rests: then they change
// no more.
type detailPhases struct {
	of     *replay.Machine
	closed bool
	list   []replay.Phase
}

func (p *detailPhases) get(v replay.View, m *replay.Machine, open bool) []replay.Phase {
	if p.of == m && p.closed && !open {
		return p.list
	}
	p.of, p.closed, p.list = m, !open, v.Phases(m)
	return p.list
}

// share divides a whole number among parts by their sizes, so that what they get
// adds up to it exactly: those with the largest remainders get one more. Parts
// and whole must not be negative; a sum of zero gives nothing.
func share(whole int64, parts, out []int64) []int64 {
	out = out[:0]
	sum := int64(0)
	for _, p := range parts {
		sum += p
	}
	if sum <= 0 {
		return append(out, make([]int64, len(parts))...)
	}
	given := int64(0)
	for _, p := range parts {
		q, _ := mulDiv(p, whole, sum)
		out = append(out, q)
		given += q
	}
	for ; given < whole; given++ {
		best, most := -1, uint64(0)
		for i, p := range parts {
			q, rest := mulDiv(p, whole, sum)
			if out[i] == q && (best < 0 || rest > most) {
				best, most = i, rest
			}
		}
		out[best]++
	}
	return out
}

// mulDiv returns a*b/c and the remainder. The quotient must fit.
func mulDiv(a, b, c int64) (int64, uint64) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	q, r := bits.Div64(hi, lo, uint64(c))
	return int64(q), r
}

// time says where the time of a write went: a bar, and a line a phase with its
// duration and its share. Both add up to the whole exactly.
func (t *teller) time() {
	if t.f.m.Kind().Name() != "exec" {
		return
	}
	phases := t.d.phases.get(t.v, t.f.m, t.st.open)
	if len(phases) == 0 {
		return
	}
	var partsA, sharesA, microsA [32]int64
	parts, name := partsA[:0], 0
	whole := int64(0)
	for _, p := range phases {
		parts = append(parts, int64(p.To-p.From))
		whole += int64(p.To - p.From)
		name = max(name, len(t.phaseName(p.Name)))
	}
	name = max(4, min(name, t.w-18))
	micros := share(whole/1000, parts, microsA[:0])
	t.line(sheetTarget{})
	if t.w >= 48 {
		t.put(theme.Title, "where the ")
	}
	t.put(theme.Title, "time went: ")
	t.number(theme.Time, appendExact, sm.Time(whole))
	if t.st.open {
		t.put(theme.Working, " so far")
	}
	t.bar(phases, share(int64(t.w), parts, sharesA[:0]))
	tenths := share(1000, parts, sharesA[:0])
	for i, p := range phases {
		t.line(sheetTarget{machine: p.Machine.ID()})
		t.putCut(theme.Text, name, t.phaseName(p.Name))
		t.put(0, " ")
		t.right(name+10, theme.Time, appendExact, sm.Time(micros[i]*1000))
		t.put(0, " ")
		t.right(name+17, theme.Text, appendTenths, sm.Time(tenths[i]))
		t.put(0, " ")
		if t.st.open && i == len(phases)-1 {
			t.rune(theme.Working, t.th.Glyphs.Running)
			t.put(0, " ")
		}
		if room := t.w - t.col; room >= 6 {
			kind := kindName(p.Machine)
			t.putCut(theme.Machine, room-nameWidth(p.Machine)+grid.Width(kind), kind)
			t.put(theme.Machine, "#")
			t.number(theme.Machine, appendInt, sm.Time(p.Machine.ID()))
		}
	}
}

// phaseName returns the name of a phase, a short one where there is no room.
func (t *teller) phaseName(name string) string {
	if name == replay.PhaseQuorum && t.w < 56 {
		return "quorum"
	}
	return name
}

// bar draws the phases one behind the other, each as wide as its share.
func (t *teller) bar(phases []replay.Phase, columns []int64) {
	t.line(sheetTarget{})
	for i, p := range phases {
		end := t.col + int(columns[i])
		if columns[i] == 0 {
			continue
		}
		t.rune(theme.Rule, t.th.Glyphs.StateBar)
		t.putCut(theme.Text, end-t.col, t.phaseName(p.Name))
		for t.col < end {
			t.rune(theme.Dim, t.th.Glyphs.StateFill)
		}
	}
}
