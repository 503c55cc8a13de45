package pane

import (
	"raftscope/replay"
	"raftscope/replay/survey"
	"raftscope/sm"
	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/theme"
)

// WriteLine tells of the scene's write, in one line or two: where it is, what it
// waits for, and the two facts: what the client was told, and what became of the
// entry. The facts are seen at every width; the rest is cut off before them. It has
// no keys; a click on a machine selects that.
type WriteLine struct {
	timeline *replay.Timeline
	events   int
	version  uint64
	line     survey.WriteLine
	spans    []writeSpan // of the last time it was drawn
	words    []writeWord // of the line; the facts are the last
	facts    int         // the first of the facts
	spared   []writeWord // room for short
}

// writeWord is a stretch of the line in one style.
type writeWord struct {
	text    string
	style   grid.Style
	machine sm.ID // that it tells of; 0: none
	gap     int   // blanks in front of it
	spare   uint8 // where there is no room, those of 1 go first, then 2, then 3; 0: it stays
}

// writeSpan is where a machine stands on the screen.
type writeSpan struct {
	x, y, w int
	machine sm.ID
}

// NewWriteLine returns the pane.
func NewWriteLine() *WriteLine { return &WriteLine{} }

// Name implements Pane.
func (p *WriteLine) Name() string { return "write" }

// Title implements Pane.
func (p *WriteLine) Title(*Scene) string { return "write" }

var writeKeys = keys.Map{Name: "write"}

// Keys implements Pane: it has none.
func (p *WriteLine) Keys() *keys.Map { return &writeKeys }

// Version implements Pane.
func (p *WriteLine) Version() uint64 { return 0 }

// Do implements Pane.
func (p *WriteLine) Do(keys.Verb, *Scene) Action { return nil }

// Wheel implements Pane.
func (p *WriteLine) Wheel(int, *Scene) Action { return nil }

// Copy implements Pane.
func (p *WriteLine) Copy(s *Scene) string {
	p.of(s)
	return grid.Clean(p.line.Text())
}

// Click implements Pane.
func (p *WriteLine) Click(x, y int, _ *Scene) Action {
	for _, span := range p.spans {
		if span.y == y && x >= span.x && x < span.x+span.w {
			return Select{span.machine}
		}
	}
	return nil
}

// of asks for the line of a scene.
func (p *WriteLine) of(s *Scene) {
	t := s.View.Timeline()
	if p.timeline == t && p.events == s.View.Events() && p.version == s.Version && t != nil {
		return
	}
	p.timeline, p.events, p.version = t, s.View.Events(), s.Version
	p.line = survey.WriteLine{}
	m := s.View.Machine(s.Write)
	if m.Known() {
		p.line = survey.Write(s.View, m.Machine)
	}
	p.words = p.words[:0]
	if p.line.Exec == nil {
		p.facts = 0
		p.add(writeWord{text: noWrite(s), style: theme.Dim})
		p.facts = 1
		return
	}
	p.say()
}

// noWrite says why there is nothing to tell.
func noWrite(s *Scene) string {
	if m := s.Last.Machine(s.Write); m.Known() {
		return "at this moment there is no " + brief(m.Name(), writePart) + " yet"
	}
	return "no client has asked for anything yet"
}

// writePart is how much is shown of each of the texts that come from recordings.
const writePart = 80

func (p *WriteLine) add(w writeWord) {
	w.text = brief(w.text, writePart)
	if w.text != "" {
		p.words = append(p.words, w)
	}
}

