package replay

// Fates of a write's entry.
const (
	// FateApplied: some node's FSM applied it.
	FateApplied = "applied"
	// FateCommitted: it is committed, and no FSM was seen to apply it.
	FateCommitted = "committed"
	// FateTruncated: it was durable somewhere, and is nowhere now.
	FateTruncated = "truncated"
	// FateOverwritten: likewise, and nobody removed it: a store put other entries
	// into its places.
	FateOverwritten = "overwritten"
	// FateReplaced: likewise, and it gave way to a snapshot that a leader without
	// it had installed.
	FateReplaced = "replaced"
	// FateNeverStored: it was never durable anywhere, and will not be.
	FateNeverStored = "never stored"
	// FateUndecided: it may yet be committed or lost.
	FateUndecided = "undecided"
)

// Outcome holds the two facts of a write: what the client was told, and what
// became of its entry.
type Outcome struct {
	Answered bool   // the client has its answer
	Told     string // "ok" or raft's error; empty before
	Result   string // of the command
	Stored   string // what the answer implies: never, unknown, yes
	Fate     string // one of the Fates; empty for a read, which has no entry
	Entry    *Machine
}

// roleBarrier is the role in which a client's request causes an apply that is
// not its own entry: it only waits for it.
const roleBarrier = "barrier"

// Outcome returns the outcome of an exec or read, as far as it was known; the
// zero one if it was not born. Entry is the entry on the node that took the
// write, nil if there was none yet.
func (v View) Outcome(exec *Machine) Outcome {
	if m := v.Of(exec); m.Known() {
		return v.outcome(m)
	}
	return Outcome{}
}

func (v View) outcome(exec MachineView) Outcome {
	o := Outcome{Told: exec.text("told"), Result: exec.text("result"), Stored: exec.text("stored")}
	o.Answered = o.Told != "" || exec.final(exec.State())
	if kind := exec.kindName(); kind == kindRead || kind == kindTransfer {
		return o
	}
	o.Fate = FateUndecided
	apply := exec.effect(kindApply, roleBarrier)
	if apply.Known() {
		o.Entry = apply.effect(kindEntry, "").Machine
	} else if exec.kindName() == kindConfigChange {
		o.Entry = exec.effect(kindEntry, "").Machine
	}
	switch {
	case o.Entry != nil:
		if o.Entry.key != nil {
			o.Fate = v.fate(o.Entry.key.position)
		}
	case !exec.Open() && (!apply.Known() || !apply.Open()):
		o.Fate = FateNeverStored
	}
	return o
}

// fate says what became of the entry with that term and index, of all its
// copies on all nodes and in all lives.
func (v View) fate(p position) string {
	var committed, removed, overwritten, replaced, durable, alive bool
	for m := v.t.entries.find(p); m != nil; m = m.key.older {
		if m.born >= v.n {
			continue
		}
		c := MachineView{m, v.n}
		h := c.history()
		if h.applied {
			return FateApplied
		}
		committed = committed || h.committed
		removed = removed || h.removed
		overwritten = overwritten || h.overwritten
		replaced = replaced || h.replaced
		durable = durable || h.durable
		alive = alive || c.mayComeBack()
	}
	switch {
	case committed:
		return FateCommitted
	case alive:
		return FateUndecided
	case !durable:
		return FateNeverStored
	case removed:
		return FateTruncated
	case overwritten:
		return FateOverwritten
	case replaced:
		return FateReplaced
	}
	// Durable in a life that is over, and not yet found again in the next.
	return FateUndecided
}

// history is what an entry has been.
type history struct{ durable, committed, applied, removed, overwritten, replaced bool }

func (m MachineView) history() (h history) {
	for _, event := range m.events() {
		w := m.row(event)
		if !w.entersState() {
			continue
		}
		switch m.group.kind.roles[w.state] {
		case roleDurable:
			h.durable = true
		case roleCommitted, roleApplying:
			h.durable, h.committed = true, true
		case roleApplied:
			h.durable, h.committed, h.applied = true, true, true
		case roleCompacted: // only what is committed is compacted
			h.durable, h.committed = true, true
		case roleTruncated:
			h.removed = true
		case roleReplaced:
			h.replaced = true
		case roleOverwritten:
			h.overwritten = true
		}
	}
	return h
}

// mayComeBack reports whether the entry is in its node's log, or on the disk
// of a node that is down, or on its way there.
func (m MachineView) mayComeBack() bool {
	if m.life != stepAt(&m.life.node.lives, m.n) {
		return false
	}
	switch m.role() {
	case roleDurable:
		return true
	case roleCreated:
		// A write that a crash cut off is not counted on: if it did reach
		// the disk, the entry is found there by the next life.
		return !m.Abandoned()
	}
	return false
}
