package replay_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"raftscope/replay"
)

func TestFilterParses(t *testing.T) {
	tl := newHistory(t).timeline()
	for text, want := range map[string]string{
		"": "", "  # nothing": "",
		"node:n2 kind:append state:DONE type:move slow>5ms text":         "node:n2 kind:append state:DONE type:move slow>5ms text:text",
		`type:abandon "two words" "node:n2" slow>1.5s`:                   `type:abandon text:"two words" text:node:n2 slow>1.5s`,
		"kind:append (state:DONE or lost) and commit n1 >= 5 and leader": "kind:append and (state:DONE or text:lost) and commit n1 >= 5 and leader",
	} {
		f, err := tl.ParseFilter(text)
		if err != nil || f.String() != want {
			t.Errorf("%s: %s, %v; expected %s", text, f, err, want)
			continue
		}
		if again, err := tl.ParseFilter(f.String()); err != nil || !reflect.DeepEqual(again, f) {
			t.Errorf("%s prints as %s, which is %+v, %v", text, f, again, err)
		}
		if f.Empty() != (want == "") {
			t.Errorf("%s: empty %t", text, f.Empty())
		}
	}
}

func TestFilterErrors(t *testing.T) {
	tl := truncated(t, false).timeline()
	tests := []struct{ text, want string }{
		{"nodes:n2", `1:1: got "nodes:n2", expected node:NAME, kind:KIND, state:STATE, move:FROM>TO, type:TYPE, attr:KEY = VALUE, slow>DURATION or text:TEXT, a condition, or text in double quotes; did you mean "node:n2"?`},
		{"x kind:apend", `1:8: got "apend", expected a kind of machine: one of exec,`},
		{"x node:n9", `1:8: got "n9", expected a node: one of n1, n2, n3`},
		{"kind:append state:proposed", `1:19: got "proposed", expected a state of append: one of start,`},
		{"state:propose", `1:7: got "propose", expected a state that some kind of machine has; did you mean "proposed"?`},
		{"type:move type:fail", `1:11: got "type:fail", expected type:move only`},
		{"a\x1b[31m", "control character U+001B"},
	}
	for _, test := range tests {
		if _, err := tl.ParseFilter(test.text); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, expected %s", test.text, err, test.want)
		}
	}
}

func TestFilterMatches(t *testing.T) {
	tl := truncated(t, false).timeline()
	tests := []struct{ text, machines, events string }{
		{"kind:append", "append#13 append#31", "55 64 73 87 93 94 95 155 158 161 162 163 164 165"},
		{"kind:append state:failed", "append#31", "165"},
		{"kind:append node:n3", "", ""},
		{"kind:append type:fail", "append#31", "165"},
		{"kind:append slow>3ms", "append#13", "95"},
		{"kind:append slow>4ms", "", ""},
		{`"no SPACE"`, "append#31", "165"},
		{"node:n1 kind:node state:follower", "node#1", "0 140"},
		{"kind:exec type:fail unknown", "exec#17 exec#20", ""},
		{"kind:truncate real", "", "146"},
		{"kind:truncate deleting", "", "145 147"},
		{"kind:append move:>writing", "append#13 append#31", "94 164"},
		{"move:deleting>done", "truncate#30", "147"},
		{"attr:real > 5", "truncate#30", "146 147"},
		{"kind:truncate or kind:append state:failed", "truncate#30 append#31", "143 144 145 146 147 165"},
		{"kind:append not (type:move or type:link)", "", "55 155 165"},
		{"kind:node state:leader node:n1", "", "52"},
		{"kind:append leader n3", "append#13 append#31", "155 158 161 162 163 164 165"},
		{"entry n1:2/4 TRUNCATED kind:truncate", "truncate#30", ""},
	}
	for _, test := range tests {
		f, err := tl.ParseFilter(test.text)
		if err != nil {
			t.Fatal(err)
		}
		var machines, events []string
		for _, m := range tl.View().Machines() {
			if f.Machine(m.Now()) {
				machines = append(machines, m.Name())
			}
		}
		for i := range tl.Events() {
			if f.Event(tl, i) {
				events = append(events, fmt.Sprint(i))
			}
		}
		if got := strings.Join(machines, " "); got != test.machines {
			t.Errorf("%s: machines %s, expected %s", test.text, got, test.machines)
		}
		if got := strings.Join(events, " "); got != test.events {
			t.Errorf("%s: events %s, expected %s", test.text, got, test.events)
		}
	}
	if (replay.Filter{}).Machine(replay.MachineView{}) {
		t.Error("no machine is wanted")
	}
}
