package grammar

import (
	"strconv"

	"raftscope/replay/cond/words"
)

// DiskState is what befalls a node's disk for as long as nobody heals it.
type DiskState string

// What may befall a disk, and the end of it.
const (
	DiskFull       DiskState = "full"       // whatever it would have to write fails
	DiskUnreadable DiskState = "unreadable" // one entry cannot be read
	DiskHeal       DiskState = "heal"       // it is a good disk again
)

// Disk makes a node's disk a bad one, or a good one again. It may be done to a
// node that is down.
type Disk struct {
	Pos
	Node  string
	State DiskState
	Index uint64 // DiskUnreadable: of the entry
}

// String returns the command as it is written.
func (c Disk) String() string {
	s := "disk " + c.Node + " " + string(c.State)
	if c.State == DiskUnreadable {
		s += " " + strconv.FormatUint(c.Index, 10)
	}
	return s
}

// disk reads NODE full, NODE unreadable INDEX or NODE heal.
func (s *script) disk(c *words.Cursor, at Pos) (Command, error) {
	node, err := s.scope.ReadNode(c, "")
	if err != nil {
		return nil, err
	}
	command := Disk{Pos: at, Node: node}
	known := []string{string(DiskFull), string(DiskUnreadable), string(DiskHeal)}
	w := c.Peek()
	state, err := c.Choose(known)
	if err != nil {
		return nil, c.Unknown(w, "what befalls the disk: "+words.OneOf(known), known)
	}
	command.State = DiskState(state)
	if command.State == DiskUnreadable {
		w := c.Peek()
		var ok bool
		if command.Index, ok = words.ParseUint(w, 1, 1<<62); !ok {
			return nil, c.Fail(w, "the index of the entry that cannot be read, from 1")
		}
		c.Take()
	}
	return ended(c, command, nil)
}
