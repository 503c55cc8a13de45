package wire

import (
	"encoding/binary"
	"fmt"

	"raftscope/sm"
)

// AppendKinds appends a whole kinds frame to b. It fails with ErrTooLarge, and
// appends nothing then.
func AppendKinds(b []byte, kinds []sm.KindSpec) ([]byte, error) {
	start := len(b)
	b = append(b, make([]byte, FrameHeaderLen)...)
	for i := range kinds {
		k := &kinds[i]
		if len(k.States) > sm.StatesMax {
			return b[:start], fmt.Errorf("kind %s with %d states: %w", k.Name, len(k.States), ErrTooLarge)
		}
		record, err := appendKind(nil, k)
		if err != nil {
			return b[:start], err
		}
		b = appendString(b, string(record))
	}
	n := len(b) - start - FrameHeaderLen
	if len(kinds) > KindsMax || n > PayloadMax {
		return b[:start], fmt.Errorf("%d kinds in %d bytes: %w", len(kinds), n, ErrTooLarge)
	}
	Seal(b[start:], FrameHeader{Kind: FrameKinds, Count: uint32(len(kinds)), Unpacked: uint32(n)})
	return b, nil
}

func appendKind(b []byte, k *sm.KindSpec) ([]byte, error) {
	b = appendString(b, k.Name)
	b = appendString(b, k.Doc)
	b = binary.AppendUvarint(b, uint64(len(k.States)))
	for i := range k.States {
		s := &k.States[i]
		if len(s.Next) > sm.StatesMax {
			return nil, fmt.Errorf("state %s of kind %s with %d moves: %w", s.Name, k.Name, len(s.Next), ErrTooLarge)
		}
		record := appendString(nil, s.Name)
		record = appendString(record, s.Doc)
		record = append(record, byte(s.Flags))
		record = binary.AppendUvarint(record, uint64(len(s.Next)))
		for _, next := range s.Next {
			record = appendString(record, next)
		}
		record = appendString(record, s.Unreached)
		b = appendString(b, string(record))
	}
	return b, nil
}

// ParseKinds reads the unpacked payload of a kinds frame. It fails with a
// *Bad.
func ParseKinds(payload []byte, h FrameHeader) ([]sm.KindSpec, error) {
	c := cursor{b: payload}
	kinds := make([]sm.KindSpec, 0, min(h.Count, KindsMax))
	for range min(h.Count, KindsMax) {
		record := c.record()
		k := parseKind(&record)
		if record.bad != nil {
			return nil, record.bad
		}
		kinds = append(kinds, k)
	}
	if c.left() != 0 {
		return nil, &Bad{Offset: c.i, What: "bytes after the last kind", Want: "the end"}
	}
	return kinds, nil
}

func parseKind(c *cursor) sm.KindSpec {
	k := sm.KindSpec{Name: c.string(), Doc: c.string()}
	n := c.uvarint()
	if n > sm.StatesMax {
		c.fail("too many states", "at most 64")
		return k
	}
	for range n {
		record := c.record()
		k.States = append(k.States, parseState(&record))
		if record.bad != nil {
			c.bad = record.bad
			return k
		}
	}
	return k
}

func parseState(c *cursor) sm.StateSpec {
	s := sm.StateSpec{Name: c.string(), Doc: c.string(), Flags: sm.Flags(c.byte())}
	n := c.uvarint()
	if n > sm.StatesMax {
		c.fail("too many next states", "at most 64")
		return s
	}
	for range n {
		s.Next = append(s.Next, c.string())
	}
	s.Unreached = c.string()
	return s
}
