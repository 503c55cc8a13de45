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
}

// writeWord is a stretch of the line in one style.
type writeWord struct {
	text    string
	style   grid.Style
	machine sm.ID // that it tells of; 0: none
	gap     int   // blanks in front of it
	spare   bool  // it is the first to go where there is no room
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
	p.add(writeWord{text: l.Label, style: theme.Client, machine: exec, gap: 1})
	p.add(writeWord{text: l.State, style: theme.Text, gap: 1, spare: l.For != ""})
	if l.For != "" {
		p.add(writeWord{text: "WAITS FOR", style: theme.Warn, gap: 1})
		p.add(writeWord{text: l.For, style: theme.Text, gap: 1})
	}
	for i, part := range l.Waits {
		before := writeWord{text: ";", style: theme.Dim}
		if i == 0 {
			before.text = ":"
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
	case replay.FateTruncated, replay.FateNeverStored:
		return theme.Failed
	}
	return theme.Text
}

// wordsWidth returns the width of words side by side.
func wordsWidth(all []writeWord, spare bool) (w int) {
	for i := range all {
		if spare || !all[i].spare {
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
	story, facts := p.words[:p.facts], p.words[p.facts:]
	room := w - 1 // a blank at the left, as in the lines above and below
	factsWidth := wordsWidth(facts, true)
	spare := wordsWidth(story, true)+factsWidth <= room*h
	switch {
	case wordsWidth(story, spare)+factsWidth <= room:
		x := p.flow(c, 1, 0, w, story, spare)
		p.flow(c, x, 0, w, facts, true)
	case h == 1:
		// The facts need at most half of the line, unless the story needs less.
		factsWidth = min(factsWidth, max(room/2, room-wordsWidth(story, spare)))
		p.flow(c, 1, 0, w-factsWidth, story, spare)
		p.flow(c, w-factsWidth, 0, w, facts, true)
	default:
		last := p.wrap(c, w, h, story, spare, factsWidth)
		p.flow(c, max(1, w-min(factsWidth, room)), last, w, facts, true)
	}
}

// flow draws words side by side in columns x to end, and returns the column
// behind them.
func (p *WriteLine) flow(c grid.Canvas, x, y, end int, all []writeWord, spare bool) int {
	for i := range all {
		word := &all[i]
		if word.spare && !spare {
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
// fit, and returns the line on which the facts go: behind the words if there is
// room, else the last one, of which they take so many columns.
func (p *WriteLine) wrap(c grid.Canvas, w, h int, all []writeWord, spare bool, facts int) (last int) {
	x, y, from := 1, 0, 0
	for i := range all {
		word := &all[i]
		if word.spare && !spare {
			continue
		}
		need := word.gap + grid.Width(word.text)
		if i+1 < len(all) && all[i+1].gap == 0 {
			need += grid.Width(all[i+1].text) // a colon stays with what it follows
		}
		if y < h-1 && x+need > w && i > from && word.gap > 0 {
			p.flow(c, 1, y, w, all[from:i], spare)
			x, from = 3, i
			y++
		}
		x += word.gap + grid.Width(word.text)
	}
	at, end := 1, w
	if y > 0 {
		at = 2
	}
	if y < h-1 && x+facts > w {
		p.flow(c, at, y, w, all[from:], spare)
		return y + 1
	}
	if y == h-1 {
		end = max(w/2, w-facts)
	}
	p.flow(c, at, y, end, all[from:], spare)
	return y
}
