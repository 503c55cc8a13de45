//go:build unix

package tuitest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// tmuxLimit is how long tmux may take for one command.
const tmuxLimit = 20 * time.Second

// logLimit is for how long nothing more has come into a log that is whole.
const logLimit = 2 * time.Second

// Tmux is a terminal in a tmux server of its own. What is seen comes from
// capture-pane; what the program wrote is read beside it, so that the same is
// known of its modes as with the emulator.
type Tmux struct {
	dir     string // of the socket and of the log of what the program wrote
	socket  string
	env     []string
	shadow  *Emulator // reads the log
	log     *os.File
	written int64
	last    time.Time
	pid     int
	end     *End
	seen    *Screen // the last one; stays after a hangup
	closed  bool
}

// StartTmux starts a program in tmux.
func StartTmux(c Command) (*Tmux, error) {
	dir, err := os.MkdirTemp("", "tuitest-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for tmux: %w", err)
	}
	t := &Tmux{dir: dir, socket: filepath.Join(dir, "s"), env: c.Env, last: time.Now()}
	t.shadow = NewEmulator(c.Cols, c.Rows, Features{}, io.Discard)
	if err := t.start(c); err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

// tmuxSettings are made once there is a session: tmux 3.3a dies of window-size
// in its file.
var tmuxSettings = [][2]string{
	{"remain-on-exit", "on"}, {"remain-on-exit-format", ""}, {"status", "off"}, {"set-clipboard", "on"},
	{"window-size", "manual"}, {"focus-events", "on"}, {"escape-time", "0"},
}

func (t *Tmux) start(c Command) error {
	log := filepath.Join(t.dir, "log")
	var err error
	if t.log, err = os.OpenFile(log, os.O_CREATE|os.O_RDONLY, 0o600); err != nil {
		return fmt.Errorf("make a log: %w", err)
	}
	// The shell waits until the log is under way, then becomes the program.
	script := `tmux -S "$1" wait-for go; shift; unset TMUX_PANE; exec "$@"`
	args := []string{"-f", "/dev/null", "new-session", "-d", "-x", strconv.Itoa(c.Cols), "-y", strconv.Itoa(c.Rows), "-c", c.Dir}
	args = append(args, "sh", "-c", script, "sh", t.socket, c.Path)
	if _, err := t.tmux(append(args, c.Args...)...); err != nil {
		return err
	}
	settings := tmuxSettings
	if !c.Features.NoColours { // tmux answers with what its windows are drawn in
		style := "fg=#f0f0f0,bg=#1c1c1c"
		if c.Features.Light {
			style = "fg=#1c1c1c,bg=#f0f0f0"
		}
		settings = append(slices.Clone(settings), [2]string{"window-style", style})
	}
	for _, setting := range settings {
		if _, err := t.tmux("set-option", "-g", setting[0], setting[1]); err != nil {
			return err
		}
	}
	if err := t.Resize(c.Cols, c.Rows); err != nil { // a row was the status line's
		return err
	}
	if _, err := t.tmux("pipe-pane", "-O", "exec cat >> '"+log+"'"); err != nil {
		return err
	}
	if _, err := t.tmux("wait-for", "-S", "go"); err != nil {
		return err
	}
	pid, err := t.ask("#{pane_pid}")
	if err != nil {
		return err
	}
	t.pid, err = strconv.Atoi(pid)
	return err
}

// tmux runs a command of tmux and returns what it prints.
func (t *Tmux) tmux(args ...string) (string, error) { return t.tmuxWith(nil, args...) }

