package complete

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/replay/cond/words"
	"raftscope/sm"
	"raftscope/tui/command"
)

// Scope says what may be named, besides the words of the language.
type Scope struct {
	Parser   command.Parser
	View     replay.View // whose machines are offered; zero: none are
	Selected sm.ID       // a machine that is offered first; zero: none

	Breaks, Rules, Clients []Number // those there are now

	// Without lists first words that are not offered, as what only a cluster can
	// do while a recording is shown. They are still right.
	Without []string
}

// Number is a breakpoint, a rule or a client.
type Number struct {
	N   int
	Doc string
}

// Result says how the line may go on at the cursor.
type Result struct {
	From, To   int         // what a candidate takes the place of, in runes
	Candidates []Candidate // best first
	Own        bool        // a word of the user's own is right too: a text, a number, a time
	Hint       string      // what is expected here, in words; may be empty
	Usage      string      // the whole command, if its first word is there

	// Err is what is wrong before the cursor; nil while the line could still
	// become right. Its column is that of the whole line.
	Err *words.Error
}

// Candidate is a word that may stand at the cursor. It is whole, or ends in = or
// : or > behind which its value is to follow.
type Candidate struct {
	Text string
	Doc  string // may be empty
}

// candidatesMax is how many are offered at once: more than a screen holds.
const candidatesMax = 200

// Complete says how the line may go on at the cursor, a place in runes from 0.
// What is behind the cursor does not matter.
func Complete(text string, cursor int, s Scope) Result {
	line := []rune(text)
	cursor = max(0, min(cursor, len(line)))
	r := Result{From: cursor, To: cursor}
	before := string(line[:cursor])
	if err := words.CheckLine(1, before); err != nil {
		r.Err = asError(err)
		return r
	}
	spans := command.Split(before)
	span := spans[len(spans)-1]
	if _, err := s.Parser.Line(string(line[:span.From])); err != nil {
		r.Err = asError(err)
		return r
	}
	if span.Comment >= 0 {
		r.Hint, r.Own = "a comment", true
		return r
	}
	p := newPlace(s, spans, line[span.From:cursor])
	p.complete(&r)
	r.From = cursor - p.back
	r.To = wordEnd(line, cursor)
	if r.To > cursor || r.To < len(line) {
		trimTwice(r.Candidates, line[r.To:])
	}
	if r.Err != nil {
		moved := *r.Err
		moved.Column += span.From - p.lead
		r.Err = &moved
	}
	return r
}

// wordEnd returns where the name at the cursor ends.
func wordEnd(line []rune, cursor int) int {
	if cursor == 0 || strings.ContainsRune(" \t;", line[cursor-1]) {
		return cursor
	}
	for cursor < len(line) && !strings.ContainsRune(" \t;\""+splitRunes, line[cursor]) {
		cursor++
	}
	return cursor
}

// trimTwice takes from candidates the last character if it stands behind the
// cursor already, as in time|=5s.
func trimTwice(all []Candidate, behind []rune) {
	if len(behind) == 0 || !strings.ContainsRune(splitRunes, behind[0]) {
		return
	}
	for i := range all {
		all[i].Text = strings.TrimSuffix(all[i].Text, string(behind[0]))
	}
}

func asError(err error) *words.Error {
	var e *words.Error
	if errors.As(err, &e) {
		return e
	}
	return &words.Error{Line: 1, Column: 1, Problem: err.Error()}
}

// place is where the cursor is: behind a part of a word of one command.
type place struct {
	s       Scope
	base    string         // the command up to the word
	lead    int            // runes of base that are not the command's own
	before  []command.Word // the words before it
	partial string         // the word as far as it is there
	quoted  bool           // it is in quotes, or is a note
	back    int            // runes of it that a candidate takes the place of
	budget  int            // how often the parser may still be asked
}

// another is put before a command that does not come first, since a cluster
// must.
const another = "step;"

