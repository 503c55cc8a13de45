package sm_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"raftscope/sm"
)

// spec returns a kind in which nothing is wrong, for tests to break.
func spec() sm.KindSpec {
	return sm.KindSpec{Name: "two-steps", Doc: "A good kind.", States: []sm.StateSpec{
		{Name: "start", Doc: "Begins.", Flags: sm.Initial, Next: []string{"busy"}},
		{Name: "busy", Doc: "Works.", Next: []string{"busy", "DONE"}},
		{Name: "DONE", Doc: "Ends.", Flags: sm.Final},
	}}
}

func tooMany(s *sm.KindSpec) {
	for i := range sm.StatesMax {
		s.States = append(s.States, sm.StateSpec{Name: fmt.Sprintf("s%d", i), Doc: "One of many.", Flags: sm.Initial | sm.Final})
	}
}

// Every way to contradict oneself, and what the error says.
var badSpecs = []struct {
	name  string
	spoil func(*sm.KindSpec)
	want  string
}{
	{"no name", func(s *sm.KindSpec) { s.Name = "" }, `kind name "" is not lower case words`},
	{"name in capitals", func(s *sm.KindSpec) { s.Name = "Exec" }, `kind name "Exec" is not`},
	{"name with a space", func(s *sm.KindSpec) { s.Name = "a b" }, `kind name "a b" is not`},
	{"name ends in a hyphen", func(s *sm.KindSpec) { s.Name = "a-" }, `kind name "a-" is not`},
	{"name with two hyphens", func(s *sm.KindSpec) { s.Name = "a--b" }, `kind name "a--b" is not`},
	{"name with a digit first", func(s *sm.KindSpec) { s.Name = "1a" }, `kind name "1a" is not`},
	{"name with an escape", func(s *sm.KindSpec) { s.Name = "a\x1b[2J" }, `kind name "a\x1b[2J" is not`},
	{"endless name", func(s *sm.KindSpec) { s.Name = strings.Repeat("x", 1<<20) }, `kind name "xxxx`},
	{"no doc", func(s *sm.KindSpec) { s.Doc = " " }, "kind two-steps: its doc is missing"},
	{"endless doc", func(s *sm.KindSpec) { s.Doc = strings.Repeat("x", 1001) }, "its doc has 1001 bytes, more than 1000"},
	{"doc with a line end", func(s *sm.KindSpec) { s.Doc = "a\nb" }, "its doc has a character that cannot be printed"},
	{"doc not UTF-8", func(s *sm.KindSpec) { s.Doc = "a\xff" }, "its doc is not UTF-8"},
	{"no states", func(s *sm.KindSpec) { s.States = nil }, "it has no states"},
	{"too many states", tooMany, "it has 67 states, more than 64"},
	{"state without name", func(s *sm.KindSpec) { s.States[1].Name = "" }, `state name "" is not`},
	{"state in mixed case", func(s *sm.KindSpec) { s.States[1].Name = "Busy" }, `state name "Busy" is not`},
	{"twice the same state", func(s *sm.KindSpec) { s.States[1].Name = "start" }, "two states are named start"},
	{"state without doc", func(s *sm.KindSpec) { s.States[1].Doc = "" }, "state busy: its doc is missing"},
	{"unknown flag", func(s *sm.KindSpec) { s.States[1].Flags = 1 << 6 }, "state busy: it has unknown flags 0x40"},
	{"capitals, not final", func(s *sm.KindSpec) {
		s.States[2].Flags, s.States[2].Next = 0, []string{"start"}
	}, "state DONE: its name is in capitals, but it is not final"},
	{"failure without end", func(s *sm.KindSpec) {
		s.States = append(s.States, sm.StateSpec{Name: "broken", Doc: "Bad.", Flags: sm.Failure})
	}, "state broken: it is a failure, but neither final nor can it move on"},
	{"dead end", func(s *sm.KindSpec) { s.States[1].Next = nil }, "state busy: it is not final, but cannot move on"},
	{"unknown next", func(s *sm.KindSpec) { s.States[1].Next = []string{"DONE", "gone"} }, `state busy: it moves to "gone", which is no state`},
	{"next twice", func(s *sm.KindSpec) { s.States[1].Next = []string{"DONE", "DONE"} }, "state busy: it lists the move to DONE twice"},
	{"no initial state", func(s *sm.KindSpec) { s.States[0].Flags = 0 }, "no state is initial"},
	{"unreachable", func(s *sm.KindSpec) {
		s.States = append(s.States, sm.StateSpec{Name: "lost", Doc: "Alone.", Next: []string{"DONE"}})
	}, "state lost: no moves lead to it from an initial state"},
	{"reachable only from itself", func(s *sm.KindSpec) {
		s.States = append(s.States, sm.StateSpec{Name: "lost", Doc: "Alone.", Flags: sm.Final, Next: []string{"lost"}})
	}, "state lost: no moves lead to it"},
	{"no final state", func(s *sm.KindSpec) {
		s.States[2] = sm.StateSpec{Name: "again", Doc: "On.", Next: []string{"busy"}}
		s.States[1].Next = []string{"again"}
	},
		"state start: no moves lead from it to a final state"},
	{"trap", func(s *sm.KindSpec) {
		s.States[0].Next = []string{"busy", "trap"}
		s.States = append(s.States, sm.StateSpec{Name: "trap", Doc: "For ever.", Next: []string{"trap"}})
	}, "state trap: no moves lead from it to a final state"},
	{"reason for no move", func(s *sm.KindSpec) { s.States[0].UnreachedNext = map[string]string{"DONE": "Why."} },
		`state start: it says why a move to "DONE" is not reached, but lists no such move`},
	{"empty reason", func(s *sm.KindSpec) { s.States[0].UnreachedNext = map[string]string{"busy": ""} },
		"state start: the reason why its move to busy is not reached is missing"},
	{"unprintable reason", func(s *sm.KindSpec) { s.States[0].Unreached = "\a" },
		"state start: the reason why it is not reached has a character"},
}

