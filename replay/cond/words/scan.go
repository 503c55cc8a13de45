package words

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// LineBytesMax is the longest line that is read, in bytes.
const LineBytesMax = 64 << 10

// Word is one word of a line.
type Word struct {
	Text   string // what it says; unescaped if it was quoted
	Column int    // where it begins
	Quoted bool   // written in double quotes, hence never a keyword
	Label  string // of a quoted word: what touches it, if the scanner takes that label
}

// Is says whether the word is the given keyword.
func (w Word) Is(keyword string) bool { return !w.Quoted && w.Text == keyword }

// Scanner takes a line apart, one word at a time.
type Scanner struct {
	line   int
	rest   string
	column int // of rest's first rune
	blank  bool
	label  string
}

// NewScanner checks that text is one line of printable UTF-8 within the limit
// and returns a scanner at its start. The error is an *Error.
func NewScanner(line int, text string) (*Scanner, error) {
	if err := CheckLine(line, text); err != nil {
		return nil, err
	}
	return &Scanner{line: line, rest: text, column: 1, blank: true}, nil
}

// TakeLabel has the scanner take a quoted word that the label touches, as in
// text:"a b", which is an error otherwise. Opening brackets may stand before
// either. It returns the scanner.
func (s *Scanner) TakeLabel(label string) *Scanner {
	s.label = label
	return s
}

// CheckLine refuses what no line of text holds: too many bytes, bytes that are
// not UTF-8, and control characters, which would reach the terminal of whoever
// reads the line back. The error is an *Error.
func CheckLine(line int, text string) error {
	column := 0
	for i, r := range text {
		column++
		var problem string
		switch {
		case i >= LineBytesMax:
			problem = tooLong
		case r == utf8.RuneError && !validAt(text, i):
			problem = fmt.Sprintf("is not a text file: byte 0x%02x is not UTF-8", text[i])
		case r == 0:
			problem = "is not a text file: NUL byte"
		case IsControl(r):
			problem = fmt.Sprintf("control character %U: remove it, or write it as an escape in double quotes", r)
		default:
			continue
		}
		return &Error{Line: line, Column: column, Problem: problem}
	}
	if len(text) > LineBytesMax { // the last rune may straddle the limit
		return &Error{Line: line, Column: column, Problem: tooLong}
	}
	return nil
}

var tooLong = "the line is longer than " + strconv.Itoa(LineBytesMax) + " bytes"

func validAt(s string, i int) bool {
	_, size := utf8.DecodeRuneInString(s[i:])
	return size > 1
}

// IsControl says whether r could change how a terminal shows what follows:
// control characters other than the tab, the separators of lines and
// paragraphs, and what overrides the direction of text.
func IsControl(r rune) bool {
	switch {
	case r == '\t':
		return false
	case unicode.IsControl(r):
		return true
	}
	return r == 0x2028 || r == 0x2029 || r == 0x061c || r == 0x200e || r == 0x200f ||
		r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// Line returns the number of the line.
func (s *Scanner) Line() int { return s.line }

// Column returns the column of what is read next.
func (s *Scanner) Column() int { return s.column }

// SkipBlanks goes to the next word, and says whether there is any; a comment
// is none.
func (s *Scanner) SkipBlanks() bool {
	for s.rest != "" && (s.rest[0] == ' ' || s.rest[0] == '\t') {
		s.advance(1)
		s.blank = true
	}
	if s.blank && strings.HasPrefix(s.rest, "#") {
		s.advance(len(s.rest))
	}
	return s.rest != ""
}

// Separator takes a semicolon and says whether there was one.
func (s *Scanner) Separator() bool {
	if !s.SkipBlanks() || s.rest[0] != ';' {
		return false
	}
	s.advance(1)
	s.blank = true
	return true
}

// Rest takes everything to the end of the line, without the blanks around it.
func (s *Scanner) Rest() (text string, column int) {
	for s.rest != "" && (s.rest[0] == ' ' || s.rest[0] == '\t') {
		s.advance(1)
	}
	text, column = strings.TrimRight(s.rest, " \t"), s.column
	s.advance(len(s.rest))
	return text, column
}

// Next takes the next word. It reports false at a semicolon, at a comment and
// at the end of the line. The error, about quotes, is an *Error.
func (s *Scanner) Next() (w Word, ok bool, err error) {
	if !s.SkipBlanks() || s.rest[0] == ';' {
		return Word{}, false, nil
	}
	if s.rest[0] == '"' {
		w, err = s.quoted()
		return w, err == nil, err
	}
	end := strings.IndexAny(s.rest, " \t;\"")
	if end < 0 {
		end = len(s.rest)
	}
	if s.label != "" && strings.HasPrefix(s.rest[end:], `"`) {
		before := strings.TrimLeft(s.rest[:end], "(")
		switch {
		case before == s.label && end == len(before):
			return s.labelled()
		case before == s.label || before == "":
			brackets := end - len(before)
			w = Word{Text: s.rest[:brackets], Column: s.column}
			s.advance(brackets)
			return w, true, nil
		}
	}
	w = Word{Text: s.rest[:end], Column: s.column}
	s.advance(end)
	if strings.HasPrefix(s.rest, `"`) {
		return Word{}, false, s.fail(s.rest, "a blank before the double quote")
	}
	return w, true, nil
}

// labelled takes a label and the quoted word that it touches.
func (s *Scanner) labelled() (w Word, ok bool, err error) {
	column := s.column
	s.advance(len(s.label))
	if w, err = s.quoted(); err != nil {
		return Word{}, false, err
	}
	w.Column, w.Label = column, s.label
	return w, true, nil
}

// quoted takes a word in double quotes, with Go's escapes.
func (s *Scanner) quoted() (Word, error) {
	prefix, err := strconv.QuotedPrefix(s.rest)
	if err != nil {
		return Word{}, s.fail(s.rest, `text with Go's escapes and a closing double quote`)
	}
	text, err := strconv.Unquote(prefix)
	if err != nil {
		return Word{}, s.fail(prefix, `text with Go's escapes`)
	}
	w := Word{Text: text, Column: s.column, Quoted: true}
	s.advance(len(prefix))
	if s.rest != "" && !strings.ContainsRune(" \t;)", rune(s.rest[0])) {
		return Word{}, s.fail(s.rest, "a blank after the closing double quote")
	}
	return w, nil
}

func (s *Scanner) fail(word, expected string) error {
	return &Error{Line: s.line, Column: s.column, Word: word, Expected: expected}
}

func (s *Scanner) advance(bytes int) {
	s.column += utf8.RuneCountInString(s.rest[:bytes])
	s.rest = s.rest[bytes:]
	s.blank = false
}
