package cond

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"raftscope/sm"
)

func TestParseAtoms(t *testing.T) {
	kind, node, writing := KindIs{"append"}, NodeIs{"n2"}, StateIs{"writing"}
	tests := []struct {
		text  string
		want  Cond
		print string // empty: text
	}{
		{text: "node:n2", want: node},
		{text: "kind:append", want: kind},
		{text: "state:writing", want: writing},
		{text: "state:Truncated", want: StateIs{"Truncated"}},
		{text: "move:pending>writing", want: MoveIs{"pending", "writing"}},
		{text: "move:pending>", want: MoveIs{From: "pending"}},
		{text: "move:>writing", want: MoveIs{To: "writing"}},
		{text: "(move:pending>)", want: MoveIs{From: "pending"}, print: "move:pending>"},
		{text: "move:pending> kind:append", want: And{MoveIs{From: "pending"}, kind}},
		{text: "type:fail", want: TypeIs{sm.Failed}},
		{text: "type:moved", want: TypeIs{sm.Moved}, print: "type:move"},
		{text: "slow>5ms", want: Slow{5 * time.Millisecond}},
		{text: "slow > 1500us", want: Slow{1500 * time.Microsecond}, print: "slow>1.5ms"},
		{text: "slow>7us", want: Slow{7 * time.Microsecond}},
		{text: "attr:new-entries>5", want: HasAttr{"new-entries", Greater, Number(5)}, print: "attr:new-entries > 5"},
		{text: `attr:told = "leadership lost"`, want: HasAttr{"told", Equal, Text("leadership lost")}},
		{text: "text:lost", want: Says{"lost"}},
		{text: `text:"no space"`, want: Says{"no space"}},
		{text: `text:"n3>n1"`, want: Says{"n3>n1"}},
		{text: `text:"lost"`, want: Says{"lost"}, print: "text:lost"},
		{text: "(text:n3>n1) text:=", want: And{Says{"n3>n1"}, Says{"="}}, print: `text:"n3>n1" text:"="`},
		{text: "text:kind:append", want: Says{"kind:append"}},
		{text: "kind:append node:n2 state:writing", want: And{And{kind, node}, writing}},
		{text: "kind:append and node:n2", want: And{kind, node}, print: "kind:append node:n2"},
		{text: "kind:append node:n2 and leader n1", want: And{And{kind, node}, Leader{"n1"}}},
		{text: "leader kind:append node:n2", want: And{And{Leader{}, kind}, node}, print: "leader and kind:append node:n2"},
		{text: "idle and (kind:append node:n2)", want: And{Idle{}, And{kind, node}}},
		{text: "kind:append or node:n2 idle", want: nil},
		{text: "kind:append (state:writing or state:pending)", want: And{kind, Or{writing, StateIs{"pending"}}},
			print: "kind:append and (state:writing or state:pending)"},
		{text: "(kind:append or idle) not node:n2", want: And{Or{kind, Idle{}}, Not{node}}, print: "(kind:append or idle) and not node:n2"},
		{text: "kind:append not state:writing not not node:n2", want: And{And{kind, Not{writing}}, Not{Not{node}}}},
		{text: "not kind:append node:n2", want: And{Not{kind}, node}},
		{text: "not (kind:append node:n2)", want: Not{And{kind, node}}},
		{text: `(text:"a b" or text:c)`, want: Or{Says{"a b"}, Says{"c"}}, print: `text:"a b" or text:c`},
		{text: "kind:append or kind:exec", want: Or{kind, KindIs{"exec"}}},
		{text: "kind:append not kind:exec", want: And{kind, Not{KindIs{"exec"}}}},
		{text: "kind:append kind:append", want: And{kind, kind}},
		{text: "state:truncated or kind:append state:done", want: Or{StateIs{"truncated"}, And{kind, StateIs{"done"}}}},
	}
	for _, tt := range tests {
		got, err := Parse(1, tt.text, scope())
		if tt.want == nil {
			if err == nil {
				t.Errorf("Parse(%q) = %v, want an error", tt.text, got)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("Parse(%q) = %#v, %v, want %#v", tt.text, got, err, tt.want)
			continue
		}
		print := tt.print
		if print == "" {
			print = tt.text
		}
		if got.String() != print {
			t.Errorf("Parse(%q) prints %q, want %q", tt.text, got, print)
		}
		if again, err := Parse(1, got.String(), scope()); err != nil || !reflect.DeepEqual(again, got) {
			t.Errorf("Parse(%q) again = %#v, %v", got, again, err)
		}
		if !AboutEvent(got) {
			t.Errorf("%q is about no event", tt.text)
		}
	}
	for _, text := range []string{"leader", "not idle", "commit n1 > 1 and (idle or exec#1 DONE)"} {
		if c, err := Parse(1, text, scope()); err != nil || AboutEvent(c) {
			t.Errorf("%q is about an event, or %v", text, err)
		}
	}
}

func TestParseAtomErrors(t *testing.T) {
	const never = ", since both can never hold; join them with or"
	tests := []struct{ text, message string }{
		{"node:n4", `1:6: got "n4", expected a node: one of n1, n2, n3`},
		{"node:", "1:6: got the end of the command, expected the name of a node, like n1"},
		{"kind:apend", `1:6: got "apend", expected a kind of machine: one of exec, append, entry, append-follower; did you mean "append"?`},
		{"idle and kind:", "1:15: got the end of the command, expected a kind of machine: one of exec, append, entry, append-follower"},
		{"state:", "1:7: got the end of the command, expected a state"},
		{"kind:append state:commited", `1:19: got "commited", expected a state of append: one of start, pending, writing, DONE, FAILED`},
		{"state:committed kind:append", `1:7: got "committed", expected a state of append: one of start, pending, writing, DONE, FAILED`},
		{"kind:append (idle or not state:committed)", `1:32: got "committed", expected a state of append: one of start, pending, writing, DONE, FAILED`},
		{"kind:append move:writing>committed", `1:26: got "committed", expected a state of append: one of start, pending, writing, DONE, FAILED`},
		{"kind:append move:comitted>", `1:18: got "comitted", expected a state of append: one of start, pending, writing, DONE, FAILED`},
		{"(not idle) and kind:entry state:comitted", `did you mean "committed"?`},
		{"move:pending", `1:6: got "pending", expected FROM>TO without blanks, like pending>writing`},
		{"move:pending > writing", `1:6: got "pending", expected FROM>TO without blanks`},
		{"move:pending> writing", `1:15: got "writing", expected and, or, or the end of the condition`},
		{"move:>", `1:6: got ">", expected FROM>TO`},
		{"move:", "1:6: got the end of the command, expected FROM>TO"},
		{"move:a>=", `expected FROM>TO`},
		{"move:start>)", "expected and, or, or the end of the condition"},
		{"type:mvoe", `1:6: got "mvoe", expected a type of event: one of born, move, fail, link, attr, close, abandon, note, command, log, violation; did you mean "move"?`},
		{"slow>5", `1:6: got "5", expected a duration above 0, like 5ms`},
		{"slow>-5ms", `1:6: got "-5ms", expected a duration above 0`},
		{"slow>", "1:6: got the end of the command, expected a duration above 0"},
		{"slow<5ms", `1:1: got "slow", expected a condition: one of leader,`},
		{"attr:", "1:6: got the end of the command, expected the name of an attribute"},
		{"attr:n", "1:7: got the end of the command, expected one of =, !="},
		{"attr:n < x", `1:8: got "<", expected = or != before a text`},
		{`attr:n = text:"x"`, `1:10: got "x", expected a number or a text`},
		{"text:", `1:6: got the end of the command, expected a text, like text:lost or text:"leadership lost"`},
		{`text:""`, "expected a text, like text:lost"},
		{`text: "x"`, "1:6: got the end of the command, expected a text"},
		{`texts:"x"`, "expected a blank before the double quote"},
		{"knd:append", `1:1: got "knd:append", expected a condition about an event: node:NAME, kind:KIND, state:STATE, move:FROM>TO, type:TYPE, attr:KEY = VALUE, slow>DURATION or text:TEXT; did you mean "kind:append"?`},
		{"kind:append node:n1 node:n2", `1:21: got "node:n2", expected node:n1 only` + never},
		{"kind:append idle", `1:13: got "idle", expected and, or, or the end of the condition`},
		{"kind:append and not idle kind:exec", `1:26: got "kind:exec", expected kind:append only` + never},
		{"state:writing state:WRITING state:DONE", "1:29: "},
		{"type:move (idle or type:fail) type:log", `1:31: got "type:log", expected type:move only` + never},
		{`"kind:append"`, "expected a condition"},
	}
	for _, tt := range tests {
		c, err := Parse(1, tt.text, scope())
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), tt.message) {
			t.Errorf("Parse(%q) = %v, %v; want %s", tt.text, c, err, tt.message)
		}
	}
	if _, err := Parse(1, "state:exotic", scope()); err != nil {
		t.Errorf("a kind whose states nobody knows may have any: %v", err)
	}
	known := scope()
	known.Kinds = known.Kinds[:3]
	if _, err := Parse(1, "state:comitted", known); err == nil ||
		err.Error() != `1:7: got "comitted", expected a state that some kind of machine has; did you mean "committed"?` {
		t.Errorf("a state that no kind has: %v", err)
	}
}

