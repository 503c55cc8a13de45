package rules_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"raftscope/replay/rules"
)

var ruleTable = regexp.MustCompile("(?s)(<!-- rules: written by go test ./replay/rules -run Doc -update -->\n)(.*?)(<!-- end of rules -->\n)")

// TestDocHasTheRules holds the table of docs/rules.md against the code.
func TestDocHasTheRules(t *testing.T) {
	const path = "../../docs/rules.md"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("| rule | what must hold | who says so | what decides it | not decided |\n|---|---|---|---|---|\n")
	for _, r := range rules.All() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", r.Name, r.Doc, r.Source, r.Needs, r.Beyond)
	}
	found := 0
	text := ruleTable.ReplaceAllStringFunc(string(data), func(block string) string {
		found++
		m := ruleTable.FindStringSubmatch(block)
		return m[1] + b.String() + m[3]
	})
	switch {
	case found != 1:
		t.Errorf("%s has %d tables of rules, want 1", path, found)
	case text == string(data):
	case *update:
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("the rules of %s are not those of the code; go test ./replay/rules -run Doc -update writes them anew", path)
	}
}
