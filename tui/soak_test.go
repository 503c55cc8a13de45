package tui

import (
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"raftscope/engine"
	"raftscope/replay"
	"raftscope/sm"
)

var (
	soakInputs = flag.Int("soak", 600, "how many inputs each soak takes")
	soakSeed   = flag.Uint64("soak-seed", 1, "where the soak's inputs come from")
)

// soakLength is how many inputs a soak takes: the race detector makes each of them
// many times slower.
func soakLength() int {
	if raceEnabled {
		return min(100, *soakInputs)
	}
	return *soakInputs
}

// TestSoakLive presses keys at random on a cluster. When it is quit, or the run
// has become long, another one begins.
func TestSoakLive(t *testing.T) {
	n := 0
	soak(t, soakLength(), *soakSeed, func(t testing.TB) Source {
		n++
		src := liveSource(t, fmt.Sprintf("cluster seed=%d", n))
		if n%3 == 0 {
			src = scenarioSource(t, "truncation")
		}
		into, save := t.TempDir(), src.Save
		src.Save = func(ctx context.Context, path string, force bool) error {
			return save(ctx, filepath.Join(into, filepath.Base(path)), force)
		}
		return src
	})
}

// TestSoakRecording presses keys at random on a recording.
func TestSoakRecording(t *testing.T) {
	path := recordedTruncation(t)
	soak(t, soakLength(), *soakSeed+1, func(t testing.TB) Source { return recordingSource(t, path) })
}

// TestSoakHostile presses keys at random on recordings that lie: about texts,
// times, states and links.
func TestSoakHostile(t *testing.T) {
	s := startSession(t, "cluster seed=7", "run until leader", "write leader set x 1 wait", "truncate", "crash n1", "run until idle")
	chance := rand.New(rand.NewPCG(*soakSeed, 2))
	soak(t, soakLength(), *soakSeed+2, func(t testing.TB) Source {
		return Source{Timeline: lies(t, s.Timeline(), chance), Name: hostile[chance.IntN(len(hostile))]}
	})
}

// hostile are texts that harm a terminal, or columns, if they are drawn as they
// are.
var hostile = []string{
	"\x1b[2J\x1b]0;owned\a", "\x9b31m", "a\tb\r\nc\x00", "\u202egnp.exe\u202c", "e\u0301\u0301\u0301", "鍵=値 ノード", "👩‍👩‍👧‍👦 family", "\xff\xfe broken",
	strings.Repeat("x", 1<<16), strings.Repeat("鍵", 3000), "6f1c2a52-93f1-4f7c-9f0e-0d6d1f6a1b01", "", " ", "18446744073709551615/18446744073709551615", "0..18446744073709551615",
	"\u2066\u2069\ufeff", "\u2028", "%s%d%!", "-1", "plan: run ; ; cut | ; and then it depends",
}

// lies returns a run like the true one, in which any field of any event may be
// something else.
func lies(t testing.TB, of *replay.Timeline, chance *rand.Rand) *replay.Timeline {
	t.Helper()
	out := replay.NewTimeline()
	if err := out.AddKinds(engine.KindSpecs()); err != nil {
		t.Fatal(err)
	}
	var events []sm.Event
	often := 3 + chance.IntN(200)
	for i := range of.Events() {
		e := of.Event(i)
		if chance.IntN(often) == 0 {
			lie(&e, chance)
		}
		events = append(events, e)
		if chance.IntN(often) == 0 {
			again := e
			lie(&again, chance)
			events = append(events, again)
		}
	}
	for i := range events {
		events[i].Seq = uint64(i + 1)
	}
	if err := out.Append(events); err != nil {
		t.Fatal(err)
	}
	return out
}

func lie(e *sm.Event, chance *rand.Rand) {
	text := hostile[chance.IntN(len(hostile))]
	number := []int64{0, 1, -1, math.MaxInt64, math.MinInt64, 1 << 40, chance.Int64N(400)}[chance.IntN(7)]
	switch chance.IntN(12) {
	case 0:
		e.Text = text
	case 1:
		e.Key = text
	case 2:
		e.Node = text
	case 3:
		e.Num = number
	case 4:
		e.At = sm.Time(max(0, number))
	case 5:
		e.Due = sm.Time(number)
	case 6:
		e.State = sm.State(chance.IntN(70))
	case 7:
		e.Machine = sm.ID(number)
	case 8:
		e.Other = sm.ID(number)
	case 9:
		e.Type = sm.EventType(chance.IntN(15))
	case 10:
		e.Life = uint32(number)
	case 11:
		e.IsText, e.Text = true, text
	}
}

// soaker sends inputs by chance.
type soaker struct {
	*cockpit
	chance *rand.Rand
	all    []string
	said   []string // the last inputs
}

// soakEvents is how long a run may become before another one begins.
const soakEvents = 200_000

