package scenario

import (
	"fmt"
	"io"
	"slices"

	"raftscope/engine/fault"
	"raftscope/engine/grammar"
)

// printRules prints the rules of faults and how often they fired.
func (r *runner) printRules(w io.Writer) {
	rules := r.session.Status().Rules
	for _, rule := range rules {
		fmt.Fprintf(w, "rule %d: %s; %s\n", rule.N, rule.Text, firedText(rule))
	}
	if len(rules) == 0 {
		fmt.Fprintln(w, "there are no rules")
	}
}

// cleared tells of the rules that a command removed and that never fired.
func (r *runner) cleared(before []fault.RuleState) {
	now := r.session.Status().Rules
	for _, rule := range before {
		gone := !slices.ContainsFunc(now, func(other fault.RuleState) bool { return other.N == rule.N })
		if gone && rule.Fired == 0 {
			r.w.say("rule %d (%s) never fired", rule.N, rule.Text)
		}
	}
}

// ruleNumber says by which number a rule just made is called.
func (r *runner) ruleNumber(c grammar.Fault) {
	if rules := r.session.Status().Rules; c.Machine.Form == 0 && len(rules) > 0 {
		r.w.say("rule %d", rules[len(rules)-1].N)
	}
}

func firedText(rule fault.RuleState) string {
	text := "never fired"
	switch {
	case rule.Fired == 1:
		text = "fired once"
	case rule.Fired > 1:
		text = fmt.Sprintf("fired %d times", rule.Fired)
	}
	if rule.Spent {
		text += " and fires no more"
	}
	return text
}

// unused tells of the rules that never fired: whoever wrote them expected
// something else to happen.
func (t *transcript) unused(rules []fault.RuleState) {
	for _, rule := range rules {
		if rule.Fired == 0 {
			t.printf("= rule %d (%s) never fired\n", rule.N, rule.Text)
		}
	}
}
