package dialog

import "raftscope/tui/grid"

// wrap breaks a clean text into lines of w columns, between words where there are
// any. There are at most most lines; the last holds what is left, however long.
func wrap(text string, w, most int) []string {
	var lines []string
	for len(lines) < most-1 && grid.Width(text) > w {
		end, next, used := 0, 0, 0
		for i, r := range text {
			if used += grid.RuneWidth(r); used > w {
				if end == 0 {
					end, next = i, i
				}
				break
			}
			if r == ' ' && i > 0 {
				end, next = i, i+1
			}
		}
		if end == 0 {
			break // not even one character fits
		}
		lines = append(lines, text[:end])
		text = text[next:]
	}
	return append(lines, text)
}
