package replay

import (
	"fmt"
	"strconv"

	"raftscope/sm"
)

const (
	microsecond = sm.Time(1000)
	millisecond = 1000 * microsecond
	second      = 1000 * millisecond
)

// Duration returns d to the microsecond, cut off rather than rounded, in the
// unit that suits it and with its zeros: 0, 312µs, 7.841ms, 1.318420s.
func Duration(d sm.Time) string { return string(appendDuration(nil, d)) }

// Plus is Duration with a sign in front: +3.120ms, +0.
func Plus(d sm.Time) string {
	if d < 0 {
		return Duration(d)
	}
	return "+" + Duration(d)
}

func appendDuration(b []byte, d sm.Time) []byte {
	if d < 0 {
		b = append(b, '-')
		if d = -d; d < 0 { // the least number has no positive
			d = 1<<63 - 1
		}
	}
	us := int64(d / microsecond)
	switch {
	case d == 0:
		return append(b, '0')
	case d < millisecond:
		return append(strconv.AppendInt(b, us, 10), "µs"...)
	case d < second:
		return append(appendFraction(b, us, 3), "ms"...)
	}
	return append(appendFraction(b, us, 6), 's')
}

// appendFraction appends n with the last digits behind a point.
func appendFraction(b []byte, n int64, digits int) []byte {
	s := strconv.FormatInt(n, 10)
	b = append(b, s[:len(s)-digits]...)
	b = append(b, '.')
	return append(b, s[len(s)-digits:]...)
}

// Seconds prints a virtual time in columns, in seconds to the microsecond.
func Seconds(at sm.Time) string {
	us := int64(at) / 1000
	return fmt.Sprintf("%4d.%06ds", us/1e6, us%1e6)
}
