package sm_test

import (
	"reflect"
	"testing"

	"raftscope/sm"
)

func digestOf(events ...sm.Event) sm.Digest {
	var d sm.Digest
	for i := range events {
		d.Add(&events[i])
	}
	return d
}

var fullEvent = sm.Event{
	Seq: 1, At: 2, Wall: 3, Due: 4, Node: "n1", Life: 5, Type: sm.Attributed, From: 6, State: 7, IsText: true,
	Machine: 8, Other: 9, Kind: "exec", Key: "bytes", Text: "some longer text", Num: 10,
}

// Every field but Wall changes the digest: a field added to Event later must be
// taken in, too.
func TestDigestTakesEveryField(t *testing.T) {
	base := digestOf(fullEvent)
	typ := reflect.TypeFor[sm.Event]()
	for i := range typ.NumField() {
		e := fullEvent
		f := reflect.ValueOf(&e).Elem().Field(i)
		for _, other := range []bool{false, true} {
			switch f.Kind() {
			case reflect.String:
				f.SetString(map[bool]string{false: "", true: "other"}[other])
			case reflect.Bool:
				f.SetBool(false)
			case reflect.Int64:
				f.SetInt(map[bool]int64{false: 0, true: -1}[other])
			default:
				f.SetUint(map[bool]uint64{false: 0, true: 200}[other])
			}
			if same := digestOf(e) == base; same != (typ.Field(i).Name == "Wall") {
				t.Errorf("a change of %s: the digest is the same: %v", typ.Field(i).Name, same)
			}
		}
	}
}

func TestDigestLeavesOutRealDurations(t *testing.T) {
	for key, real := range map[string]bool{
		"real": true, "real-": true, "real-store": true, "": false, "rea": false, "reality": false, "bytes": false, "not-real": false,
	} {
		if sm.IsReal(key) != real {
			t.Errorf("IsReal(%q) = %v", key, !real)
		}
		a := sm.Event{Type: sm.Attributed, Key: key, Num: 5, Text: "a"}
		b := sm.Event{Type: sm.Attributed, Key: key, Num: 6, Text: "b"}
		if same := digestOf(a) == digestOf(b); same != real {
			t.Errorf("attribute %q: another value gives the same digest: %v", key, same)
		}
	}
	a, b := sm.Event{Type: sm.Linked, Key: "real", Num: 5}, sm.Event{Type: sm.Linked, Key: "real", Num: 6}
	if digestOf(a) == digestOf(b) {
		t.Error("the value of something that is no attribute was left out")
	}
}

// Digests are compared between versions of the program: they must not change
// unnoticed.
func TestDigestIsStable(t *testing.T) {
	if got := sm.Digest(0).String(); got != "0000000000000000" {
		t.Errorf("no events: %s", got)
	}
	d := digestOf(fullEvent)
	d.Add(&sm.Event{Seq: 2, At: 3, Node: "n2", Life: 1, Type: sm.Moved, State: 1, Machine: 1})
	if got, want := d.String(), "64ff3f70d0068459"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestDigestDependsOnOrderAndBounds(t *testing.T) {
	a, b := sm.Event{Type: sm.Note, Text: "a"}, sm.Event{Type: sm.Note, Text: "b"}
	if digestOf(a, b) == digestOf(b, a) {
		t.Error("the order of events does not matter")
	}
	seen := map[sm.Digest]string{}
	texts := []string{"", "\x00", "\x00\x00", "a", "ab", "abcdefgh", "abcdefgh\x00", "abcdefghi", "abcdefghabcdefgh"}
	for _, key := range texts {
		for _, text := range texts {
			d := digestOf(sm.Event{Type: sm.Note, Key: key, Text: text})
			name := key + "|" + text
			if other, ok := seen[d]; ok {
				t.Errorf("%q and %q have the same digest", name, other)
			}
			seen[d] = name
		}
	}
}
