package replay

import (
	"slices"
	"strconv"
	"strings"
)

// Rule is a fault that a user had for all operations of some kind.
type Rule struct {
	N    int    // its number, from 1, by which it is cleared
	Text string // the command that made it, as "hold append n2"
}

// rulesMax is how many rules a cluster takes at once; it refuses more, though the
// journal has the line.
const rulesMax = 100

// isAboutRules reports whether a line of the journal makes or clears rules.
func isAboutRules(line string) bool {
	verb, what, _ := strings.Cut(line, " ")
	switch verb {
	case "clear":
		return true
	case "hold", "fail", "drop", "delay", "duplicate", "reorder":
		what, _, _ = strings.Cut(what, " ")
		return what != kindEntry && !strings.ContainsAny(what, "#@:") // else it is about one machine
	}
	return false
}

// Rules returns the rules that were in force, spent ones too, by number. The
// journal tells; of a recording that lost a part of it, numbers may be wrong.
func (v View) Rules() (rules []Rule) {
	all := v.t.ruling.all()
	made := 0
	for _, at := range all[:before(all, v.n)] {
		line := v.t.strings.get(v.t.rows.at(at).text)
		which, clears := strings.CutPrefix(line, "clear ")
		switch {
		case clears && which == "all":
			rules = nil
		case clears:
			n, err := strconv.Atoi(which)
			rules = slices.DeleteFunc(rules, func(r Rule) bool { return err == nil && r.N == n })
		case len(rules) < rulesMax:
			made++
			rules = append(rules, Rule{made, line})
		}
	}
	return rules
}
