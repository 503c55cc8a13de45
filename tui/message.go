package tui

import (
	"strings"
	"time"

	"raftscope/replay/frames"
	"raftscope/tui/grid"
	"raftscope/tui/theme"
)

// message is a line for the user, in place of the sentence, until the next key.
type message struct {
	text  string
	style grid.Style
	since time.Time
}

// messageShown is for how long, in real time, a message stands in place of the
// sentences of a run, which has no next key.
const messageShown = time.Second

// say shows a line.
func (m *Model) say(text string) { m.message = message{oneLine(text), theme.Warn, time.Now()} }

// fail shows what went wrong.
func (m *Model) fail(err error) { m.message = message{oneLine(err.Error()), theme.Failed, time.Now()} }

func oneLine(text string) string {
	return frames.Clean(strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), "; "))
}

func firstWord(text string) string {
	w, _, _ := strings.Cut(text, " ")
	return w
}
