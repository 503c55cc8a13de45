package frames

import (
	"strings"
	"unicode/utf8"

	"raftscope/recorder/wire"
	"raftscope/sm"
)

// Clean returns s without what could command a terminal or make a line read
// as something else: C0 controls, DEL, C1 controls, and the characters that
// override the direction of text. Tabs and line ends become a space; a run of
// bytes that are not UTF-8 becomes one U+FFFD, since a lone 0x9B is a control to some
// terminals. It allocates only if there is something to take out.
func Clean(s string) string {
	for i := 0; i < len(s); i++ {
		if b := s[i]; b < 0x20 || b >= 0x7f {
			return cleanFrom(s, i)
		}
	}
	return s
}

func cleanFrom(s string, start int) string {
	if utf8.ValidString(s[start:]) && strings.IndexFunc(s[start:], unwanted) < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 2*brokenRuns(s[start:]))
	b.WriteString(s[:start])
	broken := false // the bytes before were not UTF-8
	for i, r := range s[start:] {
		was := broken
		broken = r == utf8.RuneError && isBroken(s[start+i:])
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			b.WriteByte(' ')
		case !unwanted(r) && !(was && broken):
			b.WriteRune(r) // a byte that is not UTF-8 ranges as U+FFFD
		}
	}
	return b.String()
}

// isBroken reports whether s, which ranges as U+FFFD, begins with a byte that
// is not UTF-8 and not with that character itself.
func isBroken(s string) bool {
	_, n := utf8.DecodeRuneInString(s)
	return n == 1
}

// brokenRuns counts the runs of bytes that are not UTF-8, each of which becomes
// two bytes longer at most: who sends 16 MiB of them gets no more memory than
// is needed.
func brokenRuns(s string) int {
	n, broken := 0, false
	for i, r := range s {
		was := broken
		if broken = r == utf8.RuneError && isBroken(s[i:]); broken && !was {
			n++
		}
	}
	return n
}

func unwanted(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0:
		return true
	case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return true
	}
	return r == '\u2028' || r == '\u2029'
}

func cleanHeader(h *wire.Header) {
	cleaned := make(map[string]string, len(h.Versions))
	for name, version := range h.Versions {
		cleaned[Clean(name)] = Clean(version)
	}
	h.Versions, h.Payload = cleaned, Clean(h.Payload)
}

func cleanKinds(kinds []sm.KindSpec) {
	for i := range kinds {
		k := &kinds[i]
		k.Name, k.Doc = Clean(k.Name), Clean(k.Doc)
		for j := range k.States {
			s := &k.States[j]
			s.Name, s.Doc, s.Unreached = Clean(s.Name), Clean(s.Doc), Clean(s.Unreached)
			for n := range s.Next {
				s.Next[n] = Clean(s.Next[n])
			}
		}
	}
}
