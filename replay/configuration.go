package replay

// Configuration is by which configurations a node goes, or the cluster. Both are
// no copies, and must not be changed.
type Configuration struct {
	Newest    *Members // committed or not; nil: the events do not tell
	Committed *Members // the newest known to be committed; nil: the events do not tell
}

// Pending reports whether the newest configuration is not known to be committed:
// raft goes by it already, and may have to go back. Of a cluster that never had
// another one it is not said, since there is none to go back to.
func (c Configuration) Pending() bool {
	return c.Newest != nil && c.Committed != nil && c.Committed.Index > 0 && c.Committed.Index < c.Newest.Index
}

// IsCommitted reports whether the newest configuration is known to be committed;
// of none it is not.
func (c Configuration) IsCommitted() bool {
	return c.Newest != nil && c.Newest.Index > 0 && c.Committed != nil && c.Committed.Index == c.Newest.Index
}

// Of returns what a node is: Voter, Nonvoter or Outside. If the events do not tell
// it is a voter.
func (c Configuration) Of(node string) string {
	if c.Newest == nil {
		return Voter
	}
	return c.Newest.Of(node)
}

// Was returns what a node is to the committed configuration, if the newest one is
// pending and makes something else of it; empty otherwise.
func (c Configuration) Was(node string) string {
	if !c.Pending() || c.Committed.Of(node) == c.Newest.Of(node) {
		return ""
	}
	return c.Committed.Of(node)
}

// Configuration returns the cluster's: by who leads in the highest term, or, while
// nobody leads, by who has the newest of the nodes that are up, else of all nodes;
// before any node has one by the cluster's line. It counts as committed if any node
// knew it to be: then nothing takes it back.
func (v View) Configuration() Configuration {
	of := v.leaderLife()
	if of.membersNow() == nil {
		of = v.newestConfigured(true)
	}
	if of.life == nil {
		of = v.newestConfigured(false)
	}
	if of.life != nil {
		c := Configuration{of.membersNow(), stepAt(&of.members.committed, v.n)}
		if c.Pending() && v.wasCommitted(c.Newest) {
			c.Committed = c.Newest
		}
		return c
	}
	if f := v.founding(); f != nil {
		return Configuration{&f.first, &f.first}
	}
	return Configuration{}
}

// wasCommitted reports whether a node knew a configuration to be committed.
func (v View) wasCommitted(m *Members) bool {
	for l := range v.eachLife {
		if c := stepAt(&l.members.committed, v.n); c != nil && c.Index == m.Index && c.String() == m.String() {
			return true
		}
	}
	return false
}

// newestConfigured returns the node that has the newest configuration, of those
// that are up or of all; none if no node has one.
func (v View) newestConfigured(up bool) (newest lifeView) {
	for l := range v.eachLife {
		m := l.membersNow()
		if m != nil && m.Index > 0 && (l.up() || !up) && (newest.life == nil || m.Index > newest.membersNow().Index) {
			newest = l
		}
	}
	return newest
}

// Cluster returns the members of the cluster by its newest configuration, see
// Configuration. It is nil if the events do not tell.
func (v View) Cluster() *Members { return v.Configuration().Newest }

// Suffrage returns what a node is to the cluster, see Configuration: Voter,
// Nonvoter or Outside. If the events do not tell it is a voter.
func (v View) Suffrage(node string) string { return v.Configuration().Of(node) }

// AllVote reports whether every node votes, started or not, and all go by one
// configuration, which is not pending: then nobody asks who is a member.
func (v View) AllVote() bool {
	cluster := v.Configuration()
	if cluster.Newest == nil {
		return true
	}
	if cluster.Pending() {
		return false
	}
	for _, name := range v.Roster() {
		newest, _ := v.Members(name)
		if cluster.Of(name) != Voter || newest != nil && newest.Index != cluster.Newest.Index {
			return false
		}
	}
	return true
}
