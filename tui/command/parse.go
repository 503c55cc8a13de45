package command

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/replay/cond"
	"raftscope/replay/cond/words"
)

// Parser reads lines of the prompt. Its zero value knows the nodes n1 to n9 and
// any well-formed kind.
type Parser struct {
	Nodes []string    // the names of the nodes; nil: n1 to n9
	Kinds []cond.Kind // the kinds of machines; nil: any well-formed name
}

// ParserOf returns the parser for a run: it knows the nodes and kinds of the
// timeline, or while that is empty those of any cluster.
func ParserOf(t *replay.Timeline) Parser {
	scope := t.Scope()
	p := Parser{Nodes: scope.Nodes, Kinds: scope.Kinds}
	if p.Kinds == nil {
		p.Kinds = grammar.Kinds()
	}
	return p
}

// Line reads the commands of a line, in order. A blank line and one that only
// holds a comment have none. The error is an *words.Error.
func (p Parser) Line(text string) ([]Command, error) {
	if err := words.CheckLine(1, text); err != nil {
		return nil, err
	}
	var all []Command
	var wrong error
	others := []rune(text) // with blanks in place of what is read here
	for _, s := range Split(text) {
		if len(s.Words) == 0 {
			continue
		}
		first := words.Word{Text: s.Words[0].Text, Column: s.Words[0].From + 1, Quoted: s.Words[0].Quoted}
		v, ours := verb(first)
		if !ours {
			if wrong == nil {
				wrong = known(first)
			}
			continue
		}
		r := reader{p: p, span: s, text: string(others[s.From:s.To]), at: grammar.Pos{Line: 1, Column: first.Column}}
		c, err := r.read(v)
		if err != nil && wrong == nil {
			wrong = err
		}
		all = append(all, c)
		for i := s.From; i < s.To; i++ {
			others[i] = ' '
		}
	}
	theirs, err := grammar.Parser{Nodes: p.Nodes, Kinds: p.Kinds}.Line(1, string(others))
	if err = first(wrong, err); err != nil {
		return nil, err
	}
	for _, c := range theirs {
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b Command) int { return cmp.Compare(a.Position().Column, b.Position().Column) })
	return all, nil
}

// known refuses a word that begins no command. The grammar would too, but knows
// only its own when it looks for what was meant.
func known(first words.Word) error {
	if !first.Quoted && slices.Contains(theirs(), first.Text) {
		return nil
	}
	return words.NewCursor(1, nil, 0).Unknown(first, "a command (help lists all)", names())
}

// first returns the error that comes first in the line.
func first(a, b error) error {
	if a == nil || b == nil {
		return cmp.Or(a, b)
	}
	if column(b) < column(a) {
		return b
	}
	return a
}

func column(err error) int {
	var e *words.Error
	if errors.As(err, &e) {
		return e.Column
	}
	return 0
}

// reader reads one of the viewer's commands.
type reader struct {
	p    Parser
	span Span
	text string // of the span; columns of it are shifted afterwards
	at   grammar.Pos
	c    *words.Cursor // behind the first word
}

// read reads the command. Its text stands alone while it is read, since to look
// at the whole line for each command would take the square of its length.
func (r *reader) read(v Verb) (Command, error) {
	command, err := func() (Command, error) {
		scanner, err := words.NewScanner(1, r.text)
		if err != nil {
			return nil, err
		}
		if r.c, err = words.ReadCommand(scanner.TakeLabel(cond.TextLabel)); err != nil {
			return nil, err
		}
		r.c.Take()
		return v.parse(r)
	}()
	if err == nil {
		return command, nil
	}
	return nil, shifted(err, r.span.From)
}

// shifted moves the place of an error to the right.
func shifted(err error, by int) error {
	var e *words.Error
	if !errors.As(err, &e) {
		return err
	}
	moved := *e
	moved.Column += by
	return &moved
}

