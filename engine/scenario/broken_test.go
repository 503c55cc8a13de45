package scenario

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftscope/engine/grammar"
)

// breaking is a run in which a follower commits what no leader committed: see
// testdata/scenarios/findings/wrong-commit.txt, whose beginning it is.
func breaking(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(scenarios, "findings", "wrong-commit.txt"))
	if err != nil {
		t.Fatal(err)
	}
	before, _, ok := strings.Cut(string(text), "run until violation")
	if !ok {
		t.Fatal("the scenario does not run until a violation")
	}
	return before
}

// TestExpectedViolations: a violation stands in the transcript where it was
// found and makes the run fail, unless the scenario expects that rule to be
// broken.
func TestExpectedViolations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes runs differ")
	}
	before := breaking(t) + "run until truncate@n3 DONE\n"
	for _, c := range []struct {
		text string
		ok   bool
		last string // what the last line of the transcript says
	}{
		{"", false, "1 of 1 expectations met, 6 VIOLATIONS; "},
		{"expect violations 0", false, "1 of 2 expectations FAILED, 6 VIOLATIONS; "},
		{"expect violation state-machine-safety", false, "2 of 2 expectations met, 3 VIOLATIONS besides 3 that were expected; "},
		{"expect violation state-machine-safety and violation catalogue", true, "2 of 2 expectations met, 6 violations as expected; "},
		{"expect violation", true, "6 violations as expected; "},
		{"expect violation or logs equal", true, "6 violations as expected; "},
		{"expect violation one-vote or violation catalogue", false, "2 of 2 expectations met, 3 VIOLATIONS besides 3 that were expected; "},
		{"expect violations > 1", true, "6 violations as expected; "},
		{"expect violations one-vote = 0", false, "2 of 2 expectations met, 6 VIOLATIONS; "},
		{"expect not violation one-vote", false, "2 of 2 expectations met, 6 VIOLATIONS; "},
		{"expect violation one-vote", false, "1 of 2 expectations FAILED, 6 VIOLATIONS; "},
	} {
		t.Run(c.text, func(t *testing.T) {
			out, v, err := runText(t, before+c.text, Options{})
			lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
			if last := lines[len(lines)-1]; err != nil || v.OK() != c.ok || !strings.Contains(last, c.last) {
				t.Errorf("%v, ok %v, last line %q, want ok %v and %q", err, v.OK(), last, c.ok, c.last)
			}
			told := 0
			for _, line := range lines {
				if strings.HasPrefix(line, "! ") {
					told++
				}
			}
			if told != 6 || !strings.Contains(out, "state-machine-safety: entry 3/4 is committed on n1, and at the same index entry 2/4 on n3 (events ") {
				t.Errorf("%d violations are told, want 6:\n%s", told, out)
			}
			if c.text == "expect violation one-vote" && !strings.Contains(out, "saw one-vote is not broken") {
				t.Errorf("what was the case is not said:\n%s", out)
			}
		})
	}
	// What was expected otherwise, before anything was broken, expects nothing now.
	early, v, err := runText(t, breaking(t)+"expect violation or commit n1 >= 0\nrun until truncate@n3 DONE", Options{})
	if err != nil || v.OK() || v.Failed > 0 || !strings.Contains(early, ", 6 VIOLATIONS; ") {
		t.Errorf("early: %v, %+v\n%s", err, v.Violations, early)
	}
	explained, v, err := runText(t, before+"expect violation", Options{Explain: true})
	if err != nil || !v.OK() || strings.Count(explained, "\n! ") != 6 || !strings.Contains(explained, "the rule state-machine-safety is broken: ") {
		t.Errorf("explained: %v\n%s", err, explained)
	}
}

// A breakpoint on a violation stops time at the first one, run until it does too.
func TestBreakAtViolation(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes runs differ")
	}
	out, _, err := runText(t, breaking(t)+"break violation\nrun\nexpect violation state-machine-safety and not violation catalogue\nexpect commit n3 = 6", Options{})
	if err != nil || !strings.Contains(out, "stopped by breakpoint 1 (violation) at event ") || strings.Contains(out, "FAILED") {
		t.Errorf("%v\n%s", err, out)
	}
}

// Names of rules that do not exist are refused where they stand.
func TestUnknownRules(t *testing.T) {
	for text, says := range map[string]string{
		"expect violation one-vot":      `1:18: got "one-vot", expected and, or, the end of the condition, or a rule: one of election-safety, `,
		"expect violations log >= 2":    `1:19: got "log", expected =, !=, <, <=, >, >=, a number or a rule: one of election-safety, `,
		"expect violations -1":          "1:19: ",
		`expect violation "one-vote"`:   "1:18: ",
		"expect violations":             "1:18: ",
		"break violation one-vote x":    "1:26: ",
		"run until violations one-vote": "1:30: ",
	} {
		_, err := grammar.ParseFile("test.txt", strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: error %v, want %q", text, err, says)
		}
	}
}
