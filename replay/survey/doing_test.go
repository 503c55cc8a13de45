package survey_test

import (
	"slices"
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/replay/survey"
)

// TestDoingOfLostStart: of a node whose start is lost it is not said that it has
// not started.
func TestDoingOfLostStart(t *testing.T) {
	s := recordertest.New()
	s.Born("node", "n1", 1, "", "n1", "")
	s.Born("node", "n1", 2, "", "n1", "")
	s.Born("exec", "n1", 2, "", "1", "set x 1")
	for lost, want := range map[int]string{-1: "idle", 1: "not known: its start is lost"} {
		events := slices.Clone(s.Events)
		if lost >= 0 {
			events = slices.Delete(events, lost, lost+1)
		}
		if got := survey.Doing(timeline(t, events).View(), "n1").Text; got != want {
			t.Errorf("without event %d: %q, expected %q", lost, got, want)
		}
	}
	if got := survey.Doing(timeline(t, s.Events[:0]).View(), "n1").Text; got != "not started" {
		t.Errorf("without any event: %q", got)
	}
}