// say makes the words of the line.
func (p *WriteLine) say() {
	l := &p.line
	exec := l.Exec.ID()
	p.add(writeWord{text: l.Exec.Name(), style: theme.Machine, machine: exec})
	label := writeWord{text: l.Label, style: theme.Client, machine: exec, gap: 1}
	if l.For != "" {
		label.spare = 3 // what it waits for is nowhere else; what it is, the tree says too
	}
	p.add(label)
	state := writeWord{text: l.State, style: theme.Text, gap: 1}
	if l.For != "" {
		state.spare = 1
	}
	p.add(state)
	if l.For != "" {
		p.add(writeWord{text: "WAITS FOR", style: theme.Warn, gap: 1})
		whole := writeWord{text: l.For, style: theme.Text, gap: 1}
		if len(l.Waits) > 0 {
			whole.spare = 2 // what it is made of says more
		}
		p.add(whole)
	}
	for i, part := range l.Waits {
		before := writeWord{text: ";", style: theme.Dim}
		if i == 0 {
			before.text, before.spare = ":", 2
		}
		p.add(before)
		w := writeWord{text: part.String(l.Now), style: theme.Text, gap: 1}
		if part.Machine != nil {
			w.machine, w.style = part.Machine.ID(), theme.Working
		}
		if part.Held {
			w.style = theme.Held
		}
		p.add(w)
	}
	p.facts = len(p.words)
	p.add(writeWord{text: "client:", style: theme.Dim, gap: 3})
	p.add(writeWord{text: l.Told, style: toldStyle(l.Outcome), gap: 1})
	if l.Fate == "" {
		return
	}
	name, id := "entry:", sm.ID(0)
	if e := l.Outcome.Entry; e != nil {
		name, id = "entry "+brief(e.Node(), nameMax)+":"+brief(e.Subject(), writePart)+":", e.ID()
	}
	p.add(writeWord{text: name, style: theme.Dim, machine: id, gap: 2})
	p.add(writeWord{text: l.Fate, style: fateStyle(l.Fate), machine: id, gap: 1})
}

func toldStyle(o replay.Outcome) grid.Style {
	switch {
	case !o.Answered:
		return theme.Text
	case o.Told == "ok":
		return theme.OK
	}
	return theme.Failed
}

func fateStyle(fate string) grid.Style {
	switch fate {
	case replay.FateApplied, replay.FateCommitted:
		return theme.OK
	case replay.FateTruncated, replay.FateOverwritten, replay.FateReplaced, replay.FateNeverStored:
		return theme.Failed
	}
	return theme.Text
}

// shown reports whether a word is shown where so much was left out: 0 nothing, 1
// what is least important, 2 more.
func (w *writeWord) shown(left uint8) bool { return w.spare == 0 || w.spare > left }

// wordsWidth returns the width of words side by side.
func wordsWidth(all []writeWord, left uint8) (w int) {
	for i := range all {
		if all[i].shown(left) {
			w += all[i].gap + grid.Width(all[i].text)
		}
	}
	return w
}

// Draw implements Pane.
func (p *WriteLine) Draw(c grid.Canvas, s *Scene, _ bool) {
	w, h := c.Size()
	p.of(s)
	p.spans = p.spans[:0]
	if w < 2 || h < 1 {
		return
	}
	story, facts := p.words[:p.facts], wordsWidth(p.words[p.facts:], 0)
	switch {
	case wordsWidth(story, 0)+facts < w: // a blank at the left, as in the lines above and below
		x := p.flow(c, 1, 0, w, story, 0)
		p.tell(c, x, 0, w)
	case h == 1 || w < writeNarrow:
		p.squeeze(c, w, story, facts)
	default:
		p.wrap(c, w, h, story, facts)
	}
}

// spareMost is the last level of words that can be left out.
const spareMost = 3

// squeeze draws all in one line that is too short: it leaves out of story and facts
// as little as will do, else all that can be, and cuts what is left.
func (p *WriteLine) squeeze(c grid.Canvas, w int, story []writeWord, facts int) {
	for left := uint8(1); left <= spareMost; left++ {
		need := wordsWidth(story, left)
		room := facts
		for level := 1; level <= shortest(w) && need+room >= w; level++ {
			room = wordsWidth(p.short(level), 0)
		}
		if need+room >= w && left < spareMost {
			continue
		}
		room = min(room, max((w-1)*3/5, w-1-need))
		p.flow(c, 1, 0, w-room, story, left)
		p.tell(c, w-room, 0, w)
		return
	}
}

