//go:build unix

package tuitest

import (
	"fmt"
	"strconv"

	"github.com/hinshun/vt10x"
	"github.com/mattn/go-runewidth"
	"github.com/rivo/uniseg"
)

// ink gives characters and styles the numbers under which vt10x keeps them: it
// has room for one rune and a colour of 24 bits in a cell, and knows neither
// combining characters nor all attributes. Its own blank (from erasing) stays
// apart from a space that was written.
type ink struct {
	chars   []Cell // without styles
	charOf  map[Cell]rune
	styles  []Style
	styleOf map[Style]int
}

const (
	// firstChar begins the private runes that stand for characters; the last
	// two planes of Unicode have room for 131,000.
	firstChar rune = 0xF0000
	maxChars       = 0x10FFFD - 0xF0000
	rightHalf rune = 0x10FFFD
	maxStyles      = 1 << 20
)

func newInk() ink {
	return ink{
		charOf:  map[Cell]rune{},
		styles:  []Style{{}},
		styleOf: map[Style]int{{}: 0},
	}
}

// character returns the rune that stands for a character of a width.
func (k *ink) character(text string, width int) rune {
	c := Cell{Text: text, Width: width}
	if r, ok := k.charOf[c]; ok {
		return r
	}
	if len(k.chars) >= maxChars {
		return '\uFFFD'
	}
	r := firstChar + rune(len(k.chars))
	k.chars = append(k.chars, c)
	k.charOf[c] = r
	return r
}

// style returns the number that stands for a style; 0 is the plain one.
func (k *ink) style(s Style) int {
	if n, ok := k.styleOf[s]; ok {
		return n
	}
	if len(k.styles) >= maxStyles {
		return 0
	}
	n := len(k.styles)
	k.styles = append(k.styles, s)
	k.styleOf[s] = n
	return n
}

// cell turns a cell of vt10x back.
func (k *ink) cell(g vt10x.Glyph) Cell {
	var style Style
	if int(g.FG) < len(k.styles) {
		style = k.styles[g.FG]
	}
	switch at := int(g.Char - firstChar); {
	case g.Char == rightHalf:
		return Cell{Style: style}
	case at >= 0 && at < len(k.chars):
		return Cell{Text: k.chars[at].Text, Width: k.chars[at].Width, Style: style}
	case g.Char == '\uFFFD':
		return Cell{Text: "\uFFFD", Width: 1, Style: style}
	}
	return Cell{Text: " ", Width: 1, Style: Style{BG: style.BG}} // erased
}

// widths are those of terminals that are not East Asian.
var widths = &runewidth.Condition{StrictEmojiNeutral: true}

func runeWidth(r rune) int { return widths.RuneWidth(r) }

func clusterWidth(s string) int { return uniseg.StringWidth(s) }

// joins says whether a rune becomes part of the character before it: what has
// no width of its own does, and with mode 2027 what Unicode says.
func joins(before string, r rune, graphemes bool) bool {
	if !graphemes {
		return runeWidth(r) == 0
	}
	first, rest, _, _ := uniseg.FirstGraphemeClusterInString(before+string(r), -1)
	return rest == "" && first != string(r)
}

// paint sets one of the colours.
func (s *Style) paint(code int, c string) {
	switch code {
	case 38:
		s.FG = c
	case 48:
		s.BG = c
	}
}

// apply carries out an SGR code other than a colour's; sub is what follows its
// colon.
func (s *Style) apply(code int, sub []string) bool {
	on := map[int]Attr{1: Bold, 2: Faint, 3: Italic, 4: Underline, 5: Blink, 6: Blink, 7: Reverse, 8: Conceal, 9: Strike, 21: Underline}
	off := map[int]Attr{22: Bold | Faint, 23: Italic, 24: Underline, 25: Blink, 27: Reverse, 28: Conceal, 29: Strike}
	switch {
	case code == 0:
		*s = Style{}
	case code == 4 && len(sub) > 0 && sub[0] == "0":
		s.Attr &^= Underline
	case on[code] != 0:
		s.Attr |= on[code]
	case off[code] != 0:
		s.Attr &^= off[code]
	case code >= 30 && code <= 37:
		s.FG = strconv.Itoa(code - 30)
	case code >= 40 && code <= 47:
		s.BG = strconv.Itoa(code - 40)
	case code >= 90 && code <= 97:
		s.FG = strconv.Itoa(code - 90 + 8)
	case code >= 100 && code <= 107:
		s.BG = strconv.Itoa(code - 100 + 8)
	case code == 39:
		s.FG = ""
	case code == 49:
		s.BG = ""
	case code == 53, code == 55, code == 59: // overline, colour of underlines
	default:
		return false
	}
	return true
}

// colour reads 5;n or 2;r;g;b, or 2::r:g:b.
func colour(parts []string) (string, bool) {
	var n []int
	for i, p := range parts {
		v, err := number(p)
		if err != nil || v < 0 || v > 255 {
			return "", false
		}
		if i == 1 && p == "" && len(parts) == 5 {
			continue // the colour space
		}
		n = append(n, v)
	}
	switch {
	case len(n) == 2 && n[0] == 5:
		return strconv.Itoa(n[1]), true
	case len(n) == 4 && n[0] == 2:
		return fmt.Sprintf("#%02x%02x%02x", n[1], n[2], n[3]), true
	}
	return "", false
}
