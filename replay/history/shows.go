package history

import "strings"

// showings finds out for one write after the other, in the order in which they
// began, which call may show it. It is for keys without append and incr: there,
// whoever sees all of a value sees a text as it was written.
type showings struct {
	texts map[string]*showing
	any   showing // by answers that were cut
}

// showing is the operations that may show one text, by their start.
type showing []*operation

func newShowings(all []operation) *showings {
	s := &showings{texts: map[string]*showing{}}
	add := func(name string, o *operation) {
		if s.texts[name] == nil {
			s.texts[name] = new(showing)
		}
		*s.texts[name] = append(*s.texts[name], o)
	}
	for i := range all {
		switch o := &all[i]; {
		case o.op == opCAS:
			add("="+o.old, o)
		case o.saw.none:
			add(none, o)
		case o.op != opGet || !o.saw.something:
		case o.saw.whole:
			add("="+o.saw.text, o)
		default:
			s.any = append(s.any, o)
		}
	}
	return s
}

// first returns when the first call began that may show what w, of which nobody
// knows whether it took effect, has written; open if none does.
func (s *showings) first(w *operation) int {
	first := open
	if shows := s.texts[w.written()]; shows != nil {
		first = shows.first(w)
	}
	if w.op == opDel {
		return first
	}
	return min(first, s.any.first(w))
}

// first leaves out for ever what ended before w began: the writes that follow
// begin later still.
func (s *showing) first(w *operation) int {
	for len(*s) > 0 && (*s)[0].to < w.from {
		*s = (*s)[1:]
	}
	for _, o := range *s {
		if o.call != w.call && o.to >= w.from {
			return o.from
		}
	}
	return open
}

// firstThatShows is showings.first for keys with append.
func firstThatShows(all []operation, w *operation) int {
	first := open
	for i := range all {
		o := &all[i]
		if o.call == w.call || o.from >= first || o.to < w.from {
			continue
		}
		var shows bool
		switch o.op {
		case opCAS:
			shows = strings.Contains(o.old, w.text)
		case opGet, opAppend:
			shows = o.saw.mayShow(w.text)
		}
		if shows {
			first = o.from
		}
	}
	return first
}

// longTexts is the work of looking for one text in all others that there is not
// if they are short.
func longTexts(all []operation) (work int) {
	for i := range all {
		work += longer(len(all[i].old)) + longer(len(all[i].saw.text))
	}
	return work
}
