package scenario

import (
	"fmt"
	"slices"
	"strings"

	"raftscope/replay"
	"raftscope/replay/frames"
)

// tellBroken tells of the rules that were found broken at the event at
// position i.
func (r *runner) tellBroken(i int) {
	t := r.session.Timeline()
	for _, v := range t.BrokenAt(i) {
		r.w.printf("! %s  %s\n", replay.Seconds(v.At), frames.Clean(v.String()))
	}
}

// broken counts the violations so far, and those among them of rules that the
// scenario does not expect to be broken: a scenario that shows how unmodified
// raft breaks a rule says so, and has not failed.
func (r *runner) broken() (all, unexpected int) {
	found := r.session.Timeline().BrokenRules()
	for _, v := range found {
		if !slices.Contains(r.expects, v.Rule) && !slices.Contains(r.expects, "") {
			unexpected++
		}
	}
	return len(found), unexpected
}

// brokenText says for the last line how many violations there were.
func brokenText(v Verdict) string {
	switch expected := v.Broken - v.Violations; {
	case v.Broken == 0:
		return ""
	case v.Violations == 0:
		return fmt.Sprintf(", %s as expected", counted(expected, "violation"))
	case expected == 0:
		return ", " + strings.ToUpper(counted(v.Violations, "violation"))
	default:
		return fmt.Sprintf(", %s besides %d that were expected", strings.ToUpper(counted(v.Violations, "violation")), expected)
	}
}

// counted is a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
