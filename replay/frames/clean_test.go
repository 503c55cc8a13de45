package frames_test

import (
	"bytes"
	"errors"
	"testing"
	"unicode"
	"unicode/utf8"

	"raftscope/recorder"
	"raftscope/replay/frames"
	"raftscope/sm"
)

func TestClean(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"set x 1", "set x 1"},
		{"grüße ✂ 世界", "grüße ✂ 世界"},
		{"a\x1b[31mb", "a[31mb"},
		{"a\x00\x07\x7fb", "ab"},
		{"one\r\ntwo\tthree", "one  two three"},
		{"c1 \u009b31m", "c1 31m"},
		{"lone \x9b31m", "lone \ufffd31m"},
		{"cut \xe4\xb8", "cut \ufffd"},
		{"\xff\ufffd\xff\xffa\xff", "\ufffd\ufffd\ufffda\ufffd"},
		{"\u202egnp.exe\u202c \u2066x\u2069", "gnp.exe x"},
		{"a\u2028b", "a b"},
	}
	for _, test := range tests {
		if got := frames.Clean(test.in); got != test.want {
			t.Errorf("Clean(%q) = %q, expected %q", test.in, got, test.want)
		}
	}
}

func TestEveryStringIsCleaned(t *testing.T) {
	const bad = "\x1b]0;owned\x07\u202e"
	const good = "]0;owned"
	var b bytes.Buffer
	enc := recorder.NewEncoder(&b)
	err := errors.Join(
		enc.WriteHeader(recorder.Header{Versions: map[string]string{bad: bad}}),
		enc.WriteKinds([]sm.KindSpec{{Name: bad, Doc: bad, States: []sm.StateSpec{
			{Name: bad, Doc: bad, Next: []string{bad}, Unreached: bad}}}}),
		enc.WriteEvents([]sm.Event{{Seq: 1, Type: sm.Born, Node: bad, Kind: bad, Key: bad, Text: bad}}))
	if err != nil {
		t.Fatal(err)
	}
	r := frames.NewReader(&b)
	h, err := r.Header()
	if err != nil || h.Versions[good] != good {
		t.Errorf("versions %q, %v", h.Versions, err)
	}
	f, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	k := f.Kinds[0]
	for _, s := range []string{k.Name, k.Doc, k.States[0].Name, k.States[0].Doc, k.States[0].Next[0], k.States[0].Unreached} {
		if s != good {
			t.Errorf("kind holds %q", s)
		}
	}
	if f, err = r.Next(); err != nil {
		t.Fatal(err)
	}
	for _, s := range texts(&f.Events[0]) {
		if s != good {
			t.Errorf("event holds %q", s)
		}
	}
}

func texts(e *sm.Event) []string { return []string{e.Node, e.Kind, e.Key, e.Text} }

// clean says whether nothing in s could reach a terminal as a command.
func clean(s string) bool {
	for _, r := range s {
		if unicode.IsControl(r) || r >= 0x202a && r <= 0x202e {
			return false
		}
	}
	return utf8.ValidString(s)
}
