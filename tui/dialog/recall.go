package dialog

import "strings"

// recall is where in the history the prompt is.
type recall struct {
	prefix *string // what was typed; nil: not in the history
	at     int     // the line that is shown, counted from the newest, which is 1
}

// recall shows the next older (by -1) or newer line that begins with what was
// typed. Newer than the newest is what was typed.
func (p *Prompt) recall(by int) {
	if p.o.History == nil {
		return
	}
	past := p.past
	if past.prefix == nil {
		if by > 0 {
			return
		}
		typed := p.line.String()
		past.prefix = &typed
	}
	lines := p.o.History.Lines()
	shown := p.line.String()
	for past.at -= by; past.at > 0 && past.at <= len(lines); past.at -= by {
		if l := lines[len(lines)-past.at]; l != shown && strings.HasPrefix(l, *past.prefix) {
			p.line.set(l)
			p.changed()
			p.past = past
			return
		}
	}
	if past.at <= 0 {
		p.line.set(*past.prefix)
		p.changed()
	}
}
