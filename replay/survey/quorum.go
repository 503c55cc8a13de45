package survey

import (
	"cmp"
	"slices"
	"strconv"

	"raftscope/replay"
)

// quorum tells who has not yet acknowledged an entry that its leader has on
// disk. Those count who vote in the leader's eyes, itself only if it does.
func (a *asker) quorum(entry replay.MachineView) {
	_, index, _ := place(entry.Machine)
	voters := a.v.Voters(a.node.Name)
	needed, has := len(voters)/2+1, 0
	var open []missing
	for _, name := range voters {
		if name == a.node.Name {
			has++
			continue
		}
		if p := a.v.Progress(a.node.Name, name); p.Match >= index {
			has++
		} else {
			open = append(open, missing{peer: name, progress: p})
		}
	}
	if has >= needed {
		a.waits(a.node.Name+"'s main loop to count the acks (has "+ratio(has, needed)+")", a.main()...)
		return
	}
	a.lastRequests(entry, open)
	for i := range open {
		a.locate(&open[i], index)
	}
	slices.SortStableFunc(open, func(x, y missing) int { return cmp.Compare(x.rank, y.rank) })
	parts := make([]Part, len(open))
	for i := range open {
		parts[i] = open[i].part
	}
	a.waits(count(needed-has, "more ack", "more acks")+" (has "+ratio(has, needed)+")", parts...)
}

func ratio(has, needed int) string { return strconv.Itoa(has) + " of " + strconv.Itoa(needed) }

// missing is an ack that is not there.
type missing struct {
	peer     string
	progress replay.Progress
	request  replay.MachineView // the newest that brings the entry
	rank     int                // the further on its way, the lower
	part     Part
}

// Ranks of what an ack waits for.
const (
	rankAnswer = iota
	rankDisk
	rankArrived
	rankSent
	rankUnsent
	rankFailed
	rankAbsent
)

// sentBack is how many of the messages with an entry are looked at, the newest
// first.
const sentBack = 512

// lastRequests finds the newest request with the entry to each peer.
func (a *asker) lastRequests(entry replay.MachineView, open []missing) {
	looked, left := 0, len(open)
	for l := range entry.EffectsBack {
		if looked++; looked > sentBack || left == 0 {
			return
		}
		if l.Machine == nil || l.Machine.Kind().Name() != "append-rpc" {
			continue
		}
		for i := range open {
			if open[i].peer == to(l.Machine) && !open[i].request.Known() {
				open[i].request = a.v.Of(l.Machine)
				left--
			}
		}
	}
}

// locate says where an ack is.
func (a *asker) locate(k *missing, index uint64) {
	leader, r := a.node.Name, k.request
	there, back := a.v.IsCut(leader, k.peer), a.v.IsCut(k.peer, leader)
	arrived := r.Known() && r.Open() && (isIn(r, "delivered") || isIn(r, "answered"))
	if why, ok := absent(a.v.Node(k.peer)); ok {
		k.say(rankAbsent, why, r)
		return
	}
	switch {
	case there && back:
		k.say(rankAbsent, k.peer+" cut off", r)
	case there && !arrived:
		k.say(rankAbsent, leader+">"+k.peer+" cut", r)
	case !r.Known():
		a.unsent(k)
	case !r.Open():
		a.refused(k, index)
	default:
		a.underWay(k)
	}
	if back && !there {
		k.rank, k.part.Text = rankAbsent, k.peer+">"+leader+" cut, "+k.part.Text
	}
}

func (k *missing) say(rank int, text string, m replay.MachineView) {
	k.rank, k.part = rank, Part{Text: text, Machine: m.Machine}
}

// take makes a machine's operation the part.
func (k *missing) take(rank int, p Part) { k.rank, k.part = rank, p }

