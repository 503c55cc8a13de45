package replay

import (
	"fmt"
	"slices"
	"strings"

	"raftscope/sm"
)

// note keeps the event in the list of notable ones, if it is.
func (t *Timeline) note(e *sm.Event, m *Machine, at uint32) {
	switch e.Type {
	case sm.Violation:
	case sm.Log:
		if e.Key != levelPanic {
			return
		}
	case sm.Attributed:
		if e.Key != attrFault && e.Key != attrFrozen && e.Key != attrRollsBack {
			return
		}
	case sm.Born, sm.Moved, sm.Failed:
		if !isNotable(m.group.kind, e) {
			return
		}
		if m.key != nil && (MachineView{m, at + 1}).isCounted(m.group.kind.StateName(e.State)) {
			return
		}
	default:
		return
	}
	t.notable.append(at)
}

// levelPanic is the level of the last line of a node's log, when raft died.
const levelPanic = "PANIC"

// isNotable reports whether somebody who looks for what happened in a run
// wants to be taken to this move.
func isNotable(k *Kind, e *sm.Event) bool {
	state := k.StateName(e.State)
	switch k.spec.Name {
	case kindNode:
		return e.Type == sm.Born || state == roleLeader || k.StateName(e.From) == roleLeader || k.Is(e.State, sm.Final)
	case kindTruncate:
		return state == "DONE"
	case kindAppendFollower:
		return state == "REJECTED"
	case kindExec, kindRead:
		return state == "FAILED"
	case kindConfigChange, kindTransfer:
		return true
	}
	return false
}

// Notable returns a line on the event at position i if it is one of those that
// decide how a run goes on: a node starts, stops or crashes, leads or leads no
// more, truncates its log, rejects entries; a client is told an error (one in the
// background: an error that leaves it in doubt); a rule is broken (also one of package rules), raft dies; a
// user's fault meets a message or an operation.
func (t *Timeline) Notable(i int) (text string, ok bool) {
	if !t.IsNotable(i) {
		return "", false
	}
	text = t.story(i)
	for _, v := range t.BrokenAt(i) {
		if text != "" {
			text += "; "
		}
		text += "broken: " + v.String()
	}
	return text, text != ""
}

// IsNotable reports whether Notable has a line on the event at position i.
func (t *Timeline) IsNotable(i int) bool {
	_, ok := slices.BinarySearch(t.notable.all(), uint32(i))
	return ok && i >= 0
}

// NextNotable returns the position of the nearest notable event after i, or,
// if dir is negative, before it; -1 if there is none.
func (t *Timeline) NextNotable(i, dir int) int {
	all := t.notable.all()
	if events := t.length.Load(); len(all) > 0 && all[len(all)-1] >= events {
		all = all[:before(all, events)]
	}
	k := before(all, uint32(max(0, min(i, t.Events()))))
	if dir < 0 {
		k--
	} else if i >= 0 && k < len(all) && int(all[k]) == i {
		k++
	}
	if k < 0 || k >= len(all) {
		return -1
	}
	return int(all[k])
}

// Story returns a line on the event at position i if it belongs into a
// transcript of the run: what is notable, and besides every role a node takes,
// every command's request and answer, and remarks. The line says what is known
// of the machine by now, for an answer's text may come just after the answer.
func (t *Timeline) Story(i int) (text string, ok bool) {
	text = t.story(i)
	return text, text != ""
}

func (t *Timeline) story(i int) string {
	e := t.Event(i)
	m := t.machine(e.Machine)
	switch e.Type {
	case sm.Violation:
		name := "the run"
		if m != nil {
			name = m.Name()
		}
		return fmt.Sprintf("VIOLATION by %s: %s", name, e.Text)
	case sm.Log:
		if e.Key == levelPanic {
			return "raft died: " + e.Text
		}
		return ""
	case sm.Note:
		if IsPlan(e.Text) {
			return e.Text // of a truncation
		}
		return "note: " + e.Text
	case sm.Attributed:
		if e.Key == attrRollsBack {
			return fmt.Sprintf("%s goes back from configuration %s", m.Node(), Clip(e.Text, reasonMax))
		}
		return t.At(i+1).faultStory(m, &e)
	case sm.Born, sm.Moved, sm.Failed:
	default:
		return ""
	}
	state := m.group.kind.StateName(e.State)
	switch m.kindName() {
	case kindNode:
		return nodeStory(m.Now(), &e, state)
	case kindTruncate:
		if state == "DONE" {
			return fmt.Sprintf("%s removed entries %s: %s", m.Node(), m.Subject(), m.Name())
		}
	case kindAppendFollower:
		if state == "REJECTED" {
			return rejectionStory(m.Now(), &e)
		}
	case kindConfigChange, kindTransfer:
		return askStory(m.Now(), &e, state)
	case kindExec, kindRead:
		if m.Now().isCounted(state) {
			return ""
		}
		if e.Type == sm.Born {
			return callStory(m.Now())
		}
		return answerStory(m.Now(), state)
	}
	return ""
}

