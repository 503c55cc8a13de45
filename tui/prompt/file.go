package prompt

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// fileBytesMax is how much of a file of lines is read: its end, where the newest
// are.
const fileBytesMax = HistoryMax * (rememberedBytesMax + 1)

// HistoryFile returns where the history is kept: under the user's folder for state,
// $XDG_STATE_HOME or ~/.local/state. It is empty if there is no such folder.
func HistoryFile() string {
	state := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) { // as its specification demands
		home, err := os.UserHomeDir()
		if err != nil || !filepath.IsAbs(home) {
			return ""
		}
		state = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(state, "raftscope", "history")
}

// Open returns the history that a file holds. If the file cannot be used, the history
// is empty and Save does nothing: nobody is kept from work by it.
func Open(file string) *History {
	h := &History{}
	lines, err := readLines(file)
	if err == nil || errors.Is(err, os.ErrNotExist) {
		h.file, h.lines = file, lines
	}
	return h
}

// Save writes the lines that were added to the file, behind those that others have
// added to it in the meantime. The error is for those who want to know.
func (h *History) Save() error {
	if h.file == "" || len(h.added) == 0 {
		return nil
	}
	lines, err := readLines(h.file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("history %s: %w", h.file, err)
	}
	lines = fold(append(lines, h.added...))
	if err := writeLines(h.file, lines); err != nil {
		return fmt.Errorf("history %s: %w", h.file, err)
	}
	h.added = nil
	return nil
}

var errNoFile = errors.New("not a regular file")

// readLines reads the lines of a file that are fit to be shown.
func readLines(file string) ([]string, error) {
	if file == "" {
		return nil, errNoFile
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errNoFile // to open a FIFO would wait
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if size := info.Size(); size > fileBytesMax {
		if _, err := f.Seek(size-fileBytesMax, io.SeekStart); err != nil {
			return nil, err
		}
	}
	data, err := io.ReadAll(io.LimitReader(f, fileBytesMax))
	if err != nil {
		return nil, err
	}
	if info.Size() > fileBytesMax { // it begins amid a line
		_, data, _ = bytes.Cut(data, []byte("\n"))
	}
	var lines []string
	for line := range strings.SplitSeq(string(data), "\n") {
		if line = strings.Trim(line, " \t\r"); keeps(line) {
			lines = append(lines, line)
		}
	}
	return fold(lines), nil
}

// writeLines puts a new file in place of the old one. Whoever keeps the file
// elsewhere, behind a symbolic link, finds it there.
func writeLines(file string, lines []string) error {
	if to, err := filepath.EvalSymlinks(file); err == nil {
		file = to
	}
	folder := filepath.Dir(file)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(folder, ".history-*") // with mode 0600
	if err != nil {
		return err
	}
	_, err = f.WriteString(strings.Join(lines, "\n") + "\n")
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
