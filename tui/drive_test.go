package tui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"raftscope/engine"
	"raftscope/engine/grammar"
	"raftscope/sm"
)

func TestMain(m *testing.M) {
	engine.MaybeDebuggee()
	os.Exit(m.Run())
}

// session is a cluster as the cockpit sees it. The command line has its own,
// with rules and recordings; here the cluster's answers are enough.
type session struct{ s *engine.Session }

func (c session) Do(ctx context.Context, cmd grammar.Command) Report {
	err := c.s.DoContext(ctx, cmd)
	r := c.State()
	var refused *engine.CommandError
	switch r.Err = err; {
	case err == nil:
	case errors.Is(err, engine.ErrInterrupted):
		r.Interrupted, r.Err = true, nil
	case !errors.As(err, &refused):
		r.Dead = &Death{Reason: err.Error()}
		if d := c.s.Death(); d != nil {
			r.Dead = &Death{Reason: d.Reason, Stacks: d.Stacks}
		}
	}
	return r
}

func (c session) Now() sm.Time { return c.s.Now() }

func (c session) State() Report {
	r := Report{At: c.s.Status().At}
	for _, b := range c.s.Breaks() {
		r.Breaks = append(r.Breaks, Break{N: b.N, Cond: b.Cond, Once: b.Once, Disabled: b.Disabled, Ignore: b.Ignore, Hits: b.Hits})
	}
	if s := c.s.Stop(); s != nil {
		r.Stop = &Stop{Break: s.Break, Cond: s.Cond, Seq: s.Seq, Why: s.Why, Also: s.Also}
	}
	for _, rule := range c.s.Status().Rules {
		r.Rules = append(r.Rules, Rule{N: rule.N, Text: rule.Text, Fired: rule.Fired})
	}
	return r
}

// cockpit drives a model as Bubble Tea would, on one goroutine: keys go in, and
// what the model begins is waited for.
type cockpit struct {
	t       testing.TB
	m       *Model
	msgs    chan tea.Msg
	waiting int
	clip    string
	quit    bool
}

// newCockpit shows a source at a size.
func newCockpit(t testing.TB, src Source, opt Options, w, h int) *cockpit {
	t.Helper()
	if opt.Theme == "" {
		opt.Theme = "none"
	}
	c := &cockpit{t: t, m: New(t.Context(), src, opt), msgs: make(chan tea.Msg, 1000)}
	c.begin(c.m.Init())
	c.tell(tea.WindowSizeMsg{Width: w, Height: h})
	return c
}

// liveCockpit starts a cluster and shows it once it has a leader.
func liveCockpit(t testing.TB, cluster string, w, h int, first ...string) *cockpit {
	t.Helper()
	return newCockpit(t, liveSource(t, cluster, first...), Options{}, w, h)
}

// liveSource is a cluster after its first commands, as a cockpit sees it.
func liveSource(t testing.TB, cluster string, first ...string) Source {
	t.Helper()
	s := startSession(t, cluster, first...)
	cmds, err := grammar.ParseLine(1, cluster)
	if err != nil {
		t.Fatal(err)
	}
	of := cmds[0].(grammar.Cluster)
	return Source{Timeline: s.Timeline(), Controller: session{s}, Cluster: of, Seed: of.Seed, Save: saver(s)}
}

func startSession(t testing.TB, cluster string, first ...string) *engine.Session {
	t.Helper()
	if raceEnabled && !strings.HasPrefix(t.Name(), "TestSoak") {
		t.Skip("what it expects follows from the seed, and under the race detector runs are not equal")
	}
	cmds, err := grammar.ParseLine(1, cluster)
	if err != nil {
		t.Fatal(err)
	}
	s, err := engine.Start(cmds[0].(grammar.Cluster), engine.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	for _, line := range first {
		cmds, err := grammar.ParseLine(1, line)
		if err != nil {
			t.Fatal(err)
		}
		for _, cmd := range cmds {
			if err := s.Do(cmd); err != nil {
				t.Fatal(err)
			}
		}
	}
	return s
}

// begin starts a command of Bubble Tea's.
func (c *cockpit) begin(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	c.waiting++
	go func() { c.msgs <- cmd() }()
}

// tell gives a message to the model and waits until nothing is under way.
func (c *cockpit) tell(msg tea.Msg) {
	c.t.Helper()
	c.update(msg)
	c.settle()
}

func (c *cockpit) update(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil:
		return
	case tea.BatchMsg:
		for _, cmd := range msg {
			c.begin(cmd)
		}
		return
	case tea.QuitMsg:
		c.quit = true
		return
	}
	if text, ok := clipboardText(msg); ok {
		c.clip = text
		return
	}
	_, cmd := c.m.Update(msg)
	c.begin(cmd)
}

