package grammar

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"raftscope/replay/cond"
)

// fault makes a random fault.
func (m maker) fault() Fault {
	verb := pick(m, Hold, Fail, Drop, Delay, Duplicate, Reorder, CrashAt)
	f := Fault{Verb: verb}
	if m.yes() {
		f.Machine = m.ref()
	} else {
		f.Ops, f.Chance = m.ops(verb), pick(m, 1, 0.5, 0.001, m.Float64()+1e-9)
		f.Skip, f.Count = uint64(m.Intn(3)), uint64(m.Intn(3))
	}
	switch verb {
	case Fail:
		f.With = pick(m, Errors()...).Name
		if moments := f.moments(); len(moments) > 0 && m.yes() {
			f.After = m.yes() || len(moments) == 1
			f.Wrote = pick(m, 0, 1+m.Intn(wroteMax))
			if f.After || len(moments) == 1 {
				f.Wrote = 0
			}
		}
	case CrashAt:
		f.After = m.yes()
	case Delay:
		f.By.Lo = DurationMin + time.Duration(m.Int63n(int64(time.Minute)))
		f.By.Hi = f.By.Lo + time.Duration(m.Int63n(int64(time.Minute)))
	case Duplicate:
		if m.yes() {
			f.By = Range{Lo: time.Second, Hi: time.Second}
		}
	}
	return f
}

func (m maker) ops(verb FaultVerb) Ops {
	messages := MessageKinds()
	message := Ops{Kind: pick(m, append(messages, AnyMessage)...), From: pick(m, cond.AllNodes, "n1", "n2"), To: pick(m, cond.AllNodes, "n3")}
	kinds := append(append(DiskKinds(), MetaKeys()...), AnyDisk)
	switch verb {
	case Duplicate, Reorder:
		return message
	case Hold, Delay:
		kinds = append(kinds, FSM)
	}
	message.Answers = m.yes()
	if verb == Drop || verb != CrashAt && m.yes() {
		return message
	}
	return Ops{Kind: pick(m, kinds...), Node: pick(m, cond.AllNodes, m.node())}
}

func TestParseFaults(t *testing.T) {
	ref := cond.Ref{Form: cond.NewestOn, Kind: "append", Node: "n2"}
	link := Ops{Kind: "append-rpc", From: "n1", To: "n3"}
	for _, tt := range []struct {
		text  string
		want  Command
		print string // if it is not text
	}{
		{text: "hold append@n2", want: Fault{Verb: Hold, Machine: ref}},
		{text: "hold append n2", want: Fault{Verb: Hold, Ops: Ops{Kind: "append", Node: "n2"}, Chance: 1}},
		{text: "hold fsm all count=2", want: Fault{Verb: Hold, Ops: Ops{Kind: FSM, Node: "all"}, Count: 2, Chance: 1}},
		{text: "hold message all > n3 answers", want: Fault{Verb: Hold, Ops: Ops{Kind: AnyMessage, From: "all", To: "n3", Answers: true}, Chance: 1},
			print: "hold message all>n3 answers"},
		{text: "drop append-rpc n1>n3 skip=1 count=2 p=0.25", want: Fault{Verb: Drop, Ops: link, Skip: 1, Count: 2, Chance: 0.25}},
		{text: "fail append@n2", want: Fault{Verb: Fail, Machine: ref, With: "EIO"}, print: "fail append@n2 with=EIO"},
		{text: "fail append-rpc n1>n3", want: Fault{Verb: Fail, Ops: link, With: "ECONNRESET", Chance: 1}, print: "fail append-rpc n1>n3 with=ECONNRESET"},
		{text: "fail disk n1 with=ENOSPC", want: Fault{Verb: Fail, Ops: Ops{Kind: AnyDisk, Node: "n1"}, With: "ENOSPC", Chance: 1}},
		{text: "delay append@n2 by=5ms..10ms", want: Fault{Verb: Delay, Machine: ref, By: Range{Lo: 5 * time.Millisecond, Hi: 10 * time.Millisecond}}},
		{text: "duplicate append-rpc n1>n3 by=2s", want: Fault{Verb: Duplicate, Ops: link, By: Range{Lo: 2 * time.Second, Hi: 2 * time.Second}, Chance: 1}},
		{text: "duplicate append-rpc n1>n3", want: Fault{Verb: Duplicate, Ops: link, Chance: 1}},
		{text: "reorder append-rpc n1>n3", want: Fault{Verb: Reorder, Ops: link, Chance: 1}},
		{text: "release append@n2", want: Release{Machine: ref}},
		{text: "release all", want: Release{All: true}},
		{text: "clear 2", want: Clear{Rule: 2}},
		{text: "clear all", want: Clear{All: true}},
		{text: "truncate", want: Truncate{}},
		{text: "truncate n3", want: Truncate{Node: "n3"}},
		{text: "truncate n3 from=7 plan", want: Truncate{Node: "n3", From: 7, Plan: true}},
		{text: "truncate plan", want: Truncate{Plan: true}},
		{text: "freeze n2", want: Freeze{Node: "n2"}},
		{text: "thaw n2", want: Thaw{Node: "n2"}},
	} {
		all, err := ParseLine(1, tt.text)
		if err != nil || len(all) != 1 || !reflect.DeepEqual(unplaced(all[0]), tt.want) {
			t.Errorf("%q parses to %#v, %v", tt.text, all, err)
			continue
		}
		want := tt.print
		if want == "" {
			want = tt.text
		}
		if got := all[0].String(); got != want {
			t.Errorf("%q prints as %q, want %q", tt.text, got, want)
		}
	}
}

