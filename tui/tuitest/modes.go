//go:build unix

package tuitest

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// modes is what a program switched on. A sane terminal has what newModes
// returns.
type modes struct {
	private     map[int]bool // modes of CSI ? h that differ from what a terminal begins with
	keypad      bool
	margins     bool // a scrolling region that is not the whole screen
	otherKeys   int  // modifyOtherKeys
	cursorShape int
	colours     map[string]bool // colours that were set by OSC
	saved       Style           // what DECSC keeps
	stacks      [2][]int        // kitty keyboard flags of the main and the alternate screen
}

func newModes() modes {
	return modes{private: map[int]bool{7: true, 25: true}, colours: map[string]bool{}}
}

// soft is a soft reset.
func (m *modes) soft() {
	m.private[25], m.private[7] = true, true
	m.private[1], m.private[6] = false, false
	m.keypad, m.cursorShape = false, 0
}

func (m *modes) stack() *[]int {
	if m.private[1049] {
		return &m.stacks[1]
	}
	return &m.stacks[0]
}

// keyboard returns the kitty keyboard flags.
func (m *modes) keyboard() int {
	stack := *m.stack()
	if len(stack) == 0 {
		return 0
	}
	return stack[len(stack)-1]
}

// maxKeyboards bounds a stack of keyboard flags; kitty's own bound is unsaid.
const maxKeyboards = 16

func (m *modes) pushKeyboard(flags int) {
	stack := m.stack()
	if len(*stack) == maxKeyboards {
		*stack = slices.Delete(*stack, 0, 1)
	}
	*stack = append(*stack, flags)
}

func (m *modes) popKeyboard(n int) {
	stack := m.stack()
	*stack = (*stack)[:max(len(*stack)-n, 0)]
}

func (m *modes) setKeyboard(flags, how int) {
	stack := m.stack()
	if len(*stack) == 0 {
		*stack = append(*stack, 0)
	}
	top := &(*stack)[len(*stack)-1]
	switch how {
	case 1:
		*top = flags
	case 2:
		*top |= flags
	case 3:
		*top &^= flags
	}
}

// knownModes are the private modes that terminals have, with what is left on if
// one of them is.
var knownModes = map[int]string{
	1:    "cursor keys in application mode",
	6:    "origin mode",
	7:    "autowrap",
	12:   "a blinking cursor",
	25:   "the cursor",
	9:    "the mouse (9)",
	1000: "the mouse (1000)",
	1002: "the mouse (1002)",
	1003: "the mouse (1003)",
	1004: "focus reports",
	1005: "the mouse's UTF-8 form",
	1006: "the mouse's SGR form",
	1015: "the mouse's urxvt form",
	1016: "the mouse's pixels",
	1047: "the alternate screen",
	1048: "",
	1049: "the alternate screen",
	2004: "bracketed paste",
	2026: "a frame that is held back",
	2027: "grapheme clusters",
	2031: "reports of the colour scheme",
	2048: "reports of the size",
}

// setMode carries out CSI ? h and l, and says whether terminals know the mode.
func (e *Emulator) setMode(mode int, on bool) bool {
	if _, ok := knownModes[mode]; !ok {
		return false
	}
	m := &e.modes
	was := m.private[mode]
	m.private[mode] = on
	switch mode {
	case 6, 7, 25, 1048:
		letter := 'l'
		if on {
			letter = 'h'
		}
		e.pass("\x1b[?%d%c", mode, letter)
	case 1047, 1049:
		switch { // vt10x would change over to where it already is
		case on && !was:
			m.saved = e.style
			e.pass("\x1b[?%dh", mode)
			e.setStyle(Style{BG: e.style.BG})
			e.pass("\x1b[2J")
			e.setStyle(m.saved)
		case !on && was:
			e.pass("\x1b[?%dl", mode)
			e.setStyle(m.saved)
		}
	case 2026:
		e.frozen = nil
		if on && e.features.Sync {
			s := e.screen()
			e.frozen, e.frozenAt = &s, time.Now()
		}
	case 2027:
		m.private[mode] = on && e.features.Graphemes
	}
	return true
}

// modeState answers DECRQM: 0 not known, 1 on, 2 off.
func (e *Emulator) modeState(mode int) int {
	_, known := knownModes[mode]
	switch {
	case !known, mode == 2026 && !e.features.Sync, mode == 2027 && !e.features.Graphemes, mode == 2031, mode == 2048:
		return 0
	case e.modes.private[mode]:
		return 1
	}
	return 2
}

// mouse returns whether the program listens to the mouse at all, and to motion
// with a button down and without.
func (m *modes) mouse() (clicks, drags, moves bool) {
	moves = m.private[1003]
	drags = moves || m.private[1002]
	clicks = drags || m.private[1000]
	return clicks && m.private[1006], drags, moves
}

// Left returns what a program left behind when it ended, in words; a sane
// terminal has nothing.
func (e *Emulator) Left() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var left []string
	m := &e.modes
	for _, mode := range slices.Sorted(func(yield func(int) bool) {
		for mode := range knownModes {
			if !yield(mode) {
				return
			}
		}
	}) {
		normal := mode == 7 || mode == 25
		if m.private[mode] == normal || knownModes[mode] == "" || mode == 12 {
			continue
		}
		if normal {
			left = append(left, knownModes[mode]+" off")
		} else {
			left = append(left, knownModes[mode]+" on")
		}
	}
	for i, name := range []string{"main", "alternate"} {
		if len(m.stacks[i]) > 0 {
			left = append(left, fmt.Sprintf("kitty keyboard flags %v of the %s screen", m.stacks[i], name))
		}
	}
	if m.otherKeys != 0 {
		left = append(left, fmt.Sprintf("modifyOtherKeys %d", m.otherKeys))
	}
	if m.keypad {
		left = append(left, "the keypad in application mode")
	}
	if m.margins {
		left = append(left, "a scrolling region")
	}
	if m.cursorShape > 1 {
		left = append(left, fmt.Sprintf("the cursor's shape %d", m.cursorShape))
	}
	for name := range m.colours {
		left = append(left, name)
	}
	if e.style != (Style{}) {
		left = append(left, "text drawn "+e.style.String())
	}
	slices.Sort(left)
	return slices.Compact(left)
}

// Complaints returns what the program wrote that terminals do not understand.
func (e *Emulator) Complaints() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.complain)
}

// Clipboard returns what the program put into the clipboard last.
func (e *Emulator) Clipboard() (string, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.clip == nil {
		return "", false
	}
	return *e.clip, true
}

// Title returns the window's title.
func (e *Emulator) Title() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return strings.ToValidUTF8(e.title, "\uFFFD")
}
