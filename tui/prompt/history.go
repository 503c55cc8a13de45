package prompt

import (
	"slices"
	"strings"

	"raftscope/replay/cond/words"
)

// HistoryMax is how many lines a History remembers.
const HistoryMax = 500

// rememberedBytesMax is how long a line may be to be remembered: a longer one was
// pasted, and the file of the history is bounded.
const rememberedBytesMax = 4 << 10

// History remembers lines that were entered, each once. The zero value is empty
// and remembers nothing beyond its end; see Open.
type History struct {
	lines []string // oldest first
	added []string // those of this run, for Save
	file  string   // empty: none

	at     int    // which line is shown, while looking
	typed  string // what was there when the looking began
	shown  string // what Prev or Next returned last
	inside bool   // looking
}

// Add remembers a line as the newest. Blank and very long lines are not kept.
func (h *History) Add(line string) {
	h.inside = false
	line = strings.Trim(line, " \t")
	if !keeps(line) {
		return
	}
	h.lines = fold(append(h.lines, line))
	h.added = fold(append(h.added, line))
}

// keeps reports whether a line is worth keeping and fit to be shown.
func keeps(line string) bool {
	return line != "" && len(line) <= rememberedBytesMax && words.CheckLine(1, line) == nil
}

// fold leaves of equal lines the last one, and of all lines the last HistoryMax.
func fold(lines []string) []string {
	seen := map[string]bool{}
	var out []string
	for i := len(lines) - 1; i >= 0 && len(out) < HistoryMax; i-- {
		if !seen[lines[i]] {
			seen[lines[i]] = true
			out = append(out, lines[i])
		}
	}
	slices.Reverse(out)
	return out
}

// Lines returns all lines, oldest first. The caller must not change them.
func (h *History) Lines() []string { return h.lines }

// Prev returns the next older line that begins like what was typed, given what
// is on the line now. Unless that is what Prev or Next returned last, it is what was
// typed, and the looking begins anew at the newest line. It returns false if there is
// no such line.
func (h *History) Prev(now string) (string, bool) {
	if !h.inside || now != h.shown {
		h.inside, h.typed, h.at, h.shown = true, now, len(h.lines), now
	}
	for i := h.at - 1; i >= 0; i-- {
		if h.fits(i) {
			h.at, h.shown = i, h.lines[i]
			return h.shown, true
		}
	}
	return "", false
}

// Next returns the next newer line of those that Prev goes through, at last what
// was typed. It returns false if no Prev went before it.
func (h *History) Next(now string) (string, bool) {
	if !h.inside || now != h.shown || h.at >= len(h.lines) {
		return "", false
	}
	for i := h.at + 1; i < len(h.lines); i++ {
		if h.fits(i) {
			h.at, h.shown = i, h.lines[i]
			return h.shown, true
		}
	}
	h.inside, h.at = false, len(h.lines)
	return h.typed, true
}

// fits reports whether a line is to be shown: it begins like what was typed and is
// not what is there already.
func (h *History) fits(i int) bool {
	return strings.HasPrefix(h.lines[i], h.typed) && h.lines[i] != h.shown
}
