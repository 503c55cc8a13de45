package replay

// NodeJSON is a node as JSON, as it was at some event. Fields and their meaning
// never change; new ones may come.
type NodeJSON struct {
	Node      string       `json:"node"`
	Life      uint32       `json:"life"` // 0: nothing is known of it, it has not started
	Role      string       `json:"role,omitempty"`
	Up        bool         `json:"up"`
	Leader    string       `json:"leader,omitempty"` // whom it knows as leader
	Term      uint64       `json:"term"`
	Last      uint64       `json:"last"` // index and term of the last entry in its log
	LastTerm  uint64       `json:"last_term"`
	Snapshot  uint64       `json:"snapshot"`
	SnapTerm  uint64       `json:"snapshot_term"`
	Commit    uint64       `json:"commit"`  // highest index seen committed in this life
	Applied   uint64       `json:"applied"` // highest index applied to the FSM in this life
	Hash      string       `json:"hash,omitempty"`
	Member    string       `json:"member,omitempty"` // what it is to the cluster, if the events tell
	Newest    *MembersJSON `json:"configuration,omitempty"`
	Committed *MembersJSON `json:"configuration_committed,omitempty"`
	Log       []EntryJSON  `json:"log,omitempty"`   // if asked for
	Views     *ViewsJSON   `json:"views,omitempty"` // of its log, if that is asked for
}

// MembersJSON is a configuration of the cluster.
type MembersJSON struct {
	Index     uint64   `json:"index"` // of its entry
	Voters    []string `json:"voters"`
	Nonvoters []string `json:"nonvoters,omitempty"`
}

// EntryJSON is an entry in a node's log.
type EntryJSON struct {
	Machine string `json:"machine"` // kind#id
	Term    uint64 `json:"term"`
	Index   uint64 `json:"index"`
	State   string `json:"state"`
	Label   string `json:"label,omitempty"`
}

// ViewsJSON are the four views of a node's log, see LogViews. What does not apply is
// left out: a view of a node that is down, of an empty log, of the leader's own.
type ViewsJSON struct {
	Raft        *RaftViewJSON    `json:"raft,omitempty"`
	Store       *StoreViewJSON   `json:"store,omitempty"`
	FSM         *FSMViewJSON     `json:"fsm,omitempty"`
	Leader      *LeaderViewJSON  `json:"leader_knows,omitempty"`
	Differences []DifferenceJSON `json:"differences,omitempty"`
}

// RaftViewJSON is what raft, in memory, takes for the end of the log.
type RaftViewJSON struct {
	Last     uint64 `json:"last"`
	LastTerm uint64 `json:"last_term"`
}

// StoreViewJSON is what the store holds.
type StoreViewJSON struct {
	First     uint64 `json:"first"`
	Last      uint64 `json:"last"`
	LastTerm  uint64 `json:"last_term,omitempty"`
	Durable   uint64 `json:"durable"`             // those behind are being written
	Compacted uint64 `json:"compacted,omitempty"` // a snapshot stands for those up to here
}

// FSMViewJSON is what the state machine applied.
type FSMViewJSON struct {
	Applied uint64 `json:"applied"`
	Hash    string `json:"hash,omitempty"`
}

// LeaderViewJSON is what the leader knows of the node, derived from messages.
type LeaderViewJSON struct {
	Leader string `json:"leader"`
	Next   uint64 `json:"next"`
	Match  uint64 `json:"match,omitempty"`
}

// DifferenceJSON is where two views do not fit together.
type DifferenceJSON struct {
	View string `json:"view"` // raft, store, fsm or leader_knows
	Text string `json:"text"` // a sentence
}

// viewNames are the fields of ViewsJSON.
var viewNames = [...]string{RaftView: "raft", StoreView: "store", FSMView: "fsm", DerivedView: "leader_knows"}

// NodesJSON returns what was known of nodes, with their logs and the views of those
// if asked for.
func (v View) NodesJSON(names []string, logs bool) []NodeJSON {
	all := make([]NodeJSON, 0, len(names))
	cluster := v.Configuration()
	for _, name := range names {
		n := v.Node(name)
		j := NodeJSON{Node: n.Name, Life: n.Life, Role: n.Role, Up: n.Up, Leader: n.Leader, Term: n.Term, Last: n.Last,
			LastTerm: n.LastTerm, Snapshot: n.Snapshot, SnapTerm: n.SnapTerm, Commit: n.Commit, Applied: n.Applied, Hash: n.Hash}
		if cluster.Newest != nil {
			j.Member = cluster.Newest.Of(name)
		}
		newest, committed := v.Members(name)
		j.Newest, j.Committed = newest.json(), committed.json()
		if logs {
			for _, m := range v.Log(name) {
				j.Log = append(j.Log, EntryJSON{m.Name(), m.key.term, m.key.index, v.Of(m).StateName(), m.label})
			}
		}
		all = append(all, j)
	}
	if !logs {
		return all
	}
	for _, views := range v.LogViews() {
		for i := range all {
			if all[i].Node == views.Node.Name {
				all[i].Views = views.json()
			}
		}
	}
	return all
}

// json is nil for nobody.
func (m *Members) json() *MembersJSON {
	if m == nil || m.Index == 0 {
		return nil
	}
	return &MembersJSON{m.Index, m.Voters, m.Others}
}

func (l *LogViews) json() *ViewsJSON {
	j := &ViewsJSON{}
	if l.RaftLast > 0 {
		j.Raft = &RaftViewJSON{l.RaftLast, l.RaftLastTerm}
	}
	if s := l.Store; s.Last > 0 || s.Compacted > 0 {
		j.Store = &StoreViewJSON{First: s.First, Last: s.Last, Durable: s.Durable, Compacted: s.Compacted}
		if s.Last == l.Node.Last { // else a snapshot goes further, and its term is told
			j.Store.LastTerm = l.Node.LastTerm
		}
	}
	if l.Node.Applied > 0 {
		j.FSM = &FSMViewJSON{l.Node.Applied, l.Node.Hash}
	}
	if l.Leader != "" {
		j.Leader = &LeaderViewJSON{l.Leader, l.Derived.Next, l.Derived.Match}
	}
	for _, d := range l.Differences {
		j.Differences = append(j.Differences, DifferenceJSON{viewNames[d.Which], d.Text})
	}
	return j
}
