package tui

import (
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
)

// A filter over a long run comes to its end by itself once the events are shown,
// and then nothing goes on any more.
func TestPaneWork(t *testing.T) {
	tl := replay.NewTimeline()
	if err := tl.AddKinds(recordertest.Kinds()); err != nil {
		t.Fatal(err)
	}
	if err := tl.Append(recordertest.Workload(1 << 17)); err != nil {
		t.Fatal(err)
	}
	c := newCockpit(t, Source{Timeline: tl}, Options{}, 120, 36)
	c.command("filter key7 kind:exec type:born")
	if c.waiting > 0 {
		t.Fatal("something goes on though no events are shown")
	}
	c.keys("6")
	c.shows("29 of 131,145")
	c.hides("looked at")
	if c.waiting > 0 || c.m.busyPane() != nil {
		t.Error("something goes on still")
	}
}
