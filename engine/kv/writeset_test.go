package kv_test

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"raftscope/engine/kv"
)

var writeSets = []kv.WriteSet{
	{Op: kv.OpSet, Key: "x", Value: "1"},
	{Op: kv.OpSet, Key: "x", Value: ""},
	{Op: kv.OpSet, Key: "", Value: "no key"},
	{Op: kv.OpSet, Key: "two words", Value: `a "b" c`},
	{Op: kv.OpSet, Key: "set", Value: "del"},
	{Op: kv.OpSet, Key: "\x00\x1b[31m\n", Value: "\xff\xfe"},
	{Op: kv.OpSet, Key: "ключ", Value: "值"},
	{Op: kv.OpDel, Key: "x"},
	{Op: kv.OpDel, Key: `a "b" c`},
}

func TestRoundTrip(t *testing.T) {
	for _, w := range writeSets {
		data := w.Encode()
		if len(data) == 0 || strings.ContainsFunc(string(data), unicode.IsControl) {
			t.Errorf("%#v is encoded as %q", w, data)
		}
		got, err := kv.Decode(data)
		if err != nil || got != w {
			t.Errorf("%q comes back as %#v, %v", data, got, err)
		}
	}
}

// An entry's request is found by the identity of its bytes.
func TestEncodeSharesNothing(t *testing.T) {
	a, b := writeSets[0].Encode(), writeSets[0].Encode()
	if &a[0] == &b[0] {
		t.Error("two write sets share memory")
	}
}

func TestDecodeBadData(t *testing.T) {
	for _, data := range []string{
		"", " ", "set", "set ", "set x", `set "x"`, `set "x" `, `set "x" "1" `, `set "x" "1"x`, `set "x" "1`, `set "x"  "1"`,
		"del", `del "x" "1"`, `del "x`, `incr "x"`, ` set "x" "1"`, `SET "x" "1"`, "\x00", `set 'xy' "1"`, strings.Repeat("x", 1000),
	} {
		w, err := kv.Decode([]byte(data))
		if !errors.Is(err, kv.ErrWriteSet) || w != (kv.WriteSet{}) {
			t.Errorf("%q gives %#v, %v", data, w, err)
		}
		if err != nil && strings.ContainsFunc(err.Error(), unicode.IsControl) {
			t.Errorf("%q: the error %q has control characters", data, err)
		}
	}
}

func TestShow(t *testing.T) {
	for _, c := range []struct{ s, want string }{
		{"x", "x"}, {"", `""`}, {"two words", `"two words"`}, {"a\x1b[0m", `"a\x1b[0m"`}, {"\xff", `"\xff"`}, {"值", "值"},
		{"tab\t", `"tab\t"`}, {"\u202e", `"\u202e"`}, {strings.Repeat("a", 60), strings.Repeat("a", 60)},
		{strings.Repeat("a", 61), strings.Repeat("a", 60) + "...(61 B)"},
		{`"x"`, `"\"x\""`}, {`a\b`, `"a\\b"`}, {kv.None, `"(none)"`}, {"a...(70", `"a...(70"`},
		{strings.Repeat("a", 59) + "值", strings.Repeat("a", 59) + "...(62 B)"},
	} {
		if got := kv.Show(c.s); got != c.want {
			t.Errorf("%q is shown as %s, want %s", c.s, got, c.want)
		}
	}
}

func TestWriteSetString(t *testing.T) {
	for _, c := range []struct {
		w    kv.WriteSet
		want string
	}{{writeSets[0], "set x=1"}, {writeSets[7], "del x"}, {writeSets[3], `set "two words"="a \"b\" c"`}} {
		if got := c.w.String(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// Whatever Decode takes means one thing and can be shown; nothing panics.
func FuzzDecode(f *testing.F) {
	for _, w := range writeSets {
		f.Add(w.Encode())
	}
	f.Add([]byte("set `x` 'y'"))
	f.Fuzz(func(t *testing.T, data []byte) {
		w, err := kv.Decode(data)
		if err != nil {
			if !errors.Is(err, kv.ErrWriteSet) {
				t.Errorf("%q: %v is not ErrWriteSet", data, err)
			}
			return
		}
		again, err := kv.Decode(w.Encode())
		if err != nil || again != w {
			t.Errorf("%q gives %#v, which comes back as %#v, %v", data, w, again, err)
		}
		if s := w.String(); strings.ContainsFunc(s, unicode.IsControl) || !utf8.ValidString(s) {
			t.Errorf("%#v is shown as %q", w, s)
		}
	})
}
