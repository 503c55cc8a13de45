package command

import (
	"strings"

	"raftscope/replay/cond/words"
)

// Join makes one line of pasted text of several: comments and blank lines are
// left out, and a separator stands where a line ended. A note takes the rest of
// its line, so nothing may follow one; then, and if a line has an open quote, the
// error, an *words.Error, says in which line of the text.
func Join(text string) (string, error) {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	var all []string
	var ends *words.Error // what is wrong if anything follows
	for i, line := range lines {
		r := []rune(line)
		spans := Split(line)
		last := spans[len(spans)-1]
		if last.Comment >= 0 {
			r = r[:last.Comment]
		}
		line = strings.Trim(string(r), " \t;")
		if line == "" {
			continue
		}
		if ends != nil {
			return "", ends
		}
		all = append(all, line)
		for _, w := range last.Words {
			if w.Open || w.Rest {
				ends = &words.Error{Line: i + 1, Column: w.From + 1,
					Problem: "the rest of this line would swallow the lines behind it: paste them one by one"}
			}
		}
	}
	return strings.Join(all, " ; "), nil
}
