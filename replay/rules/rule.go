package rules

// Names of the rules. They are part of the grammar and of JSON output: they are
// never renamed.
const (
	ElectionSafety     = "election-safety"
	LeaderAppendOnly   = "leader-append-only"
	LogMatching        = "log-matching"
	LeaderCompleteness = "leader-completeness"
	StateMachineSafety = "state-machine-safety"
	AcknowledgedWrite  = "acknowledged-write"
	DurableLog         = "durable-log"
	CachedLastEntry    = "cached-last-entry"
	OneConfiguration   = "one-configuration"
	OneVote            = "one-vote"
	Catalogue          = "catalogue"
)

// Rule is something that holds at every event of every run of raft.
type Rule struct {
	Name   string `json:"name"`
	Doc    string `json:"doc"`    // what must hold, for somebody who learns raft
	Source string `json:"source"` // who says so
	Needs  string `json:"needs"`  // which events decide it
	Beyond string `json:"beyond"` // what it leaves undecided
}

// All returns the rules in the order in which they are documented.
func All() []Rule { return append([]Rule(nil), all...) }

// Names returns the names of all rules, in the same order.
func Names() []string {
	names := make([]string, len(all))
	for i := range all {
		names[i] = all[i].Name
	}
	return names
}

const snapshotsUnknown = "Entries below the beginning of a log are taken to be in the node's snapshot."

var all = []Rule{
	{
		Name:   ElectionSafety,
		Doc:    "At most one leader is elected in a term. Two leaders of one term could give one index to two entries.",
		Source: "raft paper, figure 3 and section 5.2",
		Needs:  "moves of node machines to leader, their attribute term",
		Beyond: "Leaders whose term is not known, because events are lost.",
	},
	{
		Name:   LeaderAppendOnly,
		Doc:    "A leader never overwrites or deletes entries of its own log; it only appends. What a snapshot covers may be dropped from the front.",
		Source: "raft paper, figure 3 and section 5.3",
		Needs:  "moves of entry machines to TRUNCATED and OVERWRITTEN while their node leads",
		Beyond: "Nothing, but for lost events.",
	},
	{
		Name: LogMatching,
		Doc: "If two logs hold an entry with the same index and term, the entries are equal, and so is everything before them in both logs. " +
			"Watched step by step: of equal index and term, the contents are equal and the entry before is of the same term.",
		Source: "raft paper, figure 3 and section 5.3",
		Needs:  "entry machines: label, type, bytes, and what is before them in their node's log",
		Beyond: "Contents that a recording left out (--payload), and the entry before the beginning of a log.",
	},
	{
		Name: LeaderCompleteness,
		Doc: "An entry committed in a term is in the log of the leaders of all later terms. " +
			"Judged when a leader is elected, and when a commit becomes known of while a leader of a later term leads.",
		Source: "raft paper, figure 3 and section 5.4",
		Needs:  "entry machines with their commits, moves of node machines to leader, the attribute term",
		Beyond: snapshotsUnknown,
	},
	{
		Name: StateMachineSafety,
		Doc: "No two nodes commit or apply different entries at one index, and after the same entry all state machines have the same contents " +
			"(attribute hash).",
		Source: "raft paper, figure 3 and section 5.4.3",
		Needs:  "commits and applies of entry machines, their attribute hash",
		Beyond: "Contents of a state machine that takes several entries at once, or did not begin with the first entry or a snapshot.",
	},
	{
		Name: AcknowledgedWrite,
		Doc: "A write whose client was told ok is never lost: every later leader has its entry, and the entry does not vanish " +
			"from the disks of so many nodes that no majority holds it.",
		Source: "raft paper, section 8; what every client relies on",
		Needs:  "exec machines, linked by apply to their entry; moves of entry machines; moves of node machines to leader",
		Beyond: snapshotsUnknown,
	},
	{
		Name: DurableLog,
		Doc: "What a node has stored, and so acknowledged, it can read back: in its next life, and without a hole above its snapshot. " +
			"What was being written, removed or compacted when the node went down may be there or not.",
		Source: "raft paper, section 5 (persistent state, figure 2); the contract of hashicorp/raft's LogStore",
		Needs:  "entry machines of one life and those loaded by the next; install and restore machines; the reason of a crash",
		Beyond: "A hole, while it is not known what the node's snapshot covers; a node whose files somebody forged.",
	},
	{
		Name: CachedLastEntry,
		Doc: "What raft takes for the last entry of its log is the last entry of its store, whenever no write is under way. " +
			"Raft answers from memory, so if the two differ, a node votes and refuses by a log that it does not have.",
		Source: "hashicorp/raft, raft.go: appendEntries, \"leaving r.getLastLog() in the wrong state\"",
		Needs:  "the attributes raft-last-index and raft-last-term of node machines, which are told when they differ",
		Beyond: "Recordings that do not have these attributes.",
	},
	{
		Name:   OneConfiguration,
		Doc:    "Configuration entries of the same index and term name the same servers on all nodes. Otherwise two majorities need not overlap.",
		Source: "raft paper, section 6, and figure 3 (log matching)",
		Needs:  "entry machines of type configuration: label and bytes",
		Beyond: "Contents that a recording left out (--payload).",
	},
	{
		Name:   OneVote,
		Doc:    "A node votes for one candidate in a term, also if it restarts in between: its term and vote are on disk before it answers.",
		Source: "raft paper, figure 2 (RequestVote) and section 5.2; hashicorp/raft, raft.go: persistVote",
		Needs:  "vote machines that end DONE, meta machines of a node's vote for itself",
		Beyond: "Votes of lost events. Of each node the last 64 votes are remembered.",
	},
	{
		Name:   Catalogue,
		Doc:    "A machine makes only the moves that its kind lists, ends only in a final state, and keeps its invariants: see raftscope kinds.",
		Source: "docs of the kinds, raftscope kinds",
		Needs:  "events of type violation, which the run itself recorded",
		Beyond: "Nothing.",
	},
}

// Known reports whether there is a rule of that name.
func Known(name string) bool {
	for i := range all {
		if all[i].Name == name {
			return true
		}
	}
	return false
}
