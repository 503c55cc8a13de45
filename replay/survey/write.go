package survey

import (
	"strings"

	"raftscope/replay"
	"raftscope/sm"
)

// WriteLine is where a client's write or read was: its state, what it waited
// for, and the two facts.
type WriteLine struct {
	Exec  *replay.Machine // nil: there was none
	Label string          // what the client asked for, cut if long
	State string          // in words: "proposed, replicating"
	For   string          // what it waits for on the whole: "1 more ack (has 1 of 2)"; empty if for nothing
	Waits []Part          // what that is made of now
	Told  string          // what the client was told: "no answer yet", "ok", the error
	Fate  string          // what became of its entry, see replay.Outcome; empty for a read

	Outcome replay.Outcome
	Now     sm.Time // the moment it tells of
}

// Write returns where a write or read was. Of one not yet born, or of a machine
// that is neither, it returns the zero WriteLine.
func Write(v replay.View, exec *replay.Machine) WriteLine {
	m := v.Of(exec)
	if !m.Known() || kind(m) != "exec" && kind(m) != "read" {
		return WriteLine{}
	}
	w := WriteLine{Exec: exec, Label: replay.Clip(m.Label(), labelMax), Outcome: v.Outcome(exec), Now: v.Now()}
	w.Told, w.Fate = told(w.Outcome), w.Outcome.Fate
	a := asker{v: v, w: &w, node: v.Node(m.Node())}
	a.ask(m)
	return w
}

func told(o replay.Outcome) string {
	switch {
	case !o.Answered:
		return "no answer yet"
	case o.Told == "":
		return "answered"
	}
	return replay.Clip(o.Told, toldMax)
}

// Text returns all of it in one line, empty if there is no write.
func (w WriteLine) Text() string {
	if w.Exec == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString(w.Exec.Name())
	if w.Label != "" {
		b.WriteString(" " + w.Label)
	}
	b.WriteString(" " + w.State)
	if w.For != "" {
		b.WriteString(", WAITS FOR " + w.For)
		for i, p := range w.Waits {
			b.WriteString([...]string{": ", "; "}[min(i, 1)] + p.String(w.Now))
		}
	}
	b.WriteString(".  client: " + w.Told)
	if w.Fate != "" {
		b.WriteString("  entry")
		if e := w.Outcome.Entry; e != nil {
			b.WriteString(" " + e.Node() + ":" + replay.Clip(e.Subject(), labelMax))
		}
		b.WriteString(": " + w.Fate)
	}
	return b.String()
}

// asker fills a line in.
type asker struct {
	v    replay.View
	w    *WriteLine
	node replay.NodeState // that took the call
}

// waits says what it waits for.
func (a *asker) waits(what string, parts ...Part) { a.w.For, a.w.Waits = what, parts }

// ask tells the state of an exec or read. What lies below its own states is told
// by the apply it made: its write, or a barrier.
func (a *asker) ask(m replay.MachineView) {
	state := m.StateName()
	if !m.Open() {
		a.w.State = ended(m, state)
		return
	}
	switch state {
	case "start":
		a.w.State = "executing"
		a.waits(a.node.Name + " to execute it")
	case "queued":
		a.w.State = "queued"
		a.waits("the writes before it", a.ahead(m, readsFirst)...)
	case "await-fsm":
		a.w.State = "waiting for the state machine"
		a.awaitFSM(m)
	case "executed":
		a.w.State = "executed"
		a.waits("raft to be asked")
	case "proposed":
		a.w.State = "proposed"
		a.apply(m, ownApply(a.v, m))
	case "verifying":
		a.w.State = "verifying"
		a.verify(m)
	default:
		a.w.State = replay.Clip(state, labelMax)
		a.waits("it to move", a.machine(m))
	}
}

func ended(m replay.MachineView, state string) string {
	switch {
	case m.Abandoned():
		return "given up in " + replay.Clip(state, labelMax)
	case state == "DONE":
		return "done"
	case state == "FAILED":
		return "failed"
	}
	return replay.Clip(state, labelMax)
}

// machine is the part of the call itself.
func (a *asker) machine(m replay.MachineView) Part {
	p, _ := a.v.PendingOf(m.Machine)
	return Part{Text: m.Name() + " " + stage(m), Machine: m.Machine, Due: p.Due, Held: p.Held}
}

// ownApply returns the apply of a write: the newest that is no barrier.
func ownApply(v replay.View, m replay.MachineView) (found replay.MachineView) {
	for l := range m.EffectsBack {
		if l.Machine != nil && l.Machine.Kind().Name() == "apply" && l.Role != "barrier" {
			return v.Of(l.Machine)
		}
	}
	return found
}

const (
	// aheadBack is how many of the calls before a call are looked at.
	aheadBack = 512
	// aheadMax is how many calls before it a line names.
	aheadMax = 3
)

// ahead returns the calls made before this one on its node that have no answer
// yet and that it may wait for: the nearest first.
func (a *asker) ahead(m replay.MachineView, isBefore func(*replay.Machine, replay.MachineView) bool) (parts []Part) {
	all := a.v.ByKind("exec")
	last := len(all) - 1
	for last >= 0 && all[last].ID() >= m.ID() {
		last = min(last-1, m.Nth()-2) // those of a kind are numbered by birth
	}
	for i := last; i >= max(0, last-aheadBack) && len(parts) < aheadMax; i-- {
		o := a.v.Of(all[i])
		if o.Node() == m.Node() && o.Open() && isBefore(m.Machine, o) {
			parts = append(parts, Part{Text: o.Name() + " " + replay.Clip(o.Label(), labelMax) + ", " + stage(o), Machine: o.Machine})
		}
	}
	return parts
}

// readsFirst reports whether a write reads before it writes: such go one behind
// the other.
func readsFirst(_ *replay.Machine, o replay.MachineView) bool {
	verb, _ := asked(o.Machine)
	return verb != "set" && verb != "del"
}

// writesKey reports whether a write that does not read first is under way to
// the key of the call.
func writesKey(call *replay.Machine, o replay.MachineView) bool {
	_, key := asked(call)
	verb, other := asked(o.Machine)
	return key == other && (verb == "set" || verb == "del") && !isIn(o, "start")
}

// asked reads what a call asks for: "incr x 5".
func asked(m *replay.Machine) (verb, key string) {
	verb, rest, _ := strings.Cut(m.Label(), " ")
	key, _, _ = strings.Cut(rest, " ")
	return verb, key
}

// awaitFSM tells of a call that waits until what is in the log before it is
// applied: by a barrier of its own, or for the writes of its key under way.
func (a *asker) awaitFSM(m replay.MachineView) {
	if barrier := effect(a.v, m, "apply", "barrier"); barrier.Known() && barrier.Open() {
		a.apply(m, barrier)
		return
	}
	if kind(m) == "exec" {
		if parts := a.ahead(m, writesKey); len(parts) > 0 {
			a.waits("writes of its key", parts...)
			return
		}
	}
	a.waits(a.node.Name+" to apply its log", a.fsm(a.node.Last)...)
}