func newPlace(s Scope, spans []command.Span, span []rune) *place {
	all := spans[len(spans)-1]
	p := &place{s: s, before: all.Words, budget: budget(s.Parser)}
	at := len(span)
	if n := len(all.Words); n > 0 {
		w := all.Words[n-1]
		switch {
		case w.Rest:
			p.before, p.partial, p.quoted, at = all.Words[:n-1], w.Text, true, w.From-all.From
		case w.To == all.To:
			p.before, p.partial, p.quoted, at = all.Words[:n-1], w.Text, w.Quoted, w.From-all.From
		}
	}
	for _, other := range spans[:len(spans)-1] {
		if len(other.Words) > 0 && !isViewers(other.Words[0].Text) {
			p.lead = len(another)
		}
	}
	p.base = another[:p.lead] + string(span[:at])
	return p
}

func isViewers(verb string) bool {
	return slices.ContainsFunc(command.Verbs(), func(v command.Verb) bool { return v.Name == verb })
}

// budget is how often the parser may be asked at one key: it is slower the more
// names there are, and a recording may hold any number.
func budget(p command.Parser) int {
	names := len(p.Nodes) + len(p.Kinds)
	for _, k := range p.Kinds {
		names += len(k.States)
	}
	return max(20, min(3_000_000/(2000+names), 1500))
}

// verb returns the first word of the command, empty if that is at the cursor.
func (p *place) verb() string {
	if len(p.before) == 0 {
		return ""
	}
	return p.before[0].Text
}

// parse has the parser read the command with what stands in place of the word
// at the cursor.
func (p *place) parse(word string) ([]command.Command, *words.Error) {
	p.budget--
	all, err := p.s.Parser.Line(p.base + word)
	if err != nil {
		return nil, asError(err)
	}
	return all, nil
}

// fits says whether nothing is wrong up to the end of a word that is put at the
// cursor. If it does, all says what the command is then, unless it is not whole.
func (p *place) fits(word string) (all []command.Command, ok bool) {
	all, err := p.parse(word)
	if err == nil || p.behind(word, err) {
		return all, true
	}
	if !strings.Contains(err.Word, "=") {
		return nil, false // a whole option is blamed for what is beside it
	}
	for _, more := range continuations(p.verb()) {
		if _, err := p.parse(word + " " + more); err == nil {
			return nil, true
		}
	}
	return nil, false
}

// behind says whether an error is about what is missing behind the word, or behind
// the command if the word is empty.
func (p *place) behind(word string, e *words.Error) bool {
	return e.Column > utf8.RuneCountInString(strings.TrimRight(p.base+word, " \t"))
}

// continuations are ends of commands whose parts can be wrong beside each other
// until another part is given.
func continuations(verb string) []string {
	switch verb {
	case "cluster":
		const all, high, low = "HeartbeatTimeout=24h ElectionTimeout=24h", "ElectionTimeout=24h", "LeaderLeaseTimeout=5ms"
		return []string{all, high, low, "HeartbeatTimeout=5ms " + low}
	case "client":
		var all []string
		for _, o := range grammar.ClientOptions() {
			all = append(all, o.Name+"=1")
		}
		return all
	}
	return nil
}

// complete fills in the result.
func (p *place) complete(r *Result) {
	r.Usage = usage(p.verb())
	if p.quoted {
		r.Own = true
		r.Hint, r.Err = p.hint(""), p.wrongQuoted()
		return
	}
	found := p.candidates()
	r.Own = p.own(found)
	starts := len(p.partial)
	for _, c := range found {
		starts = min(starts, c.start)
	}
	if len(found) == 0 {
		starts = last(p.starts())
	}
	p.back = utf8.RuneCountInString(p.partial[starts:])
	r.Hint = p.hint(p.partial[:starts])
	for _, c := range found[:min(len(found), candidatesMax)] {
		r.Candidates = append(r.Candidates, Candidate{c.text[starts:], c.doc})
	}
	if len(found) == 0 && !r.Own {
		r.Err = p.wrong()
	}
}

// wrong returns what is wrong if no word that begins like the one at the cursor
// can be right, but it may be right itself.
func (p *place) wrong() *words.Error {
	word := p.partial
	if strings.HasSuffix(word, "=") { // an option, and no value of it is right
		word += "1"
	}
	if _, ok := p.fits(word); ok {
		return nil
	}
	_, err := p.parse(word)
	return err
}

