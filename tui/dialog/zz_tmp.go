package dialog

import (
	"raftscope/replay/breaks"
	"raftscope/tui/keys"
)

func NewHelp(about string, m []keys.Map) Dialog { return NewText("help", about) }
func NewBreaks(b []breaks.Break) Dialog         { return NewText("breaks", "") }
