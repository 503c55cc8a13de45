package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"raftscope/engine/grammar"
	"raftscope/tui/command"
	"raftscope/tui/keys"
	"raftscope/tui/pane"
)

// In one scope no key has two meanings.
func TestNoKeyTwice(t *testing.T) {
	if twice := keys.Check(timeKeys, actKeys, lookKeys, pane.Motion); twice != "" {
		t.Error(twice)
	}
	for _, m := range KeyMaps() {
		if twice := keys.Check(m); twice != "" {
			t.Error(twice)
		}
	}
	for name, c := range dialogCockpits(t) {
		if twice := keys.Check(*c.m.top().Keys()); twice != "" && name != "prompt" {
			t.Errorf("%s: %s", name, twice)
		}
	}
}

// hidden are the cockpit's keys that a pane takes, and why that does no harm.
var hidden = map[string]string{
	"next H": "it holds too: the operation that is selected in the pane",
}

func TestPanesHideNoKeys(t *testing.T) {
	for _, p := range newPanes() {
		for _, b := range p.Keys().Bindings {
			for _, k := range b.Keys {
				if v := globalVerb(k); v != "" && hidden[p.Name()+" "+k] == "" {
					t.Errorf("%s of the pane %s hides %q", k, p.Name(), v)
				}
				if v := pane.Motion.Verb(k); v != "" {
					t.Errorf("%s of the pane %s hides %q", k, p.Name(), v)
				}
			}
		}
	}
}

// Every key can be pressed: a terminal sends what Bubble Tea calls so.
func TestKeysHaveNames(t *testing.T) {
	maps := KeyMaps()
	for _, c := range dialogCockpits(t) {
		maps = append(maps, *c.m.top().Keys())
	}
	for _, m := range maps {
		for _, b := range m.Bindings {
			for _, k := range b.Keys {
				if got := pressOf(k).String(); got != k {
					t.Errorf("%s: %q of %q is pressed as %q", m.Name, k, b.Verb, got)
				}
			}
			if b.Help == "" {
				t.Errorf("%s: %q has no help", m.Name, b.Verb)
			}
		}
	}
}

// situation is a cockpit at a moment at which some keys do something.
type situation struct {
	name string
	make func() *cockpit
}

// situations are enough of them that each key does something in one.
func situations(t *testing.T) []situation {
	live := sevenSource(t)
	recording := recordedTruncation(t)
	of := func(name string, src func() Source, press ...string) situation {
		return situation{name, func() *cockpit {
			c := newCockpit(t, src(), Options{Theme: "dark"}, 140, 40)
			c.keys(press...)
			return c
		}}
	}
	running := func() Source { return live }
	replayed := func() Source { return recordingSource(t, recording) }
	return []situation{
		of("live", running),
		of("a write", running, "w", "x 1", "enter", "s", "s", "s"),
		of("its next operations", running, "w", "x 1", "enter", "s", "s", "s", "s", "tab", "tab"),
		of("history", running, "[", "[", "[", "["),
		of("history, a write", running, "{", "{", "."),
		of("found", running, "/", "kind:append", "enter", "n"),
		of("the tree of the second line", running, "tab", "shift+tab", "j", "j", "ctrl+o"),
		of("a zoom", running, "z"),
		of("logs", running, "2"),
		of("events", running, "6"),
		of("the way", running, "j", "r", "j", "r", "ctrl+o"),
		of("replay", replayed),
		of("replay, later", replayed, "end", "{", "E"),
	}
}

// Every key of the cockpit and of its panes does something somewhere: it changes
// the screen, copies, or quits.
func TestNoDeadKey(t *testing.T) {
	all := situations(t)
	maps := []keys.Map{timeKeys, actKeys, lookKeys}
	for _, m := range maps {
		for _, b := range m.Bindings {
			for _, k := range b.Keys {
				if !slices.ContainsFunc(all, func(s situation) bool { return does(s.make(), k) }) {
					t.Errorf("%s (%s, %s) does nothing anywhere", k, m.Name, b.Verb)
				}
			}
		}
	}
	for place, p := range newPanes() {
		bindings := p.Keys().Bindings
		if place == int(placeTree) {
			bindings = slices.Concat(bindings, pane.Motion.Bindings)
		}
		for _, b := range bindings {
			if !slices.ContainsFunc(all, func(s situation) bool {
				c := s.make()
				if _, ok := c.m.layout.find(slotOf(c, place)); !ok {
					return false
				}
				c.m.focus[c.m.screen] = slotOf(c, place)
				c.m.frame.stale = true
				return does(c, b.Keys[0])
			}) {
				t.Errorf("%s (pane %s, %s) does nothing anywhere", b.Keys[0], p.Name(), b.Verb)
			}
		}
	}
}

func slotOf(c *cockpit, at int) place {
	c.m.View()
	return place(at)
}

// does says whether a key does anything.
func does(c *cockpit, key string) bool {
	before := c.m.View().Content
	paced := c.m.pace.on
	c.key(key)
	return c.quit || c.clip != "" || c.m.View().Content != before || c.m.pace.on != paced
}

// dialogCockpits are cockpits with each of the dialogs open.
func dialogCockpits(t *testing.T) map[string]*cockpit {
	t.Helper()
	src := sevenSource(t)
	open := func(press ...string) *cockpit {
		return newCockpit(t, src, Options{Theme: "dark"}, 100, 20).keys(press...)
	}
	all := map[string]*cockpit{
		"prompt": open(":", "run until "), "menu": open("x"), "help": open("?"), "quit": open("s", "q"), "plan": open("X"),
		"text": open(":", "print events", "enter"), "breaks": open(":", "break kind:append", "enter", ":", "break kind:vote", "enter", "B"),
	}
	for name, c := range all {
		if c.m.top() == nil {
			t.Fatalf("%s: no dialog is open:\n%s", name, c.screen())
		}
	}
	return all
}

