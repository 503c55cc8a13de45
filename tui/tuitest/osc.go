//go:build unix

package tuitest

import (
	"encoding/base64"
	"strings"
)

// str carries out a control string and says whether terminals know it.
func (e *Emulator) str(s sequence) bool {
	switch s.kind {
	case ']':
		return e.osc(s.params)
	case 'P':
		switch {
		case strings.HasPrefix(s.params, "+q"): // terminfo: nothing is known
			e.answer("\x1bP0+r%s\x1b\\", s.params[2:])
		case strings.HasPrefix(s.params, "$q"):
			e.answer("\x1bP0$r\x1b\\")
		default:
			return false
		}
		return true
	}
	return false
}

// colourNames are the colours that OSC 10 to 12 set.
var colourNames = map[string]string{"10": "the foreground's colour", "11": "the background's colour", "12": "the cursor's colour"}

func (e *Emulator) osc(text string) bool {
	code, rest, _ := strings.Cut(text, ";")
	switch code {
	case "0", "2":
		e.title = rest
	case "1", "7", "133": // icon, folder, prompt marks
	case "8": // hyperlinks are not shown
	case "9":
		return strings.HasPrefix(rest, "4;") // progress
	case "4":
		index, what, _ := strings.Cut(rest, ";")
		if what == "?" && !e.features.NoColours {
			e.answer("\x1b]4;%s;rgb:8080/8080/8080\x1b\\", index)
		} else if what != "?" {
			e.modes.colours["the palette"] = true
		}
	case "104":
		delete(e.modes.colours, "the palette")
	case "10", "11", "12":
		if rest != "?" {
			e.modes.colours[colourNames[code]] = true
		} else if !e.features.NoColours {
			value := "1c1c/1c1c/1c1c"
			if (code == "11") == e.features.Light {
				value = "f0f0/f0f0/f0f0"
			}
			e.answer("\x1b]%s;rgb:%s\x1b\\", code, value)
		}
	case "110", "111", "112":
		delete(e.modes.colours, colourNames[code[1:]])
	case "52":
		return e.clipboard(rest)
	default:
		return false
	}
	return true
}

// clipboard carries out OSC 52. A program is not told what is in the clipboard,
// as most terminals do not tell it.
func (e *Emulator) clipboard(text string) bool {
	_, data, ok := strings.Cut(text, ";")
	if !ok {
		return false
	}
	if data == "?" {
		return true
	}
	decoded, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		return false
	}
	clip := string(decoded)
	e.clip = &clip
	return true
}
