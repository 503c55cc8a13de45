package pane_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"raftscope/replay"
	"raftscope/sm"
	"raftscope/tui/pane"
	"raftscope/tui/theme"
)

// eventsSizes are those of the view at 80x24, 120x36 and 200x60, and tiny ones.
var eventsSizes = []struct{ w, h int }{{80, 19}, {120, 31}, {200, 55}, {44, 6}, {30, 3}, {1, 1}}

func wanted(tb testing.TB, tl *replay.Timeline, text string) replay.Filter {
	tb.Helper()
	f, err := tl.ParseFilter(text)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

func TestEvents(t *testing.T) {
	tl := recorded(t, "truncation")
	for _, m := range []struct{ name, when, filter, found string }{
		{"newest", "", "", ""},
		{"moment", "kind:truncate state:DONE", "", ""},
		{"filter", "kind:truncate state:DONE", "node:n3 (type:move or type:fail)", ""},
		{"found", "kind:truncate state:DONE", "", "truncat"},
		{"nothing", "", "text:unheard-of", ""},
	} {
		t.Run(m.name, func(t *testing.T) {
			s := sceneAt(t, tl, m.when)
			if m.filter != "" {
				s.Filter = wanted(t, tl, m.filter)
			}
			if m.found != "" {
				s.Found = wanted(t, tl, m.found)
			}
			var b strings.Builder
			for _, size := range eventsSizes {
				b.WriteString(worked(s, size.w, size.h))
			}
			s.Theme = theme.New(theme.None, true)
			b.WriteString(worked(s, 80, 19))
			same(t, "events-"+m.name, b.String())
		})
	}
}

// worked draws a new pane after it has done all of its work.
func worked(s *pane.Scene, w, h int) string {
	p := pane.NewEvents()
	drawn(p, s, w, h, true)
	workOff(p, s)
	return drawn(p, s, w, h, true)
}

// workOff does the work of a pane and returns the last action.
func workOff(p pane.Worker, s *pane.Scene) (last pane.Action) {
	for p.Busy(s) {
		if a := p.Work(s, 10*time.Microsecond); a != nil {
			last = a
		}
	}
	return last
}

// on returns the position of the event that the cursor is on.
func on(t *testing.T, p *pane.Events, s *pane.Scene) int {
	t.Helper()
	a, ok := p.Do(pane.Open, s).(pane.GoTo)
	if !ok {
		return -1
	}
	return a.Events - 1
}

// The cursor goes over the events that are wanted, one by one, in whatever order
// and however little time there is for looking.
func TestEventsMove(t *testing.T) {
	tl := recorded(t, "truncation")
	for _, filter := range []string{"", "node:n2", "kind:append", "type:command"} {
		t.Run(filter, func(t *testing.T) {
			s := sceneAt(t, tl, "kind:truncate state:DONE")
			s.Filter = wanted(t, tl, filter)
			var all []int
			for i := range tl.Events() {
				if s.Filter.Event(tl, i) {
					all = append(all, i)
				}
			}
			p := pane.NewEvents()
			drawn(p, s, 80, 10, true)
			workOff(p, s)
			at := 0
			check := func(pressed string, want int) {
				t.Helper()
				at = max(0, min(want, len(all)-1))
				if got := on(t, p, s); got != all[at] {
					t.Fatalf("after %s the cursor is on event %d, want %d", pressed, got, all[at])
				}
				if text := drawn(p, s, 80, 10, true); !strings.Contains(text, "›") {
					t.Fatalf("after %s the cursor is not seen:\n%s", pressed, text)
				}
			}
			press := func(key string, want int) {
				t.Helper()
				keyed(p, s, key)
				workOff(p, s)
				check(key, want)
			}
			for at < len(all) && all[at] < s.View.Events() {
				at++
			}
			check("nothing", at-1)
			press("G", len(all)-1)
			press("j", len(all)-1)
			press("k", at-1)
			press("pgup", at-8)
			press("g", 0)
			press("k", 0)
			for range 25 {
				press("j", at+1)
			}
			for range 12 {
				press("k", at-1)
			}
			press("pgdown", at+8)
			press("G", len(all)-1)
			for range len(all) + 3 {
				keyed(p, s, "k")
			}
			check("many k", 0)
		})
	}
}

// The list follows the moment on the screen, and only when that changes.
func TestEventsFollow(t *testing.T) {
	tl := recorded(t, "truncation")
	s, p := sceneAt(t, tl, "kind:truncate state:DONE"), pane.NewEvents()
	drawn(p, s, 80, 10, true)
	moment := s.View.Events()
	keyed(p, s, "k", "k", "k")
	if got := on(t, p, s); got != moment-4 {
		t.Errorf("the cursor is on %d, want %d", got, moment-4)
	}
	before := p.Version()
	s.View = tl.At(moment + 5)
	drawn(p, s, 80, 10, true)
	if got := on(t, p, s); got != moment+4 || p.Version() == before {
		t.Errorf("the cursor is on %d, want %d", got, moment+4)
	}
	s.View = tl.At(0)
	drawn(p, s, 80, 10, true)
	if got := on(t, p, s); got != 0 {
		t.Errorf("the cursor is on %d, want the first event", got)
	}
}

// With a filter in a long run keys and drawing take no longer than a slice, the
// title says how far it is, and Work comes to an end.
func TestEventsLong(t *testing.T) {
	tl := busy(t, 1<<18)
	s := &pane.Scene{View: tl.View(), Last: tl.View(), Theme: theme.New(theme.Dark, false), Filter: wanted(t, tl, "set key1 1")}
	p := pane.NewEvents()
	for _, key := range []string{"", "g", "j", "k", "pgup", "G"} {
		start := time.Now()
		if key != "" {
			keyed(p, s, key)
		}
		drawn(p, s, 80, 10, true)
		if took := time.Since(start); took > 200*time.Millisecond { // a hundred times a slice, and less than all
			t.Errorf("%q took %v", key, took)
		}
	}
	if title := p.Title(s); !strings.Contains(title, "looked at ") {
		t.Errorf("title %q", title)
	}
	keyed(p, s, "g")
	workOff(p, s)
	if title := p.Title(s); strings.Contains(title, "looked at") || strings.Contains(title, "searching") {
		t.Errorf("title %q", title)
	}
	if i := on(t, p, s); !s.Filter.Event(tl, i) || i > 100 {
		t.Errorf("the cursor is on %d", i)
	}
	if a := p.Work(s, time.Second); a != nil || p.Busy(s) {
		t.Errorf("there is more to do when all is done: %v", a)
	}
}

// A click puts the cursor where it was, the wheel moves the window.
func TestEventsMouse(t *testing.T) {
	tl := recorded(t, "truncation")
	s, p := sceneAt(t, tl, "kind:truncate state:DONE"), pane.NewEvents()
	text := strings.Split(drawn(p, s, 120, 20, true), "\n")
	for y := range 20 {
		p.Click(5, y, s)
		if got := fmt.Sprintf(" %d ", tl.Event(on(t, p, s)).Seq); y > 0 && !strings.Contains(text[y+1], got) {
			t.Errorf("a click on %q goes to event %s", text[y+1], got)
		}
	}
	for _, lines := range []int{3, -3, -100, 5000, -5000} {
		p.Wheel(lines, s)
		if text := drawn(p, s, 120, 20, true); !strings.Contains(text, "›") {
			t.Errorf("after %d lines the cursor is not seen:\n%s", lines, text)
		}
	}
	if p.Wheel(-5000, s); on(t, p, s) != p0(p, s) {
		t.Error("the wheel does not reach the first event")
	}
	if got := p.Copy(s); !strings.HasPrefix(got, "1 ") {
		t.Errorf("copied %q", got)
	}
}

func p0(p *pane.Events, s *pane.Scene) int { keyed(p, s, "g"); return 0 }

// hostileEvents is a timeline with all that a recording may hold.
func hostileEvents(tb testing.TB) *replay.Timeline {
	tb.Helper()
	tl := recordedKinds(tb)
	long := strings.Repeat("x", 1<<20)
	texts := []string{"set \x1b[31mred 1", "e\u0301\u202eevil\u2066", "漢字 set 値", long, "\xff\xfe", "a\tb\nc", "👩‍👩‍👧"}
	nodes := []string{"6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6ba7b811-9dad-11d1-80b4-00c04fd430c8", "漢\u202e"}
	var events []sm.Event
	add := func(e sm.Event) {
		e.Seq = uint64(len(events) + 1)
		e.At = sm.Time(len(events)) * 1e6
		events = append(events, e)
	}
	id := sm.ID(0)
	born := func(kind, node, subject, label string) sm.ID {
		id++
		add(sm.Event{Type: sm.Born, Machine: id, Kind: kind, Node: node, Life: 1, Key: subject, Text: label, Due: 1 << 50})
		return id
	}
	for _, n := range nodes {
		born("node", n, n, "")
	}
	for i, text := range texts {
		n, other := nodes[i%3], nodes[(i+1)%3]
		born("append-rpc", n, n+">"+other, text)
		born("append-rpc", n, text, text)
		disk := born("append", n, "48210377..48210377", text)
		add(sm.Event{Type: sm.Attributed, Machine: disk, Node: n, Key: "held", Num: 1})
		add(sm.Event{Type: sm.Attributed, Machine: disk, Node: n, Key: "held-by", Text: text, IsText: true})
		add(sm.Event{Type: sm.Attributed, Machine: disk, Node: n, Key: text, Text: text, IsText: true})
		born("exec", n, fmt.Sprint(i+1), text)
		add(sm.Event{Type: sm.Note, Text: text})
		add(sm.Event{Type: sm.Command, Text: text})
		add(sm.Event{Type: sm.Log, Node: n, Key: text, Text: text})
		add(sm.Event{Type: sm.Violation, Machine: disk, Node: n, Text: text})
	}
	if err := tl.Append(events); err != nil {
		tb.Fatal(err)
	}
	return tl
}

// Nothing of a hostile recording commands the terminal, breaks a line or leaves
// its columns, in any pane at any size.
func TestHostileEvents(t *testing.T) {
	tl := hostileEvents(t)
	if d := tl.Damage(); d.Events > 0 {
		t.Fatal(d.Reasons)
	}
	v := tl.View()
	s := &pane.Scene{View: v, Last: v, Theme: theme.New(theme.Dark, false), Alias: pane.NewAliases(v.Nodes()), Write: v.LastExec().ID()}
	for _, p := range []pane.Pane{pane.NewEvents(), pane.NewNext()} {
		for _, size := range []struct{ w, h int }{{200, 60}, {80, 20}, {33, 5}, {7, 9}, {2, 2}, {1, 1}, {0, 0}, {300, 1}} {
			text := drawn(p, s, size.w, size.h, true)
			lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
			if len(lines)-1 != size.h {
				t.Errorf("%s at %v has %d lines", p.Name(), size, len(lines)-1)
			}
			for _, r := range text {
				if r < ' ' && r != '\n' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x301 {
					t.Errorf("%s at %v draws %q", p.Name(), size, r)
					break
				}
			}
			for _, key := range []string{"j", "k", "l", "h", "g", "G", "pgdown", "pgup", "enter", "H", "d", "D", "u", "F", "R", "n", "N"} {
				keyed(p, s, key)
			}
			p.Click(size.w/2, size.h/2, s)
			p.Wheel(3, s)
			p.Copy(s)
		}
	}
	same(t, "hostile-events", drawn(pane.NewEvents(), s, 120, 40, false)+drawn(pane.NewNext(), s, 120, 20, false))
}
