package history

import "strings"

// value is what a key holds. Values are compared by their beginning, their size
// and a hash, so that a state of the search takes little memory however long
// values grow; up to headMax bytes that is exact.
type value struct {
	exists bool
	size   int
	head   string // the first headMax bytes
	sum    uint64 // FNV-1a of all bytes
}

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// valueOf returns the value of a key that holds s.
func valueOf(s string) value { return value{exists: true, sum: fnvOffset}.plus(s) }

// plus returns the value with s behind it; of no value, s.
func (v value) plus(s string) value {
	if !v.exists {
		v = value{exists: true, sum: fnvOffset}
	}
	v.size += len(s)
	if room := headMax - len(v.head); room > 0 && s != "" {
		v.head += s[:min(room, len(s))]
	}
	for i := range len(s) {
		v.sum = (v.sum ^ uint64(s[i])) * fnvPrime
	}
	return v
}

// text returns the value's text, false if it is too long or there is none.
func (v value) text() (string, bool) { return v.head, v.exists && v.size <= headMax }

// sight is what an answer shows of a value.
type sight struct {
	something bool // it shows anything
	none      bool // that there is no value
	shown
	exact  value  // if all of it is shown
	sum    uint64 // hash of all of it
	hashed bool   // sum is known
}

// seen returns what a client sees that is shown t, with the hash of all of it
// if it is known.
func seen(t shown, hash string) sight {
	s := sight{something: true, shown: t}
	if s.whole {
		s.exact = valueOf(t.text)
	}
	s.sum, s.hashed = sumOf(hash)
	return s
}

// fits reports whether a client that sees v may have been told this.
func (s *sight) fits(v value) bool {
	switch {
	case !s.something:
		return true
	case s.none || !v.exists:
		return s.none == !v.exists
	case s.whole:
		return s.exact == v
	case s.size != v.size || s.hashed && s.sum != v.sum:
		return false
	}
	// The beginning that is shown was cut at a whole character.
	head := strings.ToValidUTF8(v.head, "")
	n := min(len(head), len(s.text))
	return head[:n] == s.text[:n]
}

// value returns the value that was seen, false if not all of it is known.
func (s *sight) value() (value, bool) {
	switch {
	case !s.something || !s.none && !s.whole:
		return value{}, false
	case s.none:
		return value{}, true
	}
	return s.exact, true
}

// mayShow reports whether the text that was seen may hold t.
func (s *sight) mayShow(t string) bool {
	return s.something && !s.none && (!s.whole || strings.Contains(s.text, t))
}
