package dialog

import (
	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/prompt"
	"raftscope/tui/theme"
)

// Verbs of a line that is being edited.
const (
	lineLeft      keys.Verb = "left"
	lineRight     keys.Verb = "right"
	lineWordLeft  keys.Verb = "word left"
	lineWordRight keys.Verb = "word right"
	lineHome      keys.Verb = "line start"
	lineEnd       keys.Verb = "line end"
	lineRubout    keys.Verb = "rubout"
	lineDelete    keys.Verb = "delete"
	lineKillWord  keys.Verb = "kill word"
	lineKillRight keys.Verb = "kill word right"
	lineKillStart keys.Verb = "kill to start"
	lineKillEnd   keys.Verb = "kill to end"
	lineYank      keys.Verb = "yank"
)

// lineKeys are the keys of shells.
var lineKeys = keys.Map{Name: "line", Bindings: []keys.Binding{
	{Verb: lineLeft, Keys: []string{"left", "ctrl+b"}, Help: "a character to the left"},
	{Verb: lineRight, Keys: []string{"right", "ctrl+f"}, Help: "a character to the right"},
	{Verb: lineWordLeft, Keys: []string{"alt+b", "ctrl+left", "alt+left"}, Help: "a word to the left"},
	{Verb: lineWordRight, Keys: []string{"alt+f", "ctrl+right", "alt+right"}, Help: "a word to the right"},
	{Verb: lineHome, Keys: []string{"home", "ctrl+a"}, Help: "to the line's beginning"},
	{Verb: lineEnd, Keys: []string{"end", "ctrl+e"}, Help: "to the line's end"},
	{Verb: lineRubout, Keys: []string{"backspace", "ctrl+h"}, Help: "delete the character before the cursor"},
	{Verb: lineDelete, Keys: []string{"delete", "ctrl+d"}, Help: "delete the character at the cursor"},
	{Verb: lineKillWord, Keys: []string{"ctrl+w", "alt+backspace"}, Help: "delete the word before the cursor"},
	{Verb: lineKillRight, Keys: []string{"alt+d", "ctrl+delete"}, Help: "delete the word behind the cursor"},
	{Verb: lineKillStart, Keys: []string{"ctrl+u"}, Help: "delete all before the cursor"},
	{Verb: lineKillEnd, Keys: []string{"ctrl+k"}, Help: "delete all behind the cursor"},
	{Verb: lineYank, Keys: []string{"ctrl+y"}, Help: "put in again what was deleted last"},
}}

// edit carries out a key of lineKeys; it reports false for another key.
func edit(l *prompt.Line, key string) bool {
	switch lineKeys.Verb(key) {
	case lineLeft:
		l.Left()
	case lineRight:
		l.Right()
	case lineWordLeft:
		l.WordLeft()
	case lineWordRight:
		l.WordRight()
	case lineHome:
		l.Home()
	case lineEnd:
		l.End()
	case lineRubout:
		l.Backspace()
	case lineDelete:
		l.Delete()
	case lineKillWord:
		l.KillWord()
	case lineKillRight:
		l.KillWordRight()
	case lineKillStart:
		l.KillToStart()
	case lineKillEnd:
		l.KillToEnd()
	case lineYank:
		l.Yank()
	default:
		return false
	}
	return true
}

// drawLine draws what is visible of a line, from column x on, and marks at both
// sides of it that there is more.
func drawLine(c grid.Canvas, x, y, w int, v prompt.Window) {
	c.Text(x, y, theme.Text, v.Text)
	if v.Before {
		c.Rune(x-1, y, theme.Dim, grid.Ellipsis)
	}
	if v.After {
		c.Rune(x+w, y, theme.Dim, grid.Ellipsis)
	}
}
