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
	all      []operation
	seeks    bool             // the rules on writes are used
	shows    map[string][]int // by what is written: which operations may show it
	only     map[string]int   // by what is written: by how many
	compared int              // texts
	rising   rising
}

// written names what a set or del writes, for the maps.
func (o *operation) written() string {
	if o.op == opDel {
		return none
	}
	return "=" + o.text
}

func (o *operation) overwrites() bool { return o.op == opSet || o.op == opDel }

func newPruner(all []operation, start value) *pruner {
	p := &pruner{all: all, seeks: true, shows: map[string][]int{}, only: map[string]int{}}
	appending := false
	for i := range all {
		o := &all[i]
		p.seeks = p.seeks && o.op != opIncr
		appending = appending || o.op == opAppend
		if o.op != opGet {
			p.only[o.written()]++
		}
	}
	if !p.seeks {
		p.rising = newRising(all, start)
		return p
	}
	if appending {
		p.contained()
		return p
	}
	for i := range all {
		o := &all[i]
		switch {
		case o.op == opCAS:
			p.shows["="+o.old] = append(p.shows["="+o.old], i)
		case o.op != opGet:
		case o.saw.none:
			p.shows[none] = append(p.shows[none], i)
		case o.saw.whole:
			p.shows["="+o.saw.text] = append(p.shows["="+o.saw.text], i)
		default: // it may show anything
			p.seeks = false
		}
	}
	return p
}

// contained fills in who may show what where texts are put behind texts.
func (p *pruner) contained() {
	texts := map[string]bool{}
	for i := range p.all {
		if o := &p.all[i]; o.overwrites() {
			texts[o.written()] = true
		}
	}
	if p.seeks = len(texts)*len(p.all) <= textsMax; !p.seeks {
		return
	}
	p.compared = len(texts) * len(p.all)
	for w := range texts {
		for i := range p.all {
			o := &p.all[i]
			var shows bool
			switch {
			case w == none:
				shows = o.op == opAppend || o.op == opGet // nothing and no text look alike behind an append
			case o.op == opCAS:
				shows = strings.Contains(o.old, w[1:])
			case o.op == opGet || o.op == opAppend:
				shows = !o.answered() || o.saw.mayShow(w[1:])
			}
			if shows {
				p.shows[w] = append(p.shows[w], i)
			}
		}
		p.only[w] = 2 // what is put together may be written in many ways
	}
}

// spent reports whether nothing that is yet to come from s on may show what o
// writes.
func (p *pruner) spent(s *state, o *operation) bool {
	shows := p.shows[o.written()]
	for n := len(shows) - 1; n >= 0; n-- {
		i := shows[n]
		if !s.has(i) {
			return false
		}
		if i < s.low && n < len(shows)-64 { // what is left are open ones at most, far back
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
	}
	s.plan = plan{next: open, read: -1, out: -1}
	// They are sorted by their start: none that follows can be answered before
	// one that was passed has begun.
	for i := s.low; i < len(p.all) && p.all[i].from < s.plan.next; i++ {
		o := &p.all[i]
		if !o.answered() || s.has(i) {
			continue
		}
		s.plan.next = min(s.plan.next, o.to)
		if s.plan.read < 0 && o.op == opGet && o.saw.fits(s.value) {
			s.plan.read = i
		}
		if s.plan.out < 0 && p.seeks && o.overwrites() && p.spent(s, o) {
			s.plan.out = i
		}
	}
}

// useless reports whether the operation i need not be tried next.
func (p *pruner) useless(s *state, i int) bool {
	o := &p.all[i]
	switch {
	case s.plan.next == open: // only open ones are left: nobody sees them
		return false
	case s.plan.read >= 0:
		return i != s.plan.read
	case !p.seeks || !o.overwrites():
		return false
	case s.plan.out >= 0:
		return i != s.plan.out
	case !o.answered() && p.spent(s, o):
		return true
	}
	return p.only[o.written()] == 1 && o.to != s.plan.next && !p.shownNext(s, o)
}

// shownNext reports whether a candidate may show what o writes.
func (p *pruner) shownNext(s *state, o *operation) bool {
	for _, i := range p.shows[o.written()] {
		if p.all[i].from < s.plan.next && !s.has(i) {
			return true
		}
	}
	return false
}
