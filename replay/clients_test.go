package replay_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"raftscope/replay"
	"raftscope/replay/cond"
	"raftscope/sm"
)

// call plays a call of a client in the background, or of a command if client is
// zero, up to its answer. An applied one has an entry at its ordinal.
func (h *history) call(client, ordinal int, before sm.ID, told, stored string, applied, again bool) sm.ID {
	exec, apply, entry := h.write("n1", ordinal, 1, uint64(ordinal), "set x "+strconv.Itoa(ordinal))
	if before != 0 {
		h.Link(before, exec, "retried as")
		h.Attr(exec, "attempt", 2)
	}
	if client > 0 {
		h.Attr(exec, "client", int64(client))
	}
	h.Move(entry, "durable")
	if applied {
		h.Move(entry, "committed", "applying", "APPLIED")
	}
	if told == "" {
		return exec
	}
	h.AttrText(exec, "told", told)
	h.AttrText(exec, "stored", stored)
	if again {
		h.Attr(exec, "retry", 2)
	}
	if told == "ok" {
		h.Move(apply, "replicating", "committed", "DONE")
		h.Move(exec, "DONE")
	} else {
		h.Fail(apply, "FAILED", 0, told)
		h.Fail(exec, "FAILED", 0, told)
	}
	return exec
}

