package theme

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"

	"raftscope/tui/grid"
)

// Styles, by what they mean.
const (
	Text      grid.Style = iota
	Dim                  // of less importance now
	Title                // names of panes and columns
	Rule                 // lines between panes
	Key                  // a key that can be pressed
	Live                 // the newest event, of a cluster that can go on
	History              // an earlier event of it
	Replay               // a recording
	Leader               // roles
	Follower             //
	Candidate            //
	Down                 // a node that is stopped or crashed
	OK                   // told ok, applied, done
	Failed               // an error, a rejection, a truncation
	Warn                 // what the user should know
	Working              // a disk operation or a message under way
	Held                 // held by the user
	Fault                // brought about by the user
	Machine              // a machine's name
	Node                 // a node's name
	Time                 // times and durations
	Client               // a client's command and its answer
	Found                // what a search found
	Badge                // on the header: what is special about this run
	Term1                // entries, coloured by term; see Term
	Term2
	Term3
	Term4
	Term5
	Term6
	stylesEnd
)

// Term returns the style of entries of a term.
func Term(term uint64) grid.Style { return Term1 + grid.Style((term+5)%6) }

// Theme is a palette and the characters that go with it.
type Theme struct {
	Name    string
	Palette grid.Palette
	Glyphs  Glyphs
}

// Names of the themes that can be asked for; Auto is dark or light by the
// terminal's background.
const (
	Auto  = "auto"
	Dark  = "dark"
	Light = "light"
	None  = "none" // without colours
)

// Names lists what --theme takes.
func Names() []string { return []string{Auto, Dark, Light, None} }

// New returns the theme of that name, Auto counting as dark; ascii says to do
// without other characters.
func New(name string, ascii bool) *Theme {
	t := &Theme{Name: name, Glyphs: Unicode}
	if ascii {
		t.Glyphs = ASCII
	}
	looks := darkLooks
	switch name {
	case Light:
		looks = lightLooks
	case None:
		looks = plainLooks
	default:
		t.Name = Dark
	}
	for s := range stylesEnd {
		for marks := grid.Style(0); marks < 8; marks++ {
			t.Palette[s|marks<<8] = begin(looks[s], marks<<8, selections[t.Name])
		}
	}
	return t
}

// look is a style before it is an escape sequence.
type look struct {
	fg, bg               string
	bold, faint, reverse bool
}

// selections are how what is selected looks, by theme: its background, and the
// colour of plain text on it; without one it is reversed.
var selections = map[string]look{Dark: {fg: "#f0f4f8", bg: "#2d4263"}, Light: {fg: "#14202b", bg: "#cfe0f7"}}

// begin returns the escape sequence that begins a style.
func begin(l look, marks grid.Style, selection look) string {
	s := lipgloss.NewStyle()
	if l.fg != "" {
		s = s.Foreground(lipgloss.Color(l.fg))
	}
	if l.bg != "" {
		s = s.Background(lipgloss.Color(l.bg))
	}
	bold, reverse := l.bold, l.reverse
	if marks&grid.Strong != 0 {
		bold = true
	}
	switch {
	case marks&grid.Selected == 0:
	case selection.bg == "":
		reverse = !reverse
	case l.bg == "":
		s = s.Background(lipgloss.Color(selection.bg))
		if l.fg == "" {
			s = s.Foreground(lipgloss.Color(selection.fg))
		}
	default:
		bold = true
	}
	s = s.Bold(bold).Faint(l.faint && marks&grid.Selected == 0).Reverse(reverse).Underline(marks&grid.Underline != 0)
	before, _, _ := strings.Cut(s.Render("x"), "x")
	return before
}

// Color returns the foreground of a style for what lipgloss draws, nil if it has
// none.
func (t *Theme) Color(s grid.Style) color.Color {
	looks := map[string]*[stylesEnd]look{Dark: &darkLooks, Light: &lightLooks, None: &plainLooks}[t.Name]
	if looks == nil || looks[s].fg == "" {
		return nil
	}
	return lipgloss.Color(looks[s].fg)
}
