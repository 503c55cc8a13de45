package cond

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode"
)

// scope is what a three-node cluster with a few kinds knows.
func scope() Scope {
	return Scope{
		Nodes: []string{"n1", "n2", "n3"},
		Kinds: []Kind{
			{Name: "exec", States: []string{"start", "await-fsm", "DONE", "FAILED"}},
			{Name: "append", States: []string{"start", "pending", "writing", "DONE", "FAILED"}},
			{Name: "entry", States: []string{"created", "committed", "TRUNCATED"}},
			{Name: "append-follower"},
		},
	}
}

func TestParse(t *testing.T) {
	exec1 := Ref{Form: ByID, Kind: "exec", ID: 1}
	entry := Ref{Form: EntryAt, Kind: "entry", Node: "n3", Term: 2, Index: 4}
	tests := []struct {
		text  string
		want  Cond
		print string // empty: text
	}{
		{text: "leader", want: Leader{}},
		{text: "leader n2", want: Leader{Node: "n2"}},
		{text: "state n1 follower", want: NodeState{Node: "n1", Role: "follower"}},
		{text: "state n1 CRASHED", want: NodeState{Node: "n1", Role: "CRASHED"}},
		{text: "commit n2 >= 5", want: Index{What: Commit, Node: "n2", Op: GreaterEqual, N: 5}},
		{text: "commit n2>=5", want: Index{What: Commit, Node: "n2", Op: GreaterEqual, N: 5}, print: "commit n2 >= 5"},
		{text: "applied all != 0", want: Index{What: Applied, Node: AllNodes, Op: NotEqual}},
		{text: "last n1 < 007", want: Index{What: Last, Node: "n1", Op: Less, N: 7}, print: "last n1 < 7"},
		{text: "term n1 = 18446744073709551615", want: Index{What: Term, Node: "n1", Op: Equal, N: 1<<64 - 1}},
		{text: "exec#1 DONE", want: MachineIs{Machine: exec1, State: "DONE"}},
		{text: "exec#1 done", want: MachineIs{Machine: exec1, State: "done"}},
		{text: "exec@last await-fsm", want: MachineIs{Machine: Ref{Form: Newest, Kind: "exec"}, State: "await-fsm"}},
		{text: "exec@3 DONE", want: MachineIs{Machine: Ref{Form: Nth, Kind: "exec", N: 3}, State: "DONE"}},
		{text: "append@n2 writing", want: MachineIs{Machine: Ref{Form: NewestOn, Kind: "append", Node: "n2"}, State: "writing"}},
		{text: "append@n2@3 writing", want: MachineIs{Machine: Ref{Form: NthOn, Kind: "append", Node: "n2", N: 3}, State: "writing"}},
		{text: "entry n3:2/4 truncated", want: MachineIs{Machine: entry, State: "truncated"}},
		{text: "n3:2/4 truncated", want: MachineIs{Machine: entry, State: "truncated"}, print: "entry n3:2/4 truncated"},
		{text: "append-follower@n3 anything", want: MachineIs{Machine: Ref{Form: NewestOn, Kind: "append-follower", Node: "n3"}, State: "anything"}},
		{text: "logs equal", want: LogsEqual{}},
		{text: "states equal", want: StatesEqual{}},
		{text: "attr append-follower@n3 new-entries = 10", want: Attr{Machine: Ref{Form: NewestOn, Kind: "append-follower", Node: "n3"}, Key: "new-entries", Op: Equal, Value: Number(10)}},
		{text: "attr exec#1 n > -3", want: Attr{Machine: exec1, Key: "n", Op: Greater, Value: Number(-3)}},
		{text: "attr exec#1 told = ok", want: Attr{Machine: exec1, Key: "told", Op: Equal, Value: Text("ok")}},
		{text: `attr exec#1 told != "not the leader; (or so) #"`, want: Attr{Machine: exec1, Key: "told", Op: NotEqual, Value: Text("not the leader; (or so) #")}},
		{text: `attr exec#1 result = "10"`, want: Attr{Machine: exec1, Key: "result", Op: Equal, Value: Text("10")}},
		{text: `attr exec#1 result = ""`, want: Attr{Machine: exec1, Key: "result", Op: Equal, Value: Text("")}},
		{text: `attr exec#1 result = "a=b"`, want: Attr{Machine: exec1, Key: "result", Op: Equal, Value: Text("a=b")}},
		{text: "count append = 3", want: Count{Kind: "append", Op: Equal, N: 3}},
		{text: "count append n2 <= 3", want: Count{Kind: "append", Node: "n2", Op: LessEqual, N: 3}},
		{text: "count append DONE > 3", want: Count{Kind: "append", State: "DONE", Op: Greater, N: 3}},
		{text: "count append n2 DONE>3", want: Count{Kind: "append", Node: "n2", State: "DONE", Op: Greater, N: 3}, print: "count append n2 DONE > 3"},
		{text: "told exec#1 error", want: Told{Machine: exec1, What: ToldError}},
		{text: "told exec#1 nothing", want: Told{Machine: exec1, What: ToldNothing}},
		{text: "fate exec#1 never-stored", want: Fate{Machine: exec1, Fate: "never-stored"}},
		{text: "answered", want: Answered{}},
		{text: "idle", want: Idle{}},
		{text: "order exec#1 start < n3:2/4 committed < exec#1 DONE",
			want:  Order{Steps: []Step{{exec1, "start"}, {entry, "committed"}, {exec1, "DONE"}}},
			print: "order exec#1 start < entry n3:2/4 committed < exec#1 DONE"},
		{text: "not leader", want: Not{Leader{}}},
		{text: "not not idle", want: Not{Not{Idle{}}}},
		{text: "not(leader n1)and idle", want: And{Not{Leader{"n1"}}, Idle{}}, print: "not leader n1 and idle"},
		{text: "leader and idle or answered", want: Or{And{Leader{}, Idle{}}, Answered{}}},
		{text: "leader or idle and answered", want: Or{Leader{}, And{Idle{}, Answered{}}}},
		{text: "(leader or idle) and answered", want: And{Or{Leader{}, Idle{}}, Answered{}}},
		{text: "leader and (idle and answered)", want: And{Leader{}, And{Idle{}, Answered{}}}},
		{text: "leader and idle and answered", want: And{And{Leader{}, Idle{}}, Answered{}}},
		{text: "leader or (idle or answered)", want: Or{Leader{}, Or{Idle{}, Answered{}}}},
		{text: "not (leader and idle)", want: Not{And{Leader{}, Idle{}}}},
		{text: "\tleader   n1  # a comment", want: Leader{"n1"}, print: "leader n1"},
	}
	for _, tt := range tests {
		got, err := Parse(1, tt.text, scope())
		if err != nil {
			t.Errorf("Parse(%q): %v", tt.text, err)
			continue
		}
		if !reflect.DeepEqual(got, tt.want) {
			t.Errorf("Parse(%q) = %#v, want %#v", tt.text, got, tt.want)
		}
		print := tt.print
		if print == "" {
			print = tt.text
		}
		if got.String() != print {
			t.Errorf("Parse(%q) prints %q, want %q", tt.text, got, print)
		}
		again, err := Parse(1, got.String(), scope())
		if err != nil || !reflect.DeepEqual(again, got) {
			t.Errorf("Parse(%q) again = %#v, %v", got, again, err)
		}
	}
}