// clipboardText is the text of what tea.SetClipboard makes, whose type is not
// public.
func clipboardText(msg tea.Msg) (string, bool) {
	if strings.HasSuffix(fmt.Sprintf("%T", msg), ".setClipboardMsg") {
		return fmt.Sprint(msg), true
	}
	return "", false
}

// settle waits until nothing is under way any more, but for a run.
func (c *cockpit) settle() {
	c.t.Helper()
	deadline := time.After(time.Minute)
	for c.waiting > 0 && !(c.m.pace.on && !c.m.work.busy) {
		c.one(deadline)
	}
}

func (c *cockpit) one(deadline <-chan time.Time) {
	c.t.Helper()
	select {
	case msg := <-c.msgs:
		c.waiting--
		c.update(msg)
	case <-deadline:
		c.t.Fatalf("nothing came for a minute; the screen is\n%s", c.screen())
	}
}

// keys presses keys by their names; what is longer than a key and no name of one
// is typed.
func (c *cockpit) keys(all ...string) *cockpit {
	c.t.Helper()
	for _, k := range all {
		if isKeyName(k) || len([]rune(k)) == 1 {
			c.key(k)
			continue
		}
		for _, r := range k {
			c.key(string(r))
		}
	}
	return c
}

var named = map[string]tea.Key{
	"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab}, "space": {Code: ' ', Text: " "},
	"shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift}, "up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown},
	"left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight}, "home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd},
	"pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown}, "backspace": {Code: tea.KeyBackspace}, "delete": {Code: tea.KeyDelete},
	"f1": {Code: tea.KeyF1},
}

func isKeyName(k string) bool {
	_, ok := named[k]
	return ok || strings.HasPrefix(k, "ctrl+") || strings.HasPrefix(k, "alt+")
}

func (c *cockpit) key(k string) {
	c.t.Helper()
	c.tell(pressOf(k))
}

// pressOf is the message of a key, by its name.
func pressOf(k string) tea.KeyPressMsg {
	if key, ok := named[k]; ok {
		return tea.KeyPressMsg(key)
	}
	if k == " " {
		return tea.KeyPressMsg(named["space"])
	}
	if letter, ok := strings.CutPrefix(k, "ctrl+"); ok && len(letter) == 1 {
		return tea.KeyPressMsg(tea.Key{Code: rune(letter[0]), Mod: tea.ModCtrl})
	}
	if letter, ok := strings.CutPrefix(k, "alt+"); ok {
		press := pressOf(letter)
		return tea.KeyPressMsg(tea.Key{Code: press.Code, Mod: press.Mod | tea.ModAlt})
	}
	if name, ok := strings.CutPrefix(k, "ctrl+"); ok {
		return tea.KeyPressMsg(tea.Key{Code: named[name].Code, Mod: tea.ModCtrl})
	}
	return tea.KeyPressMsg(tea.Key{Code: []rune(k)[0], Text: k})
}

// command carries out a line as the prompt does.
func (c *cockpit) command(line string) {
	c.t.Helper()
	c.m.message = message{}
	c.begin(c.m.line(line))
	c.m.look()
	c.m.frame.stale = true
	c.settle()
}

// screen returns the screen as plain text.
func (c *cockpit) screen() string {
	c.m.View()
	return c.m.frame.screen.Plain()
}

// shows fails the test if the screen does not show all of the texts.
func (c *cockpit) shows(texts ...string) {
	c.t.Helper()
	screen := c.screen()
	for _, text := range texts {
		if !strings.Contains(screen, text) {
			c.t.Fatalf("the screen does not show %q:\n%s", text, screen)
		}
	}
}

// hides fails the test if the screen shows any of the texts.
func (c *cockpit) hides(texts ...string) {
	c.t.Helper()
	screen := c.screen()
	for _, text := range texts {
		if strings.Contains(screen, text) {
			c.t.Fatalf("the screen shows %q:\n%s", text, screen)
		}
	}
}

func (c *cockpit) line(y int) string {
	lines := strings.Split(c.screen(), "\n")
	if y < 0 {
		y = len(lines) - 1 + y
	}
	return lines[y]
}

func mustParse(t *testing.T, text string) *grammar.File {
	t.Helper()
	f, err := grammar.ParseFile("test", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}
