package complete

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"time"

	"raftscope/engine/grammar"
	"raftscope/replay/cond"
	"raftscope/replay/cond/words"
	promises "raftscope/replay/rules"
	"raftscope/sm"
)

// maker makes random commands of the grammar, of every sort and with every part.
type maker struct{ *rand.Rand }

func pick[T any](m maker, all ...T) T { return all[m.Intn(len(all))] }

func (m maker) yes() bool { return m.Intn(2) == 0 }

func (m maker) node() string { return fmt.Sprintf("n%d", 1+m.Intn(grammar.NodesMax)) }

func (m maker) target() string { return pick(m, grammar.LeaderNode, m.node()) }

func (m maker) text() string {
	var b strings.Builder
	for n := m.Intn(4); n >= 0; n-- {
		b.WriteString(pick(m, "a", "Z", "0", "-", " ", "\t", "\n", `"`, `\`, ";", "#", "|", "=", "(", "wait", "x5", "é", "\u202e", "\x00", "\xff", "timeout=1s"))
	}
	return b.String()
}

func (m maker) duration() time.Duration {
	return time.Microsecond + time.Duration(m.Int63n(int64(pick(m, time.Millisecond, time.Second, time.Hour))))
}

func (m maker) kind() cond.Kind { return pick(m, parser.Kinds...) }

func (m maker) state(kind string) string {
	for _, k := range parser.Kinds {
		if k.Name == kind {
			return pick(m, k.States...)
		}
	}
	return ""
}

func (m maker) ref() cond.Ref {
	n := uint64(1 + m.Int63n(1<<40))
	return pick(m,
		cond.Ref{Form: cond.ByID, Kind: m.kind().Name, ID: n}, cond.Ref{Form: cond.Newest, Kind: m.kind().Name}, cond.Ref{Form: cond.Nth, Kind: m.kind().Name, N: n},
		cond.Ref{Form: cond.NewestOn, Kind: m.kind().Name, Node: m.node()}, cond.Ref{Form: cond.NthOn, Kind: m.kind().Name, Node: m.node(), N: n},
		cond.Ref{Form: cond.EntryAt, Kind: "entry", Node: m.node(), Term: n, Index: 7})
}

func (m maker) op() cond.Op { return cond.Equal + cond.Op(m.Intn(6)) }

func (m maker) cond(depth int) cond.Cond {
	if depth > 0 && m.yes() {
		a, b := m.cond(depth-1), m.cond(depth-1)
		return pick[cond.Cond](m, cond.Not{C: a}, cond.Or{A: a, B: b}, cond.And{A: m.simple(), B: b})
	}
	return pick(m, m.simple(), m.atom())
}

// atom makes what is about an event; no two of them stand side by side, since not
// all can hold at once.
func (m maker) atom() cond.Cond {
	k := m.kind().Name
	return pick[cond.Cond](m,
		cond.NodeIs{Node: m.node()}, cond.KindIs{Kind: k}, cond.StateIs{State: m.state(k)}, cond.MoveIs{From: m.state(k), To: m.state(k)}, cond.MoveIs{From: m.state(k)},
		cond.MoveIs{To: m.state(k)}, cond.TypeIs{Type: sm.Born + sm.EventType(m.Intn(int(sm.Violation)))}, cond.Slow{Than: m.duration()},
		cond.HasAttr{Key: "x_1.y", Op: m.op(), Value: cond.Number(m.Int63() - m.Int63())}, cond.Says{Text: m.text()})
}

func (m maker) simple() cond.Cond {
	r, k := m.ref(), m.kind().Name
	return pick[cond.Cond](m,
		cond.Leader{}, cond.Leader{Node: m.node()}, cond.NodeState{Node: m.node(), Role: pick(m, cond.Roles()...)},
		cond.Index{What: cond.Commit + cond.Mark(m.Intn(4)), Node: pick(m, cond.AllNodes, m.node()), Op: m.op(), N: m.Uint64()},
		cond.MachineIs{Machine: r, State: m.state(r.Kind)}, cond.LogsEqual{}, cond.StatesEqual{}, cond.Answered{}, cond.Idle{},
		cond.Order{Steps: []cond.Step{{Machine: r, State: m.state(r.Kind)}, {Machine: r, State: m.state(r.Kind)}}},
		cond.Attr{Machine: r, Key: "real-sync", Op: m.op(), Value: cond.Number(m.Int63() - m.Int63())}, cond.Attr{Machine: r, Key: "term", Op: cond.Equal, Value: cond.Text(m.text())},
		cond.Count{Kind: k, Node: pick(m, "", m.node()), State: pick(m, "", m.state(k)), Op: m.op(), N: m.Uint64()},
		cond.Told{Machine: r, What: cond.ToldOK + cond.Answer(m.Intn(3))}, cond.Fate{Machine: r, Fate: pick(m, cond.Fates()...)},
		cond.Violation{Rule: pick(m, "", pick(m, promises.Names()...))}, cond.Violations{Rule: pick(m, "", pick(m, promises.Names()...)), Op: m.op(), N: m.Uint64()})
}

func (m maker) span(max time.Duration) grammar.Range {
	lo := time.Microsecond + time.Duration(m.Int63n(int64(max)/2))
	return grammar.Range{Lo: lo, Hi: lo + pick(m, 0, time.Duration(m.Int63n(int64(max-lo))))}
}

func (m maker) fault() grammar.Command {
	f := grammar.Fault{Verb: pick(m, grammar.Hold, grammar.Fail, grammar.Drop, grammar.Delay, grammar.Duplicate, grammar.Reorder, grammar.CrashAt)}
	message := pick(m, append(grammar.MessageKinds(), grammar.AnyMessage)...)
	switch {
	case m.Intn(3) == 0:
		f.Machine = m.ref()
	case f.Verb == grammar.CrashAt || m.yes() && (f.Verb == grammar.Hold || f.Verb == grammar.Fail || f.Verb == grammar.Delay):
		f.Ops = grammar.Ops{Kind: pick(m, append(append(grammar.DiskKinds(), grammar.MetaKeys()...), grammar.AnyDisk)...), Node: pick(m, m.node(), cond.AllNodes)}
	default:
		f.Ops = grammar.Ops{Kind: message, From: cond.AllNodes, To: m.node()}
	}
	if f.Machine.Form == 0 {
		f.Skip, f.Count, f.Chance = pick(m, 0, uint64(1+m.Intn(grammar.CountMax))), uint64(1+m.Intn(grammar.CountMax)), pick(m, 1, 0.25)
	}
	switch f.Verb {
	case grammar.Delay, grammar.Duplicate:
		f.By = m.span(time.Hour)
	case grammar.Fail:
		f.With = pick(m, grammar.Errors()...).Name
		if f.Ops.Kind == "append" {
			f.Wrote = m.Intn(5)
		}
	case grammar.CrashAt:
		f.After = m.yes()
	}
	return f
}

func (m maker) cluster() grammar.Command {
	c := grammar.DefaultCluster()
	c.Nodes, c.Seed, c.Quiet, c.Inflight = 1+m.Intn(grammar.NodesMax), m.Uint64(), m.yes(), 1+m.Intn(130)
	c.Pipelined, c.Net, c.Disk = m.yes(), m.span(10*time.Second), m.span(10*time.Second)
	c.LeaderLeaseTimeout = 20*time.Millisecond + m.duration()
	c.HeartbeatTimeout = c.LeaderLeaseTimeout + m.duration()
	c.ElectionTimeout = c.HeartbeatTimeout + m.duration()
	c.LogLevel, c.BatchApplyCh, c.TrailingLogs = pick(m, "TRACE", "OFF"), m.yes(), m.Uint64()
	return c
}

func (m maker) client() grammar.Command {
	c := grammar.DefaultClient()
	c.Rate, c.Retry, c.Node, c.Calls = 1+m.Intn(grammar.RateMax), m.yes(), m.target(), m.Intn(grammar.ClientCallsMax)
	c.Mix = grammar.Mix{Set: m.Intn(10), CAS: m.Intn(grammar.WeightMax), Get: 1 + m.Intn(grammar.WeightMax)}
	return c
}

func (m maker) write() grammar.Command {
	w := grammar.Write{Node: m.target(), Op: pick(m, grammar.Set, grammar.Del, grammar.Incr, grammar.CAS, grammar.Append), Key: m.text(), Times: pick(m, 0, 2+m.Intn(grammar.TimesMax-1)), Retry: m.yes(), Wait: m.yes()}
	switch w.Op {
	case grammar.Set, grammar.Append:
		w.Args = []string{m.text()}
	case grammar.CAS:
		w.Args = []string{m.text(), m.text()}
	case grammar.Incr:
		w.Args = []string{fmt.Sprint(m.Int63() - m.Int63())}
	}
	return w
}

func (m maker) print() grammar.Command {
	p := grammar.Print{What: pick(m, grammar.Prints()...).What}
	if p.What == grammar.PrintTree {
		p.Machine = m.ref()
		p.Options = grammar.PrintOptions{Moves: m.yes(), JSON: m.yes(), Real: m.yes(), Depth: m.Intn(grammar.DepthMax), Kinds: []string{m.kind().Name, m.kind().Name}}
	}
	return p
}

func (m maker) command() grammar.Command {
	return pick[grammar.Command](m,
		m.cluster(), m.client(), grammar.ClientStop{N: m.Intn(20)}, m.write(), m.print(), m.fault(), m.fault(), m.fault(),
		grammar.Read{Node: m.target(), Op: grammar.Get, Key: m.text(), Stale: m.yes(), Retry: m.yes(), Wait: m.yes()},
		grammar.RunUntil{Cond: m.cond(2), Timeout: m.duration()}, grammar.Run{Timeout: m.duration()}, grammar.Expect{Cond: m.cond(2)},
		grammar.Break{Cond: m.cond(2), Once: m.yes(), Ignore: m.Intn(grammar.IgnoreMax)},
		grammar.Enable{N: 1 + m.Intn(grammar.BreakMax)}, grammar.Disable{N: 1}, grammar.Delete{}, grammar.Clear{Rule: 17}, grammar.Clear{All: true},
		grammar.Step{N: 1 + m.Intn(grammar.StepsMax)}, grammar.Step{Machine: m.ref()}, grammar.Finish{Machine: m.ref()}, grammar.Advance{Duration: m.duration()},
		grammar.Cut{Left: []string{"n3", "n1"}, Right: []string{"n2"}, OneWay: m.yes()}, grammar.Heal{Left: []string{"n3"}, Right: []string{"n2", "n4"}, OneWay: m.yes()},
		grammar.Heal{}, grammar.Release{Machine: m.ref()}, grammar.Release{All: true}, grammar.Freeze{Node: m.node()}, grammar.DiskQueue{Node: m.node(), Op: grammar.QueueAppend, N: 3}, grammar.DiskQueue{Node: m.node(), Op: grammar.QueueTruncate, Index: 4},
		grammar.DiskQueue{Node: m.node(), Op: grammar.QueueCompact, Index: 2}, grammar.DiskQueue{Node: m.node(), Op: grammar.QueueClose}, grammar.Disk{Node: m.node(), State: grammar.DiskFull}, grammar.Disk{Node: m.node(), State: grammar.DiskHeal}, grammar.Disk{Node: m.node(), State: grammar.DiskUnreadable, Index: 7}, grammar.Thaw{Node: m.node()},
		grammar.Truncate{Node: pick(m, "", m.node()), From: m.Uint64() >> 2, Plan: m.yes()},
		grammar.Forge{Nodes: []string{m.node()}, Terms: []uint64{1, 2, 2}, Term: 3, Vote: "n2", VoteTerm: 3, Snapshot: 2, FirstIndex: 2},
		grammar.Forge{Nodes: []string{"n3", "n1"}, Empty: true}, grammar.Forge{Nodes: []string{"n3"}, NoVote: true, Term: 7},
		grammar.Forge{Nodes: []string{m.node()}, From: "a/raft.db", Servers: []string{"b", "c"}},
		grammar.Start{}, grammar.Start{Nodes: []string{"n2", "n1"}}, grammar.Timeouts{Node: m.node(), Factor: 0.5},
		grammar.Change{Verb: pick(m, grammar.AddVoter, grammar.AddNonvoter), Node: m.node(), Wait: m.yes()}, grammar.Change{Verb: grammar.Promote, Node: m.node(), Wait: m.yes()},
		grammar.Change{Verb: grammar.Demote, Node: m.node(), Wait: m.yes()}, grammar.Change{Verb: grammar.Remove, Node: m.node(), Wait: m.yes()},
		grammar.Transfer{Node: pick(m, "", m.node()), Wait: m.yes()}, grammar.Elect{Node: m.node(), Wait: m.yes()},
		grammar.Snapshot{Node: pick(m, grammar.LeaderNode, m.node()), Wait: m.yes()},
		grammar.Stop{Node: m.node()}, grammar.Crash{Node: m.node()}, grammar.Restart{Node: m.node()}, grammar.Note{Text: "a ; b # " + words.Quote(m.text())},
	)
}

// TestGeneratedLines types random commands, each verb several times.
func TestGeneratedLines(t *testing.T) {
	t.Parallel()
	m := maker{rand.New(rand.NewSource(7))}
	seen, tried := map[string]int{}, map[string]bool{}
	for range 4000 {
		line := m.command().String()
		verb := strings.Fields(line)[0]
		if _, err := parser.Line(line); err != nil || seen[verb] == 4 {
			continue // not everything that is made is right
		}
		seen[verb]++
		walk(t, line, tried)
	}
	for _, v := range grammar.Verbs() {
		if seen[v.Name] < 3 {
			t.Errorf("%s was tried %d times", v.Name, seen[v.Name])
		}
	}
}