func TestBadFaults(t *testing.T) {
	for _, tt := range []struct {
		text    string
		column  int
		message string
	}{
		{"hold", 5, "a machine like append#57, or what the rule is for: one of message"},
		{"hold apend n2", 6, `did you mean "append"?`},
		{"hold append", 12, "all or a node"},
		{"hold append n4x", 13, "all or a node"},
		{"hold append n1>n2", 15, "expected an option"},
		{"hold append-rpc n1", 19, "> and who receives the requests"},
		{"hold append-rpc n1>", 20, "all or a node"},
		{"hold append-rpc n1>n1", 20, "another node than the one that sends"},
		{"hold append-rpc n1>n2 answer", 23, "an option"},
		{"hold append-rpc n1>n2 by=5ms", 23, "an option: one of skip=, count=, p="},
		{"hold append@n2 count=1", 16, "the end of the command"},
		{"hold install n1>n2", 6, "one of message, append-rpc, heartbeat, vote-rpc, prevote-rpc, install-rpc, timeout-now, disk"},
		{"duplicate snapshot n1", 11, "one of message, append-rpc"},
		{"drop append n2", 6, "one of message, append-rpc"},
		{"drop fsm n2", 6, "one of message, append-rpc"},
		{"fail fsm n2", 6, "one of message, append-rpc"},
		{"duplicate append-rpc n1>n2 answers", 28, "an option"},
		{"reorder message n1>n2 by=1s", 23, "an option: one of skip="},
		{"delay append n2", 16, "by=DURATION or by=LO..HI"},
		{"delay append n2 by=", 20, "a duration from 1us to 1h"},
		{"delay append n2 by=5", 20, "a duration from 1us to 1h"},
		{"delay append n2 by=2h", 20, "a duration from 1us to 1h"},
		{"delay append n2 by=9ms..5ms", 20, "a duration from 1us to 1h"},
		{"fail append n2 with=EOI", 21, `did you mean "EIO"?`},
		{"fail append n2 with=", 21, "an error: one of EIO"},
		{"drop message all>all count=0", 28, "how often at most, from 1 to 1000000"},
		{"drop message all>all count=1 count=2", 30, "every option only once"},
		{"drop message all>all skip=x", 27, "how many to let pass first"},
		{"drop message all>all p=0", 24, "a probability above 0 and at most 1"},
		{"drop message all>all p=1.5", 24, "a probability above 0"},
		{"drop message all>all p=NaN", 24, "a probability above 0"},
		{"drop message all>all p=1e-3", 24, "a probability above 0"},
		{"fail append n2 before", 16, "expected an option: one of with=, after, wrote=, skip=, count=, p="},
		{"fail meta n2 wrote=1", 14, "expected an option: one of with=, after, skip="},
		{"fail append n2 wrote=0", 22, "how many entries are written, from 1 to 10000"},
		{"fail append n2 after wrote=2", 22, "only one of after and wrote="},
		{"fail append n2 afterwards", 16, "an option"},
		{"fail append-rpc n1>n2 after", 23, "expected an option: one of with=, skip="},
		{"crash append n2", 16, "before or after"},
		{"crash append n2 count=1", 24, "before or after"},
		{"crash append n2 before after", 24, "only one of before and after"},
		{"crash apend n2 after", 7, "an operation of a disk, like append, or a node"},
		{"crash append", 13, "all or a node"},
		{"crash append-rpc n1>n2 after", 7, "an operation of a disk, like append, or a node"},
		{"crash fsm n2 after", 7, "an operation of a disk"},
		{"crash append@n2 after count=1", 23, "an option: one of before, after"},
		{"disk", 5, "a node"},
		{"disk n2", 8, "what befalls the disk: one of full, unreadable, heal"},
		{"disk n2 ful", 9, `did you mean "full"?`},
		{"disk n2 full 3", 14, "the end of the command"},
		{"disk n2 unreadable", 19, "the index of the entry that cannot be read, from 1 to 2^62"},
		{"disk n2 unreadable 0", 20, "the index of the entry"},
		{"disk-queue n1", 14, "what to queue: one of append, truncate, compact, close"},
		{"disk-queue n1 apend 3", 15, `did you mean "append"?`},
		{"disk-queue n1 append", 21, "how many entries to write, from 1 to 1000"},
		{"disk-queue n1 append 0", 22, "how many entries to write"},
		{"disk-queue n1 truncate 4", 24, "from=INDEX, the first index that is to go"},
		{"disk-queue n1 truncate from=0", 29, "the first index that is to go, from 1 to 2^62"},
		{"disk-queue n1 compact from=3", 23, "to=INDEX, the last index that is to go"},
		{"disk-queue n1 close now", 21, "the end of the command"},
		{"release", 8, "all, or a machine that is held"},
		{"release 3", 9, "all, or a machine that is held"},
		{"release all now", 13, "the end of the command"},
		{"clear", 6, "all, or the number of a rule"},
		{"clear 0", 7, "all, or the number of a rule"},
		{"clear rule 1", 7, "all, or the number of a rule"},
		{"truncate n3 7", 13, "plan or the end of the command"},
		{"truncate from=0", 15, "the first index that is to go, from 1 to 2^62"},
		{"truncate from=", 15, "the first index that is to go, from 1 to 2^62"},
		{"truncate from=-1", 15, "the first index that is to go, from 1 to 2^62"},
		{"truncate n44", 10, "from=INDEX, plan, the end of the command or a node"},
		{"truncate all", 10, "from=INDEX, plan, the end of the command or a node"},
		{"truncate n3 plan from=4", 18, "the end of the command"},
		{"freeze", 7, "a node"},
		{"freeze all", 8, "a node"},
		{"thaw n1 n2", 9, "the end of the command"},
		{"print hold", 7, `did you mean "held"?`},
		{"print rules --json", 13, "the end of the command"},
	} {
		_, err := ParseLine(7, tt.text)
		var e *Error
		if !errors.As(err, &e) || e.Line != 7 || e.Column != tt.column || !strings.Contains(e.Message(), tt.message) {
			t.Errorf("%q: %v; want 7:%d and %q", tt.text, err, tt.column, tt.message)
		}
	}
}
