package complete

import (
	"strings"
	"unicode/utf8"

	"raftscope/engine/grammar"
	"raftscope/tui/command"
)

// stranger is a word that is expected nowhere.
const stranger = "§"

// hint says what the parser expects behind the beginning of the word at the
// cursor.
func (p *place) hint(begin string) string {
	if _, err := p.parse(begin); err != nil {
		if p.behind(begin, err) {
			return short(err.Expected)
		}
		return ""
	}
	if _, err := p.parse(begin + stranger); err != nil && err.Column == utf8.RuneCountInString(p.base+begin)+1 {
		return short(err.Expected)
	}
	if takesTexts(p.verb()) {
		return "a condition, or a text to look for"
	}
	return ""
}

// usage returns the whole command that a word begins, empty if none.
func usage(verb string) string {
	for _, v := range grammar.Verbs() {
		if v.Name == verb {
			return v.Usage
		}
	}
	for _, v := range command.Verbs() {
		if v.Name == verb {
			return v.Usage
		}
	}
	return ""
}

// hintMax is how long a list may be that a hint repeats: the candidates tell of
// it too.
const hintMax = 50

// short leaves the lists of words out of what is expected.
func short(expected string) string {
	var out strings.Builder
	for {
		before, list, ok := strings.Cut(expected, "one of ")
		if !ok {
			break
		}
		list, expected, ok = strings.Cut(list, ";")
		if ok {
			expected = ";" + expected
		}
		switch {
		case len(list) <= hintMax:
			out.WriteString(before + "one of " + list)
		case strings.HasSuffix(before, ": "):
			out.WriteString(strings.TrimSuffix(before, ": "))
		default:
			out.WriteString(before + "one of those listed")
		}
	}
	out.WriteString(expected)
	return out.String()
}
