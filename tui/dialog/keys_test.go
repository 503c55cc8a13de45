package dialog

import (
	"reflect"
	"strconv"
	"strings"
	"testing"

	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/pane"
	"raftscope/tui/theme"
)

func newScreen(w, h int) grid.Canvas { return grid.New(w, h).All() }

var plain = theme.New(theme.None, false)

// drawnAt returns a dialog that has been drawn, as one is before it gets keys.
func drawnAt(d Dialog, w, h int) Dialog {
	d.Draw(newScreen(w, h), plain)
	return d
}

// numbered returns items that do what their number says.
func numbered(n int) (items []Item) {
	for i := range n {
		line := strconv.Itoa(i + 1)
		items = append(items, Item{Label: line, Shown: line, Action: pane.Command{Line: line}})
	}
	return items
}

func TestKeys(t *testing.T) {
	closes := Result{Close: true}
	do := func(line string) Result { return Result{Action: pane.Command{Line: line}} }
	ask := func(text string) Result { return Result{Close: true, Action: pane.Prompt{Text: text}} }
	items := []Item{{Label: "a", Shown: "stop n2", Action: pane.Command{Line: "stop n2"}}, {Label: "b", Shown: "delay x by=", Action: pane.Prompt{Text: "delay x by="}}}
	for _, c := range []struct {
		name string
		d    Dialog
		keys string
		want Result
	}{
		{"menu: the first", NewMenu("m", items), "enter", Result{true, pane.Command{Line: "stop n2"}}},
		{"menu: the second", NewMenu("m", items), "j enter", ask("delay x by=")},
		{"menu: beyond the end", NewMenu("m", items), "j j j j k enter", Result{true, pane.Command{Line: "stop n2"}}},
		{"menu: by number", NewMenu("m", items), "2", ask("delay x by=")},
		{"menu: no such number", NewMenu("m", items), "3", Result{}},
		{"menu: the tenth by its letter", NewMenu("m", numbered(70)), "a", Result{true, pane.Command{Line: "10"}}},
		{"menu: letters that mean something else are left out", NewMenu("m", numbered(70)), "h", Result{true, pane.Command{Line: "15"}}},
		{"menu: behind the small letters capital ones", NewMenu("m", numbered(70)), "A", Result{true, pane.Command{Line: "30"}}},
		{"menu: the last with a letter", NewMenu("m", numbered(70)), "Z", Result{true, pane.Command{Line: "53"}}},
		{"menu: no such letter", NewMenu("m", numbered(12)), "d", Result{}},
		{"menu: the key that opens menus chooses nothing", NewMenu("m", numbered(70)), "x X", Result{}},
		{"menu: edit", NewMenu("m", items), "e", ask("stop n2")},
		{"menu: close", NewMenu("m", items), "esc", closes},
		{"menu: nothing to choose", NewMenu("m", nil), "j enter", Result{}},
		{"menu: nothing to choose, close", NewMenu("m", nil), "q", closes},

		{"quit: save", NewQuit("a b.rsc"), "s", Result{true, pane.Quit{Save: "a b.rsc"}}},
		{"quit: another name", NewQuit("a b.rsc"), "n", ask(`save "a b.rsc"`)},
		{"quit: discard", NewQuit("a.rsc"), "d", Result{true, pane.Quit{}}},
		{"quit: stay", NewQuit("a.rsc"), "esc", closes},
		{"quit: another key", NewQuit("a.rsc"), "x", Result{}},

		{"text: copy", NewText("t", "a\tb\r\nc\x1b[m"), "y", Result{Action: pane.Copy{Text: "a    b\n\"c\\x1b[m\""}}},
		{"text: close", NewText("t", ""), "q", closes},

		{"breaks: switch off", NewBreaks(someBreaks(t)), "space", do("disable 1")},
		{"breaks: switch on", NewBreaks(someBreaks(t)), "j space", do("enable 2")},
		{"breaks: delete", NewBreaks(someBreaks(t)), "G d", do("delete 12")},
		{"breaks: delete all", NewBreaks(someBreaks(t)), "D", do("delete all")},
		{"breaks: add", NewBreaks(someBreaks(t)), "a", ask("break ")},
		{"breaks: add to none", NewBreaks(nil), "enter", ask("break ")},
		{"breaks: one like it", NewBreaks(someBreaks(t)), "j e", ask("break commit n2 >= 5 once")},
		{"breaks: none to delete", NewBreaks(nil), "d", Result{}},
		{"breaks: close", NewBreaks(nil), "B", closes},

		{"help: close", NewHelp("", someMaps()), "?", closes},
		{"help: a filter takes letters", NewHelp("", someMaps()), "/ q", Result{}},
		{"help: escape ends the filter first", NewHelp("", someMaps()), "/ q enter esc", Result{}},
		{"help: and then closes", NewHelp("", someMaps()), "/ q enter esc esc", closes},
		{"help: escape while typing", NewHelp("", someMaps()), "/ q esc q", closes},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := press(t, drawnAt(c.d, 80, 24), strings.Fields(c.keys)...); !reflect.DeepEqual(got, c.want) {
				t.Errorf("%+v, expected %+v", got, c.want)
			}
		})
	}
}

