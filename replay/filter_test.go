package replay_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"raftscope/replay"
	"raftscope/sm"
)

func TestFilterParses(t *testing.T) {
	tl := newHistory(t).timeline()
	tests := []struct {
		text string
		want replay.Filter
	}{
		{"", replay.Filter{}},
		{"  # nothing", replay.Filter{}},
		{"node:n2 kind:append state:DONE type:move slow>5ms text", replay.Filter{Node: "n2", Kind: "append", State: "DONE",
			Type: sm.Moved, Slow: 5_000_000, Texts: []string{"text"}}},
		{`type:abandon "two words" "node:n2" slow>1.5s`, replay.Filter{Type: sm.Abandoned, Slow: 1_500_000_000, Texts: []string{"two words", "node:n2"}}},
		{`"slow>5"`, replay.Filter{Texts: []string{"slow>5"}}},
	}
	for _, test := range tests {
		f, err := tl.ParseFilter(test.text)
		if err != nil || !reflect.DeepEqual(f, test.want) {
			t.Errorf("%s: %+v, %v; expected %+v", test.text, f, err, test.want)
			continue
		}
		if again, err := tl.ParseFilter(f.String()); err != nil || !reflect.DeepEqual(again, f) {
			t.Errorf("%s prints as %s, which is %+v, %v", test.text, f, again, err)
		}
		if f.Empty() != reflect.DeepEqual(f, replay.Filter{}) {
			t.Errorf("%s: empty %t", test.text, f.Empty())
		}
	}
}

func TestFilterErrors(t *testing.T) {
	tl := newHistory(t).timeline()
	tests := []struct{ text, want string }{
		{"nodes:n2", `1:1: got "nodes:n2", expected node:NAME, kind:KIND, state:STATE, type:TYPE, slow>DURATION, or text in double quotes; did you mean "node:n2"?`},
		{"x kind:apend", `1:8: got "apend", expected a kind of machine: one of exec,`},
		{"x kind:apend", `did you mean "append"?`},
		{"type:mvoe", `1:6: got "mvoe", expected a type of event: one of born, move, fail,`},
		{"node:", "1:6: got the end of the command, expected a name behind node:"},
		{"node:n1 node:n2", `1:9: got "node:n2", expected node: only once`},
		{"type:move type:move", `1:11: got "type:move", expected type: only once`},
		{"ü slow>5", `1:8: got "5", expected a duration above 0, like 5ms`},
		{"slow>-5ms", `1:6: got "-5ms", expected a duration above 0, like 5ms`},
		{"slow>5ms slow>6ms", `1:10: got "slow>6ms", expected slow> only once`},
		{"a ; b", `1:3: got "; b", expected node:NAME`},
		{`"a`, `1:1: got`},
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
	if _, err := tl.ParseFilter("x node:n9"); err == nil || !strings.Contains(err.Error(), `1:8: got "n9", expected a node: one of n1`) {
		t.Errorf("a node that is not there: %v", err)
	}
	if (replay.Filter{}).Machine(replay.MachineView{}) {
		t.Error("no machine is wanted")
	}
}
