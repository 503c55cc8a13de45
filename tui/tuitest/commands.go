//go:build unix

package tuitest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// command is a command of scripts. It gets its words without the name.
type command struct {
	do    func(p *player, not bool, args []word) error
	least int  // words
	not   bool // ! may stand before it
	live  bool // it needs a program that was started
}

var commands map[string]command

func init() { // in a function, because the commands' parser looks in here
	commands = map[string]command{
		"size":       {do: (*player).size, least: 1},
		"terminal":   {do: (*player).terminal, least: 1},
		"env":        {do: (*player).setEnv, least: 1},
		"cp":         {do: (*player).cp, least: 1},
		"start":      {do: (*player).start, least: 1},
		"limit":      {do: (*player).setLimit, least: 1},
		"mask":       {do: (*player).setMasks, least: 1},
		"sh":         {do: (*player).sh, least: 1, not: true},
		"stdout":     {do: (*player).stdout, least: 1, not: true},
		"stderr":     {do: (*player).stderr, least: 1, not: true},
		"keys":       {do: (*player).keys, least: 1, live: true},
		"paste":      {do: (*player).paste, least: 1, live: true},
		"mouse":      {do: (*player).mouse, least: 2, live: true},
		"focus":      {do: (*player).focus, least: 1, live: true},
		"resize":     {do: (*player).resize, least: 1, live: true},
		"await":      {do: (*player).await, least: 1, not: true, live: true},
		"await-not":  {do: (*player).awaitNot, least: 1, live: true},
		"expect":     {do: (*player).expect, least: 1, not: true, live: true},
		"settle":     {do: (*player).settle, live: true},
		"screen":     {do: (*player).compare, least: 1, live: true},
		"clipboard":  {do: (*player).clipboard, least: 1, not: true, live: true},
		"title":      {do: (*player).title, least: 1, not: true, live: true},
		"signal":     {do: (*player).signal, least: 1, live: true},
		"kill-child": {do: (*player).killChild, live: true},
		"hangup":     {do: (*player).hangup, live: true},
		"exit":       {do: (*player).exit, least: 1, live: true},
	}
}

func commandNames() string { return strings.Join(slices.Sorted(maps.Keys(commands)), " ") }

// carryOut does what a line says.
func (p *player) carryOut(l line) error {
	c := commands[l.words[0].text]
	args := make([]word, len(l.words)-1)
	for i, w := range l.words[1:] {
		args[i] = word{strings.ReplaceAll(w.text, "$WORK", p.work), w.quoted}
	}
	switch {
	case len(args) < c.least:
		return fmt.Errorf("got %d words behind %s, expected at least %d", len(args), l.words[0].text, c.least)
	case l.not && !c.not:
		return fmt.Errorf("%s has no opposite", l.words[0].text)
	case c.live && p.term == nil:
		return errors.New("no program was started, expected start before it")
	}
	return c.do(p, l.not, args)
}

func (p *player) size(_ bool, args []word) (err error) {
	p.cols, p.rows, err = parseSize(args[0].text)
	return err
}

func (p *player) terminal(_ bool, args []word) error {
	for _, w := range args {
		f := &p.features
		switch w.text {
		case "dark":
			f.Light, f.NoColours = false, false
		case "light":
			f.Light, f.NoColours = true, false
		case "silent":
			f.NoColours = true
		case "kitty", "plainkeys":
			f.Kitty = w.text == "kitty"
		case "sync", "nosync":
			f.Sync = w.text == "sync"
		case "graphemes":
			f.Graphemes = true
		default:
			return fmt.Errorf("got %q, expected some of dark light silent kitty plainkeys sync nosync graphemes", w.text)
		}
	}
	return nil
}

func (p *player) setEnv(_ bool, args []word) error {
	for _, w := range args {
		if !strings.Contains(w.text, "=") {
			return fmt.Errorf("got %q, expected NAME=VALUE", w.text)
		}
		p.env = append(p.env, w.text) // the last one counts
	}
	return nil
}

func (p *player) setLimit(_ bool, args []word) error {
	d, err := time.ParseDuration(args[0].text)
	if err != nil || d <= 0 {
		return fmt.Errorf("got %q, expected a duration such as 60s", args[0].text)
	}
	p.limit = d
	return nil
}

// file returns a file of the archive.
func (p *player) file(name string) (int, bool) {
	for i, f := range p.archive.Files {
		if f.Name == name {
			p.used[name] = true
			return i, true
		}
	}
	return 0, false
}

// cp puts a file of the archive into the folder, and nowhere else.
func (p *player) cp(_ bool, args []word) error {
	i, ok := p.file(args[0].text)
	if !ok {
		return fmt.Errorf("the archive has no file %q", args[0].text)
	}
	to := args[0].text
	if len(args) > 1 {
		to = strings.TrimPrefix(args[1].text, p.work+"/")
	}
	if !filepath.IsLocal(to) {
		return fmt.Errorf("got %q, expected a path in $WORK", to)
	}
	to = filepath.Join(p.work, to)
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	return os.WriteFile(to, p.archive.Files[i].Data, 0o600)
}

