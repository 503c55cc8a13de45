package replay_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/replay/cond"
	"raftscope/sm"
)

// everything asks a view all questions and returns the answers as text.
func everything(t *testing.T, v replay.View) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintln(&b, v.Events(), v.Now(), v.Seq(), v.Leader(), v.Nodes(), v.Violations())
	for _, name := range append(v.Nodes(), "n7", "") {
		fmt.Fprintf(&b, "%+v log", v.Node(name))
		for _, m := range v.Log(name) {
			fmt.Fprintf(&b, " %s %s", m.Name(), v.Of(m).StateName())
		}
		fmt.Fprintln(&b)
	}
	nodes, err := json.Marshal(v.NodesJSON(append(v.Roster(), "n7", ""), true))
	fmt.Fprintln(&b, string(nodes), err)
	equal, why := v.LogsEqual()
	same, because := v.HashesEqual()
	fmt.Fprintln(&b, equal, why, same, because)
	if v.Holds(cond.LogsEqual{}) != equal {
		t.Errorf("after %d events: logs equal %t, but %q", v.Events(), !equal, why)
	}
	for _, p := range v.Pending() {
		fmt.Fprintln(&b, "pending", p.Machine.Name(), p.Node, p.What, p.Due, p.Since)
	}
	for _, k := range v.Timeline().Kinds() {
		everyMachine(&b, v, k)
		countsAdd(t, v, k)
	}
	for n := range 12 {
		fmt.Fprintln(&b, "exec", n, name(v.Exec(n)))
	}
	fmt.Fprintln(&b, "last", name(v.LastExec()))
	for _, text := range questions {
		c, err := cond.Parse(1, text, cond.Scope{})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, text, v.Holds(c), v.Saw(c))
	}
	for _, err := range []error{v.LogsText(&b, 100), v.NodesText(&b), v.OutcomesText(&b)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// countsAdd checks counts against the machines themselves.
func countsAdd(t *testing.T, v replay.View, k *replay.Kind) {
	t.Helper()
	var all, onN2 [sm.StatesMax]int
	for _, m := range v.ByKind(k.Name()) {
		s := v.Of(m).State()
		all[s]++
		if m.Node() == "n2" {
			onN2[s]++
		}
	}
	for i, s := range k.States() {
		if got, on := v.Count(k.Name(), s.Name), v.CountOn(k.Name(), "n2", s.Name); got != all[i] || on != onN2[i] {
			t.Errorf("after %d events: %d %s %s, %d on n2; expected %d, %d", v.Events(), got, k.Name(), s.Name, on, all[i], onN2[i])
		}
	}
}

var questions = []string{
	"leader", "leader n3", "state n1 follower", "commit all >= 3", "applied n2 >= 2", "last all = 5", "term n1 = 3",
	"append@last DONE", "append@n1@1 DONE", "entry n1:2/4 truncated", "logs equal", "states equal", "answered", "idle",
	"attr append@last real > 5", "count entry n1 durable = 3", "count append > 2", "told exec@2 error", "told read@last nothing",
	"fate exec@1 truncated", "fate exec@last applied", "order append@1 DONE < entry n1:2/4 TRUNCATED",
}

func everyMachine(b *strings.Builder, v replay.View, k *replay.Kind) {
	all := v.ByKind(k.Name())
	fmt.Fprintln(b, k.Name(), len(all), v.Count(k.Name(), ""), name(v.Newest(k.Name(), "n1")), name(v.Nth(k.Name(), 2)))
	for _, s := range k.States() {
		fmt.Fprint(b, " ", v.Count(k.Name(), s.Name), v.CountOn(k.Name(), "n2", s.Name))
	}
	for _, m := range all {
		mv := v.Machine(m.ID())
		motion, took := mv.Motion()
		_, entered := mv.Entered(1)
		fmt.Fprintln(b, "\n", mv.Name(), mv.State(), mv.Open(), mv.Abandoned(), mv.Due(), mv.Since(), entered, motion, took)
		fmt.Fprintln(b, mv.Moves(), mv.Attrs(), mv.Events())
		fmt.Fprintf(b, "%+v\n", mv.JSON(true).Causes)
		fmt.Fprintf(b, "%+v\n", mv.JSON(true).Effects)
		switch k.Name() {
		case "exec", "read":
			o := v.Outcome(m)
			fmt.Fprintln(b, o.Answered, o.Told, o.Result, o.Stored, o.Fate, o.Entry != nil)
			for _, p := range v.Phases(m) {
				fmt.Fprintln(b, p.Name, p.From, p.To, p.Machine.Name())
			}
		case "entry":
			var term, index uint64
			if n, _ := fmt.Sscanf(m.Subject(), "%d/%d", &term, &index); n == 2 {
				fmt.Fprintln(b, name(v.Entry("", term, index)), name(v.Entry("n3", term, index)))
			}
		}
	}
	if m := v.Newest(k.Name(), ""); m.Known() {
		_ = v.Tree(m.Machine, replay.Options{}).Text(b, replay.Style{Moves: true, Real: true}) // a Builder takes everything
		_ = v.UpTree(m.Machine, replay.Options{}).JSON(b, replay.Style{Moves: true})
	}
}

func name(m replay.MachineView) string {
	if !m.Known() {
		return "-"
	}
	return m.Name()
}

// sameAt checks that the view after n events is what a timeline of these
// events alone says.
func sameAt(t *testing.T, tl *replay.Timeline, n int) {
	t.Helper()
	var events []sm.Event
	for i := range n {
		events = append(events, tl.Event(i))
	}
	fresh := build(t, [][]sm.Event{events})
	if d := fresh.Damage(); d.Events > 0 {
		t.Fatalf("damage: %v", d.Reasons)
	}
	got, want := everything(t, tl.At(n)), everything(t, fresh.View())
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range w {
		if i >= len(g) || g[i] != w[i] {
			t.Fatalf("after %d of %d events, line %d:\n%s\nexpected\n%s", n, tl.Events(), i, g[min(i, len(g)-1)], w[i])
		}
	}
}

// TestEveryMomentOfSmallRuns: a view is what a timeline fed up to there says.
func TestEveryMomentOfSmallRuns(t *testing.T) {
	for name, h := range map[string]*history{"truncated": truncated(t, false), "crashed": crashed(t), "restarted": restarted(t)} {
		t.Run(name, func(t *testing.T) {
			tl := h.timeline()
			for n := range tl.Events() + 1 {
				sameAt(t, tl, n)
			}
		})
	}
}

// restarted is the truncation with a crash of n1 and its next life after it.
func restarted(t *testing.T) *history {
	h := truncated(t, false)
	h.Move(1, "CRASHED")
	h.End(1, sm.Closed)
	h.write("n2", 4, 3, 6, "set z 1")
	read := h.Born("read", "n2", 1, "", "5", "get z")
	h.start("n1", 2, 3)
	for index := uint64(1); index <= 5; index++ {
		h.entry("n1", 2, "durable", 3, index, "set a 1")
	}
	h.Move(read, "verifying")
	h.End(read, sm.Abandoned)
	return h
}

func TestMomentsOfALongRun(t *testing.T) {
	tl := build(t, [][]sm.Event{recordertest.Workload(6000)})
	r := rand.New(rand.NewPCG(1, 1))
	for range 25 {
		sameAt(t, tl, r.IntN(tl.Events()+1))
	}
}

// TestMomentsOfNonsense does the same to mutilated histories.
func TestMomentsOfNonsense(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	whole := append(restarted(t).Events, recordertest.Workload(300)...)
	for range 40 {
		tl := build(t, [][]sm.Event{mutilated(r, whole)})
		for range 3 {
			sameAt(t, tl, r.IntN(tl.Events()+1))
		}
	}
}

// mutilated returns a history with events changed and lost.
func mutilated(r *rand.Rand, whole []sm.Event) (events []sm.Event) {
	for i, e := range whole {
		if r.IntN(12) == 0 {
			mutilate(r, &e)
		}
		if r.IntN(30) > 0 {
			e.Seq = uint64(i + 1)
			events = append(events, e)
		}
	}
	return events
}

func TestAtTimeAndSeq(t *testing.T) {
	h := newHistory(t)
	for _, at := range []sm.Time{0, 10, 10, 30} {
		h.Wait(0)
		h.Add(sm.Event{Type: sm.Note, Text: "x"})
		h.Events[len(h.Events)-1].At = at
	}
	h.Events[3].Seq = 9 // events 4 to 8 were lost
	tl := h.timeline()
	for at, want := range map[sm.Time]int{-1: 0, 0: 1, 9: 1, 10: 3, 29: 3, 30: 4, 99: 4} {
		if got := tl.AtTime(at).Events(); got != want {
			t.Errorf("at time %d: after %d events, expected %d", at, got, want)
		}
	}
	for seq, want := range map[uint64]int{0: 0, 1: 1, 3: 3, 4: 3, 8: 3, 9: 4, 99: 4} {
		if got := tl.AtSeq(seq).Events(); got != want {
			t.Errorf("at number %d: after %d events, expected %d", seq, got, want)
		}
	}
	if v := tl.At(-5); v.Events() != 0 || v.Now() != 0 || v.Seq() != 0 {
		t.Errorf("before all: %d events, time %d, number %d", v.Events(), v.Now(), v.Seq())
	}
	if v := tl.At(99); v.Events() != 4 || v.Now() != 30 || v.Seq() != 9 || tl.LastSeq() != 9 {
		t.Errorf("behind all: %d events, time %d, number %d", v.Events(), v.Now(), v.Seq())
	}
}

func TestNotYetBorn(t *testing.T) {
	h := newHistory(t)
	a := h.Born("append", "n1", 1, "", "4..6", "3 entries")
	b := h.Born("append", "n1", 1, "", "7..7", "1 entry")
	tl := h.timeline()
	v, later := tl.At(1), tl.Machine(b)
	if !v.Machine(a).Known() || v.Machine(b).Known() || v.Of(later).Known() || v.Of(nil).Known() {
		t.Error("known before its birth, or not known after it")
	}
	var out strings.Builder
	if err := v.Tree(later, replay.Options{}).Text(&out, replay.Style{}); err != nil || out.String() != "" {
		t.Errorf("tree of a machine not yet born: %q, %v", out.String(), err)
	}
	if err := v.UpTree(later, replay.Options{}).JSON(&out, replay.Style{}); err != nil || out.String() != "null\n" {
		t.Errorf("JSON of a machine not yet born: %q, %v", out.String(), err)
	}
	if v.Phases(later) != nil || v.Outcome(later) != (replay.Outcome{}) {
		t.Error("answers about a machine not yet born")
	}
}

func TestPending(t *testing.T) {
	h := newHistory(t)
	slow := h.Born("append", "n1", 1, "", "1..1", "1 entry")
	fast := h.Born("meta", "n2", 1, "", "CurrentTerm", "")
	lost := h.Born("append-rpc", "n1", 1, "", "n1>n2", "")
	sent := h.Born("append-rpc", "n1", 1, "", "n1>n3", "")
	h.Attr(sent, "due", 2_000_000)
	h.MoveDue(slow, "writing", 3_000_000)
	h.MoveDue(fast, "writing", 1_000_000)
	h.Born("apply", "n1", 1, "", "", "waits for others")
	expect := func(v replay.View, want string) {
		t.Helper()
		var got []string
		for _, p := range v.Pending() {
			got = append(got, fmt.Sprintf("%s %s %s %d", p.Machine.Name(), p.Node, p.What, p.Due))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s\nexpected %s", strings.Join(got, ", "), want)
		}
	}
	before := len(h.Events)
	expect(h.timeline().View(), "meta#2 n2 writing 1000000, append-rpc#4 n1 sent 2000000, append#1 n1 writing 3000000, append-rpc#3 n1 sent 0")
	h.Move(fast, "DONE")
	h.Move(sent, "delivered")
	h.End(lost, sm.Abandoned)
	tl := h.timeline()
	expect(tl.View(), "append#1 n1 writing 3000000, append-rpc#4 n1 delivered 0")
	expect(tl.At(before), "meta#2 n2 writing 1000000, append-rpc#4 n1 sent 2000000, append#1 n1 writing 3000000, append-rpc#3 n1 sent 0")
}

func TestUpTree(t *testing.T) {
	tl := build(t, [][]sm.Event{workload()})
	var b strings.Builder
	if err := tl.View().UpTree(tl.NthOn("append", "n2", 1), replay.Options{}).Text(&b, replay.Style{}); err != nil {
		t.Fatal(err)
	}
	golden(t, "tree-up.txt", b.String())
}
