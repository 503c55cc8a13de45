package dialog

import (
	"fmt"
	"slices"
	"strings"

	"raftscope/replay/cond/words"
	"raftscope/tui/command"
	"raftscope/tui/complete"
	"raftscope/tui/keys"
	"raftscope/tui/pane"
	"raftscope/tui/prompt"
)

// History remembers the lines that were entered; prompt.History is one.
type History interface {
	// Add remembers a line as the newest.
	Add(line string)
	// Prev returns the next older line that begins like what was typed, given
	// what is on the line now; false if there is none. Next is the way back, at last
	// to what was typed.
	Prev(now string) (string, bool)
	Next(now string) (string, bool)
}

// PromptOptions are what a prompt needs to know of the run.
type PromptOptions struct {
	Parser  command.Parser        // an accepted line is one that it reads
	Scope   func() complete.Scope // what completion may name; nil: the words of the language
	History History               // nil: there is none
}

// Prompt is a line at the bottom of the screen into which commands are typed.
type Prompt struct {
	o    PromptOptions
	line prompt.Line

	failed *blame // why the line was not accepted; until it is changed
	note   string // what became of pasted text; until the next key

	found complete.Result
	wrong *blame    // what found says is wrong
	fresh bool      // both are of the line as it is
	list  pane.List // the candidates
	taken *taken    // a candidate that is in the line, to be changed for another

	past bool // the line is one of the history

	drawn promptDrawn
}

// taken is a candidate that was put into the line on trial.
type taken struct {
	typed string // what it took the place of
	from  int    // where it is
	to    int
}

// Verbs of the prompt.
const (
	promptAccept   keys.Verb = "accept"
	promptClose    keys.Verb = "close"
	promptNext     keys.Verb = "next candidate"
	promptPrevious keys.Verb = "previous candidate"
	promptTake     keys.Verb = "take"
	promptDown     keys.Verb = "down"
	promptUp       keys.Verb = "up"
	promptOlder    keys.Verb = "older"
	promptNewer    keys.Verb = "newer"
)

// promptKeys are the keys of the prompt. Right is twice there: at the end of the
// line it takes a candidate, elsewhere it moves the cursor.
var promptKeys = keys.Map{Name: "prompt", Bindings: slices.Concat([]keys.Binding{
	{Verb: promptAccept, Keys: []string{"enter", "ctrl+j"}, Short: "do it", Help: "carry out the line; if something is wrong with it, it stays"},
	{Verb: promptNext, Keys: []string{"tab"}, Short: "complete", Help: "put the next word of the list into the line"},
	{Verb: promptPrevious, Keys: []string{"shift+tab"}, Help: "put the word before it into the line"},
	{Verb: promptUp, Keys: []string{"up"}, Short: "earlier lines", Help: "the last line that began like this one; after tab: the word above"},
	{Verb: promptDown, Keys: []string{"down"}, Help: "back to later lines; else the word below"},
	{Verb: promptOlder, Keys: []string{"ctrl+p"}, Help: "the last line that began like this one"},
	{Verb: promptNewer, Keys: []string{"ctrl+n"}, Help: "back to later lines"},
	{Verb: promptClose, Keys: []string{"esc", "ctrl+c", "ctrl+g"}, Short: "close", Help: "close without doing anything"},
	{Verb: promptTake, Keys: []string{"right"}, Help: "at the line's end: take the chosen word of the list, or the first"},
}, lineKeys.Bindings)}

// NewPrompt returns a prompt with a text to go on from.
func NewPrompt(text string, o PromptOptions) *Prompt {
	p := &Prompt{o: o}
	p.line.Set(text)
	return p
}

// Key implements Dialog.
func (p *Prompt) Key(key, text string) Result {
	p.note = ""
	if text != "" {
		p.insert(text)
		return Result{}
	}
	switch v := promptKeys.Verb(key); v {
	case promptAccept:
		return p.accept()
	case promptClose:
		return Result{Close: true}
	case promptNext:
		p.choose(1)
	case promptPrevious:
		p.choose(-1)
	case promptUp:
		if p.taken != nil {
			p.choose(-1)
		} else {
			p.recall(true)
		}
	case promptDown:
		if p.past {
			p.recall(false)
		} else {
			p.choose(1)
		}
	case promptOlder, promptNewer:
		p.recall(v == promptOlder)
	default:
		if (v != promptTake || !p.line.AtEnd() || !p.take()) && edit(&p.line, key) {
			p.changed()
		}
	}
	return Result{}
}

// insert puts text into the line, if it is not too much.
func (p *Prompt) insert(text string) {
	if !p.line.Insert(text) {
		p.note = tooLong(len(text) + len(p.line.Text()))
		return
	}
	p.changed()
}

func tooLong(n int) string {
	return fmt.Sprintf("the line would have %s bytes, expected %s at most", pane.Count(n), pane.Count(words.LineBytesMax))
}

