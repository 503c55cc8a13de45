package pane

import (
	"strings"

	"raftscope/replay"
	"raftscope/sm"
	"raftscope/tui/grid"
	"raftscope/tui/theme"
)

// teller tells of one machine on a sheet.
type teller struct {
	*sheet
	d    *Detail
	s    *Scene
	v    replay.View
	th   *theme.Theme
	f    *facts
	st   status
	most int // characters of one text
}

// tell writes the lines of the selected machine.
func (d *Detail) tell(p *sheet, s *Scene, most int) {
	m := s.Machine()
	if !m.Known() {
		d.tellNone(p, s)
		return
	}
	f := d.book.of(s.View, m.Machine)
	t := teller{sheet: p, d: d, s: s, v: s.View, th: s.Theme, f: f, st: f.status(s.View), most: most}
	t.state()
	t.facts()
	t.time()
	t.stateDoc()
	t.moves()
	t.fields()
	t.about()
	t.links(true)
	t.links(false)
	t.kindDoc()
}

// tellNone says why there is nothing to tell.
func (d *Detail) tellNone(p *sheet, s *Scene) {
	p.line(sheetTarget{})
	m := s.View.Timeline().Machine(s.Selected)
	if m == nil {
		p.wrap(theme.Dim, 0, "no machine is selected: move the cursor in another pane")
		return
	}
	p.put(theme.Machine, shortClean(m.Name(), 60))
	p.wrap(theme.Dim, 0, "is not born yet at this moment: enter goes to its birth at")
	p.lines[len(p.lines)-1].to.events = m.BornEvent() + 1
	p.put(0, " ")
	p.number(theme.Time, appendSeconds, m.Born())
	d.machine = 0
	for i := range p.lines {
		p.lines[i].to = sheetTarget{events: m.BornEvent() + 1}
	}
}

// words returns a text as it can be drawn, as much of it as is shown.
func (t *teller) words(text string) string { return shortClean(text, t.most) }

// state says where the machine is, since when, and until when.
func (t *teller) state() {
	mark, style := statusMark(t.th, t.f.m.Kind(), t.st)
	t.line(sheetTarget{})
	t.rune(style, mark)
	t.put(0, " ")
	t.put(style, shortClean(t.f.m.Kind().StateName(t.st.state), 40))
	switch {
	case t.st.held:
		t.put(theme.Text, " for ")
		t.number(theme.Time, appendExact, t.v.Now()-t.st.since)
		t.wrap(theme.Held, 2, "held by "+t.words(t.f.text(t.v, attrHeldBy)))
	case t.st.open:
		t.put(theme.Text, " for ")
		t.number(theme.Time, appendExact, t.v.Now()-t.st.since)
		t.due()
	case t.st.gone:
		t.wrap(theme.Down, 2, "when its node's life ended, after")
		t.put(0, " ")
		t.number(theme.Time, appendExact, t.st.took)
	case t.st.moved:
		t.put(theme.Text, " after ")
		t.number(theme.Time, appendExact, t.st.took)
	default:
		t.put(theme.Text, " since ")
		t.number(theme.Time, appendSeconds, t.st.since)
		t.put(theme.Time, "s")
	}
	if why := failureOf(t.v, t.f); why != "" {
		t.line(sheetTarget{})
		t.wrap(theme.Failed, 0, t.words(why))
	}
	if fault := t.f.text(t.v, attrFault); fault != "" && !(t.st.held && strings.HasPrefix(fault, "held ")) {
		t.line(sheetTarget{})
		t.rune(theme.Fault, t.th.Glyphs.Fault)
		t.wrap(theme.Fault, 2, t.words(fault))
	}
}

// due says when the machine will go on.
func (t *teller) due() {
	if t.st.due == 0 || t.st.due < t.v.Now() {
		return
	}
	const least = len(", due 1.318420s (+1.200ms)")
	if t.col+least > t.w {
		t.line(sheetTarget{})
		t.put(theme.Text, "due ")
	} else {
		t.put(theme.Text, ", due ")
	}
	t.number(theme.Time, appendSeconds, t.st.due)
	t.put(theme.Time, "s")
	t.put(theme.Text, " (+")
	t.number(theme.Time, appendExact, t.st.due-t.v.Now())
	t.put(theme.Text, ")")
}

