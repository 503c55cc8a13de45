package grammar

import (
	"strings"

	"raftscope/replay/cond/words"
)

// ChangeVerb is what a Change does to the cluster's configuration.
type ChangeVerb string

// The verbs, and what of raft they call.
const (
	AddVoter    ChangeVerb = "add voter"    // Raft.AddVoter, of a node that is no member
	AddNonvoter ChangeVerb = "add nonvoter" // Raft.AddNonvoter, of a node that is no member
	Promote     ChangeVerb = "promote"      // Raft.AddVoter, of a non-voter
	Demote      ChangeVerb = "demote"       // Raft.DemoteVoter
	Remove      ChangeVerb = "remove"       // Raft.RemoveServer
)

// Change asks the leader for a new configuration of the cluster. It leaves time
// where it is, unless Wait.
type Change struct {
	Pos
	Verb ChangeVerb
	Node string // whom the change is about
	Wait bool   // run until whoever asked has the answer
}

// Transfer asks the leader to hand over its leadership. It leaves time where it
// is, unless Wait.
type Transfer struct {
	Pos
	Node string // who is to lead; empty: raft takes the voter that has most of the log
	Wait bool   // run until whoever asked has the answer
}

// Elect has a node start an election at once: it is sent a TimeoutNow message,
// as by a leader that transfers its leadership. It leaves time where it is,
// unless Wait.
type Elect struct {
	Pos
	Node string
	Wait bool // run until the election is over
}

// String returns the command as it is written.
func (c Change) String() string { return waiting(string(c.Verb)+" "+c.Node, c.Wait) }

// String returns the command as it is written.
func (c Transfer) String() string {
	return waiting(strings.TrimSuffix("transfer "+c.Node, " "), c.Wait)
}

// String returns the command as it is written.
func (c Elect) String() string { return waiting("elect "+c.Node, c.Wait) }

func waiting(command string, wait bool) string {
	if wait {
		return command + " " + waitWord
	}
	return command
}

// add reads voter|nonvoter NODE [wait].
func (s *script) add(c *words.Cursor, at Pos) (Command, error) {
	as, err := c.Choose([]string{"voter", "nonvoter"})
	if err != nil {
		return nil, err
	}
	return s.change(c, Change{Pos: at, Verb: ChangeVerb("add " + as)})
}

func (s *script) promote(c *words.Cursor, at Pos) (Command, error) {
	return s.change(c, Change{Pos: at, Verb: Promote})
}

func (s *script) demote(c *words.Cursor, at Pos) (Command, error) {
	return s.change(c, Change{Pos: at, Verb: Demote})
}

func (s *script) remove(c *words.Cursor, at Pos) (Command, error) {
	return s.change(c, Change{Pos: at, Verb: Remove})
}

func (s *script) change(c *words.Cursor, command Change) (Command, error) {
	var err error
	if command.Node, err = s.scope.ReadNode(c, ""); err != nil {
		return nil, err
	}
	command.Wait = c.Accept(waitWord)
	return endedOrWait(c, command, command.Wait)
}

// transfer reads [NODE] [wait].
func (s *script) transfer(c *words.Cursor, at Pos) (Command, error) {
	command := Transfer{Pos: at}
	if command.Wait = c.Accept(waitWord); !command.Wait && !c.Done() {
		var err error
		if command.Node, err = s.scope.ReadNode(c, waitWord+" or "); err != nil {
			return nil, err
		}
		command.Wait = c.Accept(waitWord)
	}
	return endedOrWait(c, command, command.Wait)
}

// elect reads NODE [wait].
func (s *script) elect(c *words.Cursor, at Pos) (Command, error) {
	command := Elect{Pos: at}
	var err error
	if command.Node, err = s.scope.ReadNode(c, ""); err != nil {
		return nil, err
	}
	command.Wait = c.Accept(waitWord)
	return endedOrWait(c, command, command.Wait)
}

// endedOrWait returns the command if nothing else is left behind it.
func endedOrWait(c *words.Cursor, command Command, wait bool) (Command, error) {
	expected := nothingMore
	if !wait {
		expected = waitWord + " or " + nothingMore
	}
	if err := c.End(expected); err != nil {
		return nil, err
	}
	return command, nil
}
