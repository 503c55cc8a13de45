package pane_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/sm"
	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/pane"
	"raftscope/tui/theme"
)

// hostileCluster plays nodes of any names of which the first leads in a term, each
// with the same entries.
func hostileCluster(names []string, term, first uint64, labels ...string) *recordertest.Script {
	h := recordertest.New()
	nodes := make([]sm.ID, len(names))
	for i, name := range names {
		nodes[i] = h.Born("node", name, 1, "", name, "")
		h.Attr(nodes[i], "term", int64(term))
		h.AttrText(nodes[i], "leader", names[0])
	}
	h.Move(nodes[0], "candidate", "leader")
	for k, label := range labels {
		for i, name := range names {
			e := h.Born("entry", name, 1, "", fmt.Sprintf("%d/%d", term, first+uint64(k)), label)
			h.Wait(time.Millisecond)
			if i < 2 {
				h.Move(e, "durable")
			}
			if i == 0 {
				h.Move(e, "committed")
			}
		}
	}
	return h
}

// hostileRun are runs that nobody wishes to see on a screen.
func hostileRun() map[string]*recordertest.Script {
	plain := []string{"n1", "n2", "n3"}
	labels := []string{"set x=1", "set x=2", "set x=3", "set x=4"}
	huge := strings.Repeat("x", 1<<20)
	last := hostileCluster(plain, 2, math.MaxUint64-1, "set a=1", "set b=2")
	last.Born("append", "n2", 1, "", "0..18446744073709551615", "")
	many := make([]string, 40)
	for i := range many {
		many[i] = fmt.Sprintf("n%02d", i)
	}
	return map[string]*recordertest.Script{
		"nothing": recordertest.New(),
		"empty":   hostileCluster(plain, 1, 1),
		"uuid": hostileCluster([]string{"6f1c2a52-93f1-4f7c-9f0e-0d6d1f6a1b01", "6f1c2a52-93f1-4f7c-9f0e-0d6d1f6a1b02",
			"6f1c2a52-93f1-4f7c-9f0e-0d6d1f6a1b03"}, 2, 1, labels...),
		"large": hostileCluster(plain, 2, 48_210_370, append(labels, labels...)...),
		"terms": hostileCluster(plain, 1_234_567, 9_998, labels...),
		"wide":  hostileCluster([]string{"節点", "ノード", "é́"}, 2, 1, "set 鍵=値", "set e=e\u0301\u0301", "set b=\u202eabc\u202c", "set \x1b[31mred=\a"),
		"value": hostileCluster(plain, 2, 1, "set v="+huge, huge),
		"last":  last,
		"many":  hostileCluster(many, 2, 1, labels...),
	}
}

func sceneOf(tl *replay.Timeline, ascii bool) *pane.Scene {
	return &pane.Scene{View: tl.View(), Last: tl.View(), Theme: theme.New(theme.None, ascii), Alias: pane.NewAliases(tl.Nodes())}
}

func panes() []pane.Pane { return []pane.Pane{pane.NewLogs(), pane.NewLogsFull(), pane.NewOverview()} }

func TestHostileLogs(t *testing.T) {
	runs := hostileRun()
	for _, name := range []string{"uuid", "large", "terms", "wide", "last", "many"} {
		var b strings.Builder
		for _, ascii := range []bool{false, true} {
			s := sceneOf(built(t, runs[name].Events), ascii)
			b.WriteString(drawn(pane.NewLogs(), s, 80, 5, true))
			b.WriteString(drawn(pane.NewLogsFull(), s, 80, 12, true))
			b.WriteString(drawn(pane.NewOverview(), s, 80, 1, true))
		}
		same(t, "hostileRun-"+name, b.String())
	}
}

// TestAnySize draws and plays every pane at every small size and at large ones,
// at every part of hostileRun runs. The canvas is a part of a larger grid: nothing
// may be drawn outside of it.
func TestAnySize(t *testing.T) {
	verbs := []keys.Verb{pane.Up, pane.Fold, pane.PageUp, pane.Top, pane.Open, pane.Down, pane.Unfold, pane.PageDown, pane.Bottom, pane.Open}
	for name, h := range hostileRun() {
		tl := built(t, h.Events)
		for _, part := range []int{0, 1, 3, 4} {
			s := sceneOf(tl, part == 3)
			s.View = tl.At(tl.Events() * part / 4)
			s.Selected = sm.ID(len(s.View.Machines()))
			for _, p := range panes() {
				p.Title(s)
				p.Do(pane.Open, s) // before the first Draw
				p.Click(3, 1, s)
				for i, size := range anySizes() {
					everyPlace(t, p, s, size[0], size[1])
					p.Do(verbs[i%len(verbs)], s)
					p.Click(i%(size[0]+2)-1, i%(size[1]+2)-1, s)
					p.Wheel(i%7-3, s)
					if text := p.Title(s) + p.Copy(s); strings.ContainsAny(text, "\x1b\a\n") {
						t.Fatalf("%s: %q", name, text)
					}
				}
			}
		}
	}
}

func anySizes() (out [][2]int) {
	for h := 0; h < 22; h += 1 + h/3 {
		for w := 0; w < 100; w += 1 + w/5 {
			out = append(out, [2]int{w, h})
		}
	}
	return append(out, [2]int{300, 100}, [2]int{1, 100}, [2]int{300, 1})
}

// everyPlace draws a pane into a part of a grid and checks that the rest of it is
// as it was.
func everyPlace(t *testing.T, p pane.Pane, s *pane.Scene, w, h int) {
	t.Helper()
	const edge = 2
	g := grid.New(w+2*edge, h+2*edge)
	g.All().Fill(0, 0, 0, 0, 'z')
	for y := range h + 2*edge {
		g.All().Fill(0, y, w+2*edge, 0, 'z')
	}
	p.Draw(g.All().Sub(grid.Rect{X: edge, Y: edge, W: w, H: h}), s, true)
	for y := range h + 2*edge {
		for x := range w + 2*edge {
			in := x >= edge && x < w+edge && y >= edge && y < h+edge
			if r, _ := g.At(x, y); !in && r != 'z' {
				t.Fatalf("%s at %dx%d draws %q outside, at %d,%d", p.Name(), w, h, r, x-edge, y-edge)
			}
		}
	}
}