// IsPlan reports whether the text of a note tells of the plan of a truncation:
// it is a line of commands, and no remark.
func IsPlan(text string) bool {
	return strings.HasPrefix(text, "plan: ") || strings.HasPrefix(text, "plan stopped by ")
}

// faultStory is what a user did to an operation or a node. That something is
// held is told by its fault, by the command, or by its node being frozen.
func (v View) faultStory(m *Machine, e *sm.Event) string {
	switch {
	case e.Key == attrFault:
		return fmt.Sprintf("%s %s: %s", m.Name(), about(m), Clip(e.Text, reasonMax))
	case e.Key == attrHeld && e.Num == 0 && !v.frozenBy(v.Of(m)) && !over(v.Of(m).text(attrFault)):
		return fmt.Sprintf("%s %s goes on", m.Name(), about(m))
	case e.Key == "raft-last-index" && e.Num != 0:
		n := v.Node(m.Node())
		return fmt.Sprintf("%s's raft takes entry %d for the last of its log, which ends with %d", m.Node(), e.Num, n.Last)
	case e.Key == attrFrozen && e.Num == 0:
		return m.Node() + " is thawed"
	case e.Key == attrFrozen:
		return m.Node() + " is frozen"
	case e.Key == attrDiskFull && e.Num != 0:
		return m.Node() + "'s disk is full"
	case e.Key == attrDiskFull:
		return m.Node() + "'s disk has room again"
	case e.Key == attrUnreadable && e.Text != "":
		return m.Node() + "'s disk cannot read entry " + Clip(e.Text, reasonMax)
	case e.Key == attrUnreadable:
		return m.Node() + "'s disk can read everything again"
	}
	return ""
}

// over reports whether a fault ended the operation.
func over(fault string) bool {
	return strings.HasPrefix(fault, "failed") || strings.HasPrefix(fault, "crashed") || strings.HasPrefix(fault, "dropped")
}

func nodeStory(m MachineView, e *sm.Event, state string) string {
	switch {
	case e.Type == sm.Born && state == "alone":
		return fmt.Sprintf("%s's disk is used alone, life %d", m.Node(), m.Life())
	case e.Type == sm.Born && m.Life() == 1:
		return m.Node() + " starts"
	case e.Type == sm.Born:
		return fmt.Sprintf("%s starts again, life %d", m.Node(), m.Life())
	case state == "STOPPED":
		return m.Node() + " stopped"
	case state == "CRASHED":
		if why := m.text("reason"); why != "" {
			return m.Node() + " crashed: " + why
		}
		return m.Node() + " crashed"
	}
	return m.Node() + " is " + state
}

func rejectionStory(m MachineView, e *sm.Event) string {
	why := m.text("reason")
	if why == "" {
		why = e.Text
	}
	if why != "" {
		why = ": " + why
	}
	return m.Node() + " rejected " + m.Name() + why
}

// callStory is what a client asks for.
func callStory(m MachineView) string {
	text := fmt.Sprintf("%s on %s: %s", m.Name(), m.Node(), m.Label())
	if before := m.retried(false); before.Known() {
		attempt, _ := m.Attr("attempt")
		text += fmt.Sprintf(", attempt %s, after %s", attempt, before.Name())
	}
	return text
}

// answerStory is what a client is told.
func answerStory(m MachineView, state string) string {
	switch state {
	case "DONE":
		text := fmt.Sprintf("%s %s: told ok", m.Name(), m.Label())
		if path := m.text("path"); path != "" {
			text += fmt.Sprintf(", %s (%s)", m.text("result"), path)
		}
		return text
	case "FAILED":
		return fmt.Sprintf("%s %s: told %q", m.Name(), m.Label(), m.text("told"))
	}
	return ""
}
