package grammar

import (
	"fmt"
	"math/rand"
	"reflect"
	"strings"
	"testing"
	"time"

	"raftscope/replay/cond"
	"raftscope/replay/cond/words"
	"raftscope/replay/rules"
	"raftscope/sm"
)

// maker makes random commands, with every field that they can have.
type maker struct {
	*rand.Rand
	kinds []cond.Kind
	atoms []cond.Cond // about an event; that of one condition they can all hold at once
}

func newMaker(seed int64) maker {
	return maker{Rand: rand.New(rand.NewSource(seed)), kinds: Kinds()}
}

func pick[T any](m maker, all ...T) T { return all[m.Intn(len(all))] }

func (m maker) yes() bool { return m.Intn(2) == 0 }

func (m maker) node() string { return fmt.Sprintf("n%d", 1+m.Intn(NodesMax)) }

func (m maker) text() string {
	alphabet := []string{"a", "Z", "0", "-", " ", "\t", "\n", `"`, `\`, ";", "#", "|", ">", "=", "(", "wait", "retry", "x5", "é", "\u202e", "\x00", "\xff", "--moves", "timeout=1s"}
	var b strings.Builder
	for n := m.Intn(6); n >= 0; n-- {
		b.WriteString(pick(m, alphabet...))
	}
	return b.String()
}

func (m maker) duration() time.Duration {
	return DurationMin + time.Duration(m.Int63n(int64(pick(m, time.Millisecond, time.Second, DurationMax-DurationMin))))
}

func (m maker) kind() cond.Kind { return pick(m, m.kinds...) }

func (m maker) ref() cond.Ref {
	n := uint64(1 + m.Int63n(1<<40))
	r := cond.Ref{Form: cond.Form(1 + m.Intn(int(cond.EntryAt))), Kind: m.kind().Name}
	switch r.Form {
	case cond.ByID:
		r.ID = n
	case cond.Nth:
		r.N = n
	case cond.NewestOn:
		r.Node = m.node()
	case cond.NthOn:
		r.Node, r.N = m.node(), n
	case cond.EntryAt:
		r.Kind, r.Node, r.Term, r.Index = "entry", m.node(), n, uint64(1+m.Intn(9))
	}
	return r
}

func (m maker) state(kind string) string {
	for _, k := range m.kinds {
		if k.Name == kind {
			return pick(m, k.States...)
		}
	}
	return ""
}

// withAtoms chooses what the next condition says about an event: what can
// never hold, as two nodes, is refused.
func (m maker) withAtoms() maker {
	k := m.kind()
	value, op := m.comparison()
	from, to := pick(m, "", m.state(k.Name)), m.state(k.Name)
	if m.yes() {
		from, to = to, from
	}
	m.atoms = []cond.Cond{
		cond.NodeIs{Node: m.node()}, cond.KindIs{Kind: k.Name}, cond.StateIs{State: m.state(k.Name)}, cond.MoveIs{From: from, To: to},
		cond.TypeIs{Type: sm.Born + sm.EventType(m.Intn(int(sm.Violation)))}, cond.Slow{Than: m.duration()},
		cond.HasAttr{Key: pick(m, "real-sync", "term", "x_1.y"), Op: op, Value: value}, cond.Says{Text: m.text()},
	}
	return m
}

// comparison makes what an attribute is compared with.
func (m maker) comparison() (cond.Value, cond.Op) {
	value := pick(m, cond.Number(m.Int63()-m.Int63()), cond.Text(m.text()), cond.Text("17"))
	if value.IsNum {
		return value, m.op()
	}
	return value, pick(m, cond.Equal, cond.NotEqual)
}

func (m maker) op() cond.Op { return cond.Op(1 + m.Intn(int(cond.GreaterEqual))) }

func (m maker) cond(depth int) cond.Cond {
	if m.atoms == nil {
		m = m.withAtoms()
	}
	if depth > 0 && m.yes() {
		a, b := m.cond(depth-1), m.cond(depth-1)
		return pick[cond.Cond](m, cond.Not{C: a}, cond.And{A: a, B: b}, cond.Or{A: a, B: b})
	}
	if m.yes() {
		return pick(m, m.atoms...)
	}
	r, k := m.ref(), m.kind()
	value, op := m.comparison()
	order := cond.Order{}
	for range 2 + m.Intn(3) {
		s := m.ref()
		order.Steps = append(order.Steps, cond.Step{Machine: s, State: m.state(s.Kind)})
	}
	return pick[cond.Cond](m,
		cond.Leader{}, cond.Leader{Node: m.node()},
		cond.NodeState{Node: m.node(), Role: pick(m, cond.Roles()...)},
		cond.Index{What: cond.Mark(1 + m.Intn(int(cond.Term))), Node: pick(m, cond.AllNodes, m.node()), Op: m.op(), N: m.Uint64()},
		cond.MachineIs{Machine: r, State: m.state(r.Kind)},
		cond.LogsEqual{}, cond.StatesEqual{}, cond.Answered{}, cond.Idle{}, order,
		cond.Attr{Machine: r, Key: pick(m, "real-sync", "term", "x_1.y"), Op: op, Value: value},
		cond.Count{Kind: k.Name, Node: pick(m, "", m.node()), State: pick(m, "", m.state(k.Name)), Op: m.op(), N: m.Uint64()},
		cond.Told{Machine: r, What: cond.Answer(1 + m.Intn(int(cond.ToldNothing)))},
		cond.Fate{Machine: r, Fate: pick(m, cond.Fates()...)},
		cond.Violation{}, cond.Violation{Rule: pick(m, rules.Names()...)},
		cond.Violations{Rule: pick(m, "", pick(m, rules.Names()...)), Op: m.op(), N: m.Uint64()},
	)
}

func (m maker) times() int { return pick(m, 0, 2+m.Intn(TimesMax-1)) }

func (m maker) client() Command {
	if m.Intn(4) == 0 {
		return ClientStop{N: pick(m, 0, 1+m.Intn(20))}
	}
	c := Client{Rate: 1 + m.Intn(RateMax), Keys: 1 + m.Intn(ClientKeysMax), Mix: defaultMix, Retry: m.yes(),
		Node: pick(m, LeaderNode, m.node()), Calls: pick(m, 0, 1+m.Intn(ClientCallsMax))}
	if m.yes() {
		weight := func() int { return pick(m, 0, m.Intn(WeightMax+1)) }
		c.Mix = Mix{Set: weight(), Del: weight(), Incr: weight(), CAS: weight(), Append: weight(), Get: 1 + m.Intn(WeightMax)}
	}
	return c
}

func (m maker) write() Write {
	w := Write{Node: pick(m, LeaderNode, m.node()), Op: pick(m, Set, Del, Incr, CAS, Append), Key: m.text(), Times: m.times(), Retry: m.yes(), Wait: m.yes()}
	switch w.Op {
	case Set, Append:
		w.Args = []string{m.text()}
	case CAS:
		w.Args = []string{m.text(), m.text()}
	case Incr:
		if m.yes() {
			w.Args = []string{fmt.Sprint(m.Int63() - m.Int63())}
		}
	}
	return w
}

// sides returns two lists of different nodes.
func (m maker) sides() (left, right []string) {
	all := DefaultCluster()
	all.Nodes = NodesMax
	names := all.NodeNames()
	m.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	cut := 1 + m.Intn(NodesMax-1)
	return names[:cut], names[cut : cut+1+m.Intn(NodesMax-cut)]
}

func (m maker) print() Print {
	known := pick(m, Prints()...)
	p := Print{What: known.What}
	if p.What == PrintTree {
		p.Machine = m.ref()
	}
	for _, o := range known.Options {
		switch yes := m.yes(); o {
		case "--moves":
			p.Options.Moves = yes
		case "--views":
			p.Options.Views = yes
		case "--json":
			p.Options.JSON = yes
		case "--real":
			p.Options.Real = yes
		case "--depth":
			p.Options.Depth = m.Intn(DepthMax + 1)
		case "--kind":
			for range m.Intn(3) {
				p.Options.Kinds = append(p.Options.Kinds, m.kind().Name)
			}
		}
	}
	return p
}

func (m maker) cluster() Cluster {
	c := DefaultCluster()
	c.Nodes, c.Seed, c.Quiet, c.Pipelined, c.Start = 1+m.Intn(NodesMax), m.Uint64(), m.yes(), m.yes(), m.yes()
	if c.Nonvoters = m.Intn(c.Nodes); m.yes() {
		c.Voters = 1 + m.Intn(c.Nodes-c.Nonvoters)
	}
	for _, r := range []*Range{&c.Net, &c.Disk, &c.Exec, &c.Apply} {
		r.Lo = delayMin + time.Duration(m.Int63n(int64(delayMax-delayMin)))
		r.Hi = r.Lo + time.Duration(m.Int63n(int64(delayMax-r.Lo)+1))
	}
	c.Inflight, c.MaxAppendEntries, c.ProtocolVersion = 1+m.Intn(130), 1+m.Intn(1024), 1+m.Intn(3)
	c.LeaderLeaseTimeout = raftTimeoutMin + m.duration()/2
	c.HeartbeatTimeout = c.LeaderLeaseTimeout + m.duration()/8
	c.ElectionTimeout = c.HeartbeatTimeout + m.duration()/8
	c.TrailingLogs, c.SnapshotThreshold = m.Uint64(), m.Uint64()
	c.LogLevel, c.BatchApplyCh, c.ShutdownOnRemove = pick(m, "TRACE", "OFF", "DEBUG"), m.yes(), m.yes()
	return c
}

func (m maker) command() Command {
	left, right := m.sides()
	read := Read{Node: pick(m, LeaderNode, m.node()), Op: Get, Key: m.text(), Stale: m.yes(), Retry: m.yes(), Wait: m.yes()}
	return pick[Command](m,
		m.cluster(),
		RunUntil{Cond: m.cond(4), Timeout: pick(m, DefaultTimeout, m.duration())},
		m.write(), read, m.client(), m.print(),
		Step{N: 1 + m.Intn(StepsMax)}, Step{Machine: m.ref()}, Finish{Machine: m.ref()}, Advance{Duration: m.duration()},
		Cut{Left: left, Right: right, OneWay: m.yes()}, Heal{Left: left, Right: right, OneWay: m.yes()}, Heal{},
		m.fault(), m.fault(), Release{Machine: m.ref()}, Release{All: true}, Clear{Rule: 1 + m.Intn(99)}, Clear{All: true},
		Truncate{}, Truncate{Node: pick(m, "", m.node()), From: pick(m, 0, m.Uint64()>>2), Plan: m.yes()},
		Freeze{Node: m.node()}, Disk{Node: m.node(), State: pick(m, DiskFull, DiskHeal)}, DiskQueue{Node: m.node(), Op: QueueAppend, N: 1 + m.Intn(QueueEntriesMax)},
		DiskQueue{Node: m.node(), Op: pick(m, QueueTruncate, QueueCompact), Index: 1 + m.Uint64()>>3}, DiskQueue{Node: m.node(), Op: QueueClose}, Disk{Node: m.node(), State: DiskUnreadable, Index: 1 + m.Uint64()>>3}, Thaw{Node: m.node()},
		Snapshot{Node: pick(m, LeaderNode, m.node()), Wait: m.yes()},
		Stop{Node: m.node()}, Crash{Node: m.node()}, Restart{Node: m.node()},
		m.forge(), m.forge(), Start{}, Start{Nodes: left}, Timeouts{Node: m.node(), Factor: float64(1+m.Intn(9999)) / 100},
		Change{Verb: pick(m, AddVoter, AddNonvoter, Promote, Demote, Remove), Node: m.node(), Wait: m.yes()},
		Transfer{Node: pick(m, "", m.node()), Wait: m.yes()}, Elect{Node: m.node(), Wait: m.yes()},
		Break{Cond: m.cond(3), Once: m.yes(), Ignore: pick(m, 0, 1+m.Intn(IgnoreMax))},
		Enable{N: 1 + m.Intn(BreakMax)}, Disable{N: 1 + m.Intn(BreakMax)}, Delete{N: m.Intn(BreakMax)},
		Run{Timeout: pick(m, DefaultTimeout, m.duration())},
		Expect{Cond: m.cond(3)}, Note{Text: "a " + strings.TrimSpace(words.Quote(m.text()))},
	)
}

func TestEveryCommandPrintsItself(t *testing.T) {
	m := newMaker(1)
	seen := map[string]int{}
	for range 20_000 {
		want := m.command()
		text := want.String()
		if rest, ok := strings.CutPrefix(text, "note "); ok && words.CheckLine(1, rest) != nil {
			continue // a note holds no control characters
		}
		all, err := ParseLine(1, text)
		if err != nil || len(all) != 1 || !reflect.DeepEqual(unplaced(all[0]), want) {
			t.Fatalf("%#v prints as %q, which parses to %#v, %v", want, text, all, err)
		}
		seen[strings.Fields(text)[0]]++
	}
	for _, v := range Verbs() {
		if seen[v.Name] == 0 {
			t.Errorf("no %s was tried", v.Name)
		}
	}
}

func FuzzParse(f *testing.F) {
	m := newMaker(2)
	for range 60 {
		f.Add(m.command().String())
	}
	f.Add(`cluster nodes=3 ; run until leader timeout=3s # then`)
	f.Add("\xff\x00\x1b")
	f.Fuzz(func(t *testing.T, text string) {
		all, err := ParseLine(1, text)
		if err != nil {
			if len(err.Error()) > 2000 || words.CheckLine(1, err.Error()) != nil {
				t.Errorf("ParseLine(%q): not one clear line: %q", text, err)
			}
			return
		}
		for _, c := range all {
			printed := c.String()
			if err := words.CheckLine(1, printed); err != nil {
				if len(printed) > words.LineBytesMax {
					continue // escapes made a line that was at its limit longer
				}
				t.Errorf("%q prints as %q: %v", text, printed, err)
			}
			again, err := ParseLine(1, printed)
			if err != nil || len(again) != 1 || !reflect.DeepEqual(unplaced(again[0]), unplaced(c)) {
				t.Errorf("%q prints as %q, which parses to %#v, %v", text, printed, again, err)
			}
		}
	})
}
