//go:build unix

package tuitest

import (
	"strconv"
	"strings"
)

// csi carries out a control sequence and says whether terminals know it.
func (e *Emulator) csi(s sequence) bool {
	if s.final == 'm' && s.prefix == 0 && s.inter == "" {
		return e.graphics(s.params)
	}
	args, ok := numbers(s.params)
	if !ok {
		return false
	}
	switch string(s.prefix) + s.inter {
	case "\x00":
		return e.plainCSI(s.final, args)
	case "?":
		return e.privateCSI(s.final, args)
	case "?$":
		if s.final != 'p' {
			return false
		}
		e.answer("\x1b[?%d;%d$y", arg(args, 0, 0), e.modeState(arg(args, 0, 0)))
	case ">":
		return e.greaterCSI(s.final, args)
	case "<":
		if s.final != 'u' {
			return false
		}
		e.modes.popKeyboard(arg(args, 0, 1))
	case "=":
		if s.final != 'u' {
			return false
		}
		if e.features.Kitty {
			e.modes.setKeyboard(arg(args, 0, 0), arg(args, 1, 1))
		}
	case "\x00 ":
		if s.final != 'q' {
			return false
		}
		e.modes.cursorShape = arg(args, 0, 0)
	case "\x00!":
		if s.final != 'p' {
			return false
		}
		e.setStyle(Style{})
		e.modes.soft()
	default:
		return false
	}
	return true
}

// plainCSI carries out the sequences of ECMA-48.
func (e *Emulator) plainCSI(final byte, args []int) bool {
	cols, rows := e.vt.Size()
	switch final {
	case 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'I', 'L', 'M', 'P', 'S', 'T', 'X', 'Z', '@', '`', 'a', 'd', 'e':
		// A count of 0 means 1, which vt10x does not know. More than the
		// screen is the screen.
		e.pass("\x1b[%d%c", min(max(arg(args, 0, 1), 1), cols+rows), final)
	case 'H', 'f':
		e.pass("\x1b[%d;%dH", max(arg(args, 0, 1), 1), max(arg(args, 1, 1), 1))
	case 'J':
		return e.eraseDisplay(arg(args, 0, 0))
	case 'K', 'g':
		e.pass("\x1b[%d%c", arg(args, 0, 0), final)
	case 'b':
		for range min(arg(args, 0, 1), cols*rows) {
			if e.last == 0 {
				return false
			}
			e.put(string(e.last), runeWidth(e.last))
		}
	case 'r':
		top, bottom := max(arg(args, 0, 1), 1), arg(args, 1, rows)
		if bottom == 0 {
			bottom = rows
		}
		// A program that was not yet told of another size means all rows.
		e.modes.margins = top != 1 || !e.heights[bottom]
		e.pass("\x1b[%d;%dr", top, bottom)
	case 's':
		e.modes.saved = e.style
		e.pass("\x1b[s")
	case 'u':
		e.pass("\x1b[u")
		e.setStyle(e.modes.saved)
	case 'c':
		e.answer("\x1b[?62;22;52c")
	case 'n':
		return e.report(arg(args, 0, 0), "")
	case 't':
		return e.window(args)
	default:
		return false
	}
	return true
}

// eraseDisplay erases what CSI J says.
func (e *Emulator) eraseDisplay(which int) bool {
	c := e.vt.Cursor()
	switch which {
	case 0, 2:
		e.pass("\x1b[%dJ", which)
	case 1: // vt10x leaves the first row if the cursor is in the second
		for y := 1; y <= c.Y; y++ {
			e.pass("\x1b[%d;1H\x1b[2K", y)
		}
		e.pass("\x1b[%d;%dH\x1b[1K", c.Y+1, c.X+1)
	case 3: // there is no scrollback
	default:
		return false
	}
	return true
}

func (e *Emulator) report(what int, prefix string) bool {
	c := e.vt.Cursor()
	switch what {
	case 5:
		e.answer("\x1b[0n")
	case 6:
		e.answer("\x1b[%s%d;%dR", prefix, c.Y+1, c.X+1)
	case 996:
		light := 1
		if e.features.Light {
			light = 2
		}
		e.answer("\x1b[?997;%dn", light)
	default:
		return false
	}
	return true
}

// window answers questions about the window; it cannot be moved.
func (e *Emulator) window(args []int) bool {
	cols, rows := e.vt.Size()
	switch arg(args, 0, 0) {
	case 14:
		e.answer("\x1b[4;%d;%dt", rows*20, cols*10)
	case 16:
		e.answer("\x1b[6;20;10t")
	case 18:
		e.answer("\x1b[8;%d;%dt", rows, cols)
	case 22, 23: // the title's stack
	default:
		return false
	}
	return true
}

func (e *Emulator) greaterCSI(final byte, args []int) bool {
	switch final {
	case 'u':
		if e.features.Kitty {
			e.modes.pushKeyboard(arg(args, 0, 0))
		}
	case 'm': // modifyOtherKeys
		if arg(args, 0, 0) == 4 {
			e.modes.otherKeys = arg(args, 1, 0)
		}
	case 'c':
		e.answer("\x1b[>1;10;0c")
	case 'q':
		e.answer("\x1bP>|tuitest\x1b\\")
	default:
		return false
	}
	return true
}

func (e *Emulator) privateCSI(final byte, args []int) bool {
	switch final {
	case 'h', 'l':
		for _, mode := range args {
			if !e.setMode(mode, final == 'h') {
				return false
			}
		}
	case 'n':
		return e.report(arg(args, 0, 0), "?")
	case 'u':
		if e.features.Kitty {
			e.answer("\x1b[?%du", e.modes.keyboard())
		}
	case 'm':
		e.answer("\x1b[>4;%dm", e.modes.otherKeys)
	case 'W':
		if arg(args, 0, 0) != 5 {
			return false
		}
		cols, _ := e.vt.Size()
		c := e.vt.Cursor()
		e.pass("\x1b[3g")
		for x := 9; x <= cols; x += 8 {
			e.pass("\x1b[%dG\x1bH", x)
		}
		e.pass("\x1b[%dG", c.X+1)
	default:
		return false
	}
	return true
}

// graphics carries out SGR. Parts of a colour may be parted by colons too.
func (e *Emulator) graphics(params string) bool {
	style := e.style
	fields := strings.Split(params, ";")
	for i := 0; i < len(fields); i++ {
		parts := strings.Split(fields[i], ":")
		code, err := number(parts[0])
		if err != nil {
			return false
		}
		if code == 38 || code == 48 || code == 58 {
			if len(parts) == 1 { // the colour stands in the fields behind
				take := 2
				if i+1 < len(fields) && fields[i+1] == "2" {
					take = 4
				}
				if i+take >= len(fields) {
					return false
				}
				parts = append(parts, fields[i+1:i+1+take]...)
				i += take
			}
			c, ok := colour(parts[1:])
			if !ok {
				return false
			}
			style.paint(code, c)
			continue
		}
		if !style.apply(code, parts[1:]) {
			return false
		}
	}
	e.setStyle(style)
	return true
}

func number(s string) (int, error) {
	if s == "" {
		return 0, nil
	}
	return strconv.Atoi(s)
}
