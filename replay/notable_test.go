package replay_test

import (
	"fmt"
	"strings"
	"testing"

	"raftscope/replay"
	"raftscope/sm"
)

// eventful has something notable of every sort.
func eventful(t *testing.T) *history {
	h := restarted(t)
	h.Add(sm.Event{Type: sm.Note, Text: "look"})
	h.Add(sm.Event{Type: sm.Violation, Machine: 1, Node: "n1", Life: 1, Text: "moved after its end"})
	h.Add(sm.Event{Type: sm.Log, Node: "n2", Life: 1, Key: "INFO", Text: "hello"})
	read := h.Born("read", "n2", 1, "", "6", "get x")
	h.AttrText(read, "told", "ok")
	h.AttrText(read, "result", "7")
	h.AttrText(read, "path", "Barrier")
	h.Move(read, "DONE")
	request := h.Born("append-follower", "n2", 1, "", "n3>n2", "")
	h.AttrText(request, "reason", "older term 2")
	h.Move(request, "REJECTED")
	h.Move(9, "STOPPED")
	h.Add(sm.Event{Type: sm.Log, Node: "n2", Life: 1, Key: "PANIC", Text: "raft would panic here"})
	return h
}

func TestNotableAndStory(t *testing.T) {
	tl := eventful(t).timeline()
	var b strings.Builder
	for i := range tl.Events() {
		story, ok := tl.Story(i)
		if !ok {
			if _, notable := tl.Notable(i); notable && len(tl.BrokenAt(i)) == 0 {
				t.Errorf("event %d is notable, but belongs into no story", i)
			}
			continue
		}
		mark := " "
		if line, notable := tl.Notable(i); notable {
			mark = "!"
			if line != story && (len(tl.BrokenAt(i)) == 0 || !strings.HasPrefix(line, story+"; broken: ")) {
				t.Errorf("event %d: %q, but as a story %q", i, line, story)
			}
		}
		fmt.Fprintf(&b, "%s %3d %s\n", mark, i, story)
	}
	golden(t, "notable.txt", b.String())
}

func TestNextNotable(t *testing.T) {
	tl := eventful(t).timeline()
	var all []int
	for i := range tl.Events() {
		if _, ok := tl.Notable(i); ok {
			all = append(all, i)
		}
	}
	for i := -2; i <= tl.Events()+1; i++ {
		before, after := -1, -1
		for _, n := range all {
			if n < i {
				before = n
			}
			if n > i && after < 0 {
				after = n
			}
		}
		if got := tl.NextNotable(i, 1); got != after {
			t.Errorf("after %d: %d, expected %d", i, got, after)
		}
		if got := tl.NextNotable(i, -1); got != before {
			t.Errorf("before %d: %d, expected %d", i, got, before)
		}
	}
	if got := replay.NewTimeline().NextNotable(0, 1); got != -1 {
		t.Errorf("of an empty timeline: %d", got)
	}
	if _, ok := tl.Notable(-1); ok {
		t.Error("an event before all is notable")
	}
}
