//go:build unix

package tuitest

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hinshun/vt10x"
)

// Features are what the emulator says of itself when it is asked.
type Features struct {
	Light     bool // the background is light
	NoColours bool // questions about colours get no answer, as on old terminals
	Kitty     bool // the kitty keyboard protocol
	Sync      bool // synchronized output, mode 2026
	Graphemes bool // mode 2027: clusters, not runes, have widths
}

// syncLimit is how long a program may hold back its frame with mode 2026;
// terminals draw after a time anyway.
const syncLimit = time.Second

// maxComplaints bounds the list of what was not understood.
const maxComplaints = 20

// Emulator is a terminal in this process. The geometry (cursor, wrapping,
// scrolling, inserting, the two screens) is vt10x's. What vt10x does not know
// or takes for something else is dealt with here: every control sequence is
// parsed first, and only those that it carries out well are passed on. Styles
// and characters reach it as numbers (see ink), since it knows neither faint
// text nor characters of two columns.
type Emulator struct {
	mu       sync.Mutex
	vt       vt10x.Terminal
	parser   parser
	ink      ink
	features Features
	reply    io.Writer // where answers go; they are small
	style    Style
	last     rune // the character that REP repeats
	modes    modes
	frozen   *Screen      // what is seen while the program holds back a frame
	frozenAt time.Time    // since when
	heights  map[int]bool // all that there were
	title    string
	clip     *string // what OSC 52 set last
	bells    int
	complain []string
}

// NewEmulator returns a terminal of a size; reply takes its answers.
func NewEmulator(cols, rows int, f Features, reply io.Writer) *Emulator {
	e := &Emulator{features: f, reply: reply, ink: newInk(), modes: newModes(), heights: map[int]bool{rows: true}}
	e.vt = vt10x.New(vt10x.WithSize(cols, rows), vt10x.WithWriter(io.Discard))
	e.parser.h = e
	e.vt.Write([]byte("\x1b[2J")) // what vt10x begins with is not blank everywhere
	return e
}

// Write takes what a program wrote.
func (e *Emulator) Write(data []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.parser.feed(data)
	return len(data), nil
}

// Resize gives the terminal another size.
func (e *Emulator) Resize(cols, rows int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	before, _ := e.vt.Size()
	e.vt.Resize(cols, rows)
	e.setTabs(before, cols)
	e.heights[rows] = true
	e.modes.margins = false
	e.frozen = nil
}

// setTabs sets the tab stops of columns that are new. vt10x leaves them without;
// what jumps there by tabs would land in the last column.
func (e *Emulator) setTabs(from, to int) {
	const every = 8
	at := e.vt.Cursor()
	for col := (from + every - 1) / every * every; col < to; col += every {
		fmt.Fprintf(e.vt, "\x1b[%d;%dH\x1bH", at.Y+1, col+1)
	}
	if to > from {
		fmt.Fprintf(e.vt, "\x1b[%d;%dH", at.Y+1, at.X+1)
	}
}

// Screen returns what is seen now: not a frame that the program still holds
// back.
func (e *Emulator) Screen() Screen {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.frozen != nil && time.Since(e.frozenAt) < syncLimit {
		return *e.frozen
	}
	return e.screen()
}

// screen reads the cells out of vt10x.
func (e *Emulator) screen() Screen {
	cols, rows := e.vt.Size()
	cursor := e.vt.Cursor()
	s := Screen{Cols: cols, Rows: rows, Column: cursor.X + 1, Row: cursor.Y + 1, CursorShown: e.vt.CursorVisible()}
	s.cells = make([]Cell, cols*rows)
	for y := range rows {
		line := s.cells[y*cols : (y+1)*cols]
		for x := range line {
			line[x] = e.ink.cell(e.vt.Cell(x, y))
		}
		for x := range line { // half of a wide character that was overwritten is a blank
			wide, half := line[x].Width == 2, line[x].Width == 0
			if wide && (x+1 == cols || line[x+1].Width != 0) || half && (x == 0 || line[x-1].Width != 2) {
				line[x].Text, line[x].Width = " ", 1
			}
		}
	}
	return s
}

// pass hands a sequence on to vt10x.
func (e *Emulator) pass(format string, args ...any) { fmt.Fprintf(e.vt, format, args...) }

// answer sends what a terminal that is asked would send.
func (e *Emulator) answer(format string, args ...any) { fmt.Fprintf(e.reply, format, args...) }

// invalid notes what the program wrote that terminals do not understand.
func (e *Emulator) invalid(what string) {
	if len(e.complain) < maxComplaints {
		e.complain = append(e.complain, what)
	}
}