func TestParseFilter(t *testing.T) {
	tests := []struct {
		text, print string // print is what it is as a condition, or a part of the error
		wrong       bool
	}{
		{text: "", print: ""},
		{text: "# nothing", print: ""},
		{text: "deleting", print: "text:deleting"},
		{text: `kind:append "no SPACE" x`, print: `kind:append text:"no SPACE" text:x`},
		{text: "n3>n1 x=1 5", print: `text:"n3>n1" text:"x=1" text:5`},
		{text: `"kind:append" "and"`, print: "text:kind:append text:and"},
		{text: "append#13 x", print: "text:append#13 text:x"},
		{text: "append#13 DONE x", print: "append#13 DONE and text:x"},
		{text: "entry n1:2/4 truncated entry lost", print: "entry n1:2/4 truncated and text:entry text:lost"},
		{text: "kind:append (a or not b) c", print: "kind:append and (text:a or not text:b) and text:c"},
		{text: `("a b" or c)`, print: `text:"a b" or text:c`},
		{text: "idle lost commit n1 >= 5 lost", print: "idle and text:lost and commit n1 >= 5 and text:lost"},
		{text: "nodes:n2", print: `1:1: got "nodes:n2", expected node:NAME, kind:KIND`, wrong: true},
		{text: "commit log", print: "expected all or a node", wrong: true},
		{text: "a ; b", print: `1:3: got ";", expected the end of the line`, wrong: true},
		{text: "a or", print: "1:5: got the end of the command, expected a condition", wrong: true},
		{text: `""`, print: "expected a text", wrong: true},
		{text: "a)", print: "expected and, or, or the end", wrong: true},
	}
	for _, tt := range tests {
		c, err := ParseFilter(1, tt.text, scope())
		switch {
		case tt.wrong:
			if err == nil || !strings.Contains(err.Error(), tt.print) {
				t.Errorf("ParseFilter(%q) = %v, %v; want %s", tt.text, c, err, tt.print)
			}
		case err != nil:
			t.Errorf("ParseFilter(%q): %v", tt.text, err)
		case c == nil:
			if tt.print != "" {
				t.Errorf("ParseFilter(%q) is nothing", tt.text)
			}
		case c.String() != tt.print:
			t.Errorf("ParseFilter(%q) prints %q, want %q", tt.text, c, tt.print)
		default:
			again, err := Parse(1, c.String(), scope())
			if err != nil || !reflect.DeepEqual(again, c) {
				t.Errorf("%q as a condition: %#v, %v", c, again, err)
			}
		}
	}
}
