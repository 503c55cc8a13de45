package wire

import "raftscope/sm"

// ParseStrings reads the string table at the start of an events payload and
// appends its strings to into, after the empty string that has number 0. It
// returns the table and the length of what it read, or a *Bad. All strings
// share one allocation.
func ParseStrings(payload []byte, h FrameHeader, into []string) ([]string, int, error) {
	c := cursor{b: payload}
	for range h.Strings {
		c.bytes()
	}
	if c.bad != nil {
		return into, 0, c.bad
	}
	end := c.i
	all := string(payload[:end])
	into = append(into, "")
	c = cursor{b: payload[:end]}
	for range h.Strings {
		n := len(c.bytes())
		into = append(into, all[c.i-n:c.i])
	}
	return into, end, nil
}

// ParseRows reads the rows, which begin at byte start of the payload, and
// appends the events to into. On a fault it returns a *Bad and what it had
// read before.
func ParseRows(payload []byte, start int, h FrameHeader, table []string, into []sm.Event) ([]sm.Event, error) {
	r := rowReader{cursor: cursor{b: payload, i: start}, strings: table, head: h, prev: previous{at: h.From}}
	for i := range uint64(h.Count) {
		into = append(into, sm.Event{Seq: h.First + i})
		r.row(&into[len(into)-1])
		if r.bad != nil {
			return into[:len(into)-1], r.bad
		}
	}
	if r.left() != 0 {
		return into, &Bad{Offset: r.i, What: "bytes after the last row", Want: "the end"}
	}
	return into, nil
}

type rowReader struct {
	cursor
	strings []string
	head    FrameHeader
	prev    previous
}

// row reads one row into e, which has its sequence number and is zero
// otherwise.
func (r *rowReader) row(e *sm.Event) {
	p := &r.prev
	head := r.byte()
	var mask byte
	switch t := head & headType; t {
	case headEscape:
		e.Type = sm.EventType(r.byte())
		if e.Type != 0 && e.Type < headEscape {
			r.fail("type in a byte of its own", "a type that needs it")
		}
	case 0:
		r.fail("row of type 0", "a type from 1")
	default:
		e.Type = sm.EventType(t)
		mask = usual[t]
	}
	if head&headMask != 0 {
		mask = r.byte()
	}
	p.wall += r.varint()
	if head&headTime != 0 {
		p.at += sm.Time(r.varint())
		if p.at < r.head.From || p.at > r.head.To {
			r.fail("time outside the frame's range", "from <= time <= to")
		}
	}
	if head&headPlace != 0 {
		p.node = r.text()
		life := r.uvarint()
		if life > 1<<32-1 {
			r.fail("life out of range", "below 2^32")
		}
		p.life = uint32(life)
	}
	if head&headMachine != 0 {
		p.machine += sm.ID(r.varint())
	}
	e.Wall, e.At, e.Node, e.Life, e.Machine = p.wall, p.at, p.node, p.life, p.machine
	if mask != 0 {
		r.masked(e, mask)
	}
}

func (r *rowReader) masked(e *sm.Event, mask byte) {
	if mask&maskDue != 0 {
		e.Due = e.At + sm.Time(r.varint())
	}
	if mask&maskStates != 0 {
		e.From, e.State = sm.State(r.byte()), sm.State(r.byte())
	}
	if mask&maskOther != 0 {
		e.Other = e.Machine + sm.ID(r.varint())
	}
	if mask&maskKind != 0 {
		e.Kind = r.text()
	}
	if mask&maskKey != 0 {
		e.Key = r.text()
	}
	if mask&maskText != 0 {
		e.Text = r.text()
	}
	if mask&maskNum != 0 {
		e.Num = r.varint()
	}
	e.IsText = mask&maskIsText != 0
}

// text reads the number of a string and returns the string.
func (r *rowReader) text() string {
	n := r.uvarint()
	if n >= uint64(len(r.strings)) {
		r.fail("string number out of range", "one of the frame's table")
		return ""
	}
	return r.strings[n]
}
