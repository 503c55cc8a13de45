package scenario

import (
	"fmt"
	"io"

	"raftscope/engine/fault"
	"raftscope/engine/grammar"
)

// printRules prints the rules of faults and how often they fired.
func (r *runner) printRules(w io.Writer) {
	none := true
	for _, rule := range r.session.Status().Rules {
		if rule.Cleared {
			continue
		}
		none = false
		fmt.Fprintf(w, "rule %d: %s; %s\n", rule.N, rule.Text, firedText(rule))
	}
	if none {
		fmt.Fprintln(w, "there are no rules")
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
