package engine

import (
	"fmt"
	"slices"

	"raftscope/engine/fault"
	"raftscope/engine/grammar"
	"raftscope/sm"
)

// Do carries out one command of the grammar that concerns the world. An error
// wraps ErrTimeout or ErrRefused if it is the command's fault; anything else
// means that the world cannot go on. Commands that only look (expect, print)
// are not for the world.
func (w *World) Do(cmd grammar.Command) error {
	if err := w.check(); err != nil {
		return err
	}
	w.watch.begin()
	if c, ok := cmd.(grammar.Truncate); ok {
		return w.truncate(c) // what is journalled are the lines of its plan
	}
	w.buffer.Command(cmd.String())
	w.flush()
	err := w.do(cmd)
	w.settle()
	w.watch.end()
	if err == nil {
		err = w.err
	}
	return err
}

// DoUntil is Do that is interrupted at a moment of virtual time, if it has not
// ended by then. Time passes in commands only, so the one that follows in the
// journal says by its time when a command had ended, by itself or because it was
// interrupted: with those as limits a journal gives the same run again.
func (w *World) DoUntil(cmd grammar.Command, limit sm.Time) error {
	w.limit, w.limited = limit, true
	defer func() { w.limited = false }()
	return w.Do(cmd)
}

func (w *World) do(cmd grammar.Command) error {
	switch c := cmd.(type) {
	case grammar.RunUntil:
		return w.runUntil(c)
	case grammar.Run:
		return w.run(c)
	case grammar.Break, grammar.Enable, grammar.Disable, grammar.Delete:
		return w.doBreak(cmd)
	case grammar.Advance:
		return w.advance(c.Duration)
	case grammar.Step:
		if c.N > 0 {
			return w.step(c.N)
		}
		return w.stepMachine(c)
	case grammar.Finish:
		return w.finish(c)
	case grammar.Write:
		return w.doWrite(c)
	case grammar.Read:
		return w.doRead(c)
	case grammar.Client:
		return w.startClient(c)
	case grammar.ClientStop:
		return w.stopClients(c)
	case grammar.Cut:
		w.setCut(c.Left, c.Right, c.OneWay, true)
		return nil
	case grammar.Heal:
		return w.heal(c)
	case grammar.Fault, grammar.Release, grammar.Clear, grammar.Freeze, grammar.Thaw:
		return w.doFault(cmd)
	case grammar.Disk:
		return w.doDisk(c)
	case grammar.DiskQueue:
		return w.diskQueue(c)
	case grammar.Stop, grammar.Crash, grammar.Restart:
		return w.power(cmd)
	case grammar.Forge:
		return w.forge(c)
	case grammar.Start:
		return w.start(c)
	case grammar.Timeouts:
		return w.scaleTimeouts(c)
	case grammar.Snapshot:
		return w.snapshot(c)
	case grammar.Change:
		return w.change(c)
	case grammar.Transfer:
		return w.transfer(c)
	case grammar.Elect:
		return w.elect(c)
	case grammar.Note:
		w.buffer.Note(c.Text)
		return nil
	default:
		return fmt.Errorf("%w: %T is not for the world", ErrRefused, cmd)
	}
}

// nodeFor returns the node a client talks to.
func (w *World) nodeFor(name string) (*node, error) {
	if name == grammar.LeaderNode {
		if name = w.leader(); name == "" {
			return nil, fmt.Errorf("%w: there is no leader", ErrRefused)
		}
	}
	n := w.nodes[name]
	if n == nil {
		return nil, fmt.Errorf("%w: there is no node %s", ErrRefused, name)
	}
	return n, nil
}

// leader is the node that leads in the highest term, though the others may not
// know it yet.
func (w *World) leader() (name string) {
	var term uint64
	for _, n := range w.names {
		if s := w.timeline.Node(n); s.Up && s.Role == "leader" && s.Term >= term {
			name, term = n, s.Term
		}
	}
	return name
}

func (w *World) doWrite(cmd grammar.Write) error {
	n, err := w.nodeFor(cmd.Node)
	if err != nil {
		return err
	}
	all := make([]*request, max(1, cmd.Times))
	for i := range all {
		all[i] = w.request(n, cmd, cmd.Retry)
	}
	return w.await(all, cmd.Wait)
}