// unsent tells of an entry that was not yet sent to a peer: a pipeline has room
// for some requests only, and without one each waits for the answer before it.
func (a *asker) unsent(k *missing) {
	if len(k.progress.Requests) > 0 {
		first := a.v.Of(k.progress.Requests[0])
		k.take(rankUnsent, operation(a.v, k.peer+" not sent yet, behind ", first))
		return
	}
	next := k.progress.Next
	if next > 0 && next <= a.node.Last && len(a.v.LogBetween(a.node.Name, next, next)) == 0 {
		k.say(rankAbsent, k.peer+" needs a snapshot (entry "+itoa(next)+" is compacted)", k.request)
		return
	}
	k.say(rankUnsent, k.peer+" not sent yet", k.request)
}

// refused tells of a request that ended without an ack.
func (a *asker) refused(k *missing, index uint64) {
	r := k.request
	said := k.peer + " " + r.Name()
	switch {
	case isIn(r, "FAILED"):
		said += " failed"
	case isIn(r, "REJECTED"):
		said += " rejected"
	default:
		said += " " + stage(r)
	}
	if n := k.progress.Next; n > 0 && n <= index {
		said += ", again from entry " + itoa(n)
	}
	k.say(rankFailed, said, r)
	// Why there was no answer may go on: the same disk will keep the next request
	// waiting.
	if disk := onDisk(a.v, a.v.Node(k.peer)); disk.Known() {
		k.take(rankFailed, operation(a.v, said+", busy: ", disk))
	}
}

// underWay tells where a request is.
func (a *asker) underWay(k *missing) {
	r := k.request
	why, lost := a.v.Lost(r.Machine)
	switch {
	case lost:
		what := " "
		if isIn(r, "answered") {
			what = "'s " + answer(a.v, r) + " to "
		}
		p := operation(a.v, "", r)
		p.Text = k.peer + what + r.Name() + " lost: " + replay.Clip(why, labelMax)
		p.Due = 0 // it will not arrive, whatever the message thinks
		k.take(rankSent, p)
	case isIn(r, "answered") && r.IsHeld():
		k.take(rankAnswer, operation(a.v, k.peer+"'s answer to ", r))
	case isIn(r, "answered"):
		p := operation(a.v, "", r)
		p.Text = k.peer + "'s " + answer(a.v, r) + " to " + r.Name() + " on its way"
		k.take(rankAnswer, p)
	case isIn(r, "delivered"):
		a.atPeer(k)
	default:
		p := operation(a.v, k.peer+" ", r)
		if !p.Held {
			p.Text = k.peer + " " + r.Name() + " on its way"
		}
		k.take(rankSent, p)
	}
}

// answer is what comes back for a request.
func answer(v replay.View, r replay.MachineView) string {
	if f := effect(v, r, "append-follower", ""); f.Known() && isIn(f, "REJECTED") {
		return "refusal"
	}
	return "answer"
}

// atPeer tells what a peer does with a request that has arrived.
func (a *asker) atPeer(k *missing) {
	r := k.request
	f := effect(a.v, r, "append-follower", "")
	if !f.Known() || !f.Open() {
		k.say(rankArrived, k.peer+" "+r.Name()+" delivered", r)
		return
	}
	if isIn(f, "received") {
		if disk := onDisk(a.v, a.v.Node(k.peer)); disk.Known() {
			k.take(rankArrived, operation(a.v, k.peer+" busy: ", disk))
			return
		}
		k.say(rankArrived, k.peer+" "+f.Name()+" waits for its main loop", f)
		return
	}
	if disk := diskOf(a.v, f); disk.Known() {
		k.take(rankDisk, operation(a.v, k.peer+" ", disk))
		return
	}
	k.take(rankDisk, operation(a.v, k.peer+" ", f))
}

// diskOf returns the disk operation in which a request is handled; the zero view
// if there is none.
func diskOf(v replay.View, f replay.MachineView) (found replay.MachineView) {
	for l := range f.EffectsBack {
		if l.Machine == nil {
			continue
		}
		switch l.Machine.Kind().Name() {
		case "append", "truncate", "meta", "snapshot", "restore", "compact":
			if m := v.Of(l.Machine); m.Open() {
				return m
			}
		}
	}
	return found
}
