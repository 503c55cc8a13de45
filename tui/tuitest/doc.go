//go:build unix

// Package tuitest plays stories: it starts a program in a terminal, types and
// clicks as a person would, and looks at the screen, not at the bytes.
//
// A story is a txtar archive: its comment is a script, one command a line (see
// [Run] for the commands), its files are the screens that must come and the
// files that the program is given. The terminal is one of two: an emulator in
// this process behind a pty, which is fast and answers a terminal's queries as
// told, or a real tmux.
//
// After each program the terminal must be as it was: main screen, cursor shown,
// mouse, paste and keyboard modes off, and no process and no folder of the
// program left.
//
// The package knows nothing of what the program shows. It is for tests only
// and runs where there are ptys.
package tuitest
