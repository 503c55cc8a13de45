// Package prompt holds what is typed at a prompt: the line that is being edited,
// and the lines that were entered before.
//
// It owns the text, the cursor and the part of it that is visible, and the file
// of the history. It refuses to draw, to read keys, and to know what a line
// means.
package prompt