// The list stays where it is while its breakpoints change.
func TestBreaksSet(t *testing.T) {
	all := someBreaks(t)
	d := NewBreaks(all)
	press(t, drawnAt(d, 80, 24), "j")
	for _, c := range []struct {
		then []int // which are left
		want string
	}{{[]int{0, 1, 2}, "delete 2"}, {[]int{1, 2}, "delete 2"}, {[]int{2}, "delete 12"}, {nil, ""}, {[]int{0}, "delete 1"}} {
		now := d.all[:0:0]
		for _, i := range c.then {
			now = append(now, all[i])
		}
		d.Set(now)
		drawnAt(d, 80, 24)
		line, _ := d.Key("d", "d").Action.(pane.Command)
		if line.Line != c.want {
			t.Errorf("with %v left d is %q, expected %q", c.then, line.Line, c.want)
		}
	}
}

// What is shown can be clicked.
func TestClicks(t *testing.T) {
	m := nodeMenu(t, "n2")
	screen := grid.New(80, 24)
	m.Draw(screen.All(), plain)
	lines := strings.Split(screen.Plain(), "\n")
	for y, line := range lines {
		if strings.Contains(line, "crash n2") {
			if r := m.Click(20, y); r.Action != (pane.Command{Line: "crash n2"}) {
				t.Errorf("a click on %q: %+v", line, r)
			}
		}
		if strings.Contains(line, "node n2") {
			if r := m.Click(20, y); r != (Result{}) {
				t.Errorf("a click on a heading: %+v", r)
			}
		}
	}
	if r := m.Click(0, 0); !r.Close {
		t.Error("a click beside the menu does not close it")
	}
	h := NewHelp("", someMaps())
	h.Draw(screen.All(), plain)
	line := strings.Split(screen.Plain(), "\n")[h.tabs[0].y]
	h.Click(len([]rune(line[:strings.Index(line, "marks")])), h.tabs[0].y)
	if got := h.pages[h.page].name; got != "marks" {
		t.Errorf("a click on marks shows %s", got)
	}
	q := NewQuit("a.rsc")
	q.Draw(screen.All(), plain)
	for y, line := range strings.Split(screen.Plain(), "\n") {
		if strings.Contains(line, "quit without saving") {
			if r := q.Click(30, y); r.Action != (pane.Quit{}) {
				t.Errorf("a click on %q: %+v", line, r)
			}
		}
	}
	b := NewBreaks(someBreaks(t))
	b.Draw(screen.All(), plain)
	b.Click(b.area.X+3, b.area.Y+2)
	if r := b.Click(b.area.X+3, b.area.Y+2); r.Action != (pane.Command{Line: "disable 12"}) {
		t.Errorf("two clicks on the third breakpoint: %+v", r)
	}
}

// No key of a dialog has two meanings, and each that is offered has one.
func TestKeyMaps(t *testing.T) {
	all := []Dialog{NewMenu("", nil), NewQuit(""), NewText("", ""), NewBreaks(nil), NewHelp("", nil), NewPrompt("", PromptOptions{})}
	for _, d := range all {
		m := *d.Keys()
		if _, ok := d.(*Prompt); ok { // right completes at the line's end, and moves elsewhere
			m.Bindings = m.Bindings[:0:0]
			for _, b := range d.Keys().Bindings {
				if b.Verb != promptTake {
					m.Bindings = append(m.Bindings, b)
				}
			}
		}
		if twice := keys.Check(m); twice != "" {
			t.Error(twice)
		}
		for _, b := range m.Bindings {
			if b.Help == "" || len(b.Keys) == 0 || b.Verb == "" {
				t.Errorf("%s: %+v", m.Name, b)
			}
		}
	}
}