func (w *World) doRead(cmd grammar.Read) error {
	n, err := w.nodeFor(cmd.Node)
	if err != nil {
		return err
	}
	return w.await([]*request{w.request(n, cmd, cmd.Retry)}, cmd.Wait)
}

func (w *World) setCut(left, right []string, oneWay, cut bool) {
	for _, a := range left {
		for _, b := range right {
			w.net.SetCut(a, b, cut)
			if !oneWay {
				w.net.SetCut(b, a, cut)
			}
		}
	}
}

// heal undoes cuts; one that was never made is refused, since whoever wrote it
// is mistaken about the network.
func (w *World) heal(c grammar.Heal) error {
	if len(c.Left) == 0 {
		w.setCut(w.names, w.names, false, false)
		return nil
	}
	cut := slices.ContainsFunc(c.Left, func(a string) bool {
		return slices.ContainsFunc(c.Right, func(b string) bool {
			return w.net.IsCut(a, b) || !c.OneWay && w.net.IsCut(b, a)
		})
	})
	if !cut {
		return fmt.Errorf("%w: nothing is cut there", ErrRefused)
	}
	w.setCut(c.Left, c.Right, c.OneWay, false)
	return nil
}

// power starts and ends lives.
func (w *World) power(cmd grammar.Command) error {
	switch c := cmd.(type) {
	case grammar.Restart:
		n, err := w.nodeFor(c.Node)
		if err != nil {
			return err
		}
		return w.restart(n)
	case grammar.Stop:
		return w.stopNode(c.Node)
	case grammar.Crash:
		if n := w.nodes[c.Node]; n != nil && n.onBench() != nil {
			n.onBench().crash("")
			return nil
		}
		return w.endLife(c.Node, func(l *life) { l.crash("") })
	}
	return nil
}

// restart starts a node's next life. If it was told to stop and has not yet,
// that is waited for.
func (w *World) restart(n *node) error {
	if err := n.offBench(); err != nil {
		return err
	}
	if l := n.up(); l != nil {
		if !l.stopping.Load() {
			return fmt.Errorf("%w: %s is running", ErrRefused, n.name)
		}
		if err := w.awaitStop(n, l.isDead); err != nil {
			return err
		}
	}
	w.launch(n, 0)
	return nil
}

// awaitStop waits until a node that was told to stop has.
func (w *World) awaitStop(n *node, stopped func() bool) error {
	err := w.untilDone(answerMax, stopped)
	if err == nil {
		return nil
	}
	if op := w.heldOnDisk(n.name); op != nil {
		return fmt.Errorf("wait for %s to stop, of which %s is held: %w", n.name, w.nameOf(op), err)
	}
	return fmt.Errorf("wait for %s to stop: %w", n.name, err)
}

// stopNode shuts a node down in good order, for which raft's main goroutine must
// come to rest: it does not while its disk is held.
func (w *World) stopNode(name string) error {
	if op := w.heldOnDisk(name); op != nil {
		return refuse("%s is held, and %s cannot come to rest: release or fail that first, or crash the node", w.nameOf(op), name)
	}
	if n := w.nodes[name]; n != nil && n.up() != nil && n.up().stopping.Load() {
		return refuse("%s is stopping already", name)
	}
	return w.endLife(name, (*life).stop)
}

// heldOnDisk returns the operation of a node's disk that a user holds, other
// than by a freeze, if there is one.
func (w *World) heldOnDisk(name string) *fault.Op {
	return w.faults.Holding(func(what fault.What) bool { return what.Class == fault.Disk && what.Node == name })
}

func (w *World) endLife(name string, end func(*life)) error {
	n, err := w.nodeFor(name)
	if err != nil {
		return err
	}
	l := n.up()
	if l == nil {
		return fmt.Errorf("%w: %s is not running", ErrRefused, name)
	}
	w.thaw(name) // else a stop would wait for ever, and nobody could thaw what is dead
	go end(l)
	return nil
}
