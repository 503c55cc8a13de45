package engine

import (
	"fmt"
	"strconv"

	"raftscope/engine/grammar"
	"raftscope/engine/kv"
	"raftscope/sm/catalog"
)

// readModifyWrite executes a write whose effect depends on the value: one at a
// time, on a state machine that has applied the whole log, with no blind write
// of the key under way. Between computing and proposing no time passes, so
// nothing can come between in the log.
func (c *call) readModifyWrite(cmd grammar.Write) {
	l := c.life
	select {
	case l.clients.serial <- struct{}{}:
	default:
		c.machine.Move(catalog.ExecQueued)
		select {
		case l.clients.serial <- struct{}{}:
		case <-l.dead:
			c.fail(catalog.ExecFailed, errConnection, "never")
			return
		}
	}
	defer func() { <-l.clients.serial }()
	if err := c.awaitFSM(cmd.Key); err != nil {
		c.fail(catalog.ExecFailed, err, "never")
		return
	}
	old, exists := l.store.Get(cmd.Key)
	value, err := modify(cmd, old, exists)
	if err != nil {
		c.value, c.exists = old, exists
		c.fail(catalog.ExecFailed, err, "never")
		return
	}
	c.propose(kv.WriteSet{Op: kv.OpSet, Key: cmd.Key, Value: value})
}

// awaitFSM waits until no blind write of key is under way and the state machine
// has applied all of the log, or all that was in it when a barrier began: what
// came after that concerns key only if it is a blind write under way, since
// those that read before they write are made one at a time. Under a steady load
// there is always something in the log that is not applied yet.
func (c *call) awaitFSM(key string) error {
	l := c.life
	wait := func() {
		if c.machine.State() != catalog.ExecAwaitFSM {
			c.machine.Move(catalog.ExecAwaitFSM)
		}
	}
	var term uint64 // in which a barrier has been passed
	for {
		n, changed := l.clients.pending(key)
		if n > 0 {
			wait()
			select {
			case <-changed:
				continue
			case <-l.dead:
				return errConnection
			}
		}
		r, ok := l.running()
		if !ok {
			return errConnection
		}
		if term > 0 && term == r.CurrentTerm() || l.hasApplied(r.LastIndex()) {
			return nil
		}
		wait()
		began := r.CurrentTerm() // with another term comes what its leader finds in the log
		if err := c.barrier(); err != nil {
			return err
		}
		term = began
	}
}

// modify computes the new value of a read-modify-write.
func modify(cmd grammar.Write, old string, exists bool) (string, error) {
	switch cmd.Op {
	case grammar.Incr:
		return increment(cmd, old, exists)
	case grammar.CAS:
		if !exists || old != cmd.Args[0] {
			return "", fmt.Errorf("cas %s: %w: it is %s", kv.Show(cmd.Key), errCompare, kv.Show(old))
		}
		return cmd.Args[1], nil
	default:
		if len(old)+len(cmd.Args[0]) > grammar.ValueBytesMax {
			return "", fmt.Errorf("append to %s: %w", kv.Show(cmd.Key), errValueTooBig)
		}
		return old + cmd.Args[0], nil
	}
}

func increment(cmd grammar.Write, old string, exists bool) (string, error) {
	by, value := int64(1), int64(0)
	var err error
	if len(cmd.Args) > 0 {
		if by, err = strconv.ParseInt(cmd.Args[0], 10, 64); err != nil {
			return "", fmt.Errorf("incr %s by %s: %w", kv.Show(cmd.Key), kv.Show(cmd.Args[0]), errOutOfRange)
		}
	}
	if exists {
		if value, err = strconv.ParseInt(old, 10, 64); err != nil {
			return "", fmt.Errorf("incr %s: %w: it is %s", kv.Show(cmd.Key), errNotANumber, kv.Show(old))
		}
	}
	if sum := value + by; (sum > value) == (by > 0) || by == 0 {
		return strconv.FormatInt(sum, 10), nil
	}
	return "", fmt.Errorf("incr %s: %w: %d plus %d", kv.Show(cmd.Key), errOutOfRange, value, by)
}
