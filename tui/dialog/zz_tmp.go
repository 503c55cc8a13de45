package dialog

import (
	"raftscope/replay/breaks"
	"raftscope/tui/command"
	"raftscope/tui/keys"
)

type PromptOptions struct {
	Parser  command.Parser
	Scope   any
	History any
}

func NewPrompt(t string, o PromptOptions) Dialog { return NewText("prompt", t) }
func NewHelp(about string, m []keys.Map) Dialog  { return NewText("help", about) }
func NewBreaks(b []breaks.Break) Dialog          { return NewText("breaks", "") }
