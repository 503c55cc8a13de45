package pane_test

import (
	"strings"
	"testing"

	"raftscope/tui/pane"
)

// sizes of the pane on screens of 80x24, 120x36 and 200x60.
var logsSizes = [][2]int{{80, 4}, {120, 4}, {200, 8}}

func TestLogs(t *testing.T) {
	tests := []struct{ recording, name, when string }{
		{"truncation", "conflict", "entry n1:3/4 committed"},
		{"truncation", "truncated", "entry n3:2/4 truncated"},
		{"hold-follower", "held", "told exec@3 ok"},
		{"late-snapshot", "compacted", "state n1 CRASHED"},
	}
	for _, test := range tests {
		tl := recorded(t, test.recording)
		var b strings.Builder
		for _, size := range logsSizes {
			s := sceneAt(t, tl, test.when)
			b.WriteString(drawn(pane.NewLogs(), s, size[0], size[1], true) + "\n")
		}
		same(t, "logs-"+test.name, b.String())
	}
}

// fullSizes of the view on screens of 60x16, 80x24, 120x36 and 200x60.
var fullSizes = [][2]int{{60, 11}, {80, 19}, {120, 31}, {200, 20}}

func TestLogsFull(t *testing.T) {
	tests := []struct{ recording, name, when string }{
		{"truncation", "conflict", "entry n1:3/4 committed"},
		{"truncation", "truncated", "entry n3:2/4 truncated"},
		{"hold-follower", "held", "told exec@3 ok"},
		{"late-snapshot", "compacted", "state n1 CRASHED"},
	}
	for _, test := range tests {
		tl := recorded(t, test.recording)
		var b strings.Builder
		for _, size := range fullSizes {
			s := sceneAt(t, tl, test.when)
			b.WriteString(drawn(pane.NewLogsFull(), s, size[0], size[1], true) + "\n")
		}
		same(t, "logsfull-"+test.name, b.String())
	}
}