// recall shows the next older or newer line of the history.
func (p *Prompt) recall(older bool) {
	if p.o.History == nil {
		return
	}
	look := p.o.History.Next
	if older {
		look = p.o.History.Prev
	}
	if text, ok := look(p.line.Text()); ok {
		p.line.Set(text)
		p.changed()
		p.past = true
	}
}

// changed is called when the user has changed the line or moved in it.
func (p *Prompt) changed() {
	p.fresh, p.failed, p.taken, p.past = false, nil, nil, false
	p.list = pane.List{}
}

// complete asks how the line may go on, unless that is known.
func (p *Prompt) complete() {
	if p.fresh {
		return
	}
	scope := complete.Scope{Parser: p.o.Parser}
	if p.o.Scope != nil {
		scope = p.o.Scope()
	}
	p.found = complete.Complete(p.line.Text(), p.line.Cursor(), scope)
	p.wrong = nil
	if _, ok := p.place(); p.found.Err != nil && !ok {
		p.wrong = newBlame(p.line.Text(), p.found.Err)
	}
	p.fresh = true
}

// choose puts the next candidate, or the one before, into the line. Before the
// first is what was typed.
func (p *Prompt) choose(by int) {
	p.complete()
	n := len(p.found.Candidates)
	switch {
	case n == 0:
		return
	case n == 1 && p.taken == nil:
		p.take()
		return
	case p.taken == nil:
		line := []rune(p.line.Text())
		from, to := p.found.From, min(p.found.To, len(line))
		p.taken = &taken{typed: string(line[from:to]), from: from, to: to}
		p.list.At = -1
		if by < 0 {
			p.list.At = n
		}
	}
	at := p.list.At + by
	if at < 0 || at >= n {
		t := *p.taken
		p.line.Replace(t.from, t.to, t.typed)
		p.taken = nil
		p.list = pane.List{}
		return
	}
	p.list.At = at
	p.line.Replace(p.taken.from, p.taken.to, p.found.Candidates[at].Text)
	p.taken.to = p.line.Cursor()
	p.failed = nil
}

// take puts the chosen candidate into the line, or the first, and goes on behind
// it. It reports false if there is none.
func (p *Prompt) take() bool {
	if strings.TrimSpace(p.line.Text()) == "" && p.taken == nil {
		return false // nothing was begun
	}
	p.complete()
	if len(p.found.Candidates) == 0 {
		return false
	}
	if p.taken == nil {
		p.line.Replace(p.found.From, p.found.To, p.found.Candidates[0].Text)
	}
	// A word that ends so goes on with its value.
	if p.line.AtEnd() && !strings.ContainsAny(p.line.Text()[len(p.line.Text())-1:], "=:>(@#") {
		p.line.Insert(" ")
	}
	p.changed()
	return true
}

// accept ends the prompt with its line, unless something is wrong with that.
func (p *Prompt) accept() Result {
	text := p.line.Text()
	if place, ok := p.place(); ok {
		text = command.GoTo{Place: place}.String()
	}
	all, err := p.o.Parser.Line(text)
	if err != nil {
		p.failed = newBlame(p.line.Text(), err)
		p.taken = nil
		return Result{}
	}
	if len(all) == 0 {
		return Result{Close: true}
	}
	text = strings.TrimSpace(text)
	if p.o.History != nil {
		p.o.History.Add(text)
	}
	return Result{Close: true, Action: pane.Command{Line: text}}
}

// place reads the line as a place to go to. There an event may be called #412,
// which begins a comment in any other command.
func (p *Prompt) place() (command.Place, bool) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(p.line.Text()), "goto ")
	if !ok || !strings.HasPrefix(strings.TrimSpace(rest), "#") {
		return command.Place{}, false
	}
	place, err := command.ParsePlace(rest)
	return place, err == nil
}

// Paste implements Dialog. Several lines become one, with separators.
func (p *Prompt) Paste(text string) Result {
	p.note = ""
	if n := len(text) + len(p.line.Text()); n > words.LineBytesMax {
		p.note = "not pasted: " + tooLong(n)
		return Result{}
	}
	text = strings.Trim(strings.ReplaceAll(text, "\r\n", "\n"), "\r\n")
	text = strings.ReplaceAll(text, "\r", "\n") // what terminals send
	if strings.Contains(text, "\n") && !p.inText() {
		joined, err := command.Join(text)
		if err != nil {
			p.note = "not pasted: " + err.Error()
			return Result{}
		}
		text = joined
	}
	p.insert(text)
	return Result{}
}

// inText says whether the cursor is in a text that takes the rest of the line: a
// note, or quotes that are not closed.
func (p *Prompt) inText() bool {
	before := string([]rune(p.line.Text())[:p.line.Cursor()])
	spans := command.Split(before)
	all := spans[len(spans)-1].Words
	if len(all) == 0 {
		return false
	}
	last := all[len(all)-1]
	return last.Open || last.Rest || len(all) == 1 && last.Text == "note" && strings.HasSuffix(before, " ")
}

// Keys implements Dialog.
func (p *Prompt) Keys() *keys.Map { return &promptKeys }