// about says what the machine is about if that is more than the title can hold.
func (t *teller) about() {
	label := t.f.m.Label()
	if len(label) <= 24 {
		return
	}
	t.heading("about")
	t.line(sheetTarget{})
	t.wrap(theme.Client, 0, t.words(label))
	if _, cut := clipped(label, t.most); cut {
		t.line(sheetTarget{})
		from := len(t.text)
		t.text = appendThousands(t.text, len(label))
		t.span(theme.Dim, from)
		t.put(theme.Dim, " bytes in all; y copies them")
	}
}

// facts tells the two facts of a client's request.
func (t *teller) facts() {
	switch t.f.m.Kind().Name() {
	case "exec", "read":
	default:
		return
	}
	o := t.v.Outcome(t.f.m)
	t.line(sheetTarget{})
	t.put(theme.Text, "client:")
	switch {
	case !o.Answered:
		t.wrap(theme.Client, 2, "no answer yet")
	case o.Result != "":
		t.wrap(theme.Client, 2, "told "+t.words(o.Told)+", "+t.words(o.Result))
	default:
		t.wrap(theme.Client, 2, "told "+t.words(o.Told))
	}
	if o.Fate == "" {
		return
	}
	to := sheetTarget{}
	if o.Entry != nil {
		to.machine = o.Entry.ID()
	}
	const least = len("   entry: never stored entry#1234567 n1 OVERWRITTEN x")
	if t.col > 0 && t.col+least <= t.w {
		t.put(0, "   ")
		t.lines[len(t.lines)-1].to = to
	} else {
		t.line(to)
	}
	t.put(theme.Text, "entry: ")
	t.put(theme.Client, o.Fate)
	if o.Entry != nil {
		t.put(0, " ")
		t.machine(o.Entry)
	}
}

// machine names a machine that enter leads to, and where it is.
func (t *teller) machine(m *replay.Machine) {
	f := t.d.book.of(t.v, m)
	st := f.status(t.v)
	t.put(theme.Machine, kindName(m))
	t.put(theme.Machine, "#")
	t.number(theme.Machine, appendInt, sm.Time(m.ID()))
	if node := t.s.Alias.Of(m.Node()); node != "" {
		t.put(0, " ")
		t.put(theme.Node, shortClean(node, 40))
	}
	mark, style := statusMark(t.th, m.Kind(), st)
	t.put(0, " ")
	t.put(style, shortClean(m.Kind().StateName(st.state), 40))
	t.put(0, " ")
	t.rune(style, mark)
}

// stateDoc says what the state means in raft.
func (t *teller) stateDoc() {
	states := t.f.m.Kind().States()
	if int(t.st.state) >= len(states) || states[t.st.state].Doc == "" {
		return
	}
	t.line(sheetTarget{})
	t.wrap(theme.Text, 0, t.words(states[t.st.state].Doc))
}

// kindDoc says what machines of the kind stand for.
func (t *teller) kindDoc() {
	if doc := t.f.m.Kind().Doc(); doc != "" {
		t.heading("what this is")
		t.line(sheetTarget{})
		t.wrap(theme.Dim, 0, t.words(doc))
	}
}

func (t *teller) heading(text string) {
	t.line(sheetTarget{})
	t.put(theme.Title, text)
}

// list returns how many of n are listed, and from which on: the last ones.
func (t *teller) list(n int) (from int) { return max(0, n-detailList-t.d.more) }

// rest adds a line for those left out.
func (t *teller) rest(n int, which string) {
	if n <= 0 {
		return
	}
	t.line(sheetTarget{more: true})
	from := len(t.text)
	t.text = appendThousands(append(t.text, "… "...), n)
	t.span(theme.Dim, from)
	t.put(theme.Dim, which)
}