// soak sends so many inputs to cockpits of sources, one after the other.
func soak(t *testing.T, inputs int, seed uint64, next func(t testing.TB) Source) {
	s := &soaker{chance: rand.New(rand.NewPCG(seed, 1)), all: allKeys()}
	defer func() {
		if reason := recover(); reason != nil {
			t.Fatalf("panic: %v\n%s\nafter %s", reason, debug.Stack(), strings.Join(s.said, " "))
		}
	}()
	began, slowest, which := time.Now(), time.Duration(0), ""
	for i := range inputs {
		if s.cockpit == nil || s.quit || s.m.last.Dead != nil || s.m.timeline().Events() > soakEvents || i%1000 == 999 {
			if s.cockpit != nil {
				s.sane(t)
			}
			s.cockpit, s.said = newCockpit(t, next(t), Options{Theme: "dark", ASCII: s.chance.IntN(4) == 0}, 120, 36), nil
		}
		took := s.input()
		if took > slowest {
			slowest, which = took, strings.Join(s.said[max(0, len(s.said)-5):], " ")
		}
		s.follow()
		if s.m.failure != nil {
			t.Fatalf("%v\nafter %s", s.m.failure, strings.Join(s.said, " "))
		}
		if s.m.last.Dead != nil {
			t.Fatalf("the cluster died: %+v\nafter %s", s.m.last.Dead, strings.Join(s.said, " "))
		}
		if err := frameFault(s.m); err != nil {
			t.Fatalf("%v\nafter %s", err, strings.Join(s.said, " "))
		}
	}
	s.sane(t)
	t.Logf("%d inputs in %v; the slowest took %v: %s", inputs, time.Since(began).Round(time.Millisecond), slowest.Round(time.Microsecond), which)
}

// input sends one input and returns how long it took.
func (s *soaker) input() time.Duration {
	switch n := s.chance.IntN(100); {
	case n < 55:
		return s.press(s.all[s.chance.IntN(len(s.all))])
	case n < 68:
		return s.press([]string{"enter", "esc", "s", "n", "tab", "j", "k", "end", "[", "]", "space", "up", "down", "y"}[s.chance.IntN(14)])
	case n < 74:
		took := s.press(":")
		for _, r := range lines[s.chance.IntN(len(lines))] {
			took = max(took, s.press(string(r)))
		}
		return max(took, s.press("enter"))
	case n < 78:
		return s.press(string(rune(' ' + s.chance.IntN(95))))
	case n < 80:
		return s.send("paste", tea.PasteMsg{Content: hostile[s.chance.IntN(len(hostile))]})
	case n < 82:
		return s.send("background", tea.BackgroundColorMsg{})
	case n < 86:
		w, h := 1+s.chance.IntN(250), 1+s.chance.IntN(80)
		if s.chance.IntN(2) == 0 {
			w, h = max(w, widthMin), max(h, heightMin)
		}
		return s.send(fmt.Sprintf("%dx%d", w, h), tea.WindowSizeMsg{Width: w, Height: h})
	}
	at := tea.Mouse{X: s.chance.IntN(s.m.size.W+2) - 1, Y: s.chance.IntN(s.m.size.H+2) - 1, Button: tea.MouseLeft}
	if s.chance.IntN(5) == 0 {
		at.Y = 1 // the overview
	}
	switch s.chance.IntN(4) {
	case 0:
		return s.send(fmt.Sprintf("drag@%d,%d", at.X, at.Y), tea.MouseMotionMsg(at))
	case 1:
		at.Button = []tea.MouseButton{tea.MouseWheelUp, tea.MouseWheelDown, tea.MouseWheelLeft}[s.chance.IntN(3)]
		return s.send(fmt.Sprintf("wheel%d@%d,%d", at.Button, at.X, at.Y), tea.MouseWheelMsg(at))
	}
	return s.send(fmt.Sprintf("click@%d,%d", at.X, at.Y), tea.MouseClickMsg(at))
}

func (s *soaker) press(key string) time.Duration { return s.send(key, pressOf(key)) }

// send sends a message and returns how long it and its frame took.
func (s *soaker) send(name string, msg tea.Msg) time.Duration {
	s.said = append(s.said, name)
	if len(s.said) > 200 {
		s.said = slices.Delete(s.said, 0, 100)
	}
	return timed(func() { s.update(msg); s.m.View() })
}

// patience is how long the soak waits for the cluster after most inputs, as a
// person does who knows what comes next.
const patience = 20 * time.Millisecond

// follow takes what has come of what was begun, and mostly waits a little for the
// cluster.
func (s *soaker) follow() {
	s.t.Helper()
	late := time.After(patience)
	if s.chance.IntN(8) == 0 {
		late = time.After(0)
	}
	for {
		select {
		case msg := <-s.msgs:
			s.waiting--
			s.update(msg)
			continue
		default:
		}
		if !s.m.work.busy {
			return
		}
		select {
		case msg := <-s.msgs:
			s.waiting--
			s.update(msg)
		case <-late:
			return
		}
	}
}

// sane checks that all that goes on can be stopped, and that it can be quit.
func (s *soaker) sane(t *testing.T) {
	t.Helper()
	if s.quit {
		return
	}
	s.tell(tea.WindowSizeMsg{Width: 120, Height: 36})
	for range 200 {
		if len(s.m.dialogs) == 0 || s.quit {
			break
		}
		s.key("esc")
	}
	for s.m.interrupt() {
		s.settle()
	}
	s.keys("q")
	if s.m.top() != nil {
		s.keys("d")
	}
	if !s.quit {
		t.Fatalf("it does not quit:\n%s\nafter %s", s.screen(), strings.Join(s.said, " "))
	}
}
