package grammar

import (
	"errors"
	"io"
	"math/rand"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

func TestParseFile(t *testing.T) {
	const text = "\ufeff# A comment.\r\n\r\ncluster nodes=2 seed=7\n  # indented\nrun until leader ; stop n2\nnote the end"
	f, err := ParseFile("a.txt", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if f.Name != "a.txt" || f.Cluster.Nodes != 2 || f.Cluster.Seed != 7 || f.Cluster.Line != 3 {
		t.Errorf("ParseFile = %q with %+v", f.Name, f.Cluster)
	}
	want := []string{"# A comment.", "", "cluster nodes=2 seed=7", "  # indented", "run until leader ; stop n2", "note the end"}
	for i, l := range f.Lines {
		if i >= len(want) || l.Text != want[i] || l.Number != i+1 {
			t.Errorf("line %d is %q", l.Number, l.Text)
		}
	}
	if len(f.Lines) != len(want) {
		t.Errorf("%d lines, want %d", len(f.Lines), len(want))
	}
	var at []Pos
	for _, c := range f.Commands() {
		at = append(at, c.Position())
	}
	if want := []Pos{{3, 1}, {5, 1}, {5, 20}, {6, 1}}; !reflect.DeepEqual(at, want) {
		t.Errorf("commands at %v, want %v", at, want)
	}
}

func TestParseFileWithoutCluster(t *testing.T) {
	for _, text := range []string{"", "\n", "# nothing\n", "run until leader\nstop n3\n"} {
		f, err := ParseFile("a.txt", strings.NewReader(text))
		if err != nil || !reflect.DeepEqual(f.Cluster, DefaultCluster()) {
			t.Errorf("ParseFile(%q) = %v, %v", text, f, err)
		}
	}
}

// line64 is a comment of 64 bytes.
var line64 = "# " + strings.Repeat("x", 61) + "\n"

func TestParseFileErrors(t *testing.T) {
	garbage := make([]byte, 10<<20)
	rand.New(rand.NewSource(1)).Read(garbage)
	garbage[0] = 0x7f
	long := strings.Repeat("x", 10<<20)
	tests := []struct {
		name, text, want string
	}{
		{"unknown command", "run until leader\n\nfoo bar\n", `a.txt:3:1: got "foo", expected a command`},
		{"cluster too late", "step\ncluster nodes=3\n", "a.txt:2:1: cluster must be the first command"},
		{"cluster twice", "cluster\ncluster\n", "a.txt:2:1: cluster must be the first command"},
		{"node beyond the default", "stop n4\n", `a.txt:1:6: got "n4", expected a node: one of n1, n2, n3`},
		{"node beyond the cluster", "cluster nodes=1\nexpect leader n2\n", `a.txt:2:15: got "n2"`},
		{"binary", string(garbage), "a.txt:1:1: control character U+007F"},
		{"zip", "PK\x03\x04", "a.txt:1:3: control character U+0003"},
		{"NUL", "step\nst\x00ep", "a.txt:2:3: is not a text file: NUL byte"},
		{"latin-1", "step # caf\xe9\n", "a.txt:1:11: is not a text file: byte 0xe9 is not UTF-8"},
		{"utf-16", "\xff\xfes\x00t\x00", "a.txt:1:1: is not a text file: byte 0xff"},
		{"lone carriage return", "step\rstep\n", "a.txt:1:5: control character U+000D"},
		{"line of 10 MB", "step\n" + long, "a.txt:2:65537: the line is longer than 65536 bytes"},
		{"comment of 10 MB", "# " + long, "a.txt:1:65537: the line is longer"},
		{"file of 5 MB", strings.Repeat(line64, 80_000), "a.txt:65537:1: the file is longer than 4194304 bytes"},
		{"file one byte too long", strings.Repeat(line64, FileBytesMax/64) + "#", "a.txt:65537:1: the file is longer"},
		{"cut in a rune", strings.Repeat(line64, FileBytesMax/64-1) + line64[:62] + "é\n", "a.txt:65536:1: the file is longer"},
		{"too many lines", strings.Repeat("\n", LinesMax+1), "a.txt:200001:1: the file has more than 200000 lines"},
		{"too many commands", strings.Repeat("step;step\n", CommandsMax/2) + "step\n", "a.txt:50001:1: the file has more than 100000 commands"},
		{"one command too many in its line", "step\n" + strings.Repeat("step;step\n", CommandsMax/2), "a.txt:50001:6: the file has more than 100000 commands"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := ParseFile("a.txt", strings.NewReader(tt.text))
			var fe *FileError
			if f != nil || !errors.As(err, &fe) || !strings.HasPrefix(err.Error(), tt.want) {
				t.Fatalf("ParseFile = %v, %v; want %q", f, err, tt.want)
			}
			if strings.ContainsAny(err.Error(), "\n\r\x00\x1b") || len(err.Error()) > 600 {
				t.Errorf("not one clear line: %.700q", err)
			}
		})
	}
}

func TestParseFileAtItsLimits(t *testing.T) {
	for name, text := range map[string]string{
		"bytes":    strings.Repeat(line64, FileBytesMax/64),
		"lines":    strings.Repeat("\n", LinesMax),
		"commands": strings.Repeat("step\n", CommandsMax),
		"line":     "#" + strings.Repeat("x", 65535),
	} {
		if _, err := ParseFile("a.txt", strings.NewReader(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseFileReadsNoMoreThanItsLimit(t *testing.T) {
	r := &countingReader{}
	if _, err := ParseFile("a.txt", r); err == nil {
		t.Error("ParseFile of an endless file: no error")
	}
	if r.n > 2*FileBytesMax {
		t.Errorf("ParseFile reads %d bytes of an endless file", r.n)
	}
}

// countingReader is an endless file of comments.
type countingReader struct{ n int }

func (r *countingReader) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = "# 34567\n"[(r.n+i)%8]
	}
	r.n += len(p)
	return len(p), nil
}

func TestParseFileReadError(t *testing.T) {
	r := io.MultiReader(strings.NewReader("step\n"), iotest.ErrReader(io.ErrUnexpectedEOF))
	f, err := ParseFile("a.txt", r)
	if f != nil || !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "read a.txt") {
		t.Errorf("ParseFile = %v, %v", f, err)
	}
}
