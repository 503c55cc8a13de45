package tui

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// answerBudget is how long a key may take to its screen while a cluster runs as
// fast as it can: two frames.
const answerBudget = 2 * frameEvery

// answered is a cockpit that measures how long keys take to their screens.
type answered struct {
	*Model
	key  time.Time // when the key was sent whose screen is to come
	took chan time.Duration
}

// sentKey is a key and when it was sent.
type sentKey struct {
	at  time.Time
	key string
}

// Update implements tea.Model.
func (a *answered) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if k, ok := msg.(sentKey); ok {
		a.key, msg = k.at, pressOf(k.key)
	}
	_, cmd := a.Model.Update(msg)
	return a, cmd
}

// View implements tea.Model.
func (a *answered) View() tea.View {
	v := a.Model.View()
	if !a.key.IsZero() {
		a.took <- time.Since(a.key)
		a.key = time.Time{}
	}
	return v
}

// running shows a cluster with busy clients in a real program, and lets it run as
// fast as it can. press sends a key and returns how long its screen took; end
// quits.
func running(tb testing.TB) (m *Model, press func(key string) time.Duration, end func()) {
	tb.Helper()
	src := liveSource(tb, "cluster seed=7", "run until leader", "client rate=1000 set=80 get=20 keys=50")
	a := &answered{Model: New(tb.Context(), src, Options{Theme: "dark"}), took: make(chan time.Duration, 1)}
	a.stats.on = true
	p := tea.NewProgram(a, tea.WithInput(nil), tea.WithOutput(io.Discard), tea.WithWindowSize(200, 60),
		tea.WithoutSignals(), tea.WithEnvironment([]string{"TERM=xterm-256color"}))
	over := make(chan error, 1)
	go func() {
		_, err := p.Run()
		over <- err
	}()
	press = func(key string) time.Duration {
		p.Send(sentKey{time.Now(), key})
		select {
		case took := <-a.took:
			return took
		case <-time.After(time.Minute):
			tb.Fatalf("%s: no screen for a minute", key)
			return 0
		}
	}
	for range len(paces) {
		press("+")
	}
	press("space")
	return a.Model, press, func() {
		press("space")
		p.Quit()
		if err := <-over; err != nil {
			tb.Fatal(err)
		}
	}
}

// BenchmarkKeyAtFullSpeed presses keys while a cluster runs as fast as it can.
func BenchmarkKeyAtFullSpeed(b *testing.B) {
	m, press, end := running(b)
	keys := []string{"tab", "j", "j", "k", "2", "G", "g", "6", "j", "pgup", "1", "tab", "z", "z", "r", "shift+tab", "j", "?", "esc", "home", "end"}
	var took []time.Duration
	began := m.timeline().Events()
	for i := 0; b.Loop(); i++ {
		took = append(took, press(keys[i%len(keys)]))
		time.Sleep(7 * time.Millisecond) // as fast as a key that is held down, and more
	}
	grew := m.timeline().Events() - began
	end()
	p50, p99 := quantiles(took)
	b.ReportMetric(float64(p50)/1e6, "ms/key-p50")
	b.ReportMetric(float64(p99)/1e6, "ms/key-p99")
	b.ReportMetric(float64(grew)/float64(b.N), "events/key")
	if grew < b.N {
		b.Errorf("the cluster went on by %d events only", grew)
	}
	if p99 > answerBudget {
		b.Errorf("a key takes %v to its screen (p99), expected %v", p99, answerBudget)
	}
}

// BenchmarkKeysMillion presses every key in a run of a million machines.
func BenchmarkKeysMillion(b *testing.B) {
	t, _ := millionMachines(b)
	m := New(b.Context(), Source{Timeline: t}, Options{Theme: "dark"})
	m.Update(tea.WindowSizeMsg{Width: 200, Height: 60})
	worst, which := time.Duration(0), ""
	all := allKeys()
	for i := 0; b.Loop(); i++ {
		for _, view := range []string{"1", "2", "6"} {
			for range 4 {
				press := []string{view, "end", "tab"}
				for _, k := range all {
					press = append(press, k, k)
				}
				for _, k := range press {
					if took := timed(func() { m.Update(pressOf(k)); m.View() }); took > worst {
						worst, which = took, fmt.Sprintf("%s in view %s, focus on %s", k, view, m.focused().Name())
					}
					m.dialogs, m.quits, m.pace.on = nil, false, false
				}
			}
		}
	}
	b.ReportMetric(float64(worst)/1e6, "ms/slowest-key")
	b.Logf("the slowest is %s", which)
}

// allKeys are all keys of the cockpit and its panes.
func allKeys() (out []string) {
	for _, m := range KeyMaps() {
		for _, b := range m.Bindings {
			out = append(out, b.Keys...)
		}
	}
	return out
}

// The figures of --stats are those that can be measured from outside.
func TestStats(t *testing.T) {
	m, press, end := running(t)
	before := runtime.NumGoroutine()
	worst := time.Duration(0)
	for range 50 {
		worst = max(worst, press("tab"))
		time.Sleep(2 * time.Millisecond)
	}
	end()
	var out strings.Builder
	m.stats.write(&out, m)
	t.Log("\n" + out.String())
	var views, p50, p99, most, allocs, keys, peak, waiting, events, machines, here, there int
	var longest, heap, cluster float64
	format := "views       %d, %dus p50, %dus p99, %dus at most, %d allocations\n" +
		"keys        %d, %fms at most from key to view\n" +
		"queue       %d events in a frame at most, %d commands waiting at most\n" +
		"run         %d events, %d machines\n" +
		"goroutines  %d here, %d in the cluster\n" +
		"memory      %f MiB of heap here, %f MiB in the cluster\n"
	if _, err := fmt.Sscanf(out.String(), format, &views, &p50, &p99, &most, &allocs, &keys, &longest, &peak, &waiting, &events,
		&machines, &here, &there, &heap, &cluster); err != nil {
		t.Fatalf("%v:\n%s", err, &out)
	}
	switch {
	case views < 50 || keys < 50 || views < keys:
		t.Errorf("%d views and %d keys", views, keys)
	case p50 <= 0 || p50 > p99 || p99 > most || most > 1_000_000:
		t.Errorf("views took %d, %d, %dus", p50, p99, most)
	case allocs <= 0 || allocs > 3*frameAllocs: // what others allocate meanwhile counts, too; the benchmark holds the budget
		t.Errorf("%d allocations a view", allocs)
	case longest <= 0 || longest > float64(max(worst, time.Second))/1e6:
		t.Errorf("a key took %vms at most, but %v from outside", longest, worst)
	case peak <= 0 || peak > events || waiting > queueMax:
		t.Errorf("queue: %d events, %d commands", peak, waiting)
	case events > m.timeline().Events() || events <= 0 || machines <= 0 || machines > events:
		t.Errorf("%d events, %d machines", events, machines)
	case here <= 0 || here > before+5:
		t.Errorf("%d goroutines, %d from outside", here, before)
	case heap <= 0:
		t.Errorf("%v MiB", heap)
	}
}
