package wire

import (
	"encoding/binary"
	"strconv"
)

// Bad is what a parser found wrong: where, what, and what should be there.
type Bad struct {
	Offset int // bytes from the start of what was parsed
	What   string
	Want   string
}

// Error says all three.
func (b *Bad) Error() string {
	return "byte " + strconv.Itoa(b.Offset) + ": " + b.What + ", expected " + b.Want
}

// cursor reads a payload. After the first fault every read returns zero, so
// that a loop needs to look at bad only once a turn.
type cursor struct {
	b    []byte
	i    int
	base int // where b begins in what is being parsed
	bad  *Bad
}

func (c *cursor) fail(what, want string) {
	if c.bad == nil {
		c.bad = &Bad{Offset: c.base + c.i, What: what, Want: want}
	}
	c.i = len(c.b)
}

func (c *cursor) left() int { return len(c.b) - c.i }

func (c *cursor) byte() byte {
	if c.i >= len(c.b) {
		c.fail("payload cut short", "one more byte")
		return 0
	}
	x := c.b[c.i]
	c.i++
	return x
}

// uvarint is split so that the usual one-byte number is read in line.
func (c *cursor) uvarint() uint64 {
	if c.i < len(c.b) && c.b[c.i] < 0x80 {
		x := c.b[c.i]
		c.i++
		return uint64(x)
	}
	return c.uvarintLong()
}

func (c *cursor) uvarintLong() uint64 {
	x, n := binary.Uvarint(c.b[c.i:])
	if n <= 0 {
		c.fail("number cut short or above 2^64", "a varint")
		return 0
	}
	c.i += n
	return x
}

func (c *cursor) varint() int64 {
	u := c.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

func (c *cursor) uint64() uint64 {
	if c.left() < 8 {
		c.fail("payload cut short", "8 more bytes")
		return 0
	}
	x := binary.LittleEndian.Uint64(c.b[c.i:])
	c.i += 8
	return x
}

// uint32 reads a uvarint that must be below 2^32.
func (c *cursor) uint32() uint32 {
	x := c.uvarint()
	if x > 1<<32-1 {
		c.fail("number out of range", "below 2^32")
		return 0
	}
	return uint32(x)
}

// bytes returns the next record: a length and that many bytes, not copied.
func (c *cursor) bytes() []byte {
	n := c.uvarint()
	if n > uint64(c.left()) {
		c.fail("length beyond the end", "at most what is left")
		return nil
	}
	x := c.b[c.i : c.i+int(n)]
	c.i += int(n)
	return x
}

func (c *cursor) string() string { return string(c.bytes()) }

// record returns a cursor over the next record.
func (c *cursor) record() cursor {
	b := c.bytes()
	return cursor{b: b, base: c.base + c.i - len(b), bad: c.bad}
}

func appendString(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}
