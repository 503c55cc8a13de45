package pane

import (
	"slices"
	"strings"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/replay/cond"
	"raftscope/sm"
)

// Item is something that can be done at a moment, and the command that does it.
type Item struct {
	Label   string // in words
	Command string // a line of the grammar, finished unless Prompt
	Prompt  bool   // Command is the beginning of a line that the user goes on from
}

// sort of operation, as far as faults tell them apart.
type operation uint8

const (
	noOperation operation = iota
	diskOperation
	requestUnderWay
	copyUnderWay // the second of a request that was duplicated and then lost
	answerUnderWay
	applyUnderWay
)

// kindEntry is the kind whose machines tell of applies.
const kindEntry = "entry"

// operationOf returns which operation of a machine is under way: what a user
// could do something to.
func operationOf(v replay.View, m replay.MachineView) operation {
	if !m.Known() || !m.Open() {
		return noOperation
	}
	kind, state := m.Kind().Name(), m.StateName()
	switch {
	case slices.Contains(grammar.DiskKinds(), kind):
		return diskOperation
	case kind == kindEntry && state == "applying":
		return applyUnderWay
	case !slices.Contains(grammar.MessageKinds(), kind) || !travels(v, m):
		return noOperation
	case state == "sent" && isLost(textOf(m, "fault")): // and yet it is held
		return copyUnderWay
	case state == "sent" && heldLater(m):
		return answerUnderWay
	case state == "sent":
		return requestUnderWay
	case state == "answered":
		return answerUnderWay
	}
	return noOperation
}

// travels reports whether a message is on its way: it is held or will arrive.
// What arrived already, or was lost, is in nobody's hands.
func travels(v replay.View, m replay.MachineView) bool {
	p, ok := v.PendingOf(m.Machine)
	if !ok || p.Held {
		return ok
	}
	_, lost := v.Lost(m.Machine)
	return p.Due > v.Now() && !lost
}

// heldLater reports whether a request was held after it was to arrive: it did, at a
// node that is down, and what is held is the way back of that.
func heldLater(m replay.MachineView) bool {
	moves := m.Moves()
	last := moves[len(moves)-1]
	since, due := last.Event, last.Due
	if due != 0 && due < last.At { // it was quiet, and had arrived before anybody held it
		return true
	}
	held := sm.Time(0)
	for _, a := range m.Attrs() {
		switch {
		case a.IsText:
		case a.Key == "due" && a.Event > since:
			due = sm.Time(a.Num)
		case a.Key == "held":
			held = a.At
		}
	}
	return due != 0 && due < held
}

// isLost reports whether what was done to a message means that it will not arrive.
func isLost(fault string) bool {
	return strings.HasPrefix(fault, "dropped") || strings.HasPrefix(fault, "failed") || strings.HasPrefix(fault, "crashed")
}

// ref is how commands name a machine.
func ref(m *replay.Machine) cond.Ref {
	return cond.Ref{Form: cond.ByID, Kind: m.Kind().Name(), ID: uint64(m.ID())}
}

// FaultsFor returns what can be done to the operation that a machine tells of, at
// the moment of a view; nothing if none is under way. What makes no sense is left
// out: the grammar would take "drop append#57", but a disk write cannot be lost.
func FaultsFor(v replay.View, id sm.ID) []Item {
	m := v.Machine(id)
	op := operationOf(v, m)
	if op == noOperation {
		return nil
	}
	on := func(verb grammar.FaultVerb, with string) string {
		return grammar.Fault{Verb: verb, Machine: ref(m.Machine), With: with}.String()
	}
	name := m.Name()
	var all []Item
	if m.IsHeld() {
		all = append(all, Item{Label: "let it go on", Command: grammar.Release{Machine: ref(m.Machine)}.String()})
	} else {
		all = append(all, Item{Label: "hold it where it is", Command: on(grammar.Hold, "")})
	}
	if op == requestUnderWay || op == copyUnderWay || op == answerUnderWay {
		all = append(all, Item{Label: "lose it", Command: on(grammar.Drop, "")})
	}
	all = append(all, Item{Label: "make it take longer", Command: "delay " + name + " by=", Prompt: true})
	switch op {
	case requestUnderWay:
		all = append(all,
			Item{Label: "have it arrive twice", Command: on(grammar.Duplicate, "")},
			Item{Label: "have it arrive again, late", Command: "duplicate " + name + " by=", Prompt: true})
		if !strings.Contains(textOf(m, "held-by"), "overtaking") {
			all = append(all, Item{Label: "let a later one overtake it", Command: on(grammar.Reorder, "")})
		}
		fallthrough
	case copyUnderWay, answerUnderWay:
		all = append(all, Item{Label: "break its connection", Command: on(grammar.Fail, "ECONNRESET")})
	case diskOperation:
		all = append(all, Item{Label: "have it fail", Command: on(grammar.Fail, "EIO")})
		if s := m.StateName(); s == "writing" || s == "deleting" {
			all = append(all,
				Item{Label: "do it, and have it fail", Command: grammar.Fault{Verb: grammar.Fail, Machine: ref(m.Machine), With: "EIO", After: true}.String()},
				Item{Label: "do it, and crash the node", Command: grammar.Fault{Verb: grammar.CrashAt, Machine: ref(m.Machine), After: true}.String()})
		}
	}
	if op != applyUnderWay {
		all = append(all, Item{Label: "have it fail with another error", Command: "fail " + name + " with=", Prompt: true})
	}
	return append(all, rulesLike(m, op)...)
}

// rulesLike are rules for operations to come that are like one under way.
func rulesLike(m replay.MachineView, op operation) []Item {
	what := grammar.Ops{Kind: m.Kind().Name(), Node: m.Node()}
	where := " on " + m.Node()
	switch op {
	case applyUnderWay:
		what.Kind = grammar.FSM
	case requestUnderWay, copyUnderWay, answerUnderWay:
		from, to, ok := route(m.Machine)
		if !ok {
			return nil
		}
		what.Node, what.From, what.To, what.Answers = "", from, to, op == answerUnderWay
		where = " from " + from + " to " + to
		if what.Answers {
			where += ", answered"
		}
	}
	rule := grammar.Fault{Verb: grammar.Hold, Ops: what, Chance: 1}
	name := what.Kind
	if op == applyUnderWay {
		name = "apply"
	}
	return []Item{
		{Label: "a rule: hold every " + name + where, Command: rule.String()},
		{Label: "a rule: delay every " + name + where, Command: "delay " + what.String() + " by=", Prompt: true},
	}
}

// route returns between which nodes a message goes; false if its subject does not
// say so.
func route(m *replay.Machine) (from, to string, ok bool) {
	from = m.Node()
	to, ok = strings.CutPrefix(m.Subject(), from+">")
	return from, to, ok && from != "" && to != ""
}

// textOf returns a text attribute, empty if it is not there.
func textOf(m replay.MachineView, key string) string {
	a, _ := m.Attr(key)
	return a.Text
}
