//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"raftscope/tui/tuitest"
)

const (
	acceptanceKeys    = "../../tui/testdata/acceptance.keys"
	acceptanceScreens = "../../tui/testdata/acceptance"
	acceptanceMost    = 40 // keys
)

// keyLine is a line of a key file: the key, in quotes what is on the frame
// before it and on the frame after it, or that the program ends, and why a user
// presses it.
var keyLine = regexp.MustCompile(`^(\S+)\s+("[^"]+"|'[^']+')\s+("[^"]+"|'[^']+'|exit)\s+#\s*(\S.*)$`)

// keyScript makes a key file a script of a story. Lines that begin with > are
// lines of the script, # begins a comment.
func keyScript(text string) (script string, keys int, err error) {
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if command, ok := strings.CutPrefix(line, "> "); ok {
			fmt.Fprintln(&b, command)
			continue
		}
		f := keyLine.FindStringSubmatch(line)
		if f == nil {
			return "", 0, fmt.Errorf("line %d: got %q, expected KEY 'before it' 'after it' # why", i+1, line)
		}
		keys++
		after := "expect " + f[3]
		if f[3] == "exit" {
			after = "exit 0"
		}
		fmt.Fprintf(&b, "expect %s\nkeys %s\n%s\n", f[2], f[1], after)
	}
	return b.String(), keys, nil
}

// playKeys plays a key file. Its screens are in files of their own, so that
// documents can show them.
func playKeys(t *testing.T, o tuitest.Options) error {
	t.Helper()
	text, err := os.ReadFile(acceptanceKeys)
	if err != nil {
		return err
	}
	script, keys, err := keyScript(string(text))
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", acceptanceKeys, err)
	case keys > acceptanceMost:
		return fmt.Errorf("%s has %d keys, expected at most %d", acceptanceKeys, keys, acceptanceMost)
	}
	story := &txtar.Archive{Comment: []byte(script)}
	screens, err := filepath.Glob(filepath.Join(acceptanceScreens, "*.txt"))
	if err != nil {
		return err
	}
	for _, path := range screens {
		screen, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if name := strings.TrimSuffix(filepath.Base(path), ".txt"); !o.Update || slices.Contains(strings.Split(script, "\n"), "screen "+name) {
			story.Files = append(story.Files, txtar.File{Name: name, Data: barred(screen)})
		}
	}
	file := filepath.Join(t.TempDir(), "acceptance.txtar")
	if err := os.WriteFile(file, txtar.Format(story), 0o600); err != nil {
		return err
	}
	if err := tuitest.Play(file, o); err != nil || !o.Update {
		return err
	}
	if story, err = txtar.ParseFile(file); err != nil {
		return err
	}
	for _, f := range story.Files {
		err = errors.Join(err, os.WriteFile(filepath.Join(acceptanceScreens, f.Name+".txt"), unbarred(f.Data), 0o666))
	}
	return err
}

// barred puts before each line of a screen the bar that it has in stories;
// unbarred takes it away.
func barred(screen []byte) []byte {
	var b bytes.Buffer
	for line := range bytes.Lines(screen) {
		b.WriteByte('|')
		b.Write(line)
	}
	return b.Bytes()
}

func unbarred(screen []byte) []byte {
	var b bytes.Buffer
	for line := range bytes.Lines(screen) {
		b.Write(bytes.TrimPrefix(line, []byte("|")))
	}
	return b.Bytes()
}

// TestAcceptance plays the whole of it: a write stepped from its execution until
// every node has applied it, a truncation and its disk operations, the run saved
// and opened again.
func TestAcceptance(t *testing.T) {
	if raceEnabled {
		t.Skip("its screens follow from the seed, and under the race detector runs are not equal")
	}
	t.Parallel()
	if err := playKeys(t, stories(t)); err != nil {
		t.Error(err)
	}
}

// TestKeyScript: a key that gives no reason is no line of a key file.
func TestKeyScript(t *testing.T) {
	script, keys, err := keyScript("# about\n> start raftscope\nw  'w write' 'leader'  # it is offered\n\n> exit 0\n")
	if want := "start raftscope\nexpect 'w write'\nkeys w\nexpect 'leader'\nexit 0\n"; err != nil || script != want || keys != 1 {
		t.Errorf("got %q with %d keys, %v, expected %q", script, keys, err, want)
	}
	for _, line := range []string{"w", "w 'w write' 'leader'", "w 'w write' # why", "w 'w write' 'leader' #"} {
		if _, _, err := keyScript("\n" + line); err == nil || !strings.HasPrefix(err.Error(), "line 2: got ") {
			t.Errorf("%s: %v", line, err)
		}
	}
}
