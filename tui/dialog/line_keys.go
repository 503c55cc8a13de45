package dialog

import "raftscope/tui/keys"

// lineVerb is what a key does to a line that is being edited.
type lineVerb = keys.Verb

const (
	lineBack       lineVerb = "char back"
	lineForth      lineVerb = "char forth"
	lineWordBack   lineVerb = "word back"
	lineWordForth  lineVerb = "word forth"
	lineHome       lineVerb = "line start"
	lineEnd        lineVerb = "line end"
	lineRubout     lineVerb = "rubout"
	lineDelete     lineVerb = "delete"
	lineRuboutWord lineVerb = "rubout word"
	lineDeleteWord lineVerb = "delete word"
	lineToHome     lineVerb = "delete to start"
	lineToEnd      lineVerb = "delete to end"
)

// lineBindings are the keys of shells.
var lineBindings = []keys.Binding{
	{Verb: lineBack, Keys: []string{"left", "ctrl+b"}, Help: "a character back"},
	{Verb: lineForth, Keys: []string{"right", "ctrl+f"}, Help: "a character forth"},
	{Verb: lineWordBack, Keys: []string{"alt+b", "ctrl+left", "alt+left"}, Help: "a word back"},
	{Verb: lineWordForth, Keys: []string{"alt+f", "ctrl+right", "alt+right"}, Help: "a word forth"},
	{Verb: lineHome, Keys: []string{"home", "ctrl+a"}, Help: "to the line's beginning"},
	{Verb: lineEnd, Keys: []string{"end", "ctrl+e"}, Help: "to the line's end"},
	{Verb: lineRubout, Keys: []string{"backspace", "shift+backspace", "ctrl+h"}, Help: "delete the character before the cursor"},
	{Verb: lineDelete, Keys: []string{"delete", "ctrl+d"}, Help: "delete the character at the cursor"},
	{Verb: lineRuboutWord, Keys: []string{"ctrl+w", "alt+backspace", "ctrl+backspace"}, Help: "delete the word before the cursor"},
	{Verb: lineDeleteWord, Keys: []string{"alt+d", "ctrl+delete"}, Help: "delete the word behind the cursor"},
	{Verb: lineToHome, Keys: []string{"ctrl+u"}, Help: "delete all before the cursor"},
	{Verb: lineToEnd, Keys: []string{"ctrl+k"}, Help: "delete all behind the cursor"},
}
