package narrate_test

import (
	"math"
	"testing"
	"unicode"
	"unicode/utf8"

	"raftscope/replay"
	"raftscope/replay/narrate"
	"raftscope/sm"
)

// What a recording may hold: some of it makes sense, most of it in the wrong
// place.
var (
	fuzzNodes = []string{"n1", "n2", "n3", "", "n\x1b[2J"}
	fuzzKeys  = []string{"term", "leader", "reason", "entries", "new-entries", "prev-index", "prev-term", "commit", "told", "stored",
		"path", "result", "pipelined", "held", "fault", "frozen", "exec", "last-index", "last-term", "loaded", "due",
		"copy", "client", "retry", "attempt", "fast", "held", "fault"}
	fuzzTexts = []string{"", "n1>n2", "n2>n1", "entries 3..5", "entries 5..3", "3..5", "0..18446744073709551615", "2/5", "1/18446744073709551615",
		"term 2", "vote for n1", "vote in term 2", "CurrentTerm", "newer term 5", "older term: the request has 2, n1 is in 5",
		"previous entry 6 missing: the log ends at 4", "previous term differs: entry 6 has term 1 here, 2 on the leader", "previous entry missing",
		"its log ends at 4 or differs before", "we have a leader (n3)", "we have a leader (", "our last index is greater", "append pipeline closed",
		"heartbeat", "pre-vote term 2", "no-op", "\x1b]0;owned\x07", "\xff\xfe", "ok", "never", "leadership lost while committing log",
		"held by rule 1", "fails by rule 18446744073709551616: EIO", "delayed by rule 2, 5ms", "dropped by rule", "failed: ", "reordered", "n1>", "store failed: EIO"}
	fuzzRoles = []string{"arrives as", "sent by", "asks", "persists", "proposes", "becomes", "barrier", "truncates by", "removes", "brings", "retried as"}
	fuzzNums  = []int64{0, 1, 2, 3, 5, -1, math.MaxInt64, math.MinInt64, 1 << 32}
	fuzzTypes = []sm.EventType{sm.Born, sm.Moved, sm.Failed, sm.Linked, sm.Attributed, sm.Closed, sm.Abandoned, sm.Note, sm.Command, sm.Log, sm.Violation, 99}
)

// FuzzInstant: whatever the events, there is a sentence or none, without a
// panic and without anything that could command a terminal.
func FuzzInstant(f *testing.F) {
	f.Add([]byte("a seed that makes a few events of all kinds and more of them"))
	f.Add([]byte{0, 0, 3, 0, 0, 1, 0, 1, 1, 1, 1, 1, 0, 2, 2, 2, 2, 2, 1, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<12 {
			b = b[:1<<12]
		}
		tell(t, fabricate(t, b))
	})
}

// TestNonsense does the same with many random histories at every test.
func TestNonsense(t *testing.T) {
	state := uint64(1)
	for range 300 {
		b := make([]byte, 2000)
		for i := range b {
			state = state*6364136223846793005 + 1442695040888963407
			b[i] = byte(state >> 56)
		}
		tell(t, fabricate(t, b))
	}
}

func pick[T any](list []T, b byte) T { return list[int(b)%len(list)] }

// fabricate makes eight bytes an event.
func fabricate(t *testing.T, b []byte) *replay.Timeline {
	t.Helper()
	specs := kinds()
	type born struct {
		kind   int
		node   string
		life   uint32
		states int
	}
	machines := []born{{}}
	var events []sm.Event
	var at sm.Time
	for ; len(b) >= 8; b = b[8:] {
		typ := pick(fuzzTypes, b[0])
		if b[0] > 200 || len(machines) == 1 {
			typ = sm.Born
		}
		if b[1]%4 == 0 {
			at += sm.Time(b[1]) * 1000
		}
		e := sm.Event{Seq: uint64(len(events) + 1), At: at, Type: typ, Text: pick(fuzzTexts, b[2]), Key: pick(fuzzKeys, b[3]), Node: pick(fuzzNodes, b[4])}
		switch typ {
		case sm.Born:
			k := int(b[5]) % len(specs)
			machines = append(machines, born{k, e.Node, uint32(b[6] % 3), len(specs[k].States)})
			e.Machine, e.Kind, e.Life, e.Key = sm.ID(len(machines)-1), specs[k].Name, uint32(b[6]%3), pick(fuzzTexts, b[3])
			e.State = sm.State(int(b[7]) % len(specs[k].States))
		case sm.Note, sm.Command, sm.Log:
		default:
			id := 1 + int(b[5])%(len(machines)-1)
			m := machines[id]
			e.Machine, e.Node, e.Life = sm.ID(id), m.node, m.life
			switch typ {
			case sm.Moved, sm.Failed:
				e.State, e.From = sm.State(int(b[6])%m.states), sm.State(int(b[7])%m.states)
			case sm.Linked:
				e.Other, e.Key = sm.ID(1+int(b[6])%(len(machines)-1)), pick(fuzzRoles, b[7])
			case sm.Attributed:
				e.IsText = b[6]%2 == 0
				if !e.IsText {
					e.Num, e.Text = pick(fuzzNums, b[7]), ""
				}
			}
		}
		events = append(events, e)
	}
	tl := replay.NewTimeline()
	if err := tl.AddKinds(specs); err != nil {
		t.Fatal(err)
	}
	if err := tl.Append(events); err != nil {
		t.Fatal(err)
	}
	return tl
}

func tell(t *testing.T, tl *replay.Timeline) {
	t.Helper()
	for from, to := 0, 0; from < tl.Events(); from = to {
		if _, to = narrate.Bounds(tl, from); to <= from {
			t.Fatalf("the instant of event %d ends at %d", from, to)
		}
		text := narrate.Instant(tl, from, to)
		if !utf8.ValidString(text) {
			t.Fatalf("%q is no text", text)
		}
		for _, r := range text {
			if unicode.IsControl(r) {
				t.Fatalf("%q could command a terminal", text)
			}
		}
		if again := narrate.Instant(tl, from, to); again != text {
			t.Fatalf("%q, and then %q", text, again)
		}
	}
}
