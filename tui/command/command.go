package command

import (
	"strconv"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/replay/cond"
	"raftscope/replay/cond/words"
)

// Command is a command: one of the struct types of this package or one of those
// of the grammar, always as a value.
type Command interface {
	// String returns text that parses to the same value, but for its place.
	String() string
	// Position returns where the command was written.
	Position() grammar.Pos
}

// Quit leaves the cockpit; it asks first if the run is not saved.
type Quit struct{ grammar.Pos }

// Save writes the run to a file.
type Save struct {
	grammar.Pos
	File  string // required
	Force bool   // also over a file that exists
}

// GoTo moves the cursor of time.
type GoTo struct {
	grammar.Pos
	Place Place
}

// Find goes to the next machine or event that meets a condition.
type Find struct {
	grammar.Pos
	What replay.Filter // not empty
}

// Filter hides all machines and events but those that meet a condition.
type Filter struct {
	grammar.Pos
	What replay.Filter // empty: hides nothing any more
}

// View shows one of the views.
type View struct {
	grammar.Pos
	Name string // one of Views
}

// Root roots the tree at a machine.
type Root struct {
	grammar.Pos
	Machine cond.Ref
}

// Select selects a machine.
type Select struct {
	grammar.Pos
	Machine cond.Ref
}

// Theme changes the colours.
type Theme struct {
	grammar.Pos
	Name string // one of Themes
}

// Pace says how fast time goes on while it runs.
type Pace struct {
	grammar.Pos
	PerSecond int // visible instants in a second of real time, to PaceMax; zero: as fast as it can
}

// PaceMax is the fastest pace that has a number: no screen shows more.
const PaceMax = 1000

// Zoom gives the focused pane the whole screen, or takes it back.
type Zoom struct{ grammar.Pos }

// Help explains the keys, a command, or what there is.
type Help struct {
	grammar.Pos
	About string // KeysTopic, or the first word of a command; empty: an overview
}

// KeysTopic is what Help is about when it explains the keys.
const KeysTopic = "KEYS"

// Views lists the views with their numbers, which are the keys that show them.
func Views() []struct {
	Number int
	Name   string
	Doc    string
} {
	return []struct {
		Number int
		Name   string
		Doc    string
	}{
		{1, "main", "logs, tree, detail and what comes next"},
		{2, "logs", "the logs of all nodes in full"},
		{6, "events", "the list of all events"},
	}
}

// Themes lists what a theme may be called, with a sentence each.
func Themes() []struct{ Name, Doc string } {
	return []struct{ Name, Doc string }{
		{"auto", "dark or light, by the terminal's background"},
		{"dark", "for a dark background"},
		{"light", "for a light background"},
		{"none", "without colours"},
	}
}

// String returns the command as it is written.
func (Quit) String() string { return "quit" }

// String returns the command as it is written.
func (c Save) String() string {
	file := words.Quote(c.File)
	if file == forceWord {
		file = strconv.Quote(file)
	}
	if c.Force {
		return "save " + file + " " + forceWord
	}
	return "save " + file
}

// String returns the command as it is written.
func (c GoTo) String() string { return "goto " + c.Place.String() }

// String returns the command as it is written.
func (c Find) String() string { return "find " + c.What.String() }

// String returns the command as it is written.
func (c Filter) String() string {
	if c.What.Empty() {
		return "filter"
	}
	return "filter " + c.What.String()
}

// String returns the command as it is written.
func (c View) String() string { return "view " + c.Name }

// String returns the command as it is written.
func (c Root) String() string { return "root " + c.Machine.String() }

// String returns the command as it is written.
func (c Select) String() string { return "select " + c.Machine.String() }

// String returns the command as it is written.
func (c Theme) String() string { return "theme " + c.Name }

// String returns the command as it is written.
func (c Pace) String() string {
	if c.PerSecond == 0 {
		return "pace " + maxWord
	}
	return "pace " + strconv.Itoa(c.PerSecond)
}

// String returns the command as it is written.
func (Zoom) String() string { return "zoom" }

// String returns the command as it is written.
func (c Help) String() string {
	if c.About == "" {
		return "help"
	}
	return "help " + c.About
}