func clientsText(t *testing.T, tl *replay.Timeline) string {
	t.Helper()
	var b strings.Builder
	if err := tl.ClientsText(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestClientsText(t *testing.T) {
	const lost = "leadership lost while committing log"
	for _, c := range []struct {
		name string
		play func(h *history)
		want string
	}{
		{"commands only, also in doubt", func(h *history) {
			h.call(0, 1, 0, "ok", "yes", true, false)
			h.call(0, 2, 0, lost, "unknown", true, false)
		}, ""},
		{"two clients", func(h *history) {
			h.call(2, 1, 0, "ok", "yes", true, false)
			h.call(1, 2, 0, "node is down", "never", false, false)
			h.call(1, 3, 0, "", "", false, false)
		}, "client 1: 2 calls, 0 ok, 1 errors, 0 made again, 1 still open\nclient 2: 1 calls, 1 ok, 0 errors, 0 made again, 0 still open\n"},
		{"told an error and applied", func(h *history) {
			h.call(1, 1, 0, lost, "unknown", true, false)
		}, "client 1: 1 calls, 0 ok, 1 errors, 0 made again, 0 still open\n1 write was applied though its client was told an error: exec#1\n"},
		{"about to be made again", func(h *history) {
			h.call(1, 1, 0, lost, "unknown", false, true)
		}, "client 1: 1 calls, 0 ok, 0 errors, 0 made again, 1 still open\n"},
		{"made again and applied once", func(h *history) {
			e := h.call(1, 1, 0, "node is down", "never", false, true)
			h.call(1, 2, e, "ok", "yes", true, false)
		}, "client 1: 1 calls, 1 ok, 0 errors, 1 made again, 0 still open\n"},
		{"applied twice", func(h *history) {
			e := h.call(0, 1, 0, lost, "unknown", true, true)
			h.call(0, 2, e, "ok", "yes", true, false)
		}, "1 write was applied twice: exec#1 and its retry exec#4\n"},
		{"applied three times", func(h *history) {
			e := h.call(0, 1, 0, lost, "unknown", true, true)
			e = h.call(0, 2, e, lost, "unknown", true, true)
			h.call(0, 3, e, "ok", "yes", true, false)
		}, "1 write was applied more than once: exec#1 and its retries exec#4, exec#7\n"},
		{"many twice", func(h *history) {
			for i := range 7 {
				e := h.call(0, 2*i+1, 0, lost, "unknown", true, true)
				h.call(0, 2*i+2, e, "ok", "yes", true, false)
			}
		}, "7 writes were applied more than once: exec#1 and its retry exec#4; exec#7 and its retry exec#10; exec#13 and its retry exec#16; " +
			"exec#19 and its retry exec#22; exec#25 and its retry exec#28; and 2 more\n"},
	} {
		h := newHistory(t)
		c.play(h)
		if got := clientsText(t, h.timeline()); got != c.want {
			t.Errorf("%s: got\n%swant\n%s", c.name, got, c.want)
		}
	}
}

// Between a failure and the next try neither answered nor idle holds, at
// whatever position one looks.
func TestAnsweredWhileRetrying(t *testing.T) {
	h := newHistory(t)
	h.call(0, 1, 0, "ok", "yes", true, false)
	quiet := len(h.Events)
	e := h.call(0, 2, 0, "node is down", "never", false, true)
	pause := len(h.Events)
	h.Wait(time.Millisecond)
	h.call(0, 3, e, "ok", "yes", true, false)
	tl := h.timeline()
	for at, want := range map[int]bool{quiet: true, pause: false, pause + 1: false, tl.Events(): true} {
		for _, c := range []cond.Cond{cond.Answered{}, cond.Idle{}} {
			if got := tl.At(at).Holds(c); got != want {
				t.Errorf("after %d events %s holds: %v, want %v; saw %s", at, c, got, want, tl.At(at).Saw(c))
			}
		}
	}
	if saw := tl.At(pause).Saw(cond.Answered{}); saw != "1 failed calls are to be made again" {
		t.Errorf("saw %q", saw)
	}
}

// A recording may link calls in a circle, say twice that one is made again, or
// number its clients absurdly.
func TestClientsOfNonsense(t *testing.T) {
	h := newHistory(t)
	a := h.call(1, 1, 0, "node is down", "never", true, true)
	b := h.call(1, 2, a, "node is down", "never", true, true)
	h.Attr(a, "retry", 3)
	h.Link(b, a, "retried as")
	h.Link(a, b, "retried as")
	h.Link(b, h.Born("append", "n1", 1, "", "1..1", ""), "retried as")
	h.Attr(h.Born("read", "n1", 1, "", "3", "get x"), "client", -7)
	h.Attr(h.Born("read", "n1", 1, "", "4", "get x"), "client", 1<<62)
	h.AttrText(h.Born("read", "n1", 1, "", "5", "get x"), "client", "x")
	tl := h.timeline()
	if got := clientsText(t, tl); !strings.HasPrefix(got, "client 1: ") || !strings.Contains(got, "client 2147483647: 1 calls") {
		t.Errorf("got %s", got)
	}
	var out strings.Builder
	tl.OutcomesText(&out)
	tl.Saw(cond.Idle{})
}

// Of clients in the background the story tells only what left them in doubt,
// and so do the notable events.
func TestStoryOfClients(t *testing.T) {
	h := newHistory(t)
	h.call(1, 1, 0, "ok", "yes", true, false)
	h.call(1, 2, 0, "node is down", "never", false, false)
	h.call(1, 3, 0, "leadership lost", "unknown", false, true)
	e := h.call(0, 4, 0, "node is down", "never", false, true)
	h.call(0, 5, e, "", "", false, false)
	tl := h.timeline()
	var story, notable []string
	for i := range tl.Events() {
		if text, ok := tl.Story(i); ok {
			story = append(story, text)
		}
	}
	for i := tl.NextNotable(-1, 1); i >= 0; i = tl.NextNotable(i, 1) {
		text, ok := tl.Notable(i)
		if !ok {
			t.Errorf("event %d is notable and not", i)
		}
		notable = append(notable, text)
	}
	wantNotable := []string{`exec#7 set x 3: told "leadership lost"`, `exec#10 set x 4: told "node is down"`}
	wantStory := []string{wantNotable[0], "exec#10 on n1: set x 4", wantNotable[1], "exec#13 on n1: set x 5, attempt 2, after exec#10"}
	if strings.Join(story, "\n") != strings.Join(wantStory, "\n") {
		t.Errorf("the story is %q, want %q", story, wantStory)
	}
	if strings.Join(notable, "\n") != strings.Join(wantNotable, "\n") {
		t.Errorf("notable are %q, want %q", notable, wantNotable)
	}
}

func TestOutcomesOfRetries(t *testing.T) {
	h := newHistory(t)
	e := h.call(3, 1, 0, "leadership lost", "unknown", true, true)
	h.call(3, 2, e, "ok", "yes", true, false)
	tl := h.timeline()
	var out strings.Builder
	if err := tl.OutcomesText(&out); err != nil {
		t.Fatal(err)
	}
	const want = `call    node  command  client was told  entry   its fate  retry of  by client
exec#1  n1    set x 1  leadership lost  n1:1/1  applied             3
exec#4  n1    set x 2  ok               n1:1/2  applied   exec#1    3
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
	if v := tl.View(); v.RetryOf(tl.Exec(2)).Machine != tl.Exec(1) || v.RetriedAs(tl.Exec(1)).Machine != tl.Exec(2) || v.RetryOf(tl.Exec(1)).Known() || v.Client(tl.Exec(1)) != 3 {
		t.Error("the two calls do not know each other")
	}
}
