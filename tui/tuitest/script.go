//go:build unix

package tuitest

import (
	"fmt"
	"strconv"
	"strings"
)

// word is one word of a script's line.
type word struct {
	text   string
	quoted bool
}

// line is one command of a script.
type line struct {
	no    int    // counted from 1
	text  string // as it stands there
	only  string // the back end that it is for, or ""
	not   bool   // it begins with !
	words []word // the command's name first
}

// parseScript reads a script: one command a line, # begins a comment.
func parseScript(text string) ([]line, error) {
	var lines []line
	for i, s := range strings.Split(text, "\n") {
		l := line{no: i + 1, text: strings.TrimSpace(s)}
		rest := l.text
		for _, end := range []string{"pty", "tmux"} {
			if after, ok := strings.CutPrefix(rest, "["+end+"]"); ok {
				l.only, rest = end, strings.TrimSpace(after)
			}
		}
		if after, ok := strings.CutPrefix(rest, "! "); ok {
			l.not, rest = true, after
		}
		words, err := parseWords(rest)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", l.no, err)
		}
		if len(words) == 0 {
			if l.not || l.only != "" {
				return nil, fmt.Errorf("line %d: got %q, expected a command behind it", l.no, l.text)
			}
			continue
		}
		l.words = words
		if _, ok := commands[words[0].text]; !ok {
			return nil, fmt.Errorf("line %d: got %q, expected a command: one of %s", l.no, words[0].text, commandNames())
		}
		lines = append(lines, l)
	}
	return lines, nil
}

// parseWords splits a line. Single quotes take all as it is, double ones have
// Go's escapes.
func parseWords(s string) ([]word, error) {
	var words []word
	for {
		s = strings.TrimLeft(s, " \t")
		switch {
		case s == "" || s[0] == '#':
			return words, nil
		case s[0] == '\'':
			end := strings.IndexByte(s[1:], '\'')
			if end < 0 {
				return nil, fmt.Errorf("got %s, expected a ' at its end", s)
			}
			words = append(words, word{s[1 : 1+end], true})
			s = s[end+2:]
		case s[0] == '"':
			prefix, err := strconv.QuotedPrefix(s)
			if err != nil {
				return nil, fmt.Errorf("got %s, expected a text in double quotes with Go's escapes", s)
			}
			text, err := strconv.Unquote(prefix)
			if err != nil {
				return nil, fmt.Errorf("got %s, expected a text in double quotes with Go's escapes", prefix)
			}
			words = append(words, word{text, true})
			s = s[len(prefix):]
		default:
			end := strings.IndexAny(s, " \t")
			if end < 0 {
				end = len(s)
			}
			words = append(words, word{s[:end], false})
			s = s[end:]
		}
	}
}

// input is one thing that is typed: a key or a text.
type input struct {
	key  Key
	text string
}

// maxRepeat bounds down*5.
const maxRepeat = 1000

// parseKeys reads the words of keys.
func parseKeys(words []word) ([]input, error) {
	var out []input
	for _, w := range words {
		if w.quoted {
			out = append(out, input{text: w.text})
			continue
		}
		key, times := Key(w.text), 1
		if name, n, ok := strings.Cut(w.text, "*"); ok && name != "" && n != "" {
			count, err := strconv.Atoi(n)
			if err != nil || count < 1 || count > maxRepeat {
				return nil, fmt.Errorf("got %s, expected 1 to %d behind the *", w.text, maxRepeat)
			}
			key, times = Key(name), count
		}
		if err := key.check(); err != nil {
			return nil, err
		}
		for range times {
			out = append(out, input{key: key})
		}
	}
	return out, nil
}

func parseSize(s string) (cols, rows int, err error) {
	c, r, ok := strings.Cut(s, "x")
	cols, err1 := strconv.Atoi(c)
	rows, err2 := strconv.Atoi(r)
	if !ok || err1 != nil || err2 != nil || cols < 1 || rows < 1 || cols > 1000 || rows > 1000 {
		return 0, 0, fmt.Errorf("got %q, expected a size such as 120x36", s)
	}
	return cols, rows, nil
}
