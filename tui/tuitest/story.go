//go:build unix

package tuitest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// Program is what a story's start and sh mean by a name.
type Program struct {
	Path string
	Args []string // before those that the story gives
	Env  []string
}

// Options say how stories are played.
type Options struct {
	Programs map[string]Program
	Update   bool          // write the screens anew instead of comparing them
	Tmux     bool          // in tmux instead of the emulator
	Limit    time.Duration // for each thing that is awaited; 0 means 20 s
	Env      []string      // for all programs
}

// dataEnv names the variable that says where raftscope's debuggees keep their
// folders, and dataPrefix how these begin.
const (
	dataEnv    = "RAFTSCOPE_DATA"
	dataPrefix = "raftscope-"
)

// Run plays each story of a pattern as a test. The commands of a script:
//
//	size 120x36                    before start; 80x24 is the default
//	terminal light kitty ...       what the emulator is: dark light silent, kitty
//	                               plainkeys, sync nosync, graphemes; the default
//	                               is dark kitty sync
//	env NAME=VALUE ...             for what is started afterwards
//	cp FILE [PATH]                 from the archive into the folder $WORK, where
//	                               everything runs
//	start PROGRAM ARGS...
//	keys w 'set x 1' enter down*5  keys by name, texts in quotes
//	paste 'text'
//	mouse click 10 5               column and row from 1; or where a text stands:
//	mouse click 'text'             click, right, press, drag, release, move,
//	mouse wheelup 10 5             wheelup, wheeldown
//	focus in|out
//	resize 60x16
//	await 'text' [row N] [style]   until it is seen; style is e.g. reverse fg=2
//	await-not 'text' [row N]
//	settle                         until the program writes no more
//	expect 'text' [row N] [style]  like await, on a screen that has settled
//	screen NAME [styles]           the whole screen is as the file NAME says
//	mask REGEXP ...                what screen does not compare
//	clipboard 'text'               what the program put there last
//	title 'text'
//	signal TERM
//	kill-child                     kills what the program started
//	hangup                         closes the terminal
//	exit 0|signal NAME             the program ends so, and leaves nothing
//	sh 'command'                   in $WORK; fails if the command does
//	stdout 'text'                  what the last sh printed has it; also stderr
//	limit 60s                      for what is awaited from here on
//
// A ! before await's likes, sh, stdout and clipboard turns them around. A line
// behind [pty] or [tmux] counts for that back end only. Text in single quotes
// is as it is; double quotes have Go's escapes; $WORK is replaced in all words.
// No command waits for a fixed time, but for esc on a keyboard that is plain.
func Run(t *testing.T, pattern string, o Options) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories are %s: %v", pattern, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			if err := Play(file, o); err != nil {
				t.Error(err)
			}
		})
	}
}

// Play plays a story. It returns what went wrong, with the script's line and
// the screen as it was seen last.
func Play(file string, o Options) (err error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	p := &player{
		options: o, archive: txtar.Parse(data), features: Features{Kitty: true, Sync: true},
		cols: 80, rows: 24, limit: o.Limit, used: map[string]bool{},
	}
	if p.limit == 0 {
		p.limit = 20 * time.Second
	}
	script, err := parseScript(string(p.archive.Comment))
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if err := p.makeFolders(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	for _, l := range script {
		if l.only != "" && (l.only == "tmux") != o.Tmux {
			p.skip(l)
			continue
		}
		if err := p.carryOut(l); err != nil {
			return fmt.Errorf("%s:%d: %s\n%w\n%s", file, l.no, l.text, err, p.lastSeen())
		}
	}
	if p.running {
		return fmt.Errorf("%s: the program still runs at the story's end, expected exit\n%s", file, p.lastSeen())
	}
	for _, f := range p.archive.Files {
		if !p.used[f.Name] {
			return fmt.Errorf("%s: no line of the script is about the file %s", file, f.Name)
		}
	}
	if formatted := txtar.Format(p.archive); o.Update && string(formatted) != string(data) {
		return os.WriteFile(file, formatted, 0o666)
	}
	return nil
}

// player plays one story.
type player struct {
	options    Options
	archive    *txtar.Archive
	used       map[string]bool // files of the archive
	base       string          // holds all folders of the story
	work, data string
	env        []string
	features   Features
	cols, rows int
	limit      time.Duration
	masks      []mask
	term       Terminal // of the last program
	running    bool     // it has not been seen to end
	typedAt    int64    // what the program had written when something was typed
	typed      time.Time
	out, err   string // of the last sh
}

// makeFolders makes the folders of a story: where programs run and keep their
// files for a time, and where debuggees keep theirs, in memory if possible,
// since fsync takes time on a disk.
func (p *player) makeFolders() error {
	var err error
	if p.base, err = os.MkdirTemp("", "story-"); err != nil {
		return fmt.Errorf("make a folder for the story: %w", err)
	}
	p.work = filepath.Join(p.base, "work")
	for _, dir := range []string{"work", "bin", "tmp"} {
		if err := os.Mkdir(filepath.Join(p.base, dir), 0o700); err != nil {
			return fmt.Errorf("make a folder for the story: %w", err)
		}
	}
	if p.data, err = os.MkdirTemp("/dev/shm", "story-"); err != nil {
		p.data = filepath.Join(p.base, "data")
		if err := os.Mkdir(p.data, 0o700); err != nil {
			return fmt.Errorf("make a folder for the story: %w", err)
		}
	}
	bin := filepath.Join(p.base, "bin")
	p.env = []string{
		"PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME=" + p.work, "TMPDIR=" + p.tmp(),
		"TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8", "WORK=" + p.work, dataEnv + "=" + p.data,
	}
	if dir := os.Getenv("GOCOVERDIR"); dir != "" {
		p.env = append(p.env, "GOCOVERDIR="+dir)
	}
	p.env = append(p.env, p.options.Env...)
	for name, program := range p.options.Programs {
		// A program is a file in the path, so that sh and start mean the same.
		text := "#!/bin/sh\nexec env"
		for _, w := range slices.Concat(program.Env, []string{program.Path}, program.Args) {
			text += " '" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
		if err := writeProgram(filepath.Join(bin, name), text+" \"$@\"\n"); err != nil {
			return fmt.Errorf("make a folder for the story: %w", err)
		}
	}
	return nil
}

// writeProgram writes a file that is to be started. A process that is forked while
// the file is open has it open too, until it becomes another program, and the
// kernel starts no file that somebody may write.
func writeProgram(path, text string) error {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	return os.WriteFile(path, []byte(text), 0o700)
}

func (p *player) tmp() string { return filepath.Join(p.base, "tmp") }

func (p *player) close() error {
	var err error
	if p.term != nil {
		err = p.term.Close()
	}
	return errors.Join(err, os.RemoveAll(p.base), os.RemoveAll(p.data))
}

// skip counts what a line for the other back end uses as used.
func (p *player) skip(l line) {
	if name := l.words[0].text; (name == "screen" || name == "cp") && len(l.words) > 1 {
		p.used[l.words[1].text] = true
	}
}

func (p *player) lastSeen() string {
	if p.term == nil {
		return "no program was started"
	}
	s, err := p.term.Screen()
	if err != nil {
		return err.Error()
	}
	text := s.numbered()
	if end, ended := p.term.Ended(); ended {
		text += "the program has ended: " + end.String() + "\n"
	}
	return text
}