func TestParseErrors(t *testing.T) {
	tests := []struct {
		text    string
		column  int
		message string // a part of it
	}{
		{"", 1, "got the end of the command, expected a condition"},
		{"   # only a comment", 1, "got the end of the command"},
		{"leadr", 1, `got "leadr", expected a condition: one of leader, `},
		{"leadr", 1, `did you mean "leader"?`},
		{"leader n4", 8, `got "n4", expected and, or, the end of the condition, or a node: one of n1, n2, n3`},
		{"leader n1 n2", 11, "expected and, or, or the end of the condition"},
		{"leader and", 11, "expected a condition"},
		{"leader && idle", 8, `got "&&"`},
		{"leader ; idle", 8, `got ";"`},
		{"(leader", 8, "a closing bracket"},
		{"leader)", 7, "the end of the condition"},
		{"state n1 folower", 10, `did you mean "follower"?`},
		{"state n9 leader", 7, `got "n9", expected a node: one of n1, n2, n3`},
		{"commit n1 5", 11, "expected one of =, !=, <"},
		{"commit n1 == 5", 12, "expected a number"},
		{"commit n1 ! 5", 11, "expected one of =, !="},
		{"commit n1 >= -5", 14, `got "-5", expected a number from 0`},
		{"commit n1 >= 18446744073709551616", 14, "from 0 to 18446744073709551615"},
		{"commit n1 >= 5x", 14, "expected a number"},
		{"commit n1 >=", 13, "got the end of the command, expected a number"},
		{"commit >= 5", 8, "expected all or a node"},
		{"exec#1", 7, "expected a state of exec: one of start"},
		{"exec#1 DOEN", 8, `did you mean "DONE"?`},
		{"exce#1 DONE", 1, `did you mean "exec"?`},
		{"exec#0 DONE", 6, "from 1 to"},
		{"exec# DONE", 6, "the number of a machine"},
		{"exec#99999999999999999999 DONE", 6, "from 1 to"},
		{"exec@ DONE", 6, "expected last, a number or a node"},
		{"exec@n7 DONE", 6, "expected last, a number or a node"},
		{"exec@n1@x DONE", 9, "a position from 1"},
		{"exec@0 DONE", 6, "a position from 1"},
		{"entry", 6, "an entry as NODE:TERM/INDEX"},
		{"entry n3", 7, "an entry as NODE:TERM/INDEX"},
		{"entry n3:2 x", 7, "an entry as NODE:TERM/INDEX"},
		{"entry n3:2/x x", 12, "an index from 1"},
		{"entry n3:x/2 x", 10, "a term from 1"},
		{"entry n8:1/2 x", 7, "a node"},
		{"logs", 5, "expected equal"},
		{"logs eqal", 6, `did you mean "equal"?`},
		{"attr exec#1", 12, "the name of an attribute"},
		{"attr exec#1 told", 17, "one of ="},
		{"attr exec#1 told =", 19, "a number or a text"},
		{"attr exec#1 told = )", 20, "a number or a text"},
		{"attr exec#1 told < ok", 18, "= or != before a text"},
		{"attr exec#1 n = 9223372036854775808", 17, "a number from -9223372036854775808"},
		{`attr exec#1 told = "ok`, 20, "a closing double quote"},
		{`attr exec#1 told = "\q"`, 20, "Go's escapes"},
		{`attr exec#1 told = "ok"x`, 24, "a blank after the closing double quote"},
		{`attr exec#1 told =o"k"`, 20, "a blank before the double quote"},
		{"count apend = 1", 7, `did you mean "append"?`},
		{"count append foo = 1", 14, "a node or a state of append"},
		{"count append n7 = 1", 14, "a node: one of"},
		{"count append n1", 16, "= or a state of append"},
		{"told exec#1 okay", 13, "one of ok, error, nothing"},
		{"fate exec#1 trunctated", 13, `did you mean "truncated"?`},
		{"order exec#1 DONE", 18, "< and what is to come later"},
		{"order exec#1 DONE > exec#2 DONE", 19, "< and what is to come later"},
		{"commit é1 >= 5", 8, `got "é1"`},
		{`state "n1" leader`, 7, "a node"},
		{"leader \x00", 8, "NUL"},
		{"leader \xff", 8, "not UTF-8"},
		{"leader \x1b[2J", 8, "control character U+001B"},
		{"leader \u202e", 8, "control character U+202E"},
	}
	for _, tt := range tests {
		c, err := Parse(7, tt.text, scope())
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("Parse(%q) = %v, %v; want an *Error", tt.text, c, err)
			continue
		}
		if e.Line != 7 || e.Column != tt.column || !strings.Contains(e.Message(), tt.message) {
			t.Errorf("Parse(%q): %v; want 7:%d and %q", tt.text, err, tt.column, tt.message)
		}
	}
}

