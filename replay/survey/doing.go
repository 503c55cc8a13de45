package survey

import (
	"strconv"

	"raftscope/replay"
)

// Activity is what raft's main loop of a node does.
type Activity struct {
	Text    string          // short: "append#58 5..5", "waiting for acks", "idle"
	Machine *replay.Machine // of which it tells; nil if of none
}

// Doing returns what raft's main loop of a node did: the disk operation it
// waits in, else whether the node is cut off from a majority, runs for
// election, waits for others' answers or has nothing to do. Raft has one main
// goroutine a node, and whatever else reaches the node waits meanwhile.
func Doing(v replay.View, node string) Activity {
	n := v.Node(node)
	switch {
	case n.Life > 0 && n.Role == "" && v.Missing() > 0:
		return Activity{"not known: its start is lost", nil}
	case n.Life == 0 || n.Role == "":
		return Activity{"not started", nil}
	case n.Role == "CRASHED":
		return Activity{"crashed", nil}
	case !n.Up:
		return Activity{"stopped", nil}
	}
	disk := onDisk(v, n)
	switch {
	case n.Frozen:
		return Activity{"frozen", disk.Machine}
	case disk.Known():
		return Activity{diskText(v, disk), disk.Machine}
	case n.Role == "candidate":
		return electing(v, n)
	}
	acks := awaitsAcks(v, n)
	switch {
	case v.CutOff(node) && acks.Known():
		return Activity{"cut off, waiting for acks", acks.Machine}
	case v.CutOff(node):
		return Activity{"cut off", nil}
	case acks.Known():
		return Activity{"waiting for acks", acks.Machine}
	}
	return Activity{"idle", nil}
}

// mainKinds are the disk operations in which raft's main goroutine waits. It
// makes one at a time, so the newest of a kind is the only one that can be.
var mainKinds = [...]string{"append", "truncate", "meta"}

// onDisk returns the disk operation in which the main loop of a node waits; the
// zero view if it waits in none.
func onDisk(v replay.View, n replay.NodeState) (found replay.MachineView) {
	for _, kind := range mainKinds {
		if m := v.Newest(kind, n.Name); m.Known() && m.Life() == n.Life && m.Open() {
			if !found.Known() || m.ID() > found.ID() {
				found = m
			}
		}
	}
	return inInstall(v, n, found)
}

// installKinds are the disk operations of an install, and restore also that of a
// start.
var installKinds = [...]string{"snapshot", "restore", "compact"}

// inInstall returns the disk operation in which the main loop of a node waits that
// installs a snapshot or starts with one, else what was found before.
func inInstall(v replay.View, n replay.NodeState, found replay.MachineView) replay.MachineView {
	m := v.Newest("install", n.Name)
	installs := m.Known() && m.Life() == n.Life && isIn(m, "processing")
	for _, kind := range installKinds {
		disk := v.Newest(kind, n.Name)
		if !disk.Known() || disk.Life() != n.Life || !disk.Open() || !installs && kind != "restore" {
			continue
		}
		if installs && disk.BornEvent() < m.BornEvent() { // the node's own snapshot, on another goroutine
			continue
		}
		return disk
	}
	return found
}

func diskText(v replay.View, m replay.MachineView) string {
	subject := replay.Clip(m.Subject(), labelMax)
	switch {
	case m.IsHeld():
		return "held: " + m.Name()
	case kind(m) == "truncate" && isIn(m, "deleting"):
		return "removing " + subject
	case kind(m) == "truncate":
		return m.Name() + " " + subject
	case kind(m) == "restore":
		return "restoring " + subject
	case kind(m) == "snapshot":
		return "installing " + subject
	case kind(m) == "meta":
		return "writing " + replay.Clip(metaText(m), labelMax)
	}
	return m.Name() + " " + subject
}

// metaText is what is written to the stable store: "term 2", "vote n3".
func metaText(m replay.MachineView) string {
	if m.Label() != "" {
		return m.Label()
	}
	return m.Name()
}

func electing(v replay.View, n replay.NodeState) Activity {
	m := v.Newest("election", n.Name)
	if !m.Known() || m.Life() != n.Life || !m.Open() {
		return Activity{"election", nil}
	}
	if isIn(m, "prevote") {
		return Activity{"pre-vote, " + replay.Clip(m.Subject(), labelMax), m.Machine}
	}
	return Activity{"election, " + replay.Clip(m.Subject(), labelMax), m.Machine}
}

// appliesBack is how many of a leader's newest requests are looked at for one
// that waits for acks: what is behind them is answered, or waits as they do.
const appliesBack = 128

// awaitsAcks returns the oldest of a leader's newest requests that waits for
// acks; the zero view if none does.
func awaitsAcks(v replay.View, n replay.NodeState) (found replay.MachineView) {
	if n.Role != "leader" {
		return replay.MachineView{}
	}
	count := v.CountOn("apply", n.Name, "")
	for i := count; i > max(0, count-appliesBack); i-- {
		m := v.NthOn("apply", n.Name, i)
		if !m.Known() || m.Life() != n.Life {
			break
		}
		switch {
		case isIn(m, "replicating") && m.Open():
			found = m
		case isIn(m, "DONE"):
			return found // entries are committed in order
		}
	}
	return found
}

// state is what a node does if it is not there to answer: "n1 is down".
func absent(n replay.NodeState) (why string, ok bool) {
	switch {
	case n.Life == 0:
		return n.Name + " has not started", true
	case !n.Up && n.Role == "CRASHED":
		return n.Name + " is down (crashed)", true
	case !n.Up:
		return n.Name + " is down", true
	}
	return "", false
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
