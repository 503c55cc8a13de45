package probe

import (
	"strconv"

	"github.com/hashicorp/raft"

	"raftscope/sm"
	"raftscope/sm/catalog"
)

// subject returns an entry's name within a node: term/index.
func subject(term, index uint64) string {
	return strconv.FormatUint(term, 10) + "/" + strconv.FormatUint(index, 10)
}

// span returns the subject of an operation on a range of indexes.
func span(first, last uint64) string {
	return strconv.FormatUint(first, 10) + ".." + strconv.FormatUint(last, 10)
}

func typeName(t raft.LogType) string {
	switch t {
	case raft.LogCommand:
		return "command"
	case raft.LogNoop:
		return "no-op"
	case raft.LogBarrier:
		return "barrier"
	case raft.LogConfiguration, raft.LogAddPeerDeprecated, raft.LogRemovePeerDeprecated:
		return "configuration"
	default:
		return t.String()
	}
}

// born makes the machine of an entry that is about to be stored, or was found
// on disk. p.mu is held.
func (p *Probe) bornEntry(log *raft.Log, state sm.State, cause *sm.Machine, role string) *entry {
	label := typeName(log.Type)
	if log.Type == raft.LogCommand {
		label = strconv.Itoa(len(log.Data)) + " B"
		if p.opt.Describe != nil {
			label = p.opt.Describe(log.Data)
		}
	}
	e := &entry{term: log.Term, index: log.Index, config: configOf(log)}
	if e.config != nil {
		label += " " + ConfigText(e.config.Configuration)
	}
	e.machine = p.opt.Buffer.BornOf(cause, role, catalog.Entry, state, laneMain, subject(log.Term, log.Index), label)
	e.machine.AttrText("type", typeName(log.Type))
	e.machine.Attr("bytes", int64(len(log.Data)))
	if n, ok := ordinal(log.Extensions); ok {
		e.machine.Attr("exec", n)
	}
	return e
}

// Loaded tells of an entry found on disk when the node started. Call it for
// every entry, in order of index, before raft.NewRaft.
func (p *Probe) Loaded(log *raft.Log) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.bornEntry(log, catalog.EntryDurable, nil, "")
	e.machine.Attr("loaded", 1)
	p.keep(e)
	if log.Index > p.config.index { // else a snapshot has a newer one
		p.adopt(e.config)
	}
}

// keep makes e the live entry at its index. p.mu is held.
func (p *Probe) keep(e *entry) {
	p.entries[e.index] = e
	p.last = max(p.last, e.index)
	if p.first == 0 || e.index < p.first {
		p.first = e.index
	}
}

// forget removes the live entries first..last from the log, moving each to
// state. It keeps first and last in step. p.mu is held.
func (p *Probe) forget(first, last uint64, state sm.State) {
	first, last = max(first, p.first), min(last, p.last)
	for i := first; i <= last && i != 0; i++ {
		if e := p.entries[i]; e != nil {
			if !e.replaced {
				e.machine.Move(state)
			}
			delete(p.entries, i)
		}
	}
	switch {
	case len(p.entries) == 0:
		p.first, p.last = 0, 0
	case first <= p.first:
		p.first = p.last
		for i := range p.entries { // not last+1: an install leaves a gap
			p.first = min(p.first, i)
		}
	default:
		p.last = first - 1
	}
}

func (e *entry) commit() {
	if e.machine.State() == catalog.EntryDurable {
		e.machine.Move(catalog.EntryCommitted)
	}
	if e.apply != nil && e.apply.machine.State() == catalog.ApplyReplicating {
		e.apply.machine.Move(catalog.ApplyCommitted)
	}
	e.change.committed()
}

// extension is what a write carries in Log.Extensions, so that other nodes
// know whose write an entry is.
const extension = "exec@"

// Extension returns the Log.Extensions of the write with the given ordinal.
func Extension(ordinal int) []byte { return []byte(extension + strconv.Itoa(ordinal)) }

func ordinal(ext []byte) (int64, bool) {
	if len(ext) <= len(extension) || len(ext) > len(extension)+19 || string(ext[:len(extension)]) != extension {
		return 0, false
	}
	n, err := strconv.ParseInt(string(ext[len(extension):]), 10, 64)
	return n, err == nil && n > 0
}