func (r *reader) scope() cond.Scope {
	s := cond.Scope{Nodes: r.p.Nodes, Kinds: r.p.Kinds}
	if s.Nodes == nil {
		s.Nodes = grammar.Cluster{Nodes: grammar.NodesMax}.NodeNames()
	}
	return s
}

const (
	nothingMore = "the end of the command"
	forceWord   = "force"
	maxWord     = "max"
)

// ended refuses words behind a complete command.
func (r *reader) ended(c Command, err error) (Command, error) {
	if err == nil {
		err = r.c.End(nothingMore)
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

// condition reads what is behind the first word as a filter.
func (r *reader) condition() (replay.Filter, error) {
	behind := r.span.Words[0].To - r.span.From
	c, err := cond.ParseFilter(1, string([]rune(r.text)[behind:]), r.scope())
	return replay.Filter{Cond: c}, shifted(err, behind)
}

func (r *reader) goTo() (Command, error) {
	p, err := readPlace(r.c)
	return r.ended(GoTo{Pos: r.at, Place: p}, err)
}

func (r *reader) find() (Command, error) {
	if r.c.Done() {
		return nil, r.c.Fail(r.c.Peek(), "what to find: a condition like kind:append, or a text")
	}
	f, err := r.condition()
	return Find{Pos: r.at, What: f}, err
}

func (r *reader) filter() (Command, error) {
	f, err := r.condition()
	return Filter{Pos: r.at, What: f}, err
}

func (r *reader) view() (Command, error) {
	w := r.c.Peek()
	var known []string
	for _, v := range Views() {
		known = append(known, v.Name)
		if n, ok := words.ParseUint(w, 1, 9); w.Is(v.Name) || ok && int(n) == v.Number {
			r.c.Take()
			return r.ended(View{Pos: r.at, Name: v.Name}, nil)
		}
	}
	return nil, r.c.Unknown(w, "the name or number of a view: "+words.OneOf(known), known)
}

func (r *reader) root() (Command, error) {
	m, err := cond.ReadRef(r.c, r.scope())
	return r.ended(Root{Pos: r.at, Machine: m}, err)
}

func (r *reader) choose() (Command, error) {
	m, err := cond.ReadRef(r.c, r.scope())
	return r.ended(Select{Pos: r.at, Machine: m}, err)
}

func (r *reader) zoom() (Command, error) { return r.ended(Zoom{Pos: r.at}, nil) }

func (r *reader) quit() (Command, error) { return r.ended(Quit{Pos: r.at}, nil) }

func (r *reader) pace() (Command, error) {
	if r.c.Accept(maxWord) {
		return r.ended(Pace{Pos: r.at}, nil)
	}
	n, err := r.c.Uint(maxWord+" or a number of instants a second", 1, PaceMax)
	return r.ended(Pace{Pos: r.at, PerSecond: int(n)}, err)
}

func (r *reader) theme() (Command, error) {
	var known []string
	for _, t := range Themes() {
		known = append(known, t.Name)
	}
	name, err := r.c.Choose(known)
	return r.ended(Theme{Pos: r.at, Name: name}, err)
}

func (r *reader) save() (Command, error) {
	file := r.c.Peek()
	if file.Text == "" || file.Is(forceWord) { // nobody means a file of that name
		return nil, r.c.Fail(file, "the name of a file, and perhaps "+forceWord)
	}
	r.c.Take()
	s := Save{Pos: r.at, File: file.Text, Force: r.c.Accept(forceWord)}
	if s.Force {
		return r.ended(s, nil)
	}
	return s, r.c.End(forceWord + " or " + nothingMore)
}

func (r *reader) help() (Command, error) {
	h := Help{Pos: r.at}
	if r.c.Done() {
		return h, nil
	}
	w := r.c.Take()
	all := append(names(), KeysTopic)
	switch {
	case !w.Quoted && strings.EqualFold(w.Text, KeysTopic):
		h.About = KeysTopic
	case !w.Quoted && slices.Contains(all, w.Text):
		h.About = w.Text
	default:
		return nil, r.c.Unknown(w, KeysTopic+" or a command", all)
	}
	return r.ended(h, nil)
}
