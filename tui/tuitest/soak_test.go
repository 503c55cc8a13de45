//go:build unix

package tuitest

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

var inputs = flag.Int("inputs", 1000, "how many inputs the soak sends")

var errRow = errors.New("row 1 is no size")

func soak(t *testing.T, args ...string) Soak {
	keys := DefaultKeys()
	keys["!"], keys["h"] = 0, 0 // panics, hangs
	return Soak{
		Seed: 1, Inputs: *inputs, Keys: keys, Restart: true, Check: drawn,
		Start: func(cols, rows int) (Terminal, error) {
			program := programs()["keys"]
			env := append(os.Environ(), "TERM=xterm-256color", programEnv+"=keys")
			return StartPty(Command{Path: program.Path, Args: args, Env: env, Dir: t.TempDir(), Cols: cols, Rows: rows, Features: Features{Kitty: true, Sync: true}})
		},
	}
}

// drawn says whether the program has drawn itself at the screen's size.
func drawn(s Screen) error {
	if s.Cols < 30 || s.Rows < 6 {
		return nil
	}
	if !strings.HasPrefix(s.Line(1), fmt.Sprintf("%dx%d background", s.Cols, s.Rows)) || len(s.Line(s.Rows)) != s.Cols {
		return errors.New("the first or the last row is not that of this size")
	}
	return nil
}

func TestSoak(t *testing.T) {
	done, err := soak(t).Run()
	if err != nil {
		t.Fatal(err)
	}
	if done.Inputs != *inputs || done.Heartbeats < *inputs/heartbeat-5 || done.Restarts == 0 {
		t.Errorf("done was %+v", done)
	}
}

// TestSoakOfRestless: a program that draws all the time is no failure.
func TestSoakOfRestless(t *testing.T) {
	s := soak(t, "restless")
	s.Inputs, s.Limit = 2*heartbeat, 5*time.Second
	if done, err := s.Run(); err != nil || done.Heartbeats != 2 {
		t.Errorf("%+v, %v", done, err)
	}
}

func TestSoakFails(t *testing.T) {
	tests := []struct {
		name, want string // one of several, separated by |
		change     func(*Soak)
		args       []string
	}{
		{"panics", "the program ended with 2\nthe last inputs:\n", func(s *Soak) { s.Keys = map[Key]int{"!": 1, "x": 20} }, nil},
		{"quits", "the program ended with 0\nthe last inputs:\n", func(s *Soak) { s.Keys, s.Restart = map[Key]int{"q": 1}, false }, nil},
		{"hangs", "the program does not answer the size |the last row is not that of this size, for 4s", func(s *Soak) { s.Keys, s.Limit = map[Key]int{"x": 20, "h": 1}, 4*time.Second }, nil},
		{"leaves the mouse on", "the program ended with 0 and left in the terminal: the mouse (1002) on\n", func(s *Soak) { s.Keys = map[Key]int{"q": 1, "x": 20} }, []string{"mouse"}},
		{"wrong screen", "row 1 is no size", func(s *Soak) {
			s.Limit = 4 * time.Second
			s.Check = func(s Screen) error {
				if s.Rows == 16 {
					return errRow
				}
				return nil
			}
		}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := soak(t, tt.args...)
			tt.change(&s)
			_, err := s.Run()
			says := func(want string) bool { return err != nil && strings.Contains(err.Error(), want) }
			if !slices.ContainsFunc(strings.Split(tt.want, "|"), says) || !says("seed 1, input ") {
				t.Errorf("got error\n%v\nexpected in it\n%s", err, tt.want)
			}
		})
	}
}

func TestChanceIsEqual(t *testing.T) {
	a, b, other := NewChance(7, nil, 80, 24), NewChance(7, nil, 80, 24), NewChance(8, nil, 80, 24)
	same, kinds := true, map[string]int{}
	for range 2000 {
		in := a.Next().String()
		if again := b.Next().String(); again != in {
			t.Fatalf("got %s, then %s", in, again)
		}
		same = same && other.Next().String() == in
		word, _, _ := strings.Cut(in, " ")
		kinds[word]++
		if _, err := parseScript(in); err != nil {
			t.Errorf("%s is no line of a script: %v", in, err)
		}
	}
	if same || kinds["keys"] < 1500 || kinds["paste"] < 10 || kinds["mouse"] < 100 || kinds["resize"] < 10 {
		t.Errorf("another seed gave the same: %v; kinds %v", same, kinds)
	}
}

func TestCheckFrame(t *testing.T) {
	tests := []struct{ frame, want string }{
		{"abc\ndef", ""},
		{"\x1b[1;31ma\x1b[m日\n\x1b]8;;x\x07def\x1b]8;;\x07", ""},
		{"abc", "the frame has 1 rows, expected 2"},
		{"abc\ndef\n", "row 3, behind column 0: the row has 0 columns, expected 3"},
		{"abc\ndefg", "row 2, behind column 4: the row has 4 columns, expected 3"},
		{"abc\nd\x1b[Kef", `row 2, behind column 1: a control sequence [""K`},
		{"abc\nd\tef", "row 2, behind column 1: control character U+0009"},
		{"abc\ndef\x1b[3", "a sequence that is not whole"},
		{"abc\nde\xff", "broken UTF-8"},
	}
	for _, tt := range tests {
		err := CheckFrame(tt.frame, 3, 2)
		if (err != nil) != (tt.want != "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: got %v, expected %q", tt.frame, err, tt.want)
		}
	}
}
