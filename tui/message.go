package tui

import (
	"strings"

	"raftscope/replay/frames"
	"raftscope/tui/grid"
	"raftscope/tui/theme"
)

// message is a line for the user, in place of the sentence, until the next key.
type message struct {
	text  string
	style grid.Style
}

// say shows a line.
func (m *Model) say(text string) { m.message = message{oneLine(text), theme.Warn} }

// fail shows what went wrong.
func (m *Model) fail(err error) { m.message = message{oneLine(err.Error()), theme.Failed} }

func oneLine(text string) string {
	return frames.Clean(strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), "; "))
}

func firstWord(text string) string {
	w, _, _ := strings.Cut(text, " ")
	return w
}
