package pane_test

import (
	"strings"
	"testing"

	"raftscope/replay"
	"raftscope/sm"
	"raftscope/tui/keys"
	"raftscope/tui/pane"
	"raftscope/tui/theme"
)

// nextMoments are moments of recordings at which something of every sort is under
// way.
var nextMoments = []struct{ name, recording, when string }{
	{"writing", "hold-quorum", "kind:append state:writing and count append >= 7"},
	{"held", "hold-quorum", "attr append@n2 held = 1"},
	{"frozen", "freeze", "attr node@n3 frozen = 1"},
	{"dropped", "message-faults", `text:"dropped by rule"`},
	{"cut", "lost-write", "append-rpc#53 sent"},
	{"votes", "message-faults", "kind:vote-rpc state:answered"},
	{"many", "clients", many},
	{"none", "hold-quorum", "commit all >= 3 and idle"},
}

// many is a moment with many operations.
const many = "count append-rpc sent >= 2 and count append writing >= 1"

// nextSizes are those of the pane at 80x24, 120x36 and 200x60, and tiny ones.
var nextSizes = []struct{ w, h int }{{80, 2}, {120, 6}, {200, 10}, {30, 4}, {7, 2}, {1, 1}}

func TestNext(t *testing.T) {
	for _, m := range nextMoments {
		t.Run(m.name, func(t *testing.T) {
			s := sceneAt(t, recorded(t, m.recording), m.when)
			var b strings.Builder
			for _, size := range nextSizes {
				b.WriteString(drawn(pane.NewNext(), s, size.w, size.h, true))
			}
			s.Theme = theme.New(theme.None, true)
			b.WriteString(drawn(pane.NewNext(), s, 120, 6, true))
			same(t, "next-"+m.name, b.String())
		})
	}
}

// keyed presses keys in a pane and returns what came of the last one.
func keyed(p pane.Pane, s *pane.Scene, pressed ...string) (a pane.Action) {
	for _, key := range pressed {
		v := p.Keys().Verb(key)
		if v == "" {
			v = pane.Motion.Verb(key)
		}
		a = p.Do(v, s)
		if sel, ok := a.(pane.Select); ok {
			s.Selected = sel.Machine
			s.Version++
		}
	}
	return a
}

func TestNextKeys(t *testing.T) {
	for _, c := range []struct {
		recording, when, keys string
		want                  pane.Action
	}{
		{"hold-quorum", "attr append@n2 held = 1", "g", pane.Select{Machine: 56}},
		{"hold-quorum", "attr append@n2 held = 1", "H", pane.Command{Line: "release append#56"}},
		{"hold-quorum", "attr append@n2 held = 1", "d", pane.Say{Text: "append#56: only messages can be lost; a disk operation can fail"}},
		{"hold-quorum", "attr append@n2 held = 1", "F", pane.Command{Line: "fail append#56 with=EIO"}},
		{"hold-quorum", "attr append@n2 held = 1", "D", pane.Prompt{Text: "delay append#56 by="}},
		{"hold-quorum", "attr append@n2 held = 1", "u", pane.Say{Text: "append#56: only a request on its way can arrive twice"}},
		{"hold-quorum", "attr append@n2 held = 1", "j H", pane.Say{Text: "append-rpc#52: no message, disk operation or apply of it is under way"}},
		{"message-faults", "append-rpc#53 sent", "g H", pane.Command{Line: "hold append-rpc#53"}},
		{"message-faults", "append-rpc#53 sent", "g d", pane.Command{Line: "drop append-rpc#53"}},
		{"message-faults", "append-rpc#53 sent", "g u", pane.Command{Line: "duplicate append-rpc#53"}},
		{"message-faults", "append-rpc#53 sent", "g R", pane.Command{Line: "reorder append-rpc#53"}},
		{"message-faults", "append-rpc#53 sent", "g F", pane.Command{Line: "fail append-rpc#53 with=ECONNRESET"}},
		{"message-faults", "append-rpc#53 sent", "G d", pane.Say{Text: "append-rpc#52: no message, disk operation or apply of it is under way"}},
		{"message-faults", "kind:entry state:applying", "g F", pane.Say{Text: "entry#6: a state machine cannot refuse what was committed"}},
		{"hold-quorum", "commit all >= 3 and idle", "H", pane.Say{Text: "nothing is under way that could be treated so"}},
		{"hold-quorum", "commit all >= 3 and idle", "j", nil},
	} {
		t.Run(c.recording+" "+c.keys, func(t *testing.T) {
			s, p := sceneAt(t, recorded(t, c.recording), c.when), pane.NewNext()
			drawn(p, s, 80, 4, true)
			if got := keyed(p, s, strings.Fields(c.keys)...); got != c.want {
				t.Errorf("got %#v, want %#v", got, c.want)
			}
		})
	}
	if twice := keys.Check(*pane.NewNext().Keys(), pane.Motion); twice != "" {
		t.Error(twice)
	}
}

// The cursor stays on its operation while that is under way, though others come
// before it.
func TestNextFollows(t *testing.T) {
	tl := recorded(t, "clients")
	p := pane.NewNext()
	s := sceneAt(t, tl, many)
	keyed(p, s, "j")
	on := s.Selected
	if on == 0 {
		t.Fatal("no operation")
	}
	for n := s.View.Events(); n < tl.Events(); n++ {
		s.View = tl.At(n)
		drawn(p, s, 80, 3, true)
		if _, under := s.View.PendingOf(tl.Machine(on)); !under {
			return
		}
		if got := p.Do(pane.Open, s); got != (pane.Follow{Machine: on}) {
			t.Fatalf("after %d events the cursor is on %v, was on %d", n, got, on)
		}
	}
	t.Error("it never ends")
}

// A click goes to the operation that stands there, in each of the columns.
func TestNextClick(t *testing.T) {
	s, p := sceneAt(t, recorded(t, "clients"), many), pane.NewNext()
	n := len(s.View.Pending())
	if n < 4 {
		t.Fatalf("only %d operations", n)
	}
	drawn(p, s, 200, 2, true)
	seen := map[sm.ID]bool{}
	for x := 0; x < 200; x += 20 {
		for y := range 2 {
			if sel, ok := p.Click(x, y, s).(pane.Select); ok {
				seen[sel.Machine] = true
			}
		}
	}
	if len(seen) < n {
		t.Errorf("clicks reach %d of %d operations", len(seen), n)
	}
	if a := p.Click(0, 100, s); a != nil {
		t.Errorf("a click below the last: %v", a)
	}
	if got := p.Copy(s); !strings.Contains(got, "#") {
		t.Errorf("copied: %q", got)
	}
}

// A filter hides operations and the title says so.
func TestNextFilter(t *testing.T) {
	tl := recorded(t, "hold-quorum")
	s, p := sceneAt(t, tl, "attr append@n2 held = 1"), pane.NewNext()
	var err error
	if s.Filter, err = tl.ParseFilter("kind:append"); err != nil {
		t.Fatal(err)
	}
	if got, want := p.Title(s), "next  1 under way, 1 held; the filter hides 2 more"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	s.Filter, s.Version = replay.Filter{}, 1
	if got, want := p.Title(s), "next  3 under way, 1 held"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
