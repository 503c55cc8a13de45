package tui

import (
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/replay/cond"
	"raftscope/replay/narrate"
	"raftscope/tui/keys"
)

// errHistory: a key that acts on the cluster was pressed in the past.
var errHistory = errors.New("this is history: end (or esc) goes back to now, where the cluster can be acted on")

// errRecording: the same in a recording.
var errRecording = errors.New("this is a recording: what happened in it cannot be changed; raftscope open SCENARIO runs a cluster")

// onlyNow does something that acts on the cluster, or says why it cannot.
func (m *Model) onlyNow(do func() tea.Cmd) tea.Cmd {
	switch {
	case m.src.Controller == nil:
		m.fail(errRecording)
	case m.last.Dead != nil:
		m.fail(errDead)
	case !m.moment.end:
		m.fail(errHistory)
	default:
		return do()
	}
	return nil
}

// atNow says whether keys of time drive the cluster rather than the cursor.
func (m *Model) atNow() bool { return m.live() && m.moment.end }

// travel carries out verbs of time; ok is false for any other.
func (m *Model) travel(v keys.Verb) (cmd tea.Cmd, ok bool) {
	t := m.timeline()
	here := m.scene.View.Events()
	if timeKeys.Has(v) && v != verbFaster && v != verbSlower {
		m.search.stop() // who moves does not want to be moved later
	}
	switch v {
	case verbStep:
		return m.step(), true
	case verbStepThis:
		return m.stepThis(), true
	case verbFinish:
		return m.finish(), true
	case verbRun:
		return m.run(), true
	case verbFaster:
		m.changePace(1)
	case verbSlower:
		m.changePace(-1)
	case verbBack:
		m.hop(-1)
	case verbForth:
		m.hop(1)
	case verbEventBack:
		m.jump(here-1, here > 0)
	case verbEventForth:
		m.jump(here+1, here < t.Events())
	case verbWriteBack:
		m.jumpToWrite(-1)
	case verbWriteForth:
		m.jumpToWrite(1)
	case verbNotable:
		m.jumpToNotable(1)
	case verbNotableUp:
		m.jumpToNotable(-1)
	case verbHome:
		m.moveTo(moment{})
	case verbEnd:
		m.moveTo(moment{end: true})
	default:
		return nil, false
	}
	return nil, true
}

// jump moves the cursor, if there is where to.
func (m *Model) jump(events int, ok bool) {
	if !ok {
		m.say(m.edge(events >= m.scene.View.Events()))
		return
	}
	m.pace.on = false
	m.moment = m.at(events)
}

// hop moves the cursor by a visible instant, or to the end if only what is not
// visible lies between.
func (m *Model) hop(dir int) {
	t := m.timeline()
	to, ok := t.NextVisible(m.scene.View.Events(), dir)
	switch {
	case ok:
		m.jump(to, true)
	case dir > 0 && m.scene.View.Events() < t.Events():
		m.jump(t.Events(), true)
	default:
		m.say(m.edge(dir > 0))
	}
}

// moveTo moves the cursor; a run ends by that.
func (m *Model) moveTo(to moment) {
	if m.moment != to {
		m.pace.on = false
		m.moment = to
	}
}

// at is the moment behind so many events; a recording stays where it is when it
// grows.
func (m *Model) at(events int) moment {
	if m.src.Controller == nil && events >= m.timeline().Events() && !m.loading.Done && m.src.Load != nil {
		return moment{events: events}
	}
	return at(m.timeline(), events)
}

// edge says that there is nothing more in a direction.
func (m *Model) edge(forward bool) string {
	switch {
	case !forward:
		return "this is the beginning of the run"
	case m.last.Dead != nil:
		return "nothing follows: the cluster's process died here"
	case m.src.Controller != nil:
		return "this is now: s goes on"
	case m.src.Load != nil && !m.loading.Done:
		return "nothing later has been read so far"
	}
	return "the recording ends here"
}

// jumpToNotable moves to the next notable event in a direction, with all of its
// instant, and roots the tree at its machine. That of the instant on the screen
// counts as the one before until it has been gone to.
func (m *Model) jumpToNotable(dir int) {
	t, here := m.timeline(), m.scene.View.Events()
	i := -1
	if dir > 0 {
		i = t.NextNotable(here-1, 1)
	} else if i = t.NextNotable(here, -1); i >= 0 && t.EndOfInstant(i) == here && t.Event(i).Machine == m.scene.Root {
		from, _ := narrate.Bounds(t, i)
		i = t.NextNotable(from, -1)
	}
	if i < 0 {
		where := "before this moment"
		if dir > 0 {
			where = "behind this moment"
		}
		m.say("there is nothing notable " + where)
		return
	}
	m.goToEvent(i)
	m.moment = m.at(t.EndOfInstant(i))
	m.look()
	if w := m.scene.Machine(); w.Known() {
		m.pick(w.ID())
	}
}

// goToEvent moves the cursor behind the event at position i and selects its
// machine.
func (m *Model) goToEvent(i int) {
	m.jump(i+1, true)
	m.look()
	if id := m.timeline().Event(i).Machine; id != 0 {
		m.trail.leave(m.scene.Selected)
		m.choose(id)
	}
}

func (m *Model) goTo(events int) tea.Cmd {
	m.jump(events, true)
	return nil
}

func (m *Model) jumpToWrite(dir int) {
	w := m.timeline().NextWrite(m.scene.View.Events(), dir)
	if w == nil {
		m.say("no write or read there")
		return
	}
	m.jump(w.BornEvent()+1, true)
	m.look()
	m.pick(w.ID())
}

// step goes on by a visible instant.
func (m *Model) step() tea.Cmd {
	if m.atNow() {
		return m.do(job{cmd: grammar.Step{N: 1}})
	}
	m.hop(1)
	return nil
}

// stepThis goes on until the selected machine moves.
func (m *Model) stepThis() tea.Cmd {
	w := m.scene.Machine()
	if !w.Known() {
		m.say("no machine is selected")
		return nil
	}
	if m.atNow() {
		if w.Abandoned() || !w.Open() && len(w.Kind().States()[w.State()].Next) == 0 {
			m.say(fmt.Sprintf("%s is %s and moves no more", w.Name(), w.StateName()))
			return nil
		}
		return m.do(job{cmd: grammar.Step{Machine: ref(w.Machine)}})
	}
	events, ok := m.timeline().NextMove(w.Machine, m.scene.View.Events(), 1)
	if !ok {
		m.say(fmt.Sprintf("%s moves no more, as far as is known", w.Name()))
		return nil
	}
	m.jump(events, true)
	return nil
}

// finish goes on until the selected machine rests.
func (m *Model) finish() tea.Cmd {
	w := m.scene.Machine()
	if !w.Known() {
		m.say("no machine is selected")
		return nil
	}
	if m.atNow() {
		if !w.Open() {
			m.say(fmt.Sprintf("%s rests already: it is %s", w.Name(), w.StateName()))
			return nil
		}
		return m.do(job{cmd: grammar.Finish{Machine: ref(w.Machine)}})
	}
	events, ok := m.timeline().RestOf(w.Machine)
	if !ok || events <= m.scene.View.Events() {
		m.say(fmt.Sprintf("%s does not come to rest later, as far as is known", w.Name()))
		return nil
	}
	m.jump(events, true)
	return nil
}

// ref names a machine by its id.
func ref(w *replay.Machine) cond.Ref {
	return cond.Ref{Form: cond.ByID, Kind: w.Kind().Name(), ID: uint64(w.ID())}
}
