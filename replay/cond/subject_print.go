package cond

import (
	"strconv"
	"strings"

	"raftscope/replay/cond/words"
)

// String returns the condition as it is written.
func (c NodeIs) String() string { return "node:" + c.Node }

// String returns the condition as it is written.
func (c KindIs) String() string { return "kind:" + c.Kind }

// String returns the condition as it is written.
func (c StateIs) String() string { return "state:" + c.State }

// String returns the condition as it is written.
func (c MoveIs) String() string { return "move:" + c.From + ">" + c.To }

// String returns the condition as it is written.
func (c TypeIs) String() string { return "type:" + c.Type.String() }

// String returns the condition as it is written.
func (c Slow) String() string {
	return slowWord + ">" + strings.Replace(c.Than.String(), "µs", "us", 1)
}

// String returns the condition as it is written.
func (c HasAttr) String() string {
	return join("attr:"+c.Key, c.Op.String(), c.Value.String())
}

// String returns the condition as it is written: a text in which an operator
// or a bracket could be seen is quoted.
func (c Says) String() string {
	if strings.ContainsAny(c.Text, operatorRunes) {
		return TextLabel + strconv.Quote(c.Text)
	}
	return TextLabel + words.Quote(c.Text)
}
