package survey_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/replay/survey"
	"raftscope/sm"
)

func timeline(t testing.TB, events []sm.Event) *replay.Timeline {
	t.Helper()
	tl := replay.NewTimeline()
	if err := tl.AddKinds(recordertest.Kinds()); err != nil {
		t.Fatal(err)
	}
	if err := tl.Append(events); err != nil {
		t.Fatal(err)
	}
	if d := tl.Damage(); d.Events > 0 {
		t.Fatalf("damage: %v", d.Reasons)
	}
	return tl
}

// troubled is a run with something of every class of notable events.
func troubled(n int) []sm.Event {
	rnd := rand.New(rand.NewPCG(3, 4))
	s := recordertest.New()
	var nodes [3]sm.ID
	for i := range nodes {
		name := []string{"n1", "n2", "n3"}[i]
		nodes[i] = s.Born("node", name, 1, "", name, "")
	}
	lives := [3]uint32{1, 1, 1}
	for len(s.Events) < n {
		s.Wait(time.Duration(rnd.IntN(1+rnd.IntN(4_000_000))) * time.Microsecond / 1000)
		i := rnd.IntN(3)
		node := []string{"n1", "n2", "n3"}[i]
		switch rnd.IntN(14) {
		case 0:
			s.Move(nodes[i], "candidate")
			s.Attr(nodes[i], "term", int64(len(s.Events)))
			s.Move(nodes[i], "leader")
		case 1:
			s.Move(nodes[i], "follower")
		case 2:
			s.Move(nodes[i], []string{"STOPPED", "CRASHED"}[rnd.IntN(2)])
			lives[i]++
			nodes[i] = s.Born("node", node, lives[i], "", node, "")
		case 3:
			s.Move(s.Born("truncate", node, lives[i], "", "4..6", ""), "deleting", "DONE")
		case 4:
			s.Move(s.Born("append-follower", node, lives[i], "", "n1>n2", ""), "REJECTED")
		case 5:
			s.Fail(s.Born("exec", node, lives[i], "", "1", "set x 1"), "FAILED", 0, "no")
		case 6:
			s.AttrText(nodes[i], "fault", "dropped by rule 1")
		case 7:
			s.Add(sm.Event{Type: sm.Violation, Machine: nodes[i], Node: node, Life: lives[i], Text: "no"})
		case 8:
			s.Add(sm.Event{Type: sm.Log, Node: node, Life: lives[i], Key: "PANIC", Text: "no"})
		default:
			s.Add(sm.Event{Type: sm.Log, Node: node, Life: lives[i], Key: "INFO", Text: "nothing"})
		}
	}
	return s.Events
}

// slowCells counts event by event.
func slowCells(v replay.View, from, to sm.Time, width int) []survey.Cell {
	cells := make([]survey.Cell, width)
	column := func(at sm.Time) int {
		for c := width - 1; c > 0; c-- {
			// The first column whose beginning, rounded down, is not behind at.
			if begin := from + sm.Time(float64(to-from)*float64(c)/float64(width)); at >= begin {
				return c
			}
		}
		return 0
	}
	t := v.Timeline()
	for i := range v.Events() {
		e := t.Event(i)
		if e.At < from || e.At > to {
			continue
		}
		cell := &cells[column(e.At)]
		cell.Events++
		if _, ok := t.Notable(i); ok {
			class := survey.Class(t, i)
			cell.Marks |= class
			if class == survey.MarkLeader {
				cell.Leader, cell.Term = e.Node, v.Node(e.Node).Term
				cell.Term = t.At(t.EndOfInstant(i)).Node(e.Node).Term
			}
		}
	}
	return cells
}

func TestOverview(t *testing.T) {
	events := troubled(4000)
	tl := replay.NewTimeline()
	if err := tl.AddKinds(recordertest.Kinds()); err != nil {
		t.Fatal(err)
	}
	o := survey.NewOverview(tl)
	var cells []survey.Cell
	var all survey.Mark
	for from := 0; from < len(events); from += 997 { // it grows
		if err := tl.Append(events[from:min(len(events), from+997)]); err != nil {
			t.Fatal(err)
		}
		for _, v := range []replay.View{tl.View(), tl.At(tl.Events() / 2)} {
			for _, width := range []int{1, 7, 64, 200} {
				for _, window := range [][2]sm.Time{{0, v.Now()}, {v.Now() / 3, v.Now() / 2}, {0, 2 * v.Now()}} {
					cells = o.Cells(v, window[0], window[1], width, cells)
					want := slowCells(v, window[0], window[1], width)
					for c := range cells {
						all |= cells[c].Marks
						got := cells[c]
						got.Level = 0
						if got != want[c] {
							t.Fatalf("%d events, width %d, window %v, column %d: %+v, want %+v", v.Events(), width, window, c, got, want[c])
						}
					}
				}
			}
		}
	}
	if want := survey.MarkDeath<<1 - 1; all != want {
		t.Errorf("marks %b were seen, want %b", all, want)
	}
}

func TestOverviewLevels(t *testing.T) {
	s := recordertest.New()
	id := s.Born("node", "n1", 1, "", "n1", "")
	counts := []int{1, 0, 2, 10, 100, 1000, 50}
	for c, n := range counts {
		for range n - min(n, 1-min(c, 1)) { // the birth is the first column's
			s.Attr(id, "x", 1)
		}
		s.Wait(time.Second)
	}
	tl := timeline(t, s.Events)
	var levels, events []int
	for _, c := range survey.NewOverview(tl).Cells(tl.View(), 0, sm.Time(len(counts))*sm.Time(time.Second)-1, len(counts), nil) {
		levels, events = append(levels, c.Level), append(events, c.Events)
	}
	if !slices.Equal(events, counts) {
		t.Errorf("%v events, want %v", events, counts)
	}
	if want := []int{1, 0, 2, 3, 6, 8, 5}; !slices.Equal(levels, want) {
		t.Errorf("levels %v, want %v", levels, want)
	}
}

// Nonsense is answered too: no time, no room, and times at their ends.
func TestOverviewOfNothing(t *testing.T) {
	empty := replay.NewTimeline()
	o := survey.NewOverview(empty)
	if c := o.Cells(empty.View(), 0, 0, 3, nil); len(c) != 3 || c[0] != (survey.Cell{}) {
		t.Errorf("an empty run has %v", c)
	}
	tl := timeline(t, troubled(200))
	o = survey.NewOverview(tl)
	if c := o.Cells(tl.View(), 5, 4, 3, nil); len(c) != 0 {
		t.Errorf("from 5 to 4 there are %v", c)
	}
	if c := o.Cells(tl.View(), 0, 5, 0, nil); len(c) != 0 {
		t.Errorf("without room there are %v", c)
	}
	for _, window := range [][2]sm.Time{{math.MinInt64, math.MaxInt64}, {0, math.MaxInt64}, {math.MaxInt64, math.MaxInt64}, {3, 3}} {
		o.Cells(tl.View(), window[0], window[1], 80, nil)
	}
	sum := 0
	for _, c := range o.Cells(tl.View(), math.MinInt64, math.MaxInt64, 7, nil) {
		sum += c.Events
	}
	if sum != tl.Events() {
		t.Errorf("all time has %d events of %d", sum, tl.Events())
	}
}