func TestParseBoundsNesting(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("(", 60000), strings.Repeat("not ", 16000) + "idle",
		"idle" + strings.Repeat(" and idle", 7000), "order exec#1 DONE" + strings.Repeat(" < exec#1 DONE", 4000),
	} {
		if _, err := Parse(1, text, Scope{}); err == nil || !strings.Contains(err.Error(), "more than 250 parts") {
			t.Errorf("Parse(%.20q...): %v", text, err)
		}
	}
	if _, err := Parse(1, "idle"+strings.Repeat(" and idle", PartsMax-1), Scope{}); err != nil {
		t.Errorf("Parse of %d parts: %v", PartsMax, err)
	}
}

func TestParseRef(t *testing.T) {
	for _, text := range []string{"exec#57", "exec@last", "exec@3", "append@n2", "append@n2@3", "entry n3:2/4", "append-rpc@server-a", "entry x.y:1/2"} {
		r, err := ParseRef(1, text, Scope{})
		if err != nil || r.String() != text {
			t.Errorf("ParseRef(%q) = %q, %v", text, r, err)
		}
	}
	for _, text := range []string{"", "exec", "exec#1 x", "Exec#1", "#1", "@n1", ":1/2", "exec@last@1", `"exec#1"`, "exec@leader"} {
		if r, err := ParseRef(1, text, Scope{}); err == nil {
			t.Errorf("ParseRef(%q) = %q, want an error", text, r)
		}
	}
}

