package tui

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// sgr are the only escape sequences that may be in a frame: colours and marks.
var sgr = regexp.MustCompile("\x1b\\[[0-9;:]*m")

// wholeFrame checks that the frame fills the terminal exactly and that nothing in
// it commands the terminal but for colours.
func wholeFrame(t testing.TB, m *Model) {
	t.Helper()
	if err := frameFault(m); err != nil {
		t.Fatalf("%v:\n%q", err, m.View().Content)
	}
}

// frameFault says what is wrong with the frame, nil if nothing is.
func frameFault(m *Model) error {
	content := m.View().Content
	if m.size.Empty() {
		if strings.Trim(content, "\n") != "" {
			return fmt.Errorf("there is a frame without a screen")
		}
		return nil
	}
	text := content
	if strings.IndexByte(text, '\x1b') >= 0 {
		text = sgr.ReplaceAllLiteralString(text, "")
	}
	if !utf8.ValidString(text) {
		return fmt.Errorf("the frame is no text")
	}
	lines := strings.Split(text, "\n")
	if len(lines) != m.size.H {
		return fmt.Errorf("the frame has %d lines, expected %d", len(lines), m.size.H)
	}
	for y, line := range lines {
		for _, r := range line {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
				return fmt.Errorf("line %d has %U: %q", y, r, strings.TrimSpace(line))
			}
		}
		if w := ansi.StringWidth(line); w != m.size.W {
			return fmt.Errorf("line %d is %d columns wide, expected %d: %q", y, w, m.size.W, line)
		}
	}
	if c := m.View().Cursor; c != nil && (c.X < 0 || c.Y < 0 || c.X >= m.size.W || c.Y >= m.size.H) {
		return fmt.Errorf("the cursor is at %d,%d, outside of %dx%d", c.X, c.Y, m.size.W, m.size.H)
	}
	return nil
}
