package history

import "strings"

// A search that tries every order is lost where many clients write one key at
// once. Most of those orders need not be tried, because another one is as good.
// Each rule says which operation may go next where a state was reached; all are
// about the candidates: what has begun before the next answer that must be
// explained.
//
//   - A read that fits goes at once: it changes nothing, so now is as good a
//     moment as any.
//   - A set or del is spent if nothing that is yet to come may show what it
//     writes. Before any other set or del goes, the spent ones among the
//     candidates go: they are overwritten at once.
//   - A spent write whose client was told no answer is not needed at all.
//   - A set that is the only one to write its value goes right before a call
//     that may show it, or when its own answer must be explained. Else, at
//     another place, it would be overwritten unseen, and then nobody could see
//     it any more.
//
// The last three are for keys without incr, and to show means the same as in
// reduce.go.

// pruner knows who may show what, for the operations of one search.
type pruner struct {
	all    []operation
	seeks  bool       // the rules on writes are used
	writes []*writing // by operation; nil: it writes nothing
	rising rising

	work    int // that was done
	workMax int
}

// writing is something that is written.
type writing struct {
	text  string
	shows []int // the operations that may show it
	by    int   // how many operations write it
}

// written names what a set or del writes, for the maps.
func (o *operation) written() string {
	if o.op == opDel {
		return none
	}
	return "=" + o.text
}

func (o *operation) overwrites() bool { return o.op == opSet || o.op == opDel }

// newPruner reports false if the budget does not last for it.
func (c *checker) newPruner(all []operation, start value) (p *pruner, ok bool) {
	p = &pruner{all: all, seeks: true, writes: make([]*writing, len(all))}
	byName := map[string]*writing{}
	named := func(name string) *writing {
		w := byName[name]
		if w == nil {
			w = &writing{text: name}
			byName[name] = w
		}
		return w
	}
	appending := false
	for i := range all {
		o := &all[i]
		p.seeks = p.seeks && o.op != opIncr
		appending = appending || o.op == opAppend
		if o.op != opGet {
			p.writes[i] = named(o.written())
			p.writes[i].by++
		}
	}
	if !p.seeks {
		p.rising = newRising(all, start)
		return p, true
	}
	if appending {
		return p, p.contained(c)
	}
	for i := range all {
		o := &all[i]
		var w *writing
		switch {
		case o.op == opCAS:
			w = named("=" + o.old)
		case o.op != opGet:
			continue
		case o.saw.none:
			w = named(none)
		case o.saw.whole:
			w = named("=" + o.saw.text)
		default: // it may show anything
			p.seeks = false
			continue
		}
		w.shows = append(w.shows, i)
	}
	return p, true
}

// contained fills in who may show what where texts are put behind texts. It
// reports false if the budget does not last for that.
func (p *pruner) contained(c *checker) bool {
	var texts []*writing
	seen := map[*writing]bool{}
	for i := range p.all {
		if w := p.writes[i]; p.all[i].overwrites() && !seen[w] {
			seen[w] = true
			texts = append(texts, w)
		}
	}
	compared := len(texts) * len(p.all)
	if p.seeks = compared <= textsMax; !p.seeks {
		return true
	}
	if !c.afford(compared + len(texts)*longTexts(p.all)) {
		return false
	}
	for _, w := range texts {
		for i := range p.all {
			o := &p.all[i]
			var shows bool
			switch {
			case w.text == none:
				shows = o.op == opAppend || o.op == opGet // nothing and no text look alike behind an append
			case o.op == opCAS:
				shows = strings.Contains(o.old, w.text[1:])
			case o.op == opGet || o.op == opAppend:
				shows = !o.answered() || o.saw.mayShow(w.text[1:])
			}
			if shows {
				w.shows = append(w.shows, i)
			}
		}
		w.by = 2 // what is put together may be written in many ways
	}
	return true
}

// spent reports whether nothing that is yet to come from s on may show w.
func (p *pruner) spent(s *state, w *writing) bool {
	for n := len(w.shows) - 1; n >= 0; n-- {
		p.work++
		i := w.shows[n]
		if !s.has(i) || p.work > p.workMax { // beyond the bound nothing is concluded any more
			return false
		}
		if i < s.low && n < len(w.shows)-64 { // what is left are open ones at most, far back
			return false
		}
	}
	return true
}

// plan is what a state's candidates say.
type plan struct {
	next int // position of the next answer; open if there is none
	read int // a read that fits, -1 if none
	out  int // a spent write, -1 if none
}

// prepare finds out what the candidates of a new state say.
func (p *pruner) prepare(s *state) {
	for s.low < len(p.all) && (!p.all[s.low].answered() || s.has(s.low)) {
		s.low++
		p.work++
	}
	s.plan = plan{next: open, read: -1, out: -1}
	// They are sorted by their start: none that follows can be answered before
	// one that was passed has begun.
	for i := s.low; i < len(p.all) && p.all[i].from < s.plan.next; i++ {
		p.work++
		o := &p.all[i]
		if !o.answered() || s.has(i) {
			continue
		}
		s.plan.next = min(s.plan.next, o.to)
		if s.plan.read < 0 && o.op == opGet && o.saw.fits(s.value) {
			s.plan.read = i
		}
		if s.plan.out < 0 && p.seeks && o.overwrites() && p.spent(s, p.writes[i]) {
			s.plan.out = i
		}
	}
}

// useless reports whether the operation i need not be tried next.
func (p *pruner) useless(s *state, i int) bool {
	o, w := &p.all[i], p.writes[i]
	switch {
	case s.plan.next == open: // only open ones are left: nobody sees them
		return false
	case s.plan.read >= 0:
		return i != s.plan.read
	case !p.seeks || !o.overwrites():
		return false
	case s.plan.out >= 0:
		return i != s.plan.out
	case !o.answered() && p.spent(s, w):
		return true
	}
	return w.by == 1 && o.to != s.plan.next && !p.shownNext(s, w)
}

// shownNext reports whether a candidate may show w.
func (p *pruner) shownNext(s *state, w *writing) bool {
	for _, i := range w.shows {
		p.work++
		if p.all[i].from < s.plan.next && !s.has(i) {
			return true
		}
	}
	return false
}