func TestScopeAdmitsForeignNodes(t *testing.T) {
	s := Scope{Nodes: []string{"10.0.0.1:7000", "b"}}
	for _, text := range []string{"leader 10.0.0.1:7000", "entry 10.0.0.1:7000:2/4 DONE", "append@10.0.0.1:7000@2 DONE", "count append b = 1"} {
		c, err := Parse(1, text, s)
		if err != nil || c.String() != text {
			t.Errorf("Parse(%q) = %v, %v", text, c, err)
		}
	}
}

func TestCompare(t *testing.T) {
	want := map[Op][3]bool{ // for 1 and 2, 2 and 2, 3 and 2
		Equal: {false, true, false}, NotEqual: {true, false, true}, Less: {true, false, false},
		LessEqual: {true, true, false}, Greater: {false, false, true}, GreaterEqual: {false, true, true}, 0: {},
	}
	for op, w := range want {
		for i, b := range w {
			if Compare(i+1, op, 2) != b {
				t.Errorf("Compare(%d %v 2) = %v", i+1, op, !b)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"leader and not (idle or exec#1 DONE)", `attr exec@last told = "a b" or count append n2 DONE > 3`,
		"order append#3 DONE < entry n1:2/5 committed", "commit all>=5",
		"kind:append node:n2 state:writing", "move:pending>writing slow>5ms", `not (text:"a b" or type:fail) attr:n > 5`, "fate exec@2 truncated", "state n1 leader", "\"", "((((", "not",
		"n3>n1 x=1 append#3 DONE", "kind:append> (a or not b)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range []Scope{{}, scope()} {
			if c, err := ParseFilter(1, text, s); err != nil {
				checkPrintable(t, err.Error())
			} else if c != nil {
				again, err := ParseFilter(1, c.String(), s)
				if err != nil || !reflect.DeepEqual(again, c) {
					t.Errorf("filter %q prints as %q, which parses to %#v, %v", text, c, again, err)
				}
			}
			c, err := Parse(1, text, s)
			if err != nil {
				checkPrintable(t, err.Error())
				continue
			}
			checkPrintable(t, c.String())
			again, err := Parse(1, c.String(), s)
			if err != nil || !reflect.DeepEqual(again, c) {
				t.Errorf("%q prints as %q, which parses to %#v, %v", text, c, again, err)
			}
		}
	})
}

func checkPrintable(t *testing.T, s string) {
	t.Helper()
	for _, r := range s {
		if unicode.IsControl(r) {
			t.Errorf("%q holds %U", s, r)
		}
	}
}