// openings are the keys after which a dialog is open, somewhere in its middle.
var openings = map[string][][]string{
	"prompt": {
		{":", "run until ", "left", "left", "left"}, {":", "run until ", "up"}, {":", "run until ", "up", "up"}, {":", "run un", "ctrl+w"},
	},
	"menu": {{"x", "j", "j"}, {"x", "j", "j", "pgdown"}},
	"help": {{"?", "pgdown"}},
	"quit": {{"s", "q"}},
	"plan": {{"X", "j"}},
	"text": {{":", "print events", "enter", "pgdown", "l"}},
	"breaks": {
		{":", "break kind:append", "enter", ":", "break kind:vote", "enter", "B", "j"}, {"B", "k", "k", "k", "j"},
	},
}

// Every key of every dialog does something, too.
func TestNoDeadDialogKey(t *testing.T) {
	for name, c := range dialogCockpits(t) {
		for _, b := range c.m.top().Keys().Bindings {
			for _, k := range b.Keys {
				if !slices.ContainsFunc(openings[name], func(press []string) bool {
					at := newCockpit(t, c.m.src, Options{Theme: "dark"}, 100, 20)
					at.m.entered.Add("run until idle")
					at.m.entered.Add("run until leader")
					return doesInDialog(at.keys(press...), k)
				}) {
					t.Errorf("%s: %s (%s) does nothing", name, k, b.Verb)
				}
			}
		}
	}
}

// doesInDialog is does of a dialog, whose cursor may be all that moves.
func doesInDialog(c *cockpit, key string) bool {
	before, dialogs := c.m.View(), len(c.m.dialogs)
	if does(c, key) || len(c.m.dialogs) != dialogs {
		return true
	}
	after := c.m.View()
	return before.Cursor != nil && after.Cursor != nil && *before.Cursor != *after.Cursor
}

// lines is a line for every verb, of the viewer's and of the grammar.
var lines = []string{
	"goto 1ms", "goto +1ms", "goto -1ms", "goto event 10", "goto home", "goto end", "find kind:append", "filter kind:append", "filter",
	"view logs", "view events", "view main", "root node#1", "select node#1", "zoom", "pace 4", "pace max",
	"theme auto", "theme light", "theme dark", "theme none", "save %/run.rsc", "help", "help run", "help KEYS", "quit",
	"cluster nodes=3",
	"run until leader timeout=5s", "break kind:append", "run", "step", "step 2", "step exec@last", "finish exec@last", "advance 1ms", "print breaks",
	"disable 1", "enable 1", "delete 1", "delete all",
	"write leader set x 1", "read leader get x", "client rate=10 calls=1", "client stop",
	"demote n3", "promote n3", "remove n3", "add voter n3", "transfer n2", "elect n1",
	"snapshot n1", "cut n1 | n2 n3", "heal", "crash n1", "restart n1", "stop n1", "restart n1", "freeze n1", "thaw n1",
	"crash n2", "forge n2 empty", "start n2", "timeouts n2 x2", "disk n2 full", "disk n2 heal", "crash n2", "disk-queue n2 append 1", "crash n2", "start n2",
	"hold append n1", "clear 1", "release append@last", "drop append-rpc n1>n2", "delay disk n1 by=1ms", "fail append n1 with=EIO", "reorder append-rpc n1>n2",
	"duplicate append-rpc n1>n2", "clear all", "truncate plan", "expect leader n1", "note hello", "print nodes",
}

// Whatever can be typed can be carried out in every mode, or there is a reason
// that its user understands.
func TestEveryCommandInEveryMode(t *testing.T) {
	has := func(verb string) bool {
		return slices.ContainsFunc(lines, func(l string) bool { return firstWord(l) == verb })
	}
	for _, v := range command.Verbs() {
		if !has(v.Name) {
			t.Errorf("no line for %s (%s)", v.Name, v.Usage)
		}
	}
	for _, v := range grammar.Verbs() {
		if !has(v.Name) {
			t.Errorf("no line for %s (%+v)", v.Name, v)
		}
	}
	all := append([]string{"write leader set x 1", "step 2"}, lines...)
	for _, p := range grammar.Prints() {
		line := fmt.Sprint("print ", p.What)
		if p.What == grammar.PrintTree {
			line += " node#1"
		}
		all = append(all, line)
	}
	running, recording := sevenSource(t), recordedTruncation(t)
	for _, mode := range []struct {
		name string
		make func() *cockpit
	}{
		{"LIVE", func() *cockpit { return newCockpit(t, running, Options{}, 120, 36) }},
		{"HISTORY", func() *cockpit { return newCockpit(t, running, Options{}, 120, 36).keys("[", "[") }},
		{"REPLAY", func() *cockpit { return replayCockpit(t, recording, Options{}, 120, 36).keys("end", "E", "E") }},
	} {
		t.Run(mode.name, func(t *testing.T) {
			for _, line := range all {
				c := mode.make()
				c.shows(mode.name)
				c.command(strings.ReplaceAll(line, "%", t.TempDir()))
				got := c.m.message.text
				if strings.Contains(got, "does not know") || strings.Contains(got, "expected") || strings.Contains(got, "grammar.") {
					t.Errorf("%s: %s", line, got)
				}
				if c.m.last.Dead != nil {
					t.Fatalf("%s: the cluster is dead: %+v", line, c.m.last.Dead)
				}
				wholeFrame(t, c.m)
			}
		})
	}
}
