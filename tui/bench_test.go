package tui

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"raftscope/recorder"
	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/sm"
)

// millionMachines returns a run of at least a million machines, and the script
// that goes on with it.
func millionMachines(tb testing.TB) (*replay.Timeline, *recordertest.Cluster) {
	tb.Helper()
	c := recordertest.NewCluster()
	t := replay.NewTimeline()
	if err := t.AddKinds(recordertest.Kinds()); err != nil {
		tb.Fatal(err)
	}
	for c.Machines() < 1_000_000 {
		for range 100 {
			c.Write()
		}
		appendAll(tb, t, c)
	}
	return t, c
}

func appendAll(tb testing.TB, t *replay.Timeline, c *recordertest.Cluster) {
	tb.Helper()
	if err := t.Append(slices.Clone(c.Take())); err != nil {
		tb.Fatal(err)
	}
}

// frameAllocs is how often a frame at 200x60 may allocate. It may take a
// millisecond, which a benchmark shows and no test on a busy machine can.
const frameAllocs = 300

// BenchmarkView200x60 draws frames of a run of a million machines, after each of
// what can happen between two of them, in each of the views.
func BenchmarkView200x60(b *testing.B) {
	t, script := millionMachines(b)
	end, middle := t.Events(), t.Events()/2
	for _, view := range []struct {
		name string
		of   screen
	}{{"main", screenMain}, {"logs", screenLogs}, {"events", screenEvents}} {
		for _, at := range []struct {
			name   string
			events int
		}{{"end", end}, {"middle", middle}} {
			m := New(context.Background(), Source{Timeline: t}, Options{Theme: "dark"})
			m.Update(tea.WindowSizeMsg{Width: 200, Height: 60})
			m.show(view.of)
			m.goToEvent(at.events - 1)
			m.look()
			m.pick(m.scene.View.LastExec().ID())
			selected := m.scene.Selected
			frame := func(b *testing.B, change func(i int)) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					change(i)
					m.look()
					m.frame.stale = true
					m.View()
				}
			}
			name := view.name + "/" + at.name
			b.Run(name+"/nothing", func(b *testing.B) { frame(b, func(int) {}) })
			b.Run(name+"/moved", func(b *testing.B) {
				frame(b, func(i int) { m.moment = moment{events: at.events - i%64} })
			})
			m.moment = moment{events: at.events}
			b.Run(name+"/selected", func(b *testing.B) {
				frame(b, func(i int) { m.choose(selected - sm.ID(i%32)) })
			})
			b.Run(name+"/rooted", func(b *testing.B) {
				execs := m.scene.View.ByKind("exec")
				frame(b, func(i int) { m.pick(execs[len(execs)-1-i%32].ID()) })
			})
			if at.events == end {
				b.Run(name+"/appended", func(b *testing.B) {
					m.moment = moment{end: true}
					var took []time.Duration // the clock of b would stop and start too often
					frame(b, func(int) {
						script.Write()
						appendAll(b, t, script)
						took = append(took, timed(func() { m.look(); m.frame.stale = true; m.View() }))
					})
					p50, p99 := quantiles(took)
					b.ReportMetric(float64(p50), "ns/frame-p50")
					b.ReportMetric(float64(p99), "ns/frame-p99")
				})
			}
		}
	}
}

// A frame allocates no more than it may, whatever has changed since the last one.
func TestFrameAllocations(t *testing.T) {
	script, tl := recordertest.NewCluster(), replay.NewTimeline()
	if err := tl.AddKinds(recordertest.Kinds()); err != nil {
		t.Fatal(err)
	}
	for range 500 {
		script.Write()
	}
	appendAll(t, tl, script)
	m := New(t.Context(), Source{Timeline: tl}, Options{Theme: "dark"})
	m.Update(tea.WindowSizeMsg{Width: 200, Height: 60})
	for _, view := range []screen{screenMain, screenLogs, screenEvents} {
		m.show(view)
		m.moment = moment{end: true}
		m.look()
		m.pick(m.scene.View.LastExec().ID())
		selected, execs := m.scene.Selected, m.scene.View.ByKind("exec")
		for name, change := range map[string]func(i int){
			"nothing":  func(int) {},
			"moved":    func(i int) { m.moment = moment{events: tl.Events() - i} },
			"selected": func(i int) { m.choose(selected - sm.ID(i)) },
			"rooted":   func(i int) { m.pick(execs[len(execs)-1-i].ID()) },
		} {
			i := 0
			allocs := testing.AllocsPerRun(30, func() {
				i++
				change(i)
				m.look()
				m.frame.stale = true
				m.View()
			})
			if allocs > frameAllocs {
				t.Errorf("view %d, %s: a frame allocates %v times, expected %d at most", view, name, allocs, frameAllocs)
			}
		}
	}
}

// millionEvents is the recording of a million events.
func millionEvents(tb testing.TB) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "million.rsc")
	file, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	e := recorder.NewPackingEncoder(file)
	if err := e.WriteHeader(recorder.Header{Seed: 7, Start: time.Unix(1, 0)}); err != nil {
		tb.Fatal(err)
	}
	if err := e.WriteKinds(recordertest.Kinds()); err != nil {
		tb.Fatal(err)
	}
	for part := range slices.Chunk(recordertest.Workload(1_000_000), recorder.FrameEvents) {
		if err := e.WriteEvents(part); err != nil {
			tb.Fatal(err)
		}
	}
	return path
}

// BenchmarkOpenMillion opens a recording of a million events: how long until
// something of it is on the screen, until all of it is read, and how long a
// jump in it takes.
func BenchmarkOpenMillion(b *testing.B) {
	path := millionEvents(b)
	var first, jump time.Duration
	for b.Loop() {
		began := time.Now()
		src := recordingSource(b, path)
		m := New(b.Context(), src, Options{Theme: "dark"})
		m.Update(tea.WindowSizeMsg{Width: 200, Height: 60})
		done := make(chan error)
		go func() { done <- src.Load(b.Context()) }()
		for m.timeline().Events() < 1000 {
			time.Sleep(time.Millisecond)
		}
		m.Update(frameMsg{})
		m.View()
		first = max(first, time.Since(began))
		if err := <-done; err != nil {
			b.Fatal(err)
		}
		m.Update(loadedMsg{})
		for _, key := range []string{"end", "home", "e", "e", "}", "end", "{", "E", "[", "home", "]", "6", "end", "home", "2", "end"} {
			jump = max(jump, timed(func() { m.Update(pressOf(key)); m.View() }))
		}
		for _, line := range []string{"goto 20s", "goto event 500000", "goto -1s", "goto 1s"} {
			jump = max(jump, timed(func() { m.line(line); m.Update(frameMsg{}); m.View() }))
		}
	}
	b.ReportMetric(float64(first)/1e6, "ms/first-frame")
	b.ReportMetric(float64(jump)/1e6, "ms/jump")
}

func timed(do func()) time.Duration {
	began := time.Now()
	do()
	return time.Since(began)
}
