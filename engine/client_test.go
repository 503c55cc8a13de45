package engine

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/raft"

	"raftscope/engine/grammar"
	"raftscope/engine/kv"
	"raftscope/replay"
	"raftscope/sm"
	"raftscope/sm/catalog"
)

// finalValue is what the leader has for a key, asked the linearizable way.
func (w *testWorld) finalValue(key string) string {
	w.t.Helper()
	w.do("read leader get " + key + " wait")
	m := w.call(w.ordinal)
	w.expect("told read@last ok")
	return textAttr(m, "result")
}

func TestIncrements(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader")
		for range 20 {
			w.do("write leader incr c")
		}
		w.do("run until answered")
		w.expect("count exec DONE = 20")
		if got := w.finalValue("c"); got != "20" {
			t.Errorf("20 concurrent increments gave %s", got)
		}
		servedInOrder(t, w.timeline.ByKind("exec"))
	})
}

// servedInOrder insists that those that had to queue were served in the order
// in which they came to the queue.
func servedInOrder(t *testing.T, execs []*replay.Machine) {
	t.Helper()
	type turn struct{ queued, executed sm.Time }
	var turns []turn
	for _, m := range execs {
		queued, ok := m.Entered(catalog.ExecQueued)
		executed, _ := m.Entered(catalog.ExecExecuted)
		if ok {
			turns = append(turns, turn{queued, executed})
		}
	}
	if len(turns) < len(execs)/2 {
		t.Errorf("%d of %d queued, want most of them", len(turns), len(execs))
	}
	slices.SortFunc(turns, func(a, b turn) int { return cmp.Compare(a.queued, b.queued) })
	if !slices.IsSortedFunc(turns, func(a, b turn) int { return cmp.Compare(a.executed, b.executed) }) {
		t.Errorf("the queue was not served in order: %v", turns)
	}
}

// An increment between blind writes of the same key counts on from exactly the
// value before it in the log, so no acknowledged effect is ever lost.
func TestIncrementsAmongBlindWrites(t *testing.T) {
	for seed := 1; seed <= 5; seed++ {
		inWorld(t, fmt.Sprintf("cluster nodes=3 seed=%d exec=50us..5ms apply=50us..3ms", seed), func(w *testWorld) {
			w.do("run until leader", "write leader set c 0 wait")
			for i := range 15 {
				w.do("write leader incr c", fmt.Sprintf("write leader set c %d", 1000*i))
				if i%4 == 3 {
					w.do("write leader append c 7", "write leader del c", "advance 2ms")
				}
			}
			for i := range 20 { // also when all is quiet but for one blind write on its way to the log
				w.do("run until answered", fmt.Sprintf("write leader set c %d", 100*i), fmt.Sprintf("advance %dus", 1+200*i), "write leader incr c")
			}
			w.do("run until answered", "run until idle")
			replayLog(t, w)
		})
	}
}

// replayLog goes through the leader's log and checks every acknowledged write
// against the value before it.
func replayLog(t *testing.T, w *testWorld) {
	t.Helper()
	value, exists := "", false
	acknowledged := 0
	for _, log := range w.stored(w.leads()) {
		if log.Type != raft.LogCommand {
			continue
		}
		ws, err := kv.Decode(log.Data)
		if err != nil {
			t.Fatal(err)
		}
		n, err := strconv.Atoi(strings.TrimPrefix(string(log.Extensions), "exec@"))
		if err != nil {
			t.Fatalf("entry %d has extensions %q: %v", log.Index, log.Extensions, err)
		}
		m := w.call(n)
		if textAttr(m, "told") == "ok" {
			acknowledged++
		}
		want := ws.Value
		if words := strings.Fields(m.Label()); words[0] == "incr" || words[0] == "append" {
			if want, err = modify(grammar.Write{Op: grammar.Op(words[0]), Key: words[1], Args: words[2:]}, value, exists); err != nil {
				t.Errorf("entry %d: %s of %q: %v", log.Index, m.Label(), value, err)
			}
		}
		if ws.Value != want {
			t.Errorf("entry %d: %s of %q gave %q, want %q", log.Index, m.Label(), value, ws.Value, want)
		}
		value, exists = ws.Value, ws.Op == kv.OpSet
	}
	told := 0
	for _, m := range w.timeline.ByKind("exec") {
		if textAttr(m, "told") == "ok" {
			told++
		}
	}
	if acknowledged != told || told == 0 {
		t.Errorf("%d writes were acknowledged, %d of them are in the log", told, acknowledged)
	}
	if got := w.finalValue("c"); exists && got != value || !exists && got != "(none)" {
		t.Errorf("the state machine has %q, the log ends with %q (exists %v)", got, value, exists)
	}
}

