package words

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestReadCommand(t *testing.T) {
	s, err := NewScanner(3, "é \"a b\"\tx#y; z # c")
	if err != nil {
		t.Fatal(err)
	}
	c, err := ReadCommand(s)
	want := []Word{{Text: "é", Column: 1}, {Text: "a b", Column: 3, Quoted: true}, {Text: "x#y", Column: 9}}
	if err != nil || !reflect.DeepEqual(c.words, want) || c.Line() != 3 || c.end != 12 {
		t.Fatalf("first command is %+v ending at %d, %v", c.words, c.end, err)
	}
	if !s.Separator() || s.Separator() {
		t.Fatal("there is one separator")
	}
	c, err = ReadCommand(s)
	if err != nil || len(c.words) != 1 || c.words[0] != (Word{Text: "z", Column: 14}) || s.SkipBlanks() {
		t.Errorf("second command is %+v, %v", c.words, err)
	}
}

func TestSplit(t *testing.T) {
	c := NewCursor(1, []Word{{Text: "é>=5", Column: 4}, {Text: "(a)", Column: 9, Quoted: true}, {Text: "<", Column: 15}}, 16)
	got := c.Split("<", ">", "=", ">=").words
	want := []Word{{Text: "é", Column: 4}, {Text: ">=", Column: 5}, {Text: "5", Column: 7},
		{Text: "(a)", Column: 9, Quoted: true}, {Text: "<", Column: 15}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Split = %+v, want %+v", got, want)
	}
}

func TestLabel(t *testing.T) {
	tests := []struct {
		text  string
		words []Word
	}{
		{`text:"a b" x`, []Word{{Text: "a b", Column: 1, Quoted: true, Label: "text:"}, {Text: "x", Column: 12}}},
		{`((text:"a")`, []Word{{Text: "((", Column: 1}, {Text: "a", Column: 3, Quoted: true, Label: "text:"}, {Text: ")", Column: 11}}},
		{`("a"`, []Word{{Text: "(", Column: 1}, {Text: "a", Column: 2, Quoted: true}}},
		{`text: "a"`, []Word{{Text: "text:", Column: 1}, {Text: "a", Column: 7, Quoted: true}}},
		{`texts:"a"`, nil}, {`text:b"a"`, nil}, {`text:"a`, nil}, {`text:"a"b`, nil}, {`xtext:"a"`, nil},
	}
	for _, tt := range tests {
		s, err := NewScanner(1, tt.text)
		if err != nil {
			t.Fatal(err)
		}
		c, err := ReadCommand(s.TakeLabel("text:"))
		if (err != nil) != (tt.words == nil) || err == nil && !reflect.DeepEqual(c.words, tt.words) {
			t.Errorf("%s: %+v, %v; want %+v", tt.text, c, err, tt.words)
		}
	}
	if s, err := NewScanner(1, `text:"a"`); err != nil {
		t.Fatal(err)
	} else if _, err := ReadCommand(s); err == nil {
		t.Error("a label is taken unasked")
	}
}

func TestNearest(t *testing.T) {
	known := []string{"leader", "logs", "last", "--moves", "HeartbeatTimeout"}
	for word, want := range map[string]string{
		"leader": "leader", "LEADER": "leader", "laeder": "leader", "leadre": "leader", "leder": "leader", "ledr": "",
		"log": "logs", "lst": "last", "las": "last", "xyz": "", "": "", "--move": "--moves", "heartbeattimeut": "HeartbeatTimeout",
		strings.Repeat("l", 70): "",
	} {
		if got := Nearest(word, known); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestQuote(t *testing.T) {
	for text, want := range map[string]string{
		"a": "a", "": `""`, "a b": `"a b"`, "#a": `"#a"`, "a#": "a#", "a;b": `"a;b"`, `a"b`: `"a\"b"`, `a\b`: `a\b`,
		"\xff": `"\xff"`, "é": "é", "\u202e": `"\u202e"`, "\x1b": `"\x1b"`, "\u00a0": `"\u00a0"`,
	} {
		if got := Quote(text); got != want {
			t.Errorf("Quote(%q) = %s, want %s", text, got, want)
		}
	}
}

func TestErrorIsOneShortLine(t *testing.T) {
	e := &Error{Line: 2, Column: 5, Word: strings.Repeat("\x1b[2J\n", 100), Expected: "a word"}
	if s := e.Error(); !strings.HasPrefix(s, "2:5: got ") || len(s) > 300 || strings.ContainsAny(s, "\x1b\n") {
		t.Errorf("%q", s)
	}
}

func TestCheckLine(t *testing.T) {
	for _, text := range []string{"", "\t", "é\u00a0\U0001f600\ufffd", strings.Repeat("é", LineBytesMax/2)} {
		if err := CheckLine(1, text); err != nil {
			t.Errorf("CheckLine(%.20q): %v", text, err)
		}
	}
	for text, column := range map[string]int{
		"a\x00": 2, "é\x7f": 2, "\u0085": 1, "ab\u2028": 3, "\xc3": 1, "a\u2066": 2, strings.Repeat("é", LineBytesMax/2) + "x": LineBytesMax/2 + 1,
		strings.Repeat("x", LineBytesMax-1) + "é": LineBytesMax,
	} {
		var e *Error
		if err := CheckLine(1, text); !errors.As(err, &e) || e.Column != column {
			t.Errorf("CheckLine(%.20q): %v, want column %d", text, err, column)
		}
	}
}