func TestBuildRefuses(t *testing.T) {
	for _, tt := range badSpecs {
		t.Run(tt.name, func(t *testing.T) {
			s := spec()
			tt.spoil(&s)
			k, err := sm.Build(s)
			if k != nil || !errors.Is(err, sm.ErrKind) {
				t.Fatalf("got %v, %v, want an error that wraps ErrKind", k, err)
			}
			if !strings.Contains(err.Error(), tt.want) || len(err.Error()) > 300 {
				t.Errorf("got %q\nwant %q in it", err, tt.want)
			}
		})
	}
}

func TestMustBuildPanics(t *testing.T) {
	defer func() {
		if err, _ := recover().(error); !errors.Is(err, sm.ErrKind) {
			t.Errorf("panic with %v, want an error that wraps ErrKind", err)
		}
	}()
	sm.MustBuild(sm.KindSpec{})
}

func TestKind(t *testing.T) {
	s := spec()
	k, err := sm.Build(s)
	if err != nil {
		t.Fatal(err)
	}
	s.States[0].Next[0] = "changed"
	k.States()[0].Name = "changed"
	if got := k.States()[0]; got.Name != "start" || got.Next[0] != "busy" {
		t.Errorf("the kind follows changes made to copies: %+v", got)
	}
	if k.Name() != "two-steps" || k.Doc() != "A good kind." || k.Len() != 3 {
		t.Errorf("got %s, %s, %d", k.Name(), k.Doc(), k.Len())
	}
	if got, ok := k.State("DONE"); got != 2 || !ok {
		t.Errorf("State(DONE) = %d, %v", got, ok)
	}
	if _, ok := k.State("gone"); ok {
		t.Error("there is a state gone")
	}
	if got := k.Initial(); len(got) != 1 || got[0] != 0 {
		t.Errorf("Initial() = %v", got)
	}
	for _, tt := range []struct {
		from, to sm.State
		want     bool
	}{{0, 1, true}, {1, 1, true}, {1, 2, true}, {0, 2, false}, {2, 0, false}, {0, 63, false}, {63, 0, false}, {255, 255, false}} {
		if got := k.Allowed(tt.from, tt.to); got != tt.want {
			t.Errorf("Allowed(%d, %d) = %v", tt.from, tt.to, got)
		}
	}
	if k.StateName(2) != "DONE" || k.StateName(200) != "state-200" {
		t.Errorf("got %s and %s", k.StateName(2), k.StateName(200))
	}
	if f := k.States()[0].Flags | sm.Failure | 1<<7; f.String() != "initial failure flags-0x80" {
		t.Errorf("flags print as %q", f)
	}
	if got := k.Spec(); !reflect.DeepEqual(got, spec()) {
		t.Errorf("Spec() = %+v", got)
	}
	if !k.Is(2, sm.Final) || k.Is(2, sm.Final|sm.Failure) || k.Is(200, sm.Final) || k.Is(200, 0) {
		t.Error("Is is wrong")
	}
}

func TestKindJSON(t *testing.T) {
	s := spec()
	s.States[0].UnreachedNext = map[string]string{"busy": "Nobody does."}
	s.States[2].Flags |= sm.Failure
	s.States[2].Unreached = "Nobody does."
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"name":"two-steps","doc":"A good kind.","states":[` +
		`{"name":"start","doc":"Begins.","flags":["initial"],"next":["busy"],"unreachedNext":{"busy":"Nobody does."}},` +
		`{"name":"busy","doc":"Works.","next":["busy","DONE"]},` +
		`{"name":"DONE","doc":"Ends.","flags":["final","failure"],"unreached":"Nobody does."}]}`
	if string(data) != want {
		t.Errorf("got  %s\nwant %s", data, want)
	}
	var back sm.KindSpec
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, s) {
		t.Errorf("got  %+v\nwant %+v", back, s)
	}
	if _, err := sm.Build(back); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{`["finale"]`, `"final"`, `3`} {
		var f sm.Flags
		if err := json.Unmarshal([]byte(bad), &f); err == nil {
			t.Errorf("flags %s were read as %s", bad, f)
		}
	}
}
