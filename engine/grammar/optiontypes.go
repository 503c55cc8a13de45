package grammar

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"raftscope/replay/cond/words"
)

// Limits of modelled delays. They are above zero, because every operation must
// be visible as an instant of its own.
const (
	delayMin = time.Microsecond
	delayMax = 10 * time.Second
)

// number makes an option that is a number from lo to hi.
func number(name, normal, unit string, lo, hi int, field func(*Cluster) *int, doc string) Option {
	return Option{
		Name: name, Default: normal, Unit: unit, Range: fmt.Sprintf("%d to %d", lo, hi), Doc: doc,
		set: func(c *Cluster, s string) bool {
			n, ok := words.ParseUint(words.Word{Text: s}, uint64(lo), uint64(hi))
			if ok {
				*field(c) = int(n)
			}
			return ok
		},
		get: func(c *Cluster) string { return strconv.Itoa(*field(c)) },
	}
}

// whole makes an option that is any number of 64 bits.
func whole(name, normal string, field func(*Cluster) *uint64, doc string) Option {
	return Option{
		Name: name, Default: normal, Unit: "number", Range: "0 to 18446744073709551615", Doc: doc,
		set: func(c *Cluster, s string) bool {
			n, ok := words.ParseUint(words.Word{Text: s}, 0, math.MaxUint64)
			if ok {
				*field(c) = n
			}
			return ok
		},
		get: func(c *Cluster) string { return strconv.FormatUint(*field(c), 10) },
	}
}

// stretch makes an option that is a stretch of virtual time from lo.
func stretch(name, normal string, lo time.Duration, field func(*Cluster) *time.Duration, doc string) Option {
	return Option{
		Name: name, Default: normal, Unit: "duration", Doc: doc,
		Range: formatDuration(lo) + " to " + formatDuration(DurationMax),
		set: func(c *Cluster, s string) bool {
			d, ok := parseDuration(s, lo, DurationMax)
			if ok {
				*field(c) = d
			}
			return ok
		},
		get: func(c *Cluster) string { return formatDuration(*field(c)) },
	}
}

// delay makes an option that is a range of durations.
func delay(name, normal string, field func(*Cluster) *Range, doc string) Option {
	return Option{
		Name: name, Default: normal, Unit: "LO..HI, or one duration", Doc: doc,
		Range: formatDuration(delayMin) + " to " + formatDuration(delayMax) + ", LO not above HI",
		set: func(c *Cluster, s string) bool {
			r, ok := parseRange(s, delayMin, delayMax)
			if ok {
				*field(c) = r
			}
			return ok
		},
		get: func(c *Cluster) string { return field(c).String() },
	}
}

// parseRange reads LO..HI or one duration, all of it from lo to hi.
func parseRange(s string, lo, hi time.Duration) (Range, bool) {
	low, high, isRange := strings.Cut(s, "..")
	if !isRange {
		high = low
	}
	from, ok := parseDuration(low, lo, hi)
	to, alsoOK := parseDuration(high, from, hi)
	return Range{Lo: from, Hi: to}, ok && alsoOK
}

// toggle makes an option that is one of two words.
func toggle(name, normal, yes, no string, field func(*Cluster) *bool, doc string) Option {
	return Option{
		Name: name, Default: normal, Unit: yes + " or " + no, Range: yes + " or " + no, Doc: doc,
		set: func(c *Cluster, s string) bool {
			if s != yes && s != no {
				return false
			}
			*field(c) = s == yes
			return true
		},
		get: func(c *Cluster) string {
			if *field(c) {
				return yes
			}
			return no
		},
	}
}

// level makes an option that is a level of raft's log, in any case.
func level(name, normal string, field func(*Cluster) *string, doc string) Option {
	levels := []string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF"}
	return Option{
		Name: name, Default: normal, Unit: "level", Range: strings.Join(levels, ", "), Doc: doc,
		set: func(c *Cluster, s string) bool {
			for _, l := range levels {
				if strings.EqualFold(l, s) {
					*field(c) = l
					return true
				}
			}
			return false
		},
		get: func(c *Cluster) string { return *field(c) },
	}
}
