package probe

import (
	"strconv"
	"strings"

	"github.com/hashicorp/go-msgpack/v2/codec"
	"github.com/hashicorp/raft"

	"raftscope/sm"
	"raftscope/sm/catalog"
)

// The attributes of a node that say who is a member in its eyes. The first is
// what raft goes by; the second is derived from the commit index, since raft
// keeps it to itself. Both are "INDEX: voters, others", see ConfigText.
const (
	attrConfig          = "config"
	attrConfigCommitted = "config-committed"
	// attrRollsBack is set on a truncation that removes the newest configuration.
	attrRollsBack = "rolls-back"
)

// config is a configuration of the cluster and the index of its entry.
type config struct {
	raft.Configuration
	index uint64
}

// text is what the attributes hold: "3: n1 n2 n3, n4 nonvoter".
func (c config) text() string {
	if c.index == 0 && len(c.Servers) == 0 {
		return "none"
	}
	return itoa(c.index) + ": " + ConfigText(c.Configuration)
}

// ConfigText names the members of a configuration: first the voters, then the
// others with what they are, "n1 n2 n3, n4 nonvoter".
func ConfigText(c raft.Configuration) string {
	var b strings.Builder
	for _, s := range c.Servers {
		if s.Suffrage == raft.Voter {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(serverName(s))
		}
	}
	for _, s := range c.Servers {
		if s.Suffrage != raft.Voter {
			if b.Len() > 0 {
				b.WriteString(", ")
			}
			b.WriteString(serverName(s) + " " + strings.ToLower(s.Suffrage.String()))
		}
	}
	return b.String()
}

// serverName is a server's ID, in quotes if it could be taken for more than one
// word.
func serverName(s raft.Server) string {
	id := string(s.ID)
	if id == "" || strings.ContainsAny(id, " ,:\"") || strconv.Quote(id) != `"`+id+`"` {
		return strconv.Quote(id)
	}
	return id
}

// configOf decodes a configuration entry, nil if log is none or cannot be
// decoded: raft panics on those (configuration.go, DecodeConfiguration).
func configOf(log *raft.Log) (c *config) {
	switch log.Type {
	case raft.LogConfiguration:
		return decodeConfig(log.Data, log.Index)
	case raft.LogAddPeerDeprecated, raft.LogRemovePeerDeprecated:
		return decodePeers(log.Data, log.Index)
	}
	return nil
}

// decodePeers decodes what a configuration was before version 3 of raft's protocol:
// the addresses of those who vote, which are their IDs too (configuration.go,
// decodePeers).
func decodePeers(data []byte, index uint64) *config {
	var peers [][]byte
	if err := codec.NewDecoderBytes(data, &codec.MsgpackHandle{}).Decode(&peers); err != nil {
		return nil
	}
	c := &config{index: index}
	for _, p := range peers {
		c.Servers = append(c.Servers, raft.Server{Suffrage: raft.Voter, ID: raft.ServerID(p), Address: raft.ServerAddress(p)})
	}
	return c
}

func decodeConfig(data []byte, index uint64) (c *config) {
	defer func() {
		if recover() != nil {
			c = nil
		}
	}()
	return &config{raft.DecodeConfiguration(data), index}
}

// adopt does what raft does with a configuration entry that enters the log: the
// node goes by it at once, and takes the one before for committed, because no
// two are under way at once (raft.go, processConfigurationLogEntry). p.mu is
// held.
func (p *Probe) adopt(c *config) {
	if c == nil {
		return
	}
	p.setConfigs(*c, p.config)
}

// goBy has the node go by a configuration that it was given to store. A leader
// does even if it could not store it (raft.go, appendConfigurationEntry). p.mu is
// held.
func (p *Probe) goBy(e *entry, w *appending, err error) {
	if err == nil || w.request == nil {
		p.adopt(e.config)
	}
	e.change.stored(err)
	if err == nil && e.index == p.asserting {
		p.asserted = e.index
	}
}

// rollBack does what raft does when a truncation has removed the newest
// configuration (raft.go, appendEntries). p.mu is held.
func (p *Probe) rollBack(from uint64, by *sm.Machine) {
	if from > p.config.index {
		return
	}
	by.AttrText(attrRollsBack, p.config.text()+" to "+p.configCommitted.text())
	p.setConfigs(p.configCommitted, p.configCommitted)
}

// commitConfig takes the newest configuration for committed once the commit
// index has reached it (raft.go, leaderLoop and appendEntries). p.mu is held.
func (p *Probe) commitConfig(commit uint64) {
	if p.config.index <= commit && p.configCommitted.index != p.config.index {
		p.setConfigs(p.config, p.config)
	}
}

// setConfigs notes the newest and the committed configuration, and tells what
// has changed. p.mu is held.
func (p *Probe) setConfigs(newest, committed config) {
	changed := !p.configTold || newest.index != p.config.index
	changedCommitted := committed.index != p.configCommitted.index
	p.config, p.configCommitted, p.configTold = newest, committed, true
	if p.stopped.Load() {
		return
	}
	if changed {
		p.node.AttrText(attrConfig, newest.text())
	}
	if changedCommitted {
		p.node.AttrText(attrConfigCommitted, committed.text())
	}
	if changed || changedCommitted {
		p.configChanged()
	}
}

// configChanged calls Options.OnConfig. p.mu is held.
func (p *Probe) configChanged() {
	if p.opt.OnConfig != nil {
		p.opt.OnConfig(p.config.Configuration)
	}
}

// LoadedSnapshot tells of the snapshot a node starts from, which holds the
// configuration of its time. Call it before Loaded.
func (p *Probe) LoadedSnapshot(c raft.Configuration, index uint64) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.setConfigs(config{c, index}, config{c, index})
}

// installed takes the configuration that came with a snapshot (raft.go,
// installSnapshot). p.mu is held.
func (p *Probe) installed(r *Request, resp any) {
	req, ok := r.command.(*raft.InstallSnapshotRequest)
	answer, _ := resp.(*raft.InstallSnapshotResponse)
	if !ok || answer == nil || !answer.Success || req.SnapshotVersion == 0 {
		return
	}
	if c := decodeConfig(req.Configuration, req.ConfigurationIndex); c != nil {
		p.setConfigs(*c, *c)
	}
}

// Stable says whether a leader may take the next change of the configuration:
// the newest one is committed, and so is an entry of its own term (raft.go,
// configurationChangeChIfStable). It is derived from what the node stores and
// from its commit index.
func (p *Probe) Stable() bool {
	if p == nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.observeCommit()
	return p.node.State() == catalog.NodeLeader && p.config.index == p.configCommitted.index &&
		p.asserted > 0 && p.commitIndex >= p.asserted
}

// Look tells what has been committed, where nothing else would for a while.
func (p *Probe) Look() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.observeCommit()
}

// Configuration returns the newest configuration in the node's eyes, and the
// index of its entry, zero if it knows none.
func (p *Probe) Configuration() (raft.Configuration, uint64) {
	if p == nil {
		return raft.Configuration{}, 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.config.Configuration, p.config.index
}
