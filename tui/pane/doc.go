// Package pane holds what the cockpit's screens are made of: each pane shows one
// thing of a Scene in a rectangle of its own.
//
// A pane owns how far it is scrolled and where its cursor is, and nothing else.
// It reads the Scene, never another pane, and does nothing itself: a key or a
// click on it gives an Action, which the cockpit carries out. Drawing is windowed:
// what is not seen is not looked at, however long the run.
package pane
