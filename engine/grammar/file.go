package grammar

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"raftscope/replay/cond"
	"raftscope/replay/cond/words"
)

// Limits of a file. A line's limit is words.LineBytesMax.
const (
	FileBytesMax = 4 << 20
	LinesMax     = 200_000
	CommandsMax  = 100_000
)

// File is a scenario.
type File struct {
	Name    string
	Cluster Cluster // the default one, with Pos zero, if no command says otherwise
	Lines   []Line
}

// Line is one line of a file. Blank lines and comments are kept, without
// commands, because transcripts repeat them. A cluster command is among its
// line's commands although File.Cluster says the same.
type Line struct {
	Number   int    // from 1
	Text     string // as it is in the file, without its line break
	Commands []Command
}

// FileError is an error at a place in a file.
type FileError struct {
	File string
	Err  *Error // required
}

// Error returns "FILE:LINE:COLUMN: what is wrong".
func (e *FileError) Error() string { return e.File + ":" + e.Err.Error() }

// Unwrap returns the error without the file's name.
func (e *FileError) Unwrap() error { return e.Err }

// ParseFile reads a whole scenario; name is what errors call it. If anything is
// wrong there is no File. The error is a *FileError for what is wrong with the
// text, and wraps the reader's own error otherwise.
func ParseFile(name string, r io.Reader) (*File, error) {
	data, err := io.ReadAll(io.LimitReader(r, FileBytesMax+1))
	if err != nil {
		var named *fs.PathError
		if errors.As(err, &named) { // it names the file a second time
			err = named.Err
		}
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	f := &File{Name: name, Cluster: DefaultCluster()}
	if err := f.parse(string(data)); err != nil {
		var at *Error
		if errors.As(err, &at) {
			return nil, &FileError{File: name, Err: at}
		}
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return f, nil
}

// Commands returns the commands of all lines, in order.
func (f *File) Commands() []Command {
	var all []Command
	for _, l := range f.Lines {
		all = append(all, l.Commands...)
	}
	return all
}

func (f *File) parse(text string) error {
	tooLarge := len(text) > FileBytesMax
	if tooLarge {
		text = text[:FileBytesMax]
	}
	text = strings.TrimPrefix(text, "\ufeff") // some editors begin files with it
	s := &script{scope: cond.Scope{Nodes: f.Cluster.NodeNames(), Kinds: Kinds()}}
	commands := 0
	for number := 1; text != ""; number++ {
		if number > LinesMax {
			return &Error{Line: number, Column: 1, Problem: fmt.Sprintf("the file has more than %d lines", LinesMax)}
		}
		line, rest, ended := strings.Cut(text, "\n")
		text = rest
		if tooLarge && !ended && len(line) <= words.LineBytesMax { // the limit cut this line, perhaps within a rune
			return fileTooLarge(number)
		}
		l := Line{Number: number, Text: strings.TrimSuffix(line, "\r")}
		var err error
		if l.Commands, err = s.line(number, l.Text); err != nil {
			return err
		}
		if commands += len(l.Commands); commands > CommandsMax {
			at := l.Commands[len(l.Commands)-(commands-CommandsMax)].Position()
			return &Error{Line: at.Line, Column: at.Column, Problem: fmt.Sprintf("the file has more than %d commands", CommandsMax)}
		}
		for _, c := range l.Commands {
			if cluster, ok := c.(Cluster); ok {
				f.Cluster = cluster
			}
		}
		f.Lines = append(f.Lines, l)
		if tooLarge && text == "" {
			return fileTooLarge(number + 1)
		}
	}
	return nil
}

func fileTooLarge(line int) error {
	return &Error{Line: line, Column: 1, Problem: fmt.Sprintf("the file is longer than %d bytes", FileBytesMax)}
}