// writeNarrow is how wide the pane must be to be worth a second line.
const writeNarrow = 40

// tell draws the facts in columns x to end, as short as they must be. Then what the
// client was told is cut: what became of the entry is seen.
func (p *WriteLine) tell(c grid.Canvas, x, y, end int) {
	facts := p.words[p.facts:]
	for level := 1; level <= shortest(end) && wordsWidth(facts, 0) > end-x; level++ {
		facts = p.short(level)
	}
	over := wordsWidth(facts, 0) - (end - x)
	if len(facts) <= factFate || over <= 0 {
		p.flow(c, x, y, end, facts, 0)
		return
	}
	told, rest := &facts[factTold], facts[factEntry:]
	x = p.flow(c, x, y, end, facts[:factTold], 0) + told.gap
	c.Cut(x, y, min(grid.Width(told.text)-over, end-x), told.style, told.text)
	p.flow(c, max(x, end-wordsWidth(rest, 0)), y, end, rest, 0)
}

// shortest returns the level of the shortest form of the facts in so many columns.
func shortest(w int) int {
	if w < 100 {
		return 3
	}
	return 2
}

// short returns the facts without saying which entry it is or, at level 2, that
// it is the entry's fate: "undecided" cannot be the client's. At level 3 a client
// without an answer is not named: nobody else could have one.
func (p *WriteLine) short(level int) []writeWord {
	facts := append(p.spared[:0], p.words[p.facts:]...)
	p.spared = facts
	if len(facts) > factFate {
		facts[factEntry].text = "entry:"
		if level >= 2 {
			facts[factEntry].text, facts[factEntry].gap = "", 1
		}
		if level >= 3 && !p.line.Outcome.Answered {
			facts[0].text, facts[0].gap = "", 1
		}
	}
	return facts
}

// Places of the facts among the words that tell them.
const (
	factTold  = 1
	factEntry = 2
	factFate  = 3
)

// flow draws words side by side in columns x to end, and returns the column
// behind them.
func (p *WriteLine) flow(c grid.Canvas, x, y, end int, all []writeWord, left uint8) int {
	for i := range all {
		word := &all[i]
		if !word.shown(left) {
			continue
		}
		x += word.gap
		if x >= end {
			return end
		}
		from := x
		x = c.Cut(x, y, end-x, word.style, word.text)
		if word.machine != 0 {
			p.spans = append(p.spans, writeSpan{from, y, x - from, word.machine})
		}
		if x >= end && i+1 < len(all) {
			c.Rune(end-1, y, theme.Dim, grid.Ellipsis)
		}
	}
	return x
}

// wrap draws words in lines, going on in the next one before a word that does not
// fit, and the facts at the right end of the last line.
func (p *WriteLine) wrap(c grid.Canvas, w, h int, all []writeWord, facts int) {
	x, y, from := 1, 0, 0
	for i := range all {
		need := all[i].gap + grid.Width(all[i].text)
		if i+1 < len(all) && all[i+1].gap == 0 {
			need += grid.Width(all[i+1].text) // a colon stays with what it follows
		}
		if y < h-1 && x+need > w && i > from && all[i].gap > 0 {
			p.flow(c, x0(y), y, w, all[from:i], 0)
			from = i
			y++
			x = x0(y)
		}
		x += all[i].gap + grid.Width(all[i].text)
	}
	if y < h-1 && x+facts > w { // a line of their own
		p.flow(c, x0(y), y, w, all[from:], 0)
		p.tell(c, 0, y+1, w)
		return
	}
	room := min(facts, max((w-1)*3/5, w-x))
	p.flow(c, x0(y), y, w-room, all[from:], 0)
	p.tell(c, w-room, y, w)
}

// x0 is where a line begins: those that go on are indented.
func x0(y int) int { return 1 + min(y, 1) }