func (t *Tmux) tmuxWith(in []byte, args ...string) (string, error) {
	var out, stderr bytes.Buffer
	cmd := exec.Command("tmux", append([]string{"-u", "-S", t.socket}, args...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &out, &stderr
	cmd.Env = t.env // of the program: the server hands it on
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("tmux: %w", err)
	}
	limit := time.AfterFunc(tmuxLimit, func() { cmd.Process.Kill() })
	defer limit.Stop()
	if err := cmd.Wait(); err != nil {
		return "", fmt.Errorf("tmux %s: %w: %s", args[0], err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSuffix(out.String(), "\n"), nil
}

func (t *Tmux) ask(format string) (string, error) {
	return t.tmux("display-message", "-p", format)
}

// follow reads what the program wrote since the last time.
func (t *Tmux) follow() {
	buf := make([]byte, 64<<10)
	for {
		n, err := t.log.Read(buf)
		if n > 0 {
			t.shadow.Write(buf[:n])
			t.written += int64(n)
			t.last = time.Now()
		}
		if n == 0 || err != nil {
			return
		}
	}
}

// Screen implements [Terminal].
func (t *Tmux) Screen() (Screen, error) {
	t.follow()
	if t.closed {
		return *t.seen, nil
	}
	text, err := t.tmux("capture-pane", "-e", "-p", "-N")
	if err != nil {
		return Screen{}, err
	}
	where, err := t.ask("#{pane_width} #{pane_height} #{cursor_x} #{cursor_y} #{cursor_flag}")
	if err != nil {
		return Screen{}, err
	}
	var cols, rows, x, y, shown int
	if _, err := fmt.Sscan(where, &cols, &rows, &x, &y, &shown); err != nil {
		return Screen{}, fmt.Errorf("tmux says %q of its pane: %w", where, err)
	}
	// What was captured is text with styles, which the emulator reads.
	e := NewEmulator(cols, rows, Features{}, io.Discard)
	for i, line := range strings.Split(text, "\n") {
		fmt.Fprintf(e, "\x1b[%d;1H\x1b[0m%s", i+1, strings.NewReplacer("\x0e", "", "\x0f", "").Replace(line))
	}
	s := e.Screen()
	s.Column, s.Row, s.CursorShown = min(x, cols-1)+1, y+1, shown == 1
	t.seen = &s
	return s, nil
}

// Activity implements [Terminal].
func (t *Tmux) Activity() (int64, time.Duration) {
	t.follow()
	return t.written, time.Since(t.last)
}

// Key implements [Terminal].
func (t *Tmux) Key(k Key) error {
	name, mods := k.split()
	named, ok := namedKeys[name]
	if !ok && mods == 0 {
		return t.Text(name)
	}
	key := name
	if ok {
		key = named.tmux
	}
	if name == "tab" && mods&1 != 0 {
		key, mods = "BTab", mods&^1
	}
	for i, mod := range []string{"S-", "M-", "C-"} {
		if mods&(1<<i) != 0 {
			key = mod + key
		}
	}
	if _, err := t.tmux("send-keys", key); err != nil {
		return err
	}
	if name == "esc" && mods == 0 {
		time.Sleep(escGap)
	}
	return nil
}

// Text implements [Terminal].
func (t *Tmux) Text(text string) error {
	if text == "" {
		return nil
	}
	if rest, ok := strings.CutSuffix(text, ";"); ok { // it would end tmux's command
		text = rest + `\;`
	}
	_, err := t.tmux("send-keys", "-l", "--", text)
	return err
}

// hex types bytes as they are.
func (t *Tmux) hex(text string) error {
	args := []string{"send-keys", "-H"}
	for _, c := range []byte(text) {
		args = append(args, strconv.FormatUint(uint64(c), 16))
	}
	_, err := t.tmux(args...)
	return err
}

// Paste implements [Terminal].
func (t *Tmux) Paste(text string) error {
	if text == "" {
		return nil
	}
	if _, err := t.tmuxWith([]byte(text), "load-buffer", "-b", "pasted", "-"); err != nil {
		return err
	}
	_, err := t.tmux("paste-buffer", "-p", "-d", "-b", "pasted")
	return err
}

// Mouse implements [Terminal].
func (t *Tmux) Mouse(m Mouse) (bool, error) {
	t.follow()
	data := t.shadow.Moused(m)
	if data == "" {
		return false, nil
	}
	return true, t.hex(data)
}

// Focus implements [Terminal].
func (t *Tmux) Focus(in bool) error {
	t.follow()
	if data := t.shadow.Focused(in); data != "" {
		return t.hex(data)
	}
	return nil
}

// Resize implements [Terminal].
func (t *Tmux) Resize(cols, rows int) error {
	t.follow()
	t.shadow.Resize(cols, rows)
	_, err := t.tmux("resize-window", "-x", strconv.Itoa(cols), "-y", strconv.Itoa(rows))
	return err
}

// Hangup implements [Terminal].
func (t *Tmux) Hangup() error {
	if _, err := t.Screen(); err != nil {
		return err
	}
	t.closed = true
	_, err := t.tmux("kill-server")
	return err
}

// Pid implements [Terminal].
func (t *Tmux) Pid() int { return t.pid }

// Ended implements [Terminal]. After a hangup nobody is told how the program
// ended; it counts as killed by the signal.
func (t *Tmux) Ended() (End, bool) {
	if t.end != nil {
		return *t.end, true
	}
	if t.closed {
		if err := syscall.Kill(t.pid, 0); err == nil && len(processes(t.pid)) > 0 {
			return End{}, false
		}
		t.end = &End{Signal: syscall.SIGHUP}
		return *t.end, true
	}
	text, err := t.ask("#{pane_dead} #{pane_dead_status} #{pane_dead_signal} #{pid}")
	fields := strings.Split(text, " ")
	if err != nil || len(fields) != 4 || fields[0] != "1" {
		return End{}, false
	}
	if fields[1]+fields[2] == "" {
		// The terminal is closed before the program has ended, but tmux 3.3a
		// also misses ends under load until it is told to look for them.
		if server, err := strconv.Atoi(fields[3]); err == nil && server > 1 {
			syscall.Kill(server, syscall.SIGCHLD)
		}
		return End{}, false
	}
	var end End
	end.Status, _ = strconv.Atoi(fields[1])
	if n, _ := strconv.Atoi(fields[2]); n != 0 {
		end = End{Signal: syscall.Signal(n)}
	}
	t.end = &end
	return end, true
}

// Left implements [Terminal].
func (t *Tmux) Left() []string {
	if t.closed {
		return nil
	}
	t.follow()
	left := t.shadow.Left()
	// The log comes by way of another process, behind the screen.
	for ; len(left) > 0 && time.Since(t.last) < logLimit; left = t.shadow.Left() {
		time.Sleep(pollEvery)
		t.follow()
	}
	// The cursor of a pane whose program has ended is hidden by tmux itself.
	text, err := t.ask("#{alternate_on} #{mouse_any_flag} #{keypad_flag} #{keypad_cursor_flag} #{insert_flag} #{origin_flag} #{wrap_flag}")
	if err == nil && text != "0 0 0 0 0 0 1" {
		left = append(left, "tmux says "+text+" (alternate screen, mouse, keypad, cursor keys, insert, origin, wrap)")
	}
	return left
}

// Complaints implements [Terminal].
func (t *Tmux) Complaints() []string {
	t.follow()
	return t.shadow.Complaints()
}

// Clipboard implements [Terminal].
func (t *Tmux) Clipboard() (string, bool) {
	if t.closed {
		return "", false
	}
	text, err := t.tmux("show-buffer")
	return text, err == nil
}

// Title implements [Terminal].
func (t *Tmux) Title() string {
	t.follow()
	return t.shadow.Title()
}

// Close implements [Terminal].
func (t *Tmux) Close() error {
	if t.pid != 0 {
		if _, ended := t.Ended(); !ended {
			killSession(t.pid)
		}
	}
	var err error
	if !t.closed {
		t.closed = true
		_, err = t.tmux("kill-server")
	}
	if t.log != nil {
		err = errors.Join(err, t.log.Close())
	}
	return errors.Join(err, os.RemoveAll(t.dir))
}