func (p *player) start(_ bool, args []word) error {
	if p.running {
		return errors.New("the program before it still runs, expected exit")
	}
	if _, ok := p.options.Programs[args[0].text]; !ok {
		return fmt.Errorf("got %q, expected a program: one of %s", args[0].text, strings.Join(slices.Sorted(maps.Keys(p.options.Programs)), " "))
	}
	if p.term != nil {
		if err := p.term.Close(); err != nil {
			return err
		}
		p.term = nil
	}
	c := Command{
		Path: filepath.Join(p.base, "bin", args[0].text), Env: p.env, Dir: p.work,
		Cols: p.cols, Rows: p.rows, Features: p.features,
	}
	for _, w := range args[1:] {
		c.Args = append(c.Args, w.text)
	}
	var err error
	if p.options.Tmux {
		p.term, err = open(StartTmux(c))
	} else {
		p.term, err = open(StartPty(c))
	}
	p.running = err == nil
	p.mark()
	return err
}

// open keeps a terminal that was not started from being one.
func open[T Terminal](t T, err error) (Terminal, error) {
	if err != nil {
		return nil, err
	}
	return t, nil
}

// sh runs a command of the shell.
func (p *player) sh(not bool, args []word) error {
	ctx, cancel := context.WithTimeout(context.Background(), p.limit)
	defer cancel()
	var out, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", args[0].text)
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = p.env, p.work, &out, &stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	err := cmd.Run()
	p.out, p.err = out.String(), stderr.String()
	switch {
	case err != nil && !not:
		return fmt.Errorf("%w\nits output:\n%s%s", err, p.out, p.err)
	case err == nil && not:
		return fmt.Errorf("the command succeeded, expected that it fails\nits output:\n%s%s", p.out, p.err)
	}
	return nil
}

func (p *player) stdout(not bool, args []word) error {
	return has("its output", p.out, args[0].text, not)
}
func (p *player) stderr(not bool, args []word) error {
	return has("its errors", p.err, args[0].text, not)
}

func has(what, text, part string, not bool) error {
	switch found := strings.Contains(text, part); {
	case found && not:
		return fmt.Errorf("%s has %q, expected it not to:\n%s", what, part, text)
	case !found && !not:
		return fmt.Errorf("%s has no %q:\n%s", what, part, text)
	}
	return nil
}

// signal sends a signal to the program, not to what it started.
func (p *player) signal(_ bool, args []word) error {
	s, ok := signals[args[0].text]
	if !ok {
		return fmt.Errorf("got %q, expected one of %s", args[0].text, strings.Join(slices.Sorted(maps.Keys(signals)), " "))
	}
	p.mark()
	return syscall.Kill(p.term.Pid(), s)
}

// killChild kills what the program started, once there is something.
func (p *player) killChild(bool, []word) error {
	p.mark()
	for end := time.Now().Add(p.limit); time.Now().Before(end); time.Sleep(pollEvery) {
		if all := children(p.term.Pid(), p.term.Pid()); len(all) > 0 {
			for _, c := range all {
				if err := syscall.Kill(c.pid, syscall.SIGKILL); err != nil {
					return fmt.Errorf("kill process %s: %w", c, err)
				}
			}
			return nil
		}
	}
	return fmt.Errorf("the program has not started another in %s", p.limit)
}

func (p *player) hangup(bool, []word) error { return p.term.Hangup() }

// exit awaits the program's end and looks at what it leaves.
func (p *player) exit(_ bool, args []word) error {
	want := args[0].text
	if len(args) > 1 {
		want += " " + args[1].text
	}
	deadline := time.Now().Add(p.limit)
	end, ended := p.term.Ended()
	for ; !ended; end, ended = p.term.Ended() {
		if time.Now().After(deadline) {
			return fmt.Errorf("the program still runs after %s", p.limit)
		}
		time.Sleep(pollEvery)
	}
	p.running = false
	if end.String() != want {
		return fmt.Errorf("the program ended with %s, expected %s", end, want)
	}
	if end.Signal != syscall.SIGKILL { // who could have tidied up?
		left := p.term.Left()
		for deadline := time.Now().Add(lastLimit); len(left) > 0 && time.Now().Before(deadline); left = p.term.Left() {
			time.Sleep(pollEvery)
		}
		if len(left) > 0 {
			return fmt.Errorf("the program left in the terminal: %s", strings.Join(left, "; "))
		}
	}
	if complaints := p.term.Complaints(); len(complaints) > 0 {
		return fmt.Errorf("the program wrote what terminals do not understand: %s", strings.Join(complaints, "; "))
	}
	return p.nothingLeft()
}

// lastLimit is how long what a program wrote last may take to be read: tmux hands
// it on through another process.
const lastLimit = time.Second

// tidyLimit is how long what a program started may take to end behind it.
const tidyLimit = 5 * time.Second

// nothingLeft looks for processes and folders of a program that has ended.
func (p *player) nothingLeft() error {
	var left []string
	for deadline := time.Now().Add(min(tidyLimit, p.limit)); time.Now().Before(deadline); time.Sleep(pollEvery) {
		left = left[:0]
		for _, process := range processes(p.term.Pid()) {
			left = append(left, "process "+process.String())
		}
		for _, dir := range []string{p.data, p.tmp()} {
			entries, err := os.ReadDir(dir)
			if err != nil {
				return fmt.Errorf("look for what is left: %w", err)
			}
			for _, e := range entries {
				if dir != p.data || strings.HasPrefix(e.Name(), dataPrefix) {
					left = append(left, "folder "+filepath.Join(dir, e.Name()))
				}
			}
		}
		if len(left) == 0 {
			return nil
		}
	}
	return fmt.Errorf("the program left: %s", strings.Join(left, "; "))
}
