package rules

import (
	"strconv"
	"strings"

	"raftscope/sm"
)

// node is what is known of a node, in all of its lives.
type node struct {
	name  string
	life  uint32
	up    bool
	alone bool // its disk is worked on without raft, which promises nothing then

	log   log
	known bool // log is what is on the disk
	whole bool // everything that ever happened to it was seen

	loading bool   // the entries of a life that begins are coming
	before  log    // what the life before left on the disk; while loading
	started bool   // before is known; while loading
	most    uint64 // the highest index it ever stored

	replaced   *entry // was overwritten by what is not in the log yet
	replacedBy uint64 // at which event

	term    uint64 // current term of this life, 0: not known
	leads   *leading
	base    uint64 // its snapshot is known to cover everything up to here
	holed   bool   // that its log has a hole was reported, for this life
	storing int    // disk operations under way that change the log

	// What its state machine holds can be compared: it began with the first
	// entry or with a snapshot, and takes one entry at a time.
	fed      bool
	applying int
	parted   bool // that it differs was reported, for this life

	votes    []vote
	voteTerm uint64 // of the vote that is being written

	cachedIndex, cachedTerm uint64
	cachedIs                bool // raft's last entry is told, and differs
	cachedSeq               uint64
	cachedWaits             bool // is in Watcher.cached
	cachedTold              bool // the difference was reported
	machine                 sm.ID
}

// forget forgets what can change unseen.
func (n *node) forget() {
	n.log, n.before, n.known, n.whole, n.loading, n.started = log{}, log{}, false, false, false, false
	n.term, n.leads, n.storing, n.applying, n.fed, n.voteTerm, n.replaced = 0, nil, 0, 0, false, 0, nil
	n.cachedIs, n.cachedWaits, n.cachedTold = false, false, false
}

// lifeOf is the machine of a node's life.
type lifeOf struct {
	n    *node
	life uint32
}

func (l *lifeOf) family() family { return famNode }

// bornNode begins a life.
func (w *Watcher) bornNode(e *sm.Event, in state) {
	n := w.nodeOf(e.Node)
	if n.loading {
		w.loading--
	}
	if !n.loading { // else a life ended before it had read its log
		n.before, n.started = n.log, n.known || n.life == 0 && n.whole
	}
	w.drop(n)
	n.log, n.loading = log{}, true
	w.loading++
	n.life, n.up, n.machine, n.known = e.Life, true, e.Machine, false
	n.alone = in == stateAlone
	n.term, n.leads, n.holed, n.storing, n.voteTerm, n.replaced = 0, nil, false, 0, 0, nil
	n.fed, n.applying, n.parted = false, 0, false
	n.cachedIs, n.cachedTold = false, false
	w.machines[e.Machine] = &lifeOf{n, e.Life}
}

// drop forgets the machines of the node's log: the next life has others.
func (w *Watcher) drop(n *node) {
	for _, x := range n.log.slots {
		if x.entry != nil {
			delete(w.machines, x.entry.id)
		}
	}
}

func (l *lifeOf) entered(w *Watcher, e *sm.Event, to state) {
	n := l.n
	if n.life != l.life {
		return
	}
	n.leads = nil
	switch to {
	case stateLeader:
		w.elected(n, e)
	case stateStopped, stateCrashed:
		l.end(w)
	}
}

// end ends the life. What the disk holds stays.
func (l *lifeOf) end(w *Watcher) {
	n := l.n
	n.up, n.leads, n.cachedIs = false, nil, false
	if n.loading {
		w.loading--
		n.loading = false
		n.log, n.known, n.before = n.before, n.started, log{} // it was not read to its end
	}
	delete(w.machines, n.machine)
}

func (l *lifeOf) ended(w *Watcher, _ *sm.Event) {
	if l.n.life == l.life && l.n.up {
		l.end(w)
	}
}

func (l *lifeOf) attribute(w *Watcher, e *sm.Event) {
	n := l.n
	switch e.Key {
	case "term":
		n.term = uint64(e.Num)
	case "reason":
		n.crashed(w, e)
	case "raft-last-index":
		n.cachedIndex = uint64(e.Num)
		n.tellCached(w, e.Seq)
	case "raft-last-term":
		n.cachedTerm = uint64(e.Num)
		n.tellCached(w, e.Seq)
	}
}

// crashed looks at the reason of a crash: raft panics where it needs an entry
// and the store says that there is none.
func (n *node) crashed(w *Watcher, e *sm.Event) {
	rest, ok := strings.CutPrefix(e.Text, "raft would panic here: ")
	if !ok || !strings.HasSuffix(rest, ": log not found") {
		return
	}
	_, rest, ok = strings.Cut(rest, "entry ")
	number, _, _ := strings.Cut(rest, ":")
	index, err := strconv.ParseUint(number, 10, 64)
	if !ok || err != nil || index > n.most || !n.whole {
		return
	}
	w.found(DurableLog, "%s needs entry %d, which it had stored, and its log does not have it any more", n.name, index).by(e.Seq, n).of(e.Machine).report()
}
