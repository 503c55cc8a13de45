package dialog

import (
	"strings"

	"raftscope/tui/grid"
	"raftscope/tui/theme"
)

// helpPage is a page of the help.
type helpPage struct {
	name   string
	narrow bool // one column, however wide the screen
	blocks func(t *theme.Theme) []helpBlock
}

// helpBlock is a part of a page under a heading.
type helpBlock struct {
	head    string // may be empty
	about   string // below the heading; may be empty
	stacked bool   // the explanations are below the words, not beside them
	entries []helpEntry
}

// helpEntry is a word and what it means. All of it is clean.
type helpEntry struct {
	word  string
	style grid.Style
	text  string
}

// helpRow is a line of a page.
type helpRow struct {
	word, text   string
	style, plain grid.Style // of the word and of the text
	at           int        // where the text begins
}

func (r *helpRow) draw(c grid.Canvas) {
	w, _ := c.Size()
	limit := w
	if r.text != "" {
		limit = r.at - 1
	}
	c.Cut(0, 0, limit, r.style, r.word)
	c.Cut(r.at, 0, w-r.at, r.plain, r.text)
}

// filtered returns the block with only those entries that hold all the words,
// which are in lower case. The heading counts as part of each.
func (b helpBlock) filtered(words []string) helpBlock {
	if len(words) == 0 {
		return b
	}
	var kept []helpEntry
next:
	for _, e := range b.entries {
		all := strings.ToLower(b.head + "\n" + e.word + "\n" + e.text)
		for _, w := range words {
			if !strings.Contains(all, w) {
				continue next
			}
		}
		kept = append(kept, e)
	}
	b.entries = kept
	return b
}

// linesMax bounds the lines of one explanation.
const linesMax = 20

// wordsWidest is how wide the words beside explanations may be.
const wordsWidest = 26

// lay appends the lines of the block at a width.
func (b *helpBlock) lay(rows []helpRow, w int) []helpRow {
	if len(rows) > 0 {
		rows = append(rows, helpRow{})
	}
	if b.head != "" {
		rows = append(rows, helpRow{word: b.head, style: theme.Title})
	}
	if b.about != "" {
		for _, line := range wrap(b.about, w, linesMax) {
			rows = append(rows, helpRow{text: line, plain: theme.Dim})
		}
	}
	at := 0
	for _, e := range b.entries {
		at = max(at, grid.Width(e.word))
	}
	at = min(at, wordsWidest, w/2) + 2
	for _, e := range b.entries {
		rows = e.lay(rows, w, at, b.stacked)
	}
	return rows
}

// stackedIndent is how far explanations below words are moved to the right.
const stackedIndent = 4

func (e *helpEntry) lay(rows []helpRow, w, at int, stacked bool) []helpRow {
	words := []string{e.word}
	if stacked {
		at = stackedIndent
		words = wrap(e.word, w, linesMax)
	}
	if stacked || grid.Width(e.word) > at-2 { // alone on its lines
		for _, word := range words {
			rows = append(rows, helpRow{word: word, style: e.style})
		}
		words = []string{""}
	}
	for i, line := range wrap(e.text, w-at, linesMax) {
		r := helpRow{text: line, at: at, style: e.style}
		if i == 0 {
			r.word = words[0]
		}
		rows = append(rows, r)
	}
	return rows
}

// columns divides lines into so many columns of about the same length. No column
// begins with a blank line or ends with a heading.
func columns(rows []helpRow, n int) [][]helpRow {
	var out [][]helpRow
	for ; n > 0 && len(rows) > 0; n-- {
		at := (len(rows) + n - 1) / n
		for at > 1 && at < len(rows) && (rows[at-1].at == 0 || rows[at].word == "" && rows[at].at > 0) {
			at--
		}
		if n == 1 {
			at = len(rows)
		}
		out = append(out, rows[:at])
		rows = rows[at:]
		for len(rows) > 0 && rows[0] == (helpRow{}) {
			rows = rows[1:]
		}
	}
	return out
}

// text returns the page as plain text.
func (p *helpPage) text(t *theme.Theme) string {
	if t == nil {
		t = theme.New(theme.None, false)
	}
	var rows []helpRow
	for _, b := range p.blocks(t) {
		rows = b.lay(rows, helpWidest)
	}
	var out strings.Builder
	for i := range rows {
		r := &rows[i]
		line := r.word
		if r.text != "" {
			line += strings.Repeat(" ", max(0, r.at-grid.Width(r.word))) + r.text
		}
		out.WriteString(line + "\n")
	}
	return out.String()
}
