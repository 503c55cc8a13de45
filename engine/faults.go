package engine

import (
	"errors"
	"fmt"

	"raftscope/engine/fault"
	"raftscope/engine/grammar"
	"raftscope/engine/vtime"
	"raftscope/replay/cond"
)

// doFault carries out the commands about operations under way.
func (w *World) doFault(cmd grammar.Command) error {
	switch c := cmd.(type) {
	case grammar.Fault:
		if c.Machine.Form == 0 {
			_, err := w.faults.Add(ruleOf(c))
			return refused(err)
		}
		return w.faultOne(c)
	case grammar.Release:
		if !c.All {
			return w.release(c.Machine)
		}
		if w.faults.ReleaseAll() == 0 {
			return refuse("nothing is held, but for what is frozen")
		}
	case grammar.Clear:
		if !c.All {
			return refused(w.faults.Clear(c.Rule))
		}
		if w.faults.ClearAll() == 0 {
			return fmt.Errorf("%w: there are no rules", ErrRefused)
		}
	case grammar.Freeze:
		return w.freeze(c.Node)
	case grammar.Thaw:
		if !w.faults.Frozen(c.Node) {
			return refuse("%s is not frozen", c.Node)
		}
		w.thaw(c.Node)
	}
	return nil
}

// refused makes an error of a fault the command's.
func refused(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrRefused, err)
}

// actions are the verbs of faults as rules do them.
var actions = map[grammar.FaultVerb]fault.Action{
	grammar.Hold: fault.Hold, grammar.Fail: fault.Fail, grammar.Drop: fault.Drop,
	grammar.Delay: fault.Delay, grammar.Duplicate: fault.Duplicate, grammar.Reorder: fault.Reorder,
	grammar.CrashAt: fault.Crash,
}

// ruleOf is a command as a rule.
func ruleOf(c grammar.Fault) fault.Rule {
	return fault.Rule{
		Action: actions[c.Verb], For: patternOf(c.Ops), Skip: c.Skip, Count: c.Count, Chance: c.Chance,
		By: vtime.Range(c.By), Err: errorNamed(c.With), How: howOf(c), Text: c.String(),
	}
}

func howOf(c grammar.Fault) fault.How {
	return fault.How{After: c.After, Wrote: c.Wrote, Crash: c.Verb == grammar.CrashAt}
}

func patternOf(o grammar.Ops) fault.Pattern {
	p := fault.Pattern{Class: fault.Disk, Kind: o.Kind, Node: o.Node, Answers: o.Answers}
	switch {
	case o.From != "":
		p.Class, p.Node, p.Peer = fault.Message, o.From, o.To
	case o.Kind == grammar.FSM:
		p.Class = fault.FSM
	}
	if o.Kind == grammar.AnyMessage || o.Kind == grammar.AnyDisk {
		p.Kind = ""
	}
	for _, name := range []*string{&p.Node, &p.Peer} {
		if *name == cond.AllNodes {
			*name = ""
		}
	}
	return p
}

// errorNamed is the error that a name of the grammar stands for.
func errorNamed(name string) error {
	for _, e := range grammar.Errors() {
		if e.Name == name {
			return errors.New(e.Text)
		}
	}
	return nil
}

// operation finds the operation under way that a machine tells of.
func (w *World) operation(ref cond.Ref) (*fault.Op, error) {
	m := w.timeline.Find(ref)
	if m == nil {
		return nil, fmt.Errorf("%w: there is no %s", ErrRefused, ref)
	}
	if op := w.faults.Find(m.ID()); op != nil {
		return op, nil
	}
	return nil, fmt.Errorf("%w: %s is %s: no message, disk operation or apply of it is under way", ErrRefused, m.Name(), m.StateName())
}

// faultOne does something to one operation.
func (w *World) faultOne(c grammar.Fault) error {
	op, err := w.operation(c.Machine)
	if err != nil {
		return err
	}
	switch c.Verb {
	case grammar.Hold:
		err = op.Hold()
	case grammar.Fail, grammar.CrashAt:
		err = op.FailHow(errorNamed(c.With), howOf(c))
	case grammar.Drop:
		err = op.Drop()
	case grammar.Delay:
		err = op.Delay(vtime.Range(c.By))
	case grammar.Duplicate:
		err = op.Duplicate(vtime.Range(c.By))
	case grammar.Reorder:
		err = op.Reorder()
	}
	return refused(err)
}

func (w *World) release(ref cond.Ref) error {
	op, err := w.operation(ref)
	if err == nil {
		err = refused(op.Release())
	}
	return err
}

// frozenAttr is the attribute of a node's machine that tells of a freeze.
const frozenAttr = "frozen"

func (w *World) freeze(name string) error {
	n, err := w.nodeFor(name)
	if err != nil {
		return err
	}
	l := n.up()
	if l == nil {
		return refuse("%s is not running", name)
	}
	if l.stopping.Load() {
		return refuse("%s is stopping", name)
	}
	if !w.faults.Freeze(name) {
		return fmt.Errorf("%w: %s is frozen already", ErrRefused, name)
	}
	l.probe.Machine().Attr(frozenAttr, 1)
	return nil
}

// thaw ends a freeze, if there is one.
func (w *World) thaw(name string) {
	if !w.faults.Frozen(name) {
		return
	}
	w.faults.Thaw(name)
	if l := w.nodes[name].up(); l != nil {
		l.probe.Machine().Attr(frozenAttr, 0)
	}
}
