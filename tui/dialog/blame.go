package dialog

import (
	"errors"
	"unicode/utf8"

	"raftscope/replay/cond/words"
	"raftscope/tui/command"
)

// blame is what is wrong with a line, and the word that is to blame: the
// characters from..to-1, none if something is missing before from.
type blame struct {
	text     string
	from, to int
}

// newBlame finds in a line the word of which an error, an *words.Error, says the
// column.
func newBlame(line string, err error) *blame {
	var e *words.Error
	if !errors.As(err, &e) {
		return &blame{text: err.Error()}
	}
	from := max(0, min(e.Column-1, utf8.RuneCountInString(line)))
	b := &blame{e.Message(), from, from}
	for _, s := range command.Split(line) {
		for _, word := range s.Words {
			if from < word.From || from >= word.To {
				continue
			}
			b.to = word.To
			// Only a part of the word, as between operators, may be to blame.
			if n := utf8.RuneCountInString(e.Word); n > 0 && !word.Quoted {
				b.to = min(b.to, from+n)
			}
			return b
		}
	}
	return b
}
