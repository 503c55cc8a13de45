package grammar

import "raftscope/replay/cond/words"

// Snapshot asks a node's raft for a snapshot of its state machine, as
// Raft.Snapshot does, whether or not its own thresholds want one. It leaves time
// where it is, unless Wait.
type Snapshot struct {
	Pos
	Node string // LeaderNode or a node
	Wait bool   // run until raft has answered
}

// String returns the command as it is written.
func (c Snapshot) String() string {
	if c.Wait {
		return "snapshot " + c.Node + " " + waitWord
	}
	return "snapshot " + c.Node
}

// snapshot reads NODE and perhaps wait.
func (s *script) snapshot(c *words.Cursor, at Pos) (Command, error) {
	node, err := s.target(c)
	if err != nil {
		return nil, err
	}
	command := Snapshot{Pos: at, Node: node}
	if c.Done() {
		return command, nil
	}
	if !c.Accept(waitWord) {
		return nil, c.Fail(c.Peek(), waitWord+" or "+nothingMore)
	}
	command.Wait = true
	return ended(c, command, nil)
}
