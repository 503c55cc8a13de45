package replay_test

import (
	"fmt"
	"strings"
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/sm"
)

func TestCuts(t *testing.T) {
	tests := []struct {
		lines string // of the journal
		cut   string // links, in order
		off   string // nodes cut off from a majority
	}{
		{"", "", ""},
		{"cut n1 | n2 n3", "n1>n2 n1>n3 n2>n1 n3>n1", "n1"},
		{"cut n1 > n3", "n1>n3", ""},
		{"cut n1 | n2;cut n1 > n3", "n1>n2 n1>n3 n2>n1", "n1"},
		{"cut n1 n2 | n3;heal n2 | n3", "n1>n3 n3>n1", ""},
		{"cut n1 | n2 n3;heal", "", ""},
		{"cut n1 | n2 n3;heal;cut n2 > n1", "n2>n1", ""},
		{"cut n1 | n2 n3;heal n1 > n2", "n1>n3 n2>n1 n3>n1", "n1"},
		{"cut n1 | n2 n3;cut n2 | n3", "n1>n2 n1>n3 n2>n1 n2>n3 n3>n1 n3>n2", "n1 n2 n3"},
		{"cut;cut n1;cut n1 |;cut | n2;cut n1 n2;heal n9 | n1;cut nobody | n1;cut n1 | n1;cutting n1 | n2;write n1 set cut 1", "", ""},
	}
	for _, test := range tests {
		s := recordertest.New()
		for _, name := range []string{"n1", "n2", "n3"} {
			s.Born("node", name, 1, "", name, "")
		}
		for _, line := range strings.Split(test.lines, ";") {
			s.Add(sm.Event{Type: sm.Command, Text: line})
		}
		v := build(t, [][]sm.Event{s.Events}).View()
		var cut, off []string
		for _, a := range v.Nodes() {
			if v.CutOff(a) {
				off = append(off, a)
			}
			for _, b := range v.Nodes() {
				if v.IsCut(a, b) {
					cut = append(cut, a+">"+b)
				}
			}
		}
		if got := strings.Join(cut, " "); got != test.cut {
			t.Errorf("%q cuts %q, want %q", test.lines, got, test.cut)
		}
		if got := strings.Join(off, " "); got != test.off {
			t.Errorf("%q cuts off %q, want %q", test.lines, got, test.off)
		}
	}
}

// Every moment has its own links, whichever is asked for first.
func TestCutsThen(t *testing.T) {
	s := recordertest.New()
	for _, name := range []string{"n1", "n2"} {
		s.Born("node", name, 1, "", name, "")
	}
	var want []bool
	for i := range 40 {
		line := []string{"cut n1 | n2", "advance 1s", "heal", "step"}[i%4]
		if i%12 == 2 {
			line = "heal n1 > n2"
		}
		s.Add(sm.Event{Type: sm.Command, Text: line})
		want = append(want, i%4 < 2)
	}
	tl := build(t, [][]sm.Event{s.Events})
	for _, step := range []int{1, 7, 11} {
		for k := range want {
			i := k * step % len(want)
			if got := tl.At(3+i).IsCut("n1", "n2"); got != want[i] {
				t.Errorf("after line %d n1>n2 is cut: %v", i, got)
			}
		}
	}
}

// A journal made to be costly is bounded: the newest lines count.
func TestCutsWithoutEnd(t *testing.T) {
	s := recordertest.New()
	var names []string
	for i := range 400 {
		name := fmt.Sprintf("n%d", i)
		names = append(names, name)
		s.Born("node", name, 1, "", name, "")
	}
	all := strings.Join(names, " ")
	for range 3 {
		s.Add(sm.Event{Type: sm.Command, Text: "cut " + all + " | " + all})
	}
	for range 10_000 {
		s.Add(sm.Event{Type: sm.Command, Text: "cut n1 > n2"})
	}
	v := build(t, [][]sm.Event{s.Events}).View()
	if !v.IsCut("n1", "n2") || v.IsCut("n2", "n1") {
		t.Error("the newest lines do not count")
	}
	if v := v.Timeline().At(len(names) + 1); !v.IsCut("n0", "n1") {
		t.Error("a long line does not count")
	}
}