// moves tells the states the machine was in, when it came into each, in
// absolute time and since its birth. Enter goes to that moment.
func (t *teller) moves() {
	moves := t.f.movesAt(t.v)
	from := t.list(len(moves))
	kind, name := t.f.m.Kind(), 3
	for _, mv := range moves[from:] {
		name = max(name, grid.Width(shortClean(kind.StateName(mv.state), 40)))
	}
	t.heading("moves")
	t.rest(from, " earlier ones; enter lists them")
	for _, mv := range moves[from:] {
		t.line(sheetTarget{events: int(mv.event) + 1})
		style := theme.Text
		if mv.failed {
			style = theme.Failed
		}
		t.put(style, shortClean(kind.StateName(mv.state), 40))
		t.at(name, mv.at)
	}
	if t.st.open {
		t.line(sheetTarget{})
		t.put(theme.Working, "now")
		t.at(name, t.v.Now())
	}
}

// at adds an absolute time and the time since the machine's birth.
func (t *teller) at(name int, at sm.Time) {
	if t.w >= name+21 {
		t.put(0, " ")
		t.right(name+10, theme.Time, appendSeconds, at)
		t.put(0, " ")
		t.right(name+21, theme.Time, appendPlus, at-t.st.born)
		return
	}
	t.put(0, " ")
	t.right(min(t.w, name+11), theme.Time, appendPlus, at-t.st.born)
}

// fields tells the machine's attributes, those of a message among them.
func (t *teller) fields() {
	shown := false
	for i := range t.f.attrs {
		a := &t.f.attrs[i]
		at, ok := a.last(t.v)
		if !ok || t.told(a.key) {
			continue
		}
		if !shown {
			t.heading("fields")
			t.line(sheetTarget{})
			shown = true
		}
		t.field(a.key, t.v.Timeline().Event(int(at)))
	}
}

// told says whether an attribute is told elsewhere, or is not to be shown.
func (t *teller) told(key string) bool {
	switch key {
	case attrHeld, attrHeldBy, attrDue, attrFault, attrReason:
		return true
	}
	return replay.IsReal(key) && !t.s.Real
}

// field adds an attribute behind the one before, if it fits there.
func (t *teller) field(key string, e sm.Event) {
	key = shortClean(key, 40)
	var num [32]byte
	value := ""
	width := grid.Width(key) + 1
	switch {
	case e.IsText:
		value = t.words(e.Text)
		width += grid.Width(value)
	case replay.IsReal(e.Key):
		width += widthOf(appendExact(num[:0], sm.Time(e.Num)))
	default:
		width += widthOf(appendInt(num[:0], sm.Time(e.Num)))
	}
	if t.col > 0 {
		if t.col+2+width > t.w {
			t.line(sheetTarget{})
		} else {
			t.put(0, "  ")
		}
	}
	t.put(theme.Dim, key)
	t.put(0, " ")
	switch {
	case e.IsText && width > t.w:
		t.wrap(theme.Text, 2, value)
	case e.IsText:
		t.put(theme.Text, value)
	case replay.IsReal(e.Key):
		t.number(theme.Time, appendExact, sm.Time(e.Num))
	default:
		t.number(theme.Text, appendInt, sm.Time(e.Num))
	}
}

// links lists the machine's causes or effects; enter follows.
func (t *teller) links(up bool) {
	links := t.f.links(t.v, up)
	if len(links) == 0 {
		return
	}
	word := "effects"
	if up {
		word = "causes"
	}
	t.heading(word)
	from := t.list(len(links))
	t.rest(from, " earlier ones; enter lists them")
	for _, at := range links[from:] {
		m, role := linked(t.v.Timeline(), t.f.m, at)
		if m == nil || !t.v.Of(m).Known() {
			continue
		}
		t.line(sheetTarget{machine: m.ID()})
		t.machine(m)
		t.put(0, " ")
		t.put(theme.Dim, shortClean(role, 40))
		sign, subject, label := aboutParts(t.s, m)
		for _, part := range [...]string{sign + subject, label} {
			if part != "" {
				t.put(0, " ")
				t.putCut(theme.Dim, 60, part)
			}
		}
	}
}
