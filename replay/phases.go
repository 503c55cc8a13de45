package replay

import (
	"slices"
	"strings"

	"raftscope/sm"
)

// Names of the phases of a write.
const (
	PhaseQueue        = "queue"
	PhaseExecute      = "execute"
	PhaseLeaderDisk   = "leader disk"
	PhaseNetwork      = "network"
	PhaseFollowerDisk = "follower disk"
	PhaseQuorum       = "waiting for the quorum"
	PhaseFSM          = "FSM"
	PhaseReply        = "reply"
)

// Phase is a part of a write's time. A name may come twice: a request can wait
// in two queues, and a message goes there and back.
type Phase struct {
	Name    string
	From    sm.Time
	To      sm.Time
	Machine *Machine // which tells the story of the phase
}

// Phases returns where the time of a write went: phases without gaps or
// overlaps from the exec's birth until it was answered or given up, or, while
// it is on its way, until the view's time. Phases that took no time are left
// out, except the present one; so a write that failed at once has none, nor has
// what is no write. They are:
//
//   - execute: the exec in start or executed.
//   - queue: the exec in queued or await-fsm; then the apply in queued, waiting
//     for raft's main goroutine.
//   - leader disk: from there until the leader's entry is durable.
//   - waiting for the quorum: from there until the message is sent that decides,
//     and from its answer until the leader's entry is committed.
//   - network: the deciding message until it is delivered, and its answer.
//   - follower disk: from the delivery until the follower answers, with what it
//     does before it writes.
//   - FSM: from committed until the leader's FSM has applied the entry.
//   - reply: from there until the client is told.
//
// The deciding message is the append-rpc with the entry whose success makes the
// majority, of those who vote in the leader's eyes at the time: with five nodes the second to
// succeed, each follower counted once. Before there are as many successes it is
// the one that is as many places from the front, so the phases of an undecided
// write say what it waits for now. One that failed decides nothing, and its
// time was spent waiting for the quorum. A cluster of one node has no network.
// A write that fails ends in the phase in which it failed.
func (v View) Phases(exec *Machine) []Phase {
	m := v.Of(exec)
	if !m.Known() || m.kindName() != kindExec {
		return nil
	}
	p := phaser{end: v.Now(), open: m.Open()}
	if !p.open {
		motion, took := m.Motion()
		p.end = m.Born()
		if motion != NeverMoved {
			p.end += took
		}
	}
	p.list = []Phase{{PhaseExecute, m.Born(), m.Born(), exec}}
	p.executing(m)
	if apply := m.effect(kindApply, roleBarrier); apply.Known() {
		p.enter(PhaseQueue, apply.Born(), apply)
		if entry := apply.effect(kindEntry, ""); entry.Known() {
			p.replicating(v, m, apply, entry)
		}
	}
	return p.finish()
}

// phaser collects phases as they begin.
type phaser struct {
	list []Phase
	end  sm.Time
	open bool // the write is on its way, and the last phase the present one
}

// enter ends the phase so far. What seems to begin before that, or after the
// end, begins with it: two nodes' parts of a write may overlap.
func (p *phaser) enter(name string, at sm.Time, m MachineView) {
	last := &p.list[len(p.list)-1]
	last.To = max(last.From, min(at, p.end))
	p.list = append(p.list, Phase{name, last.To, last.To, m.Machine})
}

func (p *phaser) finish() (out []Phase) {
	last := len(p.list) - 1
	p.list[last].To = max(p.list[last].From, p.end)
	for i, x := range p.list {
		if x.From < x.To || p.open && i == last {
			out = append(out, x)
		}
	}
	return out
}

// executing tells the exec's own states.
func (p *phaser) executing(m MachineView) {
	for _, mv := range m.Moves()[1:] {
		switch m.group.kind.StateName(mv.State) {
		case "queued", "await-fsm":
			p.enter(PhaseQueue, mv.At, m)
		case "executed":
			p.enter(PhaseExecute, mv.At, m)
		case "proposed":
			p.enter(PhaseQueue, mv.At, m)
		}
	}
}

