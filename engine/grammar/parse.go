package grammar

import (
	"raftscope/replay/cond"
	"raftscope/replay/cond/words"
)

// Error is what every function of this package returns for text that is wrong.
// ParseFile wraps it in a FileError.
type Error = words.Error

// Parser reads single lines. Its zero value knows the nodes n1 to n9 and any
// well-formed kind.
type Parser struct {
	Nodes []string    // the names of the nodes; nil: n1 to n9
	Kinds []cond.Kind // the kinds of machines; nil: any well-formed name
}

// ParseLine reads one line with the zero Parser and the kinds of the catalogue.
func ParseLine(line int, text string) ([]Command, error) {
	return Parser{Kinds: Kinds()}.Line(line, text)
}

// Line reads the commands of one line, which has no line break; line is the
// number that places name. A blank line and one that only holds a comment have
// no commands. The error is an *Error.
func (p Parser) Line(line int, text string) ([]Command, error) {
	scope := cond.Scope{Nodes: p.Nodes, Kinds: p.Kinds}
	if scope.Nodes == nil {
		scope.Nodes = Cluster{Nodes: NodesMax}.NodeNames()
	}
	return (&script{scope: scope}).line(line, text)
}

// script is what earlier commands say about later ones.
type script struct {
	scope cond.Scope
	begun bool // a command was read, hence no cluster may follow
}

func (s *script) line(line int, text string) ([]Command, error) {
	scanner, err := words.NewScanner(line, text)
	if err != nil {
		return nil, err
	}
	var all []Command
	for {
		for scanner.Separator() {
		}
		if !scanner.SkipBlanks() {
			return all, nil
		}
		c, err := s.command(scanner)
		if err != nil {
			return nil, err
		}
		s.begun = true
		all = append(all, c)
	}
}

// command reads one command; there is at least one word.
func (s *script) command(scanner *words.Scanner) (Command, error) {
	first, _, err := scanner.Next()
	if err != nil {
		return nil, err
	}
	at := Pos{Line: scanner.Line(), Column: first.Column}
	if first.Is(noteVerb) {
		return note(scanner, at)
	}
	label := ""
	switch {
	case takesCondition(first):
		label = cond.TextLabel
	case first.Is(forgeVerb):
		label = fromPrefix // a path may have blanks
	}
	c, err := words.ReadCommand(scanner.TakeLabel(label))
	if err != nil {
		return nil, err
	}
	for _, v := range Verbs() {
		if first.Is(v.Name) {
			return v.parse(s, c, at)
		}
	}
	names := make([]string, 0, len(Verbs()))
	for _, v := range Verbs() {
		names = append(names, v.Name)
	}
	return nil, c.Unknown(first, "a command: "+words.OneOf(names), names)
}

// takesCondition says whether a condition follows the first word of a command.
func takesCondition(first words.Word) bool {
	return first.Is("run") || first.Is("expect") || first.Is(breakVerb)
}

const noteVerb = "note"

// note reads the rest of the line, in which neither semicolons nor number
// signs nor quotes mean anything.
func note(scanner *words.Scanner, at Pos) (Command, error) {
	text, column := scanner.Rest()
	if text == "" {
		return nil, &Error{Line: at.Line, Column: column, Expected: "the text of the note"}
	}
	return Note{Pos: at, Text: text}, nil
}
