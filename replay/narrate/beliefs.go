package narrate

import (
	"strings"

	"raftscope/replay"
)

// tellBeliefs tells when what raft takes for the end of its log is not what is
// stored, and when it is again.
func (s *scene) tellBeliefs() {
	for _, c := range s.changes {
		e, ok := c.set("raft-last-index")
		if c.kind != "node" || !ok || e.IsText || c.ends() != "" {
			continue
		}
		if n := s.after.Node(c.node); n.RaftLast != 0 {
			s.vital = true
			s.say(rankOther, c.node, "'s raft still takes ", entryOf(n.RaftLastTerm, n.RaftLast), " for the last of its log, though its store ", storeEnd(n))
		} else {
			s.say(rankOther, c.node, "'s raft and its store agree again on where its log ends")
		}
	}
}

func entryOf(term, index uint64) string { return "entry " + itoa(index) + " of term " + itoa(term) }

func storeEnd(n replay.NodeState) string {
	if n.Last == 0 {
		return "is empty"
	}
	return "ends with " + entryOf(n.LastTerm, n.Last)
}

// tellTimeouts tells of nodes whose timeouts are scaled while they run, and of
// those that start with others than the cluster's.
func (s *scene) tellTimeouts() {
	for _, c := range s.changes {
		if e, ok := c.set("timeouts"); c.kind == "node" && ok && e.IsText && c.ends() == "" {
			s.vital = true
			s.say(rankUser, c.node, "'s heartbeat and election timeouts are ", strings.TrimPrefix(e.Text, "x"), " times the cluster's")
		}
	}
}
