package probe

import (
	"slices"

	"github.com/hashicorp/raft"

	"raftscope/sm"
	"raftscope/sm/catalog"
)

// Change is one call of raft.AddVoter, AddNonvoter, DemoteVoter or RemoveServer,
// from the call to the future's answer. A nil Change observes nothing.
type Change struct {
	probe   *Probe
	machine *sm.Machine // a config-change
	entry   *entry      // once it was seen in StoreLogs
}

// Change tells that raft is about to be asked for the change that a machine of
// kind config-change tells of. Calls must be made in the order in which raft
// gets them.
func (p *Probe) Change(m *sm.Machine) *Change {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	c := &Change{probe: p, machine: m}
	p.changes = append(p.changes, c)
	return c
}

// claimChange returns the change that a configuration entry came from, if it
// came from one here. p.mu is held.
func (p *Probe) claimChange(log *raft.Log) *Change {
	if typeName(log.Type) != "configuration" || p.inHand != nil || len(p.changes) == 0 {
		return nil
	}
	c := p.changes[0]
	p.changes = p.changes[1:]
	return c
}

// Answered tells that the future was answered. The machine is then its owner's
// to move.
func (c *Change) Answered() {
	if c == nil {
		return
	}
	p := c.probe
	p.mu.Lock()
	defer p.mu.Unlock()
	p.observeCommit()
	p.changes = slices.DeleteFunc(p.changes, func(o *Change) bool { return o == c })
	if c.entry != nil {
		c.machine.After(c.entry.machine)
	}
}

// Stored says what is known of a change's entry from what was told: see
// Apply.Stored.
func (c *Change) Stored(err error) string {
	switch {
	case err == nil:
		return "yes"
	case c != nil && c.entry == nil: // raft refused it before it became an entry
		return "never"
	default:
		return "unknown"
	}
}

// stored moves the change on whose entry the leader has on disk. p.mu is held.
func (c *Change) stored(err error) {
	if c != nil && err == nil && c.machine.State() == catalog.ConfigChangeStart {
		c.machine.Move(catalog.ConfigChangeAppended)
	}
}

// committed moves the change on whose entry is committed. p.mu is held.
func (c *Change) committed() {
	if c != nil && c.machine.State() == catalog.ConfigChangeAppended {
		c.machine.Move(catalog.ConfigChangeCommitted)
	}
}

// Transfer is one call of raft.LeadershipTransfer, from the call to the
// future's answer. A nil Transfer observes nothing.
type Transfer struct {
	probe   *Probe
	machine *sm.Machine // a transfer
}

// Transfer tells that raft is about to be asked for the transfer that a machine
// of kind transfer tells of. Calls must be made in the order in which raft gets
// them.
func (p *Probe) Transfer(m *sm.Machine) *Transfer {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	t := &Transfer{p, m}
	p.transfers = append(p.transfers, t)
	return t
}

// Answered tells that the future was answered. The machine is then its owner's
// to move.
func (t *Transfer) Answered() {
	if t == nil {
		return
	}
	p := t.probe
	p.mu.Lock()
	defer p.mu.Unlock()
	p.transfers = slices.DeleteFunc(p.transfers, func(o *Transfer) bool { return o == t })
	if p.transfer == t {
		p.transfer = nil
	}
}

// transferBegins follows raft's word that its main goroutine has taken a
// transfer. p.mu is held.
func (p *Probe) transferBegins() {
	if len(p.transfers) == 0 {
		return
	}
	p.transfer, p.transfers = p.transfers[0], p.transfers[1:]
	p.transfer.machine.Move(catalog.TransferCatchingUp)
}

// transferSends follows the TimeoutNow of a transfer; call is its message. p.mu is
// held.
func (p *Probe) transferSends(call *sm.Machine) {
	t := p.transfer
	if t == nil || t.machine.State() != catalog.TransferCatchingUp {
		return
	}
	t.machine.Move(catalog.TransferSent)
	call.LinkFrom(t.machine, "sends")
}

// toldToRun notes that raft is handed a TimeoutNow: the election that begins
// with it, if none runs already, goes without pre-vote (raft.go, timeoutNow and
// runCandidate). p.mu is held.
func (p *Probe) toldToRun(r *Request) {
	if _, ok := r.command.(*raft.TimeoutNowRequest); ok && p.node.State() != catalog.NodeCandidate {
		p.urged = r
	}
}
