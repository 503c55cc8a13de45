package history

import (
	"math"
	"strconv"
)

// operation is a call as the search sees it.
type operation struct {
	call   *Call
	op     op
	text   string // what a set, cas or append writes
	leaves value  // what a set or cas leaves
	old    string // what a cas expects
	by     int64  // what an incr adds
	saw    sight  // of what a get saw, else of what the key held afterwards

	from, to int // positions; to is open if it may take effect for ever, or never

	// Of the equal ones among those that are open, which one it is; see reduce.
	class, nth int
}

// newOperation returns a call as the search sees it after the events up to now:
// what is answered later is not answered yet. With weak its answer is forgotten.
func newOperation(c *Call, now int, weak bool) operation {
	o := operation{call: c, op: c.op, saw: c.saw, from: c.from, to: c.to, class: noClass}
	switch c.op {
	case opSet:
		o.text, o.leaves = c.args[0].text, c.leaves
	case opAppend:
		o.text = c.args[0].text
	case opCAS:
		o.old, o.text, o.leaves = c.args[0].text, c.args[1].text, c.leaves
	case opIncr:
		o.by, _ = c.by()
	}
	if c.Effect == MayTake || c.to > now || weak {
		o.to, o.saw = open, sight{}
	}
	return o
}

// answered reports whether the client was told ok.
func (o *operation) answered() bool { return o.to != open }

// apply returns what a key that held v holds after the operation, false if the
// operation is refused and leaves the key alone.
func (o *operation) apply(v value) (value, bool) {
	switch o.op {
	case opSet:
		return o.leaves, true
	case opDel:
		return value{}, true
	case opAppend:
		return v.plus(o.text), true
	case opCAS:
		if old, ok := v.text(); !ok || old != o.old {
			return v, false
		}
		return o.leaves, true
	case opIncr:
		return o.increment(v)
	}
	return v, true
}

func (o *operation) increment(v value) (value, bool) {
	n := int64(0)
	if v.exists {
		old, ok := v.text()
		var err error
		if n, err = strconv.ParseInt(old, 10, 64); !ok || err != nil {
			return v, false
		}
	}
	if o.by > 0 && n > math.MaxInt64-o.by || o.by < 0 && n < math.MinInt64-o.by {
		return v, false
	}
	return valueOf(strconv.FormatInt(n+o.by, 10)), true
}

// after returns what the key holds after the operation, false if its answer
// alone does not tell.
func (o *operation) after() (value, bool) {
	switch o.op {
	case opSet, opCAS:
		return o.leaves, true
	case opDel:
		return value{}, true
	}
	return o.saw.value()
}
