//go:build unix

package tuitest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Key is a key that was pressed: a name such as "enter", "f1", "ctrl+c" or
// "shift+up", or a character.
type Key string

// namedKeys are the keys that make no character: what a terminal sends, and
// tmux's name.
var namedKeys = map[string]struct {
	letter byte   // of CSI 1 ; m letter
	number int    // of CSI number ; m ~
	plain  string // what is sent instead without modifiers
	tmux   string
}{
	"enter": {plain: "\r", tmux: "Enter"}, "esc": {plain: "\x1b", tmux: "Escape"},
	"tab": {plain: "\t", tmux: "Tab"}, "space": {plain: " ", tmux: "Space"},
	"backspace": {plain: "\x7f", tmux: "BSpace"},
	"up":        {letter: 'A', tmux: "Up"}, "down": {letter: 'B', tmux: "Down"},
	"right": {letter: 'C', tmux: "Right"}, "left": {letter: 'D', tmux: "Left"},
	"home": {letter: 'H', tmux: "Home"}, "end": {letter: 'F', tmux: "End"},
	"insert": {number: 2, tmux: "IC"}, "delete": {number: 3, tmux: "DC"},
	"pgup": {number: 5, tmux: "PPage"}, "pgdown": {number: 6, tmux: "NPage"},
	"f1": {letter: 'P', plain: "\x1bOP", tmux: "F1"}, "f2": {letter: 'Q', plain: "\x1bOQ", tmux: "F2"},
	"f3": {number: 13, plain: "\x1bOR", tmux: "F3"}, "f4": {letter: 'S', plain: "\x1bOS", tmux: "F4"},
	"f5": {number: 15, tmux: "F5"}, "f6": {number: 17, tmux: "F6"}, "f7": {number: 18, tmux: "F7"},
	"f8": {number: 19, tmux: "F8"}, "f9": {number: 20, tmux: "F9"}, "f10": {number: 21, tmux: "F10"},
	"f11": {number: 23, tmux: "F11"}, "f12": {number: 24, tmux: "F12"},
}

// kittyCodes are the keys that the kitty protocol's first flag sends as CSI u.
var kittyCodes = map[string]int{"esc": 27, "enter": 13, "tab": 9, "backspace": 127, "space": 32}

// split takes the modifiers off a key: shift 1, alt 2, ctrl 4.
func (k Key) split() (name string, mods int) {
	name = string(k)
	for {
		for i, mod := range []string{"shift+", "alt+", "ctrl+"} {
			if rest, ok := strings.CutPrefix(name, mod); ok && rest != "" {
				name, mods = rest, mods|1<<i
				goto again
			}
		}
		return name, mods
	again:
	}
}

// check says what is wrong with a key's name.
func (k Key) check() error {
	name, mods := k.split()
	if _, ok := namedKeys[name]; ok {
		return nil
	}
	r, size := utf8.DecodeRuneInString(name)
	if name == "" || size != len(name) || r < 0x20 {
		return fmt.Errorf("got key %q, expected a character, text in quotes, or one of %s, with shift+, alt+, ctrl+ before it",
			string(k), strings.Join(slices.Sorted(maps.Keys(namedKeys)), " "))
	}
	if mods&4 != 0 && (r < 'a' || r > 'z') {
		return fmt.Errorf("got key %q, expected ctrl+ with a letter from a to z or a key's name", string(k))
	}
	return nil
}

// bytes returns what a terminal sends; kitty are the keyboard flags that the
// program set, application says whether cursor keys are in that mode.
func (k Key) bytes(kitty int, application bool) string {
	name, mods := k.split()
	named, ok := namedKeys[name]
	if !ok {
		return charBytes(name, mods, kitty)
	}
	if code := kittyCodes[name]; code != 0 {
		// Enter, tab and backspace stay as they are, so that a shell can be
		// used after a program that died.
		if kitty&1 != 0 && (mods != 0 && (name != "space" || mods != 1) || name == "esc") || kitty&8 != 0 {
			return csiU(code, mods)
		}
		return legacy(name, named.plain, mods)
	}
	switch {
	case mods == 0 && named.plain != "" && kitty&1 == 0:
		return named.plain
	case mods == 0 && named.letter != 0 && application && kitty&1 == 0:
		return "\x1bO" + string(named.letter)
	case mods == 0 && named.letter != 0:
		return "\x1b[" + string(named.letter)
	case named.letter != 0:
		return fmt.Sprintf("\x1b[1;%d%c", mods+1, named.letter)
	case mods == 0:
		return fmt.Sprintf("\x1b[%d~", named.number)
	}
	return fmt.Sprintf("\x1b[%d;%d~", named.number, mods+1)
}

func csiU(code, mods int) string {
	if mods == 0 {
		return fmt.Sprintf("\x1b[%du", code)
	}
	return fmt.Sprintf("\x1b[%d;%du", code, mods+1)
}

// legacy returns what was sent before there were protocols; much is lost.
func legacy(name, plain string, mods int) string {
	switch {
	case name == "tab" && mods&1 != 0:
		plain = "\x1b[Z"
	case name == "space" && mods&4 != 0:
		plain = "\x00"
	}
	if mods&2 != 0 {
		return "\x1b" + plain
	}
	return plain
}

func charBytes(char string, mods, kitty int) string {
	r, _ := utf8.DecodeRuneInString(char)
	if kitty&1 != 0 && mods&6 != 0 || kitty&8 != 0 {
		return csiU(int(r), mods)
	}
	if mods&4 != 0 {
		char = string(r & 0x1f)
	}
	if mods&2 != 0 {
		char = "\x1b" + char
	}
	return char
}

// Bytes returns what this terminal sends for a key, as the program has set the
// keyboard.
func (e *Emulator) Bytes(k Key) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return k.bytes(e.modes.keyboard(), e.modes.private[1])
}

// Pasted returns what this terminal sends for a text that is pasted.
func (e *Emulator) Pasted(text string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	text = strings.ReplaceAll(text, "\n", "\r")
	if !e.modes.private[2004] {
		return text
	}
	// A terminal takes the end mark out of what is pasted.
	return "\x1b[200~" + strings.ReplaceAll(text, "\x1b[201~", "") + "\x1b[201~"
}

// Mouse is one report of the mouse; column and row are counted from 1.
type Mouse struct {
	Kind     MouseKind
	Button   int // 0 left, 1 middle, 2 right, 64 wheel up, 65 wheel down
	Col, Row int
}

// MouseKind is what the mouse did.
type MouseKind uint8

// What the mouse can do.
const (
	MousePress MouseKind = iota
	MouseRelease
	MouseDrag // moved with a button down
	MouseMove
)

// bytes returns the SGR form.
func (m Mouse) bytes() string {
	code, final := m.Button, 'M'
	switch m.Kind {
	case MouseRelease:
		final = 'm'
	case MouseDrag:
		code += 32
	case MouseMove:
		code = 35
	}
	return fmt.Sprintf("\x1b[<%d;%d;%d%c", code, m.Col, m.Row, final)
}

// Moused returns what this terminal sends for the mouse; nothing, if the
// program does not listen to such a thing.
func (e *Emulator) Moused(m Mouse) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	clicks, drags, moves := e.modes.mouse()
	if !clicks || m.Kind == MouseDrag && !drags || m.Kind == MouseMove && !moves {
		return ""
	}
	return m.bytes()
}

// Focused returns what this terminal sends when it gets or loses the focus.
func (e *Emulator) Focused(in bool) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case !e.modes.private[1004]:
		return ""
	case in:
		return "\x1b[I"
	}
	return "\x1b[O"
}
