package pane

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"raftscope/replay"
	"raftscope/sm"
	"raftscope/tui/grid"
)

// clipMax is how many characters of a text a pane looks at when it only has a
// line for it: a value may have a million.
const clipMax = 300

// clipped returns the first n characters of a text, and whether there are more.
func clipped(text string, n int) (string, bool) {
	if len(text) <= n {
		return text, false
	}
	for i := range text {
		if n--; n < 0 {
			return text[:i], true
		}
	}
	return text, false
}

// shortClean returns at most n characters of a text, as it can be drawn.
func shortClean(text string, n int) string {
	part, cut := clipped(text, n)
	if part = grid.Clean(part); cut {
		return part + string(grid.Ellipsis)
	}
	return part
}

// putBytes draws clean text in at most w columns and returns the column behind
// it.
func putBytes(c grid.Canvas, x, y, w int, s grid.Style, text []byte) int {
	end := x + w
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		i += n
		rw := grid.RuneWidth(r)
		if x+rw > end || x+rw == end && i < len(text) {
			if x < end {
				x = c.Rune(x, y, s, grid.Ellipsis)
			}
			return x
		}
		x = c.Rune(x, y, s, r)
	}
	return x
}

// appendMicros appends a number of microseconds as seconds: 1.318420.
func appendMicros(b []byte, us int64) []byte {
	if us < 0 {
		b, us = append(b, '-'), -us
	}
	b = strconv.AppendInt(b, us/1e6, 10)
	b = append(b, '.')
	return appendPadded(b, us%1e6, 6)
}

func appendPadded(b []byte, n int64, digits int) []byte {
	for p := pow10(digits - 1); p > 0; p /= 10 {
		b = append(b, byte('0'+n/p%10))
	}
	return b
}

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// appendSeconds appends a time in seconds to the microsecond.
func appendSeconds(b []byte, at sm.Time) []byte { return appendMicros(b, int64(at)/1000) }

// appendExact appends a duration to the microsecond, cut off as replay.Duration
// has it: 7.841ms.
func appendExact(b []byte, d sm.Time) []byte {
	us := int64(d) / 1000
	if d < 0 {
		b, us = append(b, '-'), -us
	}
	switch {
	case d == 0:
		return append(b, '0')
	case us < 1000:
		return append(strconv.AppendInt(b, us, 10), "µs"...)
	case us < 1e6:
		b = append(strconv.AppendInt(b, us/1000, 10), '.')
		return append(appendPadded(b, us%1000, 3), "ms"...)
	}
	return append(appendMicros(b, us), 's')
}

// appendShort appends a duration to three digits or a little more, cut off, in
// at most six columns: 312µs, 7.84ms, 12.3ms, 507ms, 1.75s, 3600s, 12d.
func appendShort(b []byte, d sm.Time) []byte {
	us := int64(d) / 1000
	if d < 0 {
		b, us = append(b, '-'), -us
	}
	switch {
	case d == 0:
		return append(b, '0')
	case us < 1000:
		return append(strconv.AppendInt(b, us, 10), "µs"...)
	case us < 10_000:
		b = append(strconv.AppendInt(b, us/1000, 10), '.')
		return append(appendPadded(b, us%1000/10, 2), "ms"...)
	case us < 100_000:
		b = append(strconv.AppendInt(b, us/1000, 10), '.')
		return append(appendPadded(b, us%1000/100, 1), "ms"...)
	case us < 1e6:
		return append(strconv.AppendInt(b, us/1000, 10), "ms"...)
	case us < 100e6:
		b = append(strconv.AppendInt(b, us/1e6, 10), '.')
		return append(appendPadded(b, us%1e6/1e4, 2), 's')
	case us < 100_000e6:
		return append(strconv.AppendInt(b, us/1e6, 10), 's')
	}
	return append(strconv.AppendInt(b, us/86_400e6, 10), 'd')
}

// appendThousands appends a number with its thousands apart: 12,340.
func appendThousands(b []byte, n int) []byte {
	if n < 1000 {
		return strconv.AppendInt(b, int64(n), 10)
	}
	b = append(appendThousands(b, n/1000), ',')
	return appendPadded(b, int64(n%1000), 3)
}

// aboutParts returns what a machine is about, as it can be drawn: its subject, as
// users refer to it, and its label. Of a message's way only the other node is
// named: the column of nodes has the machine's own.
func aboutParts(s *Scene, m *replay.Machine) (sign, subject, label string) {
	subject, label = m.Subject(), shortClean(m.Label(), clipMax)
	switch m.Kind().Name() {
	case "exec", "read":
		return "@", shortClean(subject, clipMax), label
	case "node":
		return "", "", label
	}
	if from, to, ok := strings.Cut(subject, ">"); ok && from == m.Node() {
		return string(s.Theme.Glyphs.Arrow), shortClean(s.Alias.Of(to), clipMax), label
	} else if ok && to == m.Node() {
		return "", shortClean(s.Alias.Of(from), clipMax) + string(s.Theme.Glyphs.Arrow), label
	}
	return "", shortClean(subject, clipMax), label
}

// appendInt appends a number that is no time.
func appendInt(b []byte, n sm.Time) []byte { return strconv.AppendInt(b, int64(n), 10) }

// appendPlus appends a duration with its sign.
func appendPlus(b []byte, d sm.Time) []byte {
	if d >= 0 {
		b = append(b, '+')
	}
	return appendExact(b, d)
}

// appendTenths appends tenths of a hundredth: 18.3%.
func appendTenths(b []byte, n sm.Time) []byte {
	b = append(strconv.AppendInt(b, int64(n)/10, 10), '.', byte('0'+n%10))
	return append(b, '%')
}
