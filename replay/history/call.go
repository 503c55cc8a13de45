package history

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"raftscope/replay"
	"raftscope/sm"
)

// Effect says how a call counts in the check.
type Effect uint8

// The effects of calls.
const (
	// Took: the client was told ok, so the call took effect between its start
	// and its answer.
	Took Effect = iota
	// MayTake: the call may have taken effect at any moment from its start on,
	// or never.
	MayTake
	// None: the call had no effect, and showed nothing.
	None
	// Stale: a stale read, which promises nothing.
	Stale
)

var effectNames = [...]string{Took: "took effect", MayTake: "may take effect", None: "no effect", Stale: "stale read"}

// String returns the effect's name.
func (e Effect) String() string {
	if int(e) < len(effectNames) {
		return effectNames[e]
	}
	return fmt.Sprintf("effect(%d)", uint8(e))
}

// Call is one client's write or read.
type Call struct {
	Name     string // of its machine: exec#57
	ID       sm.ID
	Ordinal  int    // among all calls, from 1; 0 if not known
	Node     string // that it was made on
	Client   string // number of the background client, empty if none
	Command  string // as labels show it: set x 1
	Key      string // as labels show it; empty if not known
	Start    sm.Time
	End      sm.Time // of the answer, if there is one
	Answered bool
	Told     string // ok or an error; empty before the answer
	Result   string // as it is shown; empty if none was told
	Stored   string // what the answer implies: never, unknown, yes; empty if nothing
	Effect   Effect

	op       op
	args     []shown
	leaves   value // what a set or cas leaves
	saw      sight
	from, to int    // positions of the start and of the answer; to is open if there is none
	problem  string // why the check cannot use it
}

// open is the position of an answer that has not come.
const open = math.MaxInt

// op is what a call does.
type op uint8

const (
	opUnknown op = iota
	opGet
	opSet
	opDel
	opIncr
	opCAS
	opAppend
)

// ops tells the operations by their names, with how many arguments they take.
var ops = map[string]struct {
	op          op
	least, most int
}{
	"get": {opGet, 0, 0}, "set": {opSet, 1, 1}, "del": {opDel, 0, 0}, "incr": {opIncr, 0, 1}, "cas": {opCAS, 2, 2}, "append": {opAppend, 1, 1},
}

// History is what all clients asked and were told, in the order in which they
// began.
type History struct {
	Calls   []Call
	problem string // why none of it can be checked
}

// Of returns the history up to a view.
func Of(v replay.View) History {
	var h History
	for _, kind := range []string{"exec", "read"} {
		for _, m := range v.ByKind(kind) {
			h.Calls = append(h.Calls, callOf(v.Of(m), kind == "read"))
		}
	}
	slices.SortFunc(h.Calls, func(a, b Call) int { return cmp.Compare(a.from, b.from) })
	// Events are numbered from 1 without gaps: a gap is an event that was lost,
	// and it may have been the one that explains an answer.
	if seq, n := v.Seq(), uint64(v.Events()); seq > n {
		h.problem = fmt.Sprintf("%d of the run's events are lost", seq-n)
	} else if n := v.Timeline().Damage().Events; n > 0 {
		h.problem = fmt.Sprintf("%d of the recording's events make no sense", n)
	}
	if name := forged(v); h.problem == "" && name != "" {
		h.problem = "the log of " + name + " was forged, and what is in it no client asked for"
	}
	for i := range h.Calls {
		if c := &h.Calls[i]; h.problem == "" && c.Key == "" {
			h.problem = c.Name + ": " + c.problem
		}
	}
	return h
}

// forged returns a node that ran on a forged log, empty if none did.
func forged(v replay.View) string {
	for _, m := range v.ByKind("node") {
		if _, ok := v.Of(m).Attr("forged-entries"); ok {
			return m.Node()
		}
	}
	return ""
}

func callOf(m replay.MachineView, read bool) Call {
	c := Call{Name: m.Name(), ID: m.ID(), Node: m.Node(), Command: m.Label(), Start: m.Born(), from: m.BornEvent(), to: open}
	c.Ordinal, _ = strconv.Atoi(m.Subject())
	stale, sum := false, ""
	for _, a := range m.Attrs() {
		switch a.Key {
		case "told":
			c.Told, c.End, c.to, c.Answered = a.Text, a.At, a.Event, true
		case "result":
			c.Result = a.Text
		case "result-hash":
			sum = a.Text
		case "stored":
			c.Stored = a.Text
		case "client":
			c.Client = a.String()
		case "path":
			stale = a.Text == "stale"
		}
	}
	c.parse(read)
	switch {
	case stale && read:
		c.Effect = Stale
	case c.Told == "ok":
		c.Effect = Took
		c.see(sum)
	case read, c.Stored == "never":
		c.Effect = None
	default:
		c.Effect = MayTake
	}
	return c
}

// parse reads what the client asked out of the call's label. Key stays empty
// if that is not known.
func (c *Call) parse(read bool) {
	label, cut := withoutPayload(c.Command)
	name, rest, _ := strings.Cut(label, " ")
	key, args, ok := scan(rest)
	known, isOp := ops[name]
	if keyLen := len(rest) - len(args); cut && ok && (args != "" || strings.HasSuffix(rest, " ")) && isOp {
		c.Key = strings.TrimSuffix(rest[:keyLen], " ")
		c.problem = "the recording keeps no values of " + c.Name
		return
	}
	switch {
	case cut:
		c.problem = "the recording keeps no keys"
		return
	case !isOp || !ok || read != (known.op == opGet):
		c.problem = "what the client asked is not understood"
		return
	}
	c.op, c.Key = known.op, strings.TrimSuffix(rest[:len(rest)-len(args)], " ")
	if !key.whole {
		c.problem = "the key is too long to be recorded whole"
		return
	}
	for args != "" {
		var arg shown
		if arg, args, ok = scan(args); !ok || len(c.args) == known.most {
			c.problem = "the arguments of " + c.Name + " are not understood"
			return
		}
		c.args = append(c.args, arg)
		if !arg.whole {
			c.problem = fmt.Sprintf("an argument of %s is too long to be recorded whole", c.Name)
		}
	}
	if len(c.args) < known.least {
		c.problem = "the arguments of " + c.Name + " are not understood"
	}
	if n := len(c.args); n > 0 && (c.op == opSet || c.op == opCAS) {
		c.leaves = valueOf(c.args[n-1].text)
	}
	if _, ok := c.by(); !ok {
		c.problem = "the number of " + c.Name + " is out of range"
	}
}

// by returns what an incr adds, false if that is no number.
func (c *Call) by() (n int64, ok bool) {
	if c.op != opIncr || len(c.args) == 0 {
		return 1, true
	}
	n, err := strconv.ParseInt(c.args[0].text, 10, 64)
	return n, err == nil
}

// see reads the result that the client was told.
func (c *Call) see(sum string) {
	if c.Result == "" {
		return
	}
	if c.Result == none {
		c.saw = sight{something: true, none: true}
		return
	}
	_, cut := withoutPayload(c.Result)
	t, rest, ok := scan(c.Result)
	if cut || !ok || rest != "" {
		if c.problem == "" {
			c.problem = "the result of " + c.Name + " is not recorded whole"
		}
		return
	}
	c.saw = seen(t, sum)
}
