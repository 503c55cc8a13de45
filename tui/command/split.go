package command

import "slices"

// Word is a word of a line as it is written, quotes and all. Places are in
// runes from 0.
type Word struct {
	From, To int
	Text     string
	Quoted   bool // there is a double quote in it
	Open     bool // the quote is not closed: the word holds the rest of the line
	Rest     bool // it is the text of a note: it holds the rest of the line
}

// Span is what stands between two separators of a line, with the blanks
// around it.
type Span struct {
	From, To int
	Words    []Word
	Comment  int // where a comment begins, which ends the span; -1 if there is none
}

// noteVerb is the one command that takes the rest of its line.
const noteVerb = "note"

// Split takes a line apart where the grammar would, but goes on where that
// refuses what is not finished yet: an open quote holds the rest of the line. There
// is always at least one span.
func Split(line string) []Span {
	s := splitter{r: []rune(line)}
	all := []Span{s.span()}
	for s.at < len(s.r) { // at a separator
		s.at++
		all = append(all, s.span())
	}
	return all
}

type splitter struct {
	r  []rune
	at int
}

// span reads up to the next separator, or to the end.
func (s *splitter) span() Span {
	out := Span{From: s.at, Comment: -1}
	for {
		blank := s.blanks() || len(out.Words) == 0
		switch {
		case s.at < len(s.r) && len(out.Words) == 1 && out.Words[0].Text == noteVerb:
			out.Words = append(out.Words, s.rest()) // it may begin with a ; or #
		case s.at == len(s.r), s.r[s.at] == ';':
			out.To = s.at
			return out
		case blank && s.r[s.at] == '#':
			out.Comment, out.To = s.at, s.at
			s.at = len(s.r)
			return out
		default:
			out.Words = append(out.Words, s.word())
		}
	}
}

// blanks skips blanks and says whether there were any.
func (s *splitter) blanks() bool {
	from := s.at
	for s.at < len(s.r) && isBlank(s.r[s.at]) {
		s.at++
	}
	return s.at > from
}

func isBlank(r rune) bool { return r == ' ' || r == '\t' }

func (s *splitter) word() Word {
	w := Word{From: s.at}
	for s.at < len(s.r) && !isBlank(s.r[s.at]) && s.r[s.at] != ';' {
		s.at++
		if s.r[s.at-1] != '"' {
			continue
		}
		w.Quoted, w.Open = true, !s.closing()
		break
	}
	w.To = s.at
	w.Text = string(s.r[w.From:w.To])
	return w
}

// closing goes behind the quote that closes what is read, and says whether there
// is one.
func (s *splitter) closing() bool {
	for s.at < len(s.r) {
		s.at++
		switch s.r[s.at-1] {
		case '"':
			return true
		case '\\':
			s.at = min(s.at+1, len(s.r))
		}
	}
	return false
}

// rest takes all there is, but for blanks at its end.
func (s *splitter) rest() Word {
	w := Word{From: s.at, To: len(s.r), Rest: true}
	for isBlank(s.r[w.To-1]) {
		w.To--
	}
	w.Text = string(s.r[w.From:w.To])
	s.at = len(s.r)
	return w
}

// Last returns the span that is at or just before a place of the line.
func Last(all []Span, at int) Span {
	i := slices.IndexFunc(all, func(s Span) bool { return s.From > at })
	if i < 0 {
		i = len(all)
	}
	return all[max(0, i-1)]
}
