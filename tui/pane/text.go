package pane

import "raftscope/tui/grid"

// brief returns a text of users or recordings as it can be drawn in w columns and a
// little more, so that what cuts it off there shows that something is missing. It
// looks at no more of the text than that: a value may have a million characters.
func brief(text string, w int) string {
	n := 0
	for i := range text {
		if n++; n > max(0, w)+1 {
			text = text[:i]
			break
		}
	}
	return grid.Clean(text)
}