// print puts a character where the cursor is.
func (e *Emulator) print(r rune) {
	if r >= 0x80 && r < 0xa0 {
		e.invalid(fmt.Sprintf("control character %U", r))
		return
	}
	if e.join(r) {
		return
	}
	width := runeWidth(r)
	if width == 0 {
		return // nothing stands before it that it could join
	}
	e.put(string(r), width)
	e.last = r
}

// put draws a character and, if it is wide, its right half.
func (e *Emulator) put(text string, width int) {
	cols, _ := e.vt.Size()
	wrapping := e.vt.Cursor().State&cursorWrapNext != 0
	if width == 2 && e.vt.Cursor().X == cols-1 && !wrapping {
		e.pass("\x1bE") // no room for both halves
	}
	e.pass("%c", e.ink.character(text, width))
	if width == 2 {
		e.pass("%c", rightHalf)
	}
}

// cursorWrapNext is vt10x's own mark, which it does not export: the cursor
// stands behind the last column.
const cursorWrapNext = 2

// join adds a character to the one before the cursor if they are one.
func (e *Emulator) join(r rune) bool {
	cursor := e.vt.Cursor()
	x := cursor.X
	if cursor.State&cursorWrapNext == 0 {
		x--
	}
	for x >= 0 && e.vt.Cell(x, cursor.Y).Char == rightHalf {
		x--
	}
	if x < 0 {
		return false
	}
	before := e.ink.cell(e.vt.Cell(x, cursor.Y))
	whole := before.Text + string(r)
	if before.Width == 0 || !joins(before.Text, r, e.features.Graphemes && e.modes.private[2027]) {
		return false
	}
	width := before.Width
	if e.features.Graphemes && e.modes.private[2027] {
		width = max(width, clusterWidth(whole))
	}
	style := e.style
	e.setStyle(before.Style)
	e.pass("\x1b[%d;%dH", cursor.Y+1, x+1)
	e.put(whole, width)
	e.setStyle(style)
	return true
}

func (e *Emulator) setStyle(s Style) {
	e.style = s
	n := e.ink.style(s)
	e.pass("\x1b[38;2;%d;%d;%dm", n>>16&0xff, n>>8&0xff, n&0xff)
}

func (e *Emulator) control(c byte) {
	switch c {
	case 0x07:
		e.bells++
	case '\b', '\t', '\n', '\v', '\f', '\r':
		e.pass("%c", c)
	case 0x00, 0x7f: // padding
	default:
		e.invalid(fmt.Sprintf("control character %U", c))
	}
}

func (e *Emulator) sequence(s sequence) {
	ok := false
	switch s.kind {
	case '[':
		ok = e.csi(s)
	case 0:
		ok = e.escape(s)
	default:
		ok = e.str(s)
	}
	if !ok {
		text := s.params
		if len(text) > 60 {
			text = text[:60] + "…"
		}
		kind := "ESC "
		if s.kind != 0 {
			kind += string(s.kind) + " "
		}
		e.invalid(strings.TrimSpace(fmt.Sprintf("%s%s%q%s%s", kind, strings.Trim(string(s.prefix), "\x00"), text, s.inter, strings.Trim(string(s.final), "\x00"))))
	}
}

// escape carries out ESC with one letter.
func (e *Emulator) escape(s sequence) bool {
	switch s.inter + string(s.final) {
	case "7":
		e.modes.saved = e.style
		e.pass("\x1b7")
	case "8":
		e.pass("\x1b8")
		e.setStyle(e.modes.saved)
	case "D", "E", "H", "M":
		e.pass("\x1b%c", s.final)
	case "=", ">":
		e.modes.keypad = s.final == '='
	case "c":
		e.reset()
	case "(B", ")B", "*B", "+B", "\\":
	default:
		return false
	}
	return true
}

func (e *Emulator) reset() {
	cols, rows := e.vt.Size()
	e.vt = vt10x.New(vt10x.WithSize(cols, rows), vt10x.WithWriter(io.Discard))
	e.pass("\x1b[2J")
	e.modes, e.style, e.frozen, e.ink = newModes(), Style{}, nil, newInk()
}

// numbers returns a CSI's parameters; one that is left out is -1. It returns
// false if there is something else in them.
func numbers(params string) ([]int, bool) {
	if params == "" {
		return nil, true
	}
	var out []int
	for _, part := range strings.Split(params, ";") {
		n := -1
		if part != "" {
			v, err := strconv.Atoi(part)
			if err != nil || v < 0 || v > 1<<24 {
				return nil, false
			}
			n = v
		}
		out = append(out, n)
	}
	return out, true
}

// arg returns a parameter, or what is meant if it is left out.
func arg(args []int, i, otherwise int) int {
	if i >= len(args) || args[i] < 0 {
		return otherwise
	}
	return args[i]
}
