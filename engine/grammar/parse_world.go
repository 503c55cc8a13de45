package grammar

import (
	"slices"

	"raftscope/replay/cond"
	"raftscope/replay/cond/words"
)

// cut reads SIDE | SIDE or SIDE > SIDE.
func (s *script) cut(c *words.Cursor, at Pos) (Command, error) {
	left, right, oneWay, err := s.sides(c)
	if err != nil {
		return nil, err
	}
	return Cut{Pos: at, Left: left, Right: right, OneWay: oneWay}, nil
}

// heal reads nothing, or what cut reads.
func (s *script) heal(c *words.Cursor, at Pos) (Command, error) {
	if c.Done() {
		return Heal{Pos: at}, nil
	}
	left, right, oneWay, err := s.sides(c)
	if err != nil {
		return nil, err
	}
	return Heal{Pos: at, Left: left, Right: right, OneWay: oneWay}, nil
}

// sides reads two lists of nodes with | or > between them. No node is named
// twice.
func (s *script) sides(c *words.Cursor) (left, right []string, oneWay bool, err error) {
	const bothWays = "|"
	c = c.Split(bothWays, arrow)
	if left, err = s.side(c, nil); err != nil {
		return nil, nil, false, err
	}
	for !c.Peek().Is(bothWays) && !c.Peek().Is(arrow) {
		if c.Done() {
			return nil, nil, false, c.Fail(c.Peek(), "| or > and the nodes of the other side")
		}
		if left, err = s.side(c, left); err != nil {
			return nil, nil, false, err
		}
	}
	oneWay = c.Take().Is(arrow)
	for len(right) == 0 || !c.Done() {
		if right, err = s.side(c, right, left...); err != nil {
			return nil, nil, false, err
		}
	}
	return left, right, oneWay, nil
}

// side reads one more node of a side.
func (s *script) side(c *words.Cursor, side []string, other ...string) ([]string, error) {
	w := c.Peek()
	node, err := s.scope.ReadNode(c, "")
	if err != nil {
		return nil, err
	}
	if slices.Contains(side, node) || slices.Contains(other, node) {
		return nil, c.Fail(w, "a node that is not named yet")
	}
	return append(side, node), nil
}

func (s *script) stop(c *words.Cursor, at Pos) (Command, error) {
	node, err := s.scope.ReadNode(c, "")
	return ended(c, Stop{Pos: at, Node: node}, err)
}

// crash reads a node, or what faultOf reads for operations of a disk.
func (s *script) crash(c *words.Cursor, at Pos) (Command, error) {
	if w := c.Peek(); cond.IsRef(w) || !w.Quoted && slices.Contains(append(append(DiskKinds(), MetaKeys()...), AnyDisk), w.Text) {
		return faultOf(CrashAt)(s, c, at)
	}
	node, err := s.scope.ReadNode(c, "an operation of a disk, like append, or ")
	return ended(c, Crash{Pos: at, Node: node}, err)
}

func (s *script) restart(c *words.Cursor, at Pos) (Command, error) {
	node, err := s.scope.ReadNode(c, "")
	return ended(c, Restart{Pos: at, Node: node}, err)
}
