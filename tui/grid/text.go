package grid

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Ellipsis stands where a text was cut off.
const Ellipsis = '…'

// RuneWidth returns how many columns a character takes: 2 for wide ones, 0 for
// those that are not drawn by themselves.
func RuneWidth(r rune) int {
	switch {
	case r < ' ' || r == 0x7f:
		return 0
	case r < 0x300: // the fast way: nothing below is wide or combines
		if r >= 0x80 && r < 0xa0 || r == 0xad {
			return 0
		}
		return 1
	case r >= marksFrom && r < marksFrom+rune(len(marks)):
		return int(marks[r-marksFrom])
	}
	return ansi.StringWidth(string(r))
}

// marks are the widths of punctuation, arrows, frames, bars and marks, of which
// screens are full: to measure one takes an allocation.
var marks = func() (w [0x800]byte) {
	for i := range w {
		w[i] = byte(ansi.StringWidth(string(marksFrom + rune(i))))
	}
	return w
}()

const marksFrom = 0x2000

// Width returns how many columns a clean text takes.
func Width(text string) int {
	w := 0
	for _, r := range text {
		w += RuneWidth(r)
	}
	return w
}

// visible says whether a clean text takes any columns. It may be long; unlike
// Width this looks at its beginning only.
func visible(text string) bool {
	for _, r := range text {
		if RuneWidth(r) > 0 {
			return true
		}
	}
	return false
}

// Clean returns text as it can be drawn, one character after the other: as it is
// if all of it can, else in quotes with the escapes of Go for what cannot: control
// characters, what changes the direction of text, combining characters, what
// is joined to one picture, and bytes that are no text.
func Clean(text string) string {
	clean := true
	for _, r := range text {
		if !drawable(r) {
			clean = false
			break
		}
	}
	if clean && utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b.WriteString(`\x` + strconv.FormatUint(uint64(text[i])+0x100, 16)[1:])
		case r == '"' || r == '\\' || !drawable(r):
			q := strconv.QuoteRuneToASCII(r)
			if r == '"' {
				q = `'\"'`
			}
			b.WriteString(q[1 : len(q)-1])
		default:
			b.WriteRune(r)
		}
		i += n
	}
	b.WriteByte('"')
	return b.String()
}

// drawable says whether a character takes columns of its own and nothing else.
func drawable(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= ' ' && r != 0x7f
	}
	return unicode.IsGraphic(r) && !unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Me, r) && !unicode.Is(unicode.Mc, r) &&
		!unicode.Is(unicode.Regional_Indicator, r) && RuneWidth(r) > 0
}

func runeLen(r rune) int { return utf8.RuneLen(r) }