func TestCompareAndAppend(t *testing.T) {
	inWorld(t, "cluster nodes=1", func(w *testWorld) {
		w.do("run until leader", "write leader set x a wait", "write leader cas x a b wait")
		w.expect("told exec@2 ok", "attr exec@2 result = b")
		w.do("write leader cas x a c wait")
		w.expect("told exec@3 error", "attr exec@3 stored = never", "fate exec@3 never-stored", "exec@3 FAILED")
		if told := textAttr(w.call(3), "told"); told != "cas x: the value differs: it is b" {
			t.Errorf("the client was told %q", told)
		}
		w.do("write leader cas absent a b wait", "write leader append x cd wait", "write leader append fresh e wait", "write leader del x wait")
		w.expect("told exec@4 error", "attr exec@5 result = bcd", "attr exec@6 result = e", "told exec@7 ok")
		if got := w.finalValue("x"); got != "(none)" {
			t.Errorf("a deleted key reads %q", got)
		}
		if n := len(w.stored("n1")); n != 7 { // configuration, no-op, five writes
			t.Errorf("the log has %d entries, want 7: refused commands must not be stored", n)
		}
	})
}

func TestIncrementRefused(t *testing.T) {
	inWorld(t, "cluster nodes=1", func(w *testWorld) {
		w.do("run until leader", "write leader set word abc wait", "write leader incr word wait",
			fmt.Sprintf("write leader set big %d wait", math.MaxInt64), "write leader incr big wait", "write leader incr big -1 wait")
		for n, says := range map[int]error{2: errNotANumber, 4: errOutOfRange} {
			w.expect(fmt.Sprintf("told exec@%d error", n), fmt.Sprintf("fate exec@%d never-stored", n), fmt.Sprintf("attr exec@%d stored = never", n))
			if told := textAttr(w.call(n), "told"); !strings.Contains(told, says.Error()) {
				t.Errorf("call %d: the client was told %q, want %q", n, told, says)
			}
		}
		w.expect("told exec@5 ok")
	})
}

// A command that reads before it writes waits for a state machine that is
// behind its log, with a barrier of its own.
func TestAwaitFSM(t *testing.T) {
	inWorld(t, "cluster nodes=1 apply=20ms", func(w *testWorld) {
		w.do("run until leader", "write leader set x 1", "run until count entry n1 durable >= 1", "advance 10ms")
		w.do("write leader incr y", "run until exec@2 await-fsm", "finish exec@2")
		w.expect("told exec@2 ok", "attr exec@2 result = 1", "count apply = 3", "exec@1 DONE")
		barriers := 0
		for _, m := range w.timeline.ByKind("apply") {
			if m.Label() == "barrier" {
				barriers++
			}
		}
		if barriers != 1 {
			t.Errorf("%d barriers, want 1", barriers)
		}
		w.do("write leader incr y wait")
		if _, waited := w.call(3).Entered(catalog.ExecAwaitFSM); waited {
			t.Error("an increment waited although the state machine was current")
		}
	})
	inWorld(t, "cluster nodes=1", func(w *testWorld) { // a blind write of the same key that is not yet in the log
		w.do("run until leader", "advance 1s", "write leader set x 41", "run until exec@1 proposed", "write leader incr x", "run until exec@2 await-fsm", "run until answered")
		w.expect("attr exec@2 result = 42")
	})
}