// replicating tells what became of the entry.
func (p *phaser) replicating(v View, exec, apply, entry MachineView) {
	disk := entry.effect(kindAppend, "")
	if !disk.Known() {
		disk = entry
	}
	p.enter(PhaseLeaderDisk, entry.Born(), disk)
	durable, ok := entry.reached(roleDurable)
	if !ok {
		return
	}
	p.enter(PhaseQuorum, durable, apply)
	committed, isCommitted := entry.reached(roleCommitted)
	if path, ok := v.deciding(entry, committed, isCommitted); ok {
		p.message(apply, path)
	}
	if !isCommitted {
		return
	}
	p.enter(PhaseFSM, committed, entry)
	if applied, ok := entry.reached(roleApplied); ok {
		p.enter(PhaseReply, applied, exec)
	}
}

// message tells the way of the message that decides, there and back.
func (p *phaser) message(apply MachineView, path route) {
	p.enter(PhaseNetwork, path.rpc.Born(), path.rpc)
	if path.stage < stageDelivered {
		return
	}
	there := path.rpc.effect(kindAppendFollower, "")
	if !there.Known() {
		there = path.rpc
	}
	p.enter(PhaseFollowerDisk, path.at[stageDelivered], there)
	if path.stage < stageAnswered {
		return
	}
	p.enter(PhaseNetwork, path.at[stageAnswered], path.rpc)
	if path.stage == stageDone {
		p.enter(PhaseQuorum, path.at[stageDone], apply)
	}
}

// reached returns when the entry first came as far as a role.
func (m MachineView) reached(r role) (at sm.Time, ok bool) {
	for _, event := range m.events() {
		w := m.row(event)
		if is := m.group.kind.roles[w.state]; w.entersState() && is >= r && is <= roleApplied {
			return w.at, true
		}
	}
	return 0, false
}

// asCommitted returns the view as of when the entry was first seen committed.
func (m MachineView) asCommitted() View {
	v := View{t: m.t(), n: m.n}
	for _, event := range m.events() {
		w := m.row(event)
		if is := m.group.kind.roles[w.state]; w.entersState() && is >= roleCommitted && is <= roleApplied {
			v.n = event + 1
			break
		}
	}
	return v
}

// route is how far a message with an entry came, and when.
type route struct {
	rpc   MachineView
	stage stage
	at    [stageDone + 1]sm.Time
}

type stage int

const (
	stageFailed stage = iota
	stageSent
	stageDelivered
	stageAnswered
	stageDone
)

// deciding returns the message whose success makes, or would make, the
// majority.
func (v View) deciding(entry MachineView, committed sm.Time, isCommitted bool) (route, bool) {
	at := v
	if isCommitted {
		at = entry.asCommitted()
	}
	voters := at.Voters(entry.Node())
	needed := len(voters)/2 + 1
	if slices.Contains(voters, entry.Node()) {
		needed-- // its own disk
	}
	if needed == 0 {
		return route{}, false
	}
	best := make(map[string]route)
	for _, link := range entry.Effects() {
		if link.Machine.kindName() != kindAppendRPC {
			continue
		}
		r := follow(MachineView{link.Machine, v.n})
		if isCommitted && (r.stage != stageDone || r.at[stageDone] > committed) {
			continue // it came too late to decide
		}
		_, peer, _ := strings.Cut(link.Machine.subject, ">")
		if !slices.Contains(voters, peer) {
			continue
		}
		if old, ok := best[peer]; r.stage != stageFailed && (!ok || r.ahead(old) < 0) {
			best[peer] = r
		}
	}
	if len(best) < needed {
		return route{}, false
	}
	routes := make([]route, 0, len(best))
	for _, r := range best {
		routes = append(routes, r)
	}
	slices.SortFunc(routes, route.ahead)
	return routes[needed-1], true
}

// follow returns how far a message came.
func follow(rpc MachineView) (r route) {
	r.rpc = rpc
	for _, mv := range rpc.Moves() {
		s := stageFailed
		switch rpc.group.kind.StateName(mv.State) {
		case "sent":
			s = stageSent
		case "delivered":
			s = stageDelivered
		case "answered":
			s = stageAnswered
		case "DONE":
			s = stageDone
		}
		for between := r.stage + 1; between < s; between++ { // a real network does not tell
			r.at[between] = mv.At
		}
		r.stage, r.at[s] = s, mv.At
	}
	return r
}

// ahead compares routes: who came further, or as far earlier, is first.
func (r route) ahead(other route) int {
	switch {
	case r.stage != other.stage:
		return int(other.stage - r.stage)
	case r.at[r.stage] != other.at[r.stage]:
		if r.at[r.stage] < other.at[r.stage] {
			return -1
		}
		return 1
	}
	return compare(r.rpc.id, other.rpc.id)
}
