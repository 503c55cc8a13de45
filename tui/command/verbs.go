package command

import (
	"slices"
	"sync"

	"raftscope/engine/grammar"
	"raftscope/replay/cond/words"
)

// Verb describes one of the viewer's commands for help, completion and
// documentation.
type Verb struct {
	Name  string // the command's first word
	Usage string // the whole command
	Doc   string // one sentence

	parse func(*reader) (Command, error)
}

// Verbs lists the viewer's commands, those that are wanted most first.
func Verbs() []Verb {
	return []Verb{
		{"goto", "goto TIME | +TIME | -TIME | event N | home | end", "move the cursor of time to a moment of the run", (*reader).goTo},
		{"find", "find CONDITION | TEXT", "go to the next machine or event that meets a condition or holds a text", (*reader).find},
		{"filter", "filter [CONDITION | TEXT]", "show only machines and events that meet a condition or hold a text, or all again", (*reader).filter},
		{"view", "view N | main | logs | events", "show another view", (*reader).view},
		{"root", "root MACHINE", "root the tree at a machine", (*reader).root},
		{"select", "select MACHINE", "select a machine", (*reader).choose},
		{"zoom", "zoom", "give the focused pane the whole screen, or take it back", (*reader).zoom},
		{"pace", "pace N | max", "say how many instants a second are shown while time runs", (*reader).pace},
		{"theme", "theme auto | dark | light | none", "change the colours", (*reader).theme},
		{"save", "save FILE [force]", "write the run to a file, with force also over one that exists", (*reader).save},
		{"help", "help [KEYS | COMMAND]", "explain the keys, or a command", (*reader).help},
		{"quit", "quit", "leave", (*reader).quit},
	}
}

// verb returns the viewer's command that a word begins.
func verb(w words.Word) (Verb, bool) {
	for _, v := range Verbs() {
		if w.Is(v.Name) {
			return v, true
		}
	}
	return Verb{}, false
}

// theirs lists the first words of the grammar's commands; they are asked for at
// every key.
var theirs = sync.OnceValue(func() []string {
	var all []string
	for _, v := range grammar.Verbs() {
		all = append(all, v.Name)
	}
	return all
})

// names lists the first words of all commands: the grammar's and the viewer's.
func names() []string {
	all := slices.Clone(theirs())
	for _, v := range Verbs() {
		all = append(all, v.Name)
	}
	return all
}