// A node that dies tells its clients so, and what it cannot know it does not
// claim.
func TestCrashDuringCall(t *testing.T) {
	for _, c := range []struct{ name, cluster, line, until, stored string }{
		{"executing", "exec=5ms", "write n1 set x 1", "advance 1ms", "never"},
		{"storing", "disk=20ms", "write n1 set x 1", "run until append@n1 writing", "unknown"},
		{"applying", "apply=20ms", "write n1 set x 1", "run until entry@n1 applying", "unknown"},
		{"queued", "disk=20ms", "write n1 incr a ; advance 1ms ; write n1 incr b", "run until exec@2 queued", "never"},
		{"await-fsm", "apply=20ms disk=1ms", "write n1 set x 1 ; advance 1ms ; write n1 incr x", "run until exec@2 await-fsm", "never"},
		{"reading", "exec=5ms", "read n1 get x", "advance 1ms", "never"},
		{"read-barrier", "apply=50ms disk=1ms", "write n1 set x 1 ; advance 10ms ; read n1 get x", "run until read@2 await-fsm", "never"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, "cluster nodes=1 "+c.cluster, func(w *testWorld) {
				w.do("run until leader", "advance 1s", c.line, c.until, "crash n1")
				m := w.call(w.ordinal)
				if told := textAttr(m, "told"); told != errConnection.Error() {
					t.Errorf("the client was told %q, want %q", told, errConnection)
				}
				if stored := textAttr(m, "stored"); stored != c.stored {
					t.Errorf("stored is %q, want %q", stored, c.stored)
				}
				if m.Open() || m.Abandoned() {
					t.Errorf("%s is %s, abandoned %v: the client outlives the node", m.Name(), m.StateName(), m.Abandoned())
				}
				w.expect("answered")
			})
		})
	}
}

// Raft forgets what waits in its channels when it shuts down: whoever waits for
// such an answer must be let go.
func TestForgottenFutures(t *testing.T) {
	inWorld(t, "cluster nodes=1", func(w *testWorld) {
		w.do("run until leader")
		l := w.nodes["n1"].life
		w.do("crash n1", "advance 1ms")
		for range 32 { // raft takes half of them, and answers none
			if err, ok := l.await(l.raft.VerifyLeader()); ok {
				t.Errorf("a dead node answered %v", err)
			}
		}
	})
}

func TestModify(t *testing.T) {
	const none = "\x00none"
	long := strings.Repeat("x", grammar.ValueBytesMax)
	for _, c := range []struct {
		op   grammar.Op
		args []string
		old  string
		want string
		err  error
	}{
		{grammar.Incr, nil, none, "1", nil},
		{grammar.Incr, []string{"5"}, none, "5", nil},
		{grammar.Incr, []string{"-5"}, "3", "-2", nil},
		{grammar.Incr, []string{"0"}, "3", "3", nil},
		{grammar.Incr, nil, "-1", "0", nil},
		{grammar.Incr, nil, "9223372036854775806", "9223372036854775807", nil},
		{grammar.Incr, nil, "9223372036854775807", "", errOutOfRange},
		{grammar.Incr, []string{"-1"}, "-9223372036854775808", "", errOutOfRange},
		{grammar.Incr, []string{"-9223372036854775808"}, "0", "-9223372036854775808", nil},
		{grammar.Incr, []string{"-9223372036854775808"}, "-1", "", errOutOfRange},
		{grammar.Incr, []string{"9223372036854775808"}, "0", "", errOutOfRange},
		{grammar.Incr, nil, "", "", errNotANumber},
		{grammar.Incr, nil, "1.5", "", errNotANumber},
		{grammar.Incr, nil, "9223372036854775808", "", errNotANumber},
		{grammar.CAS, []string{"a", "b"}, "a", "b", nil},
		{grammar.CAS, []string{"a", "b"}, "c", "", errCompare},
		{grammar.CAS, []string{"", "b"}, none, "", errCompare},
		{grammar.CAS, []string{"", "b"}, "", "b", nil},
		{grammar.Append, []string{"b"}, "a", "ab", nil},
		{grammar.Append, []string{"b"}, none, "b", nil},
		{grammar.Append, []string{""}, long, long, nil},
		{grammar.Append, []string{"b"}, long, "", errValueTooBig},
	} {
		old, exists := c.old, c.old != none
		if !exists {
			old = ""
		}
		got, err := modify(grammar.Write{Op: c.op, Key: "k", Args: c.args}, old, exists)
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s %.20q of %.20q: got %.20q, %v, want %.20q, %v", c.op, c.args, c.old, got, err, c.want, c.err)
		}
	}
}
