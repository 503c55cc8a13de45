package replay

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"raftscope/sm"
)

// Style says what a print of a tree contains.
type Style struct {
	Moves bool // the states of each machine, with times from its birth
	Real  bool // real durations, which differ from run to run
}

const (
	textWidth = 120 // how wide lines of moves get before they break
	aboutMax  = 40  // characters of what a machine is about
	reasonMax = 160 // characters of why it failed
)

// Text prints one machine a line: its place in the tree, what it is about, its
// node and state, when it was born after the root, how long it took to come to
// rest, and why it failed. Of a machine that was not yet born it prints nothing.
// It returns w's error.
func (tr *Tree) Text(w io.Writer, s Style) error {
	if tr.root == nil {
		return nil
	}
	p := treePrinter{style: s, start: tr.root.m.Born()}
	p.table.right = []bool{4: true, 5: true, 6: true}
	p.table.add("machine", "about", "node", "state", "start", "took", "real", "")
	p.branch(tr.root, "", "")
	return p.table.write(w, true)
}

type treePrinter struct {
	table table
	style Style
	start sm.Time
}

// branch prints b and what is below. first is the indent of its own line, rest
// that of all lines after it.
func (p *treePrinter) branch(b *branch, first, rest string) {
	m := b.m
	if b.above {
		p.table.add(first+m.Name()+" (above)", "", "", "", "", "", "", "")
		return
	}
	p.table.add(first+m.Name(), about(m.Machine), m.Node(), m.StateName(), Plus(m.Born()-p.start), took(m), p.real(m), b.remark())
	if p.style.Moves {
		below := rest + "   "
		if len(b.children) > 0 {
			below = rest + "│  "
		}
		p.moves(m, below)
	}
	for i, c := range b.children {
		if i == len(b.children)-1 {
			p.branch(c, rest+"└─ ", rest+"   ")
		} else {
			p.branch(c, rest+"├─ ", rest+"│  ")
		}
	}
}

// moves prints the states of m below its line.
func (p *treePrinter) moves(m MachineView, indent string) {
	line := indent
	for _, mv := range m.Moves() {
		word := m.group.kind.StateName(mv.State) + " " + Plus(mv.At-m.Born())
		if line != indent && utf8.RuneCountInString(line)+2+utf8.RuneCountInString(word) > textWidth {
			p.table.text(line)
			line = indent
		}
		if line != indent {
			word = "  " + word
		}
		line += word
	}
	p.table.text(line)
}

func (p *treePrinter) real(m MachineView) string {
	v, ok := m.Attr("real")
	if !p.style.Real || !ok {
		return ""
	}
	return Duration(sm.Time(v.Num))
}

// about returns what m is about: its subject and its label. The subject of a
// client's request is written as users refer to it.
func about(m *Machine) string { return string(appendAbout(nil, m)) }

// appendAbout appends what about returns.
func appendAbout(b []byte, m *Machine) []byte {
	subject, label, sign := strings.TrimSpace(m.subject), strings.TrimSpace(m.label), ""
	switch m.kindName() {
	case kindExec, kindRead:
		sign = "@"
	case kindNode:
		subject = "" // the column of nodes says it
	}
	left := aboutMax
	b, left = appendPart(b, sign, left)
	b, left = appendPart(b, subject, left)
	if label != "" {
		if sign != "" || subject != "" {
			b, left = appendPart(b, " ", left)
		}
		b, left = appendPart(b, label, left)
	}
	if left < 0 {
		b = append(b, "…"...)
	}
	return b
}

// Clip cuts s to n characters, with an ellipsis behind them if there were more: a
// value may have a million.
func Clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return string(appendClip(nil, s, n))
}

// appendClip appends what Clip returns.
func appendClip(b []byte, s string, n int) []byte {
	if b, n = appendPart(b, s, n); n < 0 {
		b = append(b, "…"...)
	}
	return b
}

// appendPart appends at most left characters of s. It returns how many more
// there is room for, -1 if s was cut.
func appendPart(b []byte, s string, left int) ([]byte, int) {
	if left < 0 || s == "" {
		return b, left
	}
	for i := range s {
		if left--; left < 0 {
			return append(b, s[:i]...), -1
		}
	}
	return append(b, s...), left
}

// took says how long m was on its way, or is.
func took(m MachineView) string {
	motion, d := m.Motion()
	switch motion {
	case Running:
		return "running " + Duration(d)
	case GivenUp:
		return "ended " + Duration(d)
	case Rested:
		return Duration(d)
	}
	return ""
}

// remark says why the machine failed or was rejected, and what is left out.
func (b *branch) remark() string {
	var parts []string
	reason, code, failed := b.m.Failure()
	if !failed || reason == "" {
		reason = b.m.text("reason")
	}
	if failed && code != 0 {
		reason = strings.TrimSpace(fmt.Sprintf("%s (code %d)", reason, code))
	}
	if reason != "" {
		parts = append(parts, Clip(reason, reasonMax))
	}
	if b.more > 0 {
		parts = append(parts, fmt.Sprintf("(%d below)", b.more))
	}
	return strings.Join(parts, " ")
}
