package sm

import (
	"fmt"
	"strings"
)

// Digest is a rolling hash over events: equal digests mean that two runs were
// the same, event by event. The zero Digest is that of no events. It leaves out
// what differs from run to run of the same seed: Wall, and the values of the
// attributes that hold real durations (see IsReal).
//
// It is FNV-1a taken over 64-bit words instead of bytes, with the high half
// folded back after each word, because a plain multiplication never carries
// high bits down. Fields that most events leave empty are left out and a bit in
// the event's head says which are there, and the fields' chains are joined to the
// digest only at their ends, so that events do not wait for each other: hashing
// all fields in one chain took a third of the time of a recorded move. It is no
// protection against forgery.
type Digest uint64

const (
	fnvOffset = 0xcbf29ce484222325
	fnvPrime  = 0x100000001b3
)

// realPrefix begins the names of attributes that hold real durations.
const realPrefix = "real"

// IsReal reports whether the attribute of that name holds a real duration in
// nanoseconds: "real", or a name that begins with "real-". Real durations are
// left out of digests, and of output unless asked for.
func IsReal(key string) bool {
	return strings.HasPrefix(key, realPrefix) && (len(key) == len(realPrefix) || key[len(realPrefix)] == '-')
}

// Add takes the event into the digest.
func (d *Digest) Add(e *Event) {
	num, text := e.Num, e.Text
	if e.Type == Attributed && IsReal(e.Key) {
		num, text = 0, ""
	}
	head := uint64(e.Type) | uint64(e.From)<<8 | uint64(e.State)<<16 | uint64(e.Life)<<32
	if e.IsText {
		head |= 1 << 24
	}
	when := mix(mix(mix(fnvOffset, e.Seq), uint64(e.At)), uint64(e.Machine))
	rest := mixString(fnvOffset, e.Node)
	rest, head = mixIf(rest, head, 1<<25, uint64(e.Due))
	rest, head = mixIf(rest, head, 1<<26, uint64(e.Other))
	rest, head = mixIf(rest, head, 1<<27, uint64(num))
	rest, head = mixStringIf(rest, head, 1<<28, e.Kind)
	rest, head = mixStringIf(rest, head, 1<<29, e.Key)
	rest, head = mixStringIf(rest, head, 1<<30, text)
	*d = Digest(mix(mix(mix(uint64(*d), when), rest), head))
}

// String returns the digest as 16 hexadecimal digits.
func (d Digest) String() string { return fmt.Sprintf("%016x", uint64(d)) }

func mix(h, word uint64) uint64 {
	h = (h ^ word) * fnvPrime
	return h ^ h>>32
}

// mixString takes the bytes, eight at a time and little endian, and the length
// with the last of them, so that "a","b" differs from "ab","".
func mixString(h uint64, s string) uint64 {
	n := uint64(len(s))
	for len(s) >= 8 {
		h = mix(h, uint64(s[0])|uint64(s[1])<<8|uint64(s[2])<<16|uint64(s[3])<<24|
			uint64(s[4])<<32|uint64(s[5])<<40|uint64(s[6])<<48|uint64(s[7])<<56)
		s = s[8:]
	}
	tail := n << 56
	for i := range len(s) {
		tail |= uint64(s[i]) << (8 * i)
	}
	return mix(h, tail)
}

// mixIf takes a word that is not zero, and sets the bit in head that says so.
func mixIf(h, head, bit, word uint64) (hash, newHead uint64) {
	if word == 0 {
		return h, head
	}
	return mix(h, word), head | bit
}

func mixStringIf(h, head, bit uint64, s string) (hash, newHead uint64) {
	if s == "" {
		return h, head
	}
	return mixString(h, s), head | bit
}
