package complete

import (
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftscope/engine/grammar"
	"raftscope/tui/command"
)

var parser = command.Parser{Nodes: grammar.Cluster{Nodes: grammar.NodesMax}.NodeNames(), Kinds: grammar.Kinds()}

// corpus returns all right lines of the scenarios and of the documentation's
// examples: a part of the grammar that is new stands there.
func corpus(t testing.TB) (lines []string) {
	t.Helper()
	files, err := filepath.Glob("../../testdata/scenarios/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	findings, err := filepath.Glob("../../testdata/scenarios/findings/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(append(files, findings...), "../../docs/grammar.md") {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		if strings.HasSuffix(name, ".md") {
			blocks := strings.Split(text, "```raftscope\n")
			text = ""
			for _, b := range blocks[1:] {
				text += strings.Split(b, "```")[0]
			}
		}
		for _, line := range strings.Split(text, "\n") {
			if _, err := parser.Line(line); err == nil {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

// viewers are lines of the viewer's commands.
var viewers = []string{
	"quit", "save run.rsc force", "goto 1.318s", "goto event 412", "goto home", "goto end", "goto -3.2ms", "find kind:append writing", "find lost",
	`filter kind:append (node:n2 or state:writing) text:"a b"`, "filter leader n1 and not kind:entry", "view main", "view logs", "view 6", "root exec@last", "select entry n2:1/3",
	"theme light", "pace max", "pace 20", "zoom", "help KEYS", "help write", "help filter", "filter ; step 3 ; zoom",
}

// TestNoPrefixIsWrongAndEveryWordIsFound types right lines character by character:
// never may one be called wrong, and at each place the rest of the word must be
// reachable, by a candidate that begins it or as a word of the user's own.
func TestNoPrefixIsWrongAndEveryWordIsFound(t *testing.T) {
	t.Parallel()
	lines := append(corpus(t), viewers...)
	if len(lines) < 300 {
		t.Fatalf("only %d lines", len(lines))
	}
	tried := map[string]bool{}
	for _, line := range lines {
		walk(t, line, tried)
	}
}

// walk types a line, but for what was tried before.
func walk(t *testing.T, line string, tried map[string]bool) {
	t.Helper()
	runes := []rune(line)
	for _, span := range command.Split(line) {
		for _, w := range span.Words {
			for at := w.From; at <= w.To; at++ {
				if inner := at - w.From; inner > 1 && w.To-at > 1 && inner != 5 && !strings.ContainsRune(splitRunes+".", runes[at-1]) {
					continue // long words need not be tried at each place
				}
				if at < w.To {
					if begin := string(runes[span.From:at]) + "|" + string(runes[at:w.To]); tried[begin] {
						continue
					} else {
						tried[begin] = true
					}
				}
				r := Complete(string(runes[:at]), at, Scope{Parser: parser})
				if r.Err != nil {
					t.Errorf("%q is wrong: %v", string(runes[:at]), r.Err)
				}
				if r.From > at || r.To != at {
					t.Fatalf("%q: %d..%d", string(runes[:at]), r.From, r.To)
				}
				if at < w.To && !r.Own && (at == w.From || !strings.ContainsRune("()<>=!|,", runes[at])) && !reaches(r, string(runes[r.From:w.To]), at-r.From) {
					t.Errorf("%q: none of %v begins %q", string(runes[:at]), texts(r), string(runes[r.From:w.To]))
				}
			}
		}
	}
}

// reaches says whether a candidate gets nearer to a word.
func reaches(r Result, word string, typed int) bool {
	for _, c := range r.Candidates {
		if len(c.Text) > typed && strings.HasPrefix(strings.ToLower(word), strings.ToLower(c.Text)) {
			return true
		}
	}
	return false
}

func texts(r Result) (out []string) {
	for _, c := range r.Candidates {
		out = append(out, c.Text)
	}
	return out
}

// TestWhatIsOfferedParses makes lines out of candidates alone.
func TestWhatIsOfferedParses(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewSource(1))
	whole := map[string]int{}
	for range 150 {
		line := ""
		for range 14 {
			r := Complete(line, len([]rune(line)), Scope{Parser: parser})
			if r.Err != nil {
				t.Errorf("%q is wrong: %v", line, r.Err)
			}
			all, err := parser.Line(line)
			if err == nil && len(all) == 1 {
				whole[strings.Fields(line)[0]]++
				if len(r.Candidates) == 0 || rnd.Intn(3) == 0 {
					break
				}
			}
			next := ""
			if n := len(r.Candidates); n > 0 {
				next = r.Candidates[rnd.Intn(n)].Text
			} else if !r.Own {
				t.Fatalf("%q: nothing may follow, and it is %v", line, err)
			} else if next = ownWord(line); next == "" {
				break
			}
			line = string([]rune(line)[:r.From]) + next
			if !strings.HasSuffix(next, "=") && !strings.HasSuffix(next, ":") && !strings.HasSuffix(next, ">") {
				line += " "
			}
		}
	}
	if len(whole) < 25 {
		t.Errorf("only %d commands became whole: %v", len(whole), whole)
	}
}

// ownWord returns a word that may end the line, empty if none is found.
func ownWord(line string) string {
	for _, w := range ends("1") {
		_, err := parser.Line(line + w)
		if e := err; e == nil || asError(e).Column > len([]rune(line+w)) {
			return w
		}
	}
	return ""
}