// wrongQuoted returns what is wrong with a word in quotes, but for a quote that is
// not closed yet.
func (p *place) wrongQuoted() *words.Error {
	for _, end := range []string{"", `"`, `""`, `a"`, `0"`, `00"`, `000"`, `0000"`, `0000000"`, "1", " 1"} {
		if _, ok := p.fits(p.partial + end); ok {
			return nil
		}
	}
	_, err := p.parse(p.partial)
	return err
}

func last(all []int) int { return all[len(all)-1] }

// splitRunes are those inside of a word behind which another word of the
// language may begin.
const splitRunes = "()<>=!|,:@"

// starts returns where in the word at the cursor a word of the language may
// begin, in bytes, in order; the first is 0.
func (p *place) starts() []int {
	all := []int{0}
	for i, r := range p.partial {
		if i > all[len(all)-1] && strings.ContainsRune("<>!", r) {
			all = append(all, i) // of >= the half may be there
		}
		if strings.ContainsRune(splitRunes, r) {
			all = append(all, i+1)
		}
	}
	if len(all) > startsMax {
		all = append(all[:1], all[len(all)-startsMax+1:]...)
	}
	return all
}

// startsMax bounds the work on a word that is mostly operators.
const startsMax = 8

// match is a candidate with where in the word at the cursor it begins.
type match struct {
	start int
	text  string // the whole word
	doc   string
}

// candidates returns the words that may stand at the cursor.
func (p *place) candidates() []match {
	var out []match
	pool := p.pool()
	seen := map[string]bool{p.partial: true}
	for rank := range worst {
		if rank == worst-1 && len(out) > 0 {
			break // what only holds what was typed is for who knows no better
		}
		for _, start := range p.starts() {
			typed, may := p.partial[start:], p.tester(start)
			for _, c := range pool {
				text := p.partial[:start] + c.Text
				if p.budget <= 0 || seen[text] || rankOf(c.Text, typed) != rank || !may(text, c.entry) {
					continue
				}
				seen[text] = true
				out = append(out, match{start, text, c.Doc})
			}
		}
	}
	return out
}

// worst is the rank of what does not fit at all.
const worst = 3

// rankOf says how well a word fits what was typed: 0 begins so, 1 but for
// capitals, 2 holds it, worst does not.
func rankOf(word, typed string) int {
	switch lower := strings.ToLower(word); {
	case strings.HasPrefix(word, typed):
		return 0
	case strings.HasPrefix(lower, strings.ToLower(typed)):
		return 1
	case len(typed) > 1 && strings.Contains(lower, strings.ToLower(typed)):
		return 2
	}
	return worst
}

// nonsense is no word of the language.
const nonsense = "zqzq"

// tester returns what says whether a word of the pool may stand at the cursor and
// means something there: where any text may stand, it does not.
func (p *place) tester(start int) func(text string, always bool) bool {
	asText, free := p.fits(p.partial[:start] + nonsense)
	return func(text string, always bool) bool {
		all, ok := p.fits(text)
		if ok && strings.HasSuffix(text, "=") {
			ok = p.takesValue(text)
		}
		if !ok || !free || always {
			return ok
		}
		if !takesTexts(p.verb()) || len(asText) == 0 {
			return false
		}
		// In a filter any word is a text, but some are more than that.
		if len(all) == 0 {
			return true
		}
		as := strings.Replace(asText[len(asText)-1].String(), p.partial[:start]+nonsense, text, 1)
		return all[len(all)-1].String() != as
	}
}

// takesValue says whether any value may stand behind an option: what is wrong with
// the option itself, as that it is there twice, the parser may find only then.
func (p *place) takesValue(option string) bool {
	for _, v := range []string{"1", "1s", "5ms", "24h", "on", "true", "OFF", "EIO", "n1", "1000000", "sync"} {
		if _, ok := p.fits(option + v); ok {
			return true
		}
	}
	return false
}

// takesTexts says whether a command is about a condition in which any word may
// stand, as a text to look for.
func takesTexts(verb string) bool { return verb == "filter" || verb == "find" }
