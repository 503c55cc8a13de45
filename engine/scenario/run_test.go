package scenario

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"raftscope/engine"
	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/replay/history"
	"raftscope/sm"
)

// runText runs a scenario given as text.
func runText(t *testing.T, text string, opt Options) (transcript string, v Verdict, err error) {
	t.Helper()
	var out bytes.Buffer
	v, err = Run(context.Background(), parseText(t, text), &out, opt)
	return out.String(), v, err
}

// An error of a command says where it is, what was waited for and what was the
// case instead. What came before is in the transcript.
func TestPlaceErrors(t *testing.T) {
	for _, c := range []struct {
		name, text, place string
		wrapped           string // class of the CommandError; empty: another error
		says              []string
	}{
		{"unmet", "cluster nodes=3\nrun until leader\n  run until commit n2 >= 99 timeout=2s\nnote never", "test.txt:3:3: ", "timeout",
			[]string{`waited for "commit n2 >= 99"`, "within 2s", "saw n2 has committed "}},
		{"refused", "cluster nodes=3\nnote a ; restart n1", "test.txt:2:1: ", "", nil}, // a note takes the whole line
		{"second of a line", "cluster nodes=3\nadvance 1ms ; restart n1 ; advance 1s", "test.txt:2:15: ", "refused", []string{"n1 is running"}},
		{"no leader", "write leader set x 1", "test.txt:1:1: ", "refused", []string{"there is no leader"}},
		{"no machine", "print tree exec@7", "test.txt:1:1: ", "", []string{"there is no exec@7"}},
		{"nothing visible", "cluster nodes=1\nrun until leader\nrun until idle\nadvance 1s\nstep", "test.txt:5:1: ", "timeout",
			[]string{"nothing visible happened for 2s"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, v, err := runText(t, c.text, Options{})
			if c.says == nil {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var at *PlaceError
			if !errors.As(err, &at) || !strings.HasPrefix(err.Error(), c.place) {
				t.Fatalf("got error %v, want a PlaceError at %s", err, c.place)
			}
			for _, s := range c.says {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("the error %q does not say %q", err, s)
				}
			}
			var command *engine.CommandError
			if errors.As(err, &command) != (c.wrapped != "") || command != nil && command.Class != c.wrapped {
				t.Errorf("the error wraps %+v, want class %q", command, c.wrapped)
			}
			if strings.Contains(out, "never") || !strings.HasPrefix(out, "> ") || v.Digest == "" || v.Kept == nil {
				t.Errorf("after the error: verdict %+v, transcript:\n%s", v, out)
			}
		})
	}
}

// A failed expectation is counted and does not end the run.
func TestExpectationFails(t *testing.T) {
	out, v, err := runText(t, "cluster nodes=1\nexpect leader\nrun until leader\nexpect leader ; expect commit n1 >= 99\nnote the end", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if v.Expectations != 3 || v.Failed != 2 || v.OK() {
		t.Errorf("verdict %+v, want 2 of 3 failed", v)
	}
	for _, want := range []string{
		"> expect leader\n  FAILED at test.txt:2:1: saw n1 is follower in term ",
		"  ok\n  FAILED at test.txt:4:17: saw n1 has committed ",
		"> note the end\n", "= 2 of 3 expectations FAILED; ",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the transcript lacks %q:\n%s", want, out)
		}
	}
}

// A run in which clients were told what cannot be fails, and says so above its
// last line; one that could not be decided does not fail.
func TestHistoryDecidesVerdict(t *testing.T) {
	for _, c := range []struct {
		result history.Result
		ok     bool
	}{{history.Linearizable, true}, {history.NotChecked, true}, {history.NotDecided, true}, {history.NotLinearizable, false}} {
		if v := (Verdict{History: history.Verdict{Result: c.result}}); v.OK() != c.ok {
			t.Errorf("%s: OK is %v", c.result, v.OK())
		}
	}
	out, v, err := runText(t, "cluster nodes=1\nrun until leader\nwrite leader set x 1\nprint history\nadvance 1s\nrun until leader and not leader timeout=2s", Options{})
	if err == nil || v.History.Calls != 1 || !strings.Contains(out, "client was told  so it\n") || !strings.Contains(out, "\n= history of 1 call on 1 key: linearizable\n= stopped: ") {
		t.Errorf("%v, %+v\n%s", err, v.History, out)
	}
}

func TestNothingExpected(t *testing.T) {
	out, v, err := runText(t, "", Options{})
	if err != nil || !v.OK() || !strings.Contains(out, "= nothing expected; ") {
		t.Errorf("an empty scenario: %v, %+v, %q", err, v, out)
	}
}

// cancelAt cancels at the first event of the journal that begins so.
type cancelAt struct {
	cancel context.CancelFunc
	begins string
}

// Take implements sm.Sink.
func (c *cancelAt) Take(events []sm.Event) error {
	for i := range events {
		if events[i].Type == sm.Command && strings.HasPrefix(events[i].Text, c.begins) {
			c.cancel()
		}
	}
	return nil
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var out bytes.Buffer
	f := parseText(t, "cluster nodes=3\nrun until leader\nadvance 24h\nnote never")
	v, err := Run(ctx, f, &out, Options{Out: &cancelAt{cancel, "advance"}})
	if !errors.Is(err, context.Canceled) || !strings.HasPrefix(err.Error(), "test.txt:3:1: ") {
		t.Errorf("got %v, want %v at test.txt:3:1", err, context.Canceled)
	}
	if strings.Contains(out.String(), "never") || v.Status.At >= sm.Time(grammar.DurationMax) {
		t.Errorf("the run went on to %v:\n%s", v.Status.At, out.String())
	}
}

func TestCancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out bytes.Buffer
	_, err := Run(ctx, parseText(t, "cluster nodes=1\nadvance 1ms\nadvance 24h"), &out, Options{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

// brokenWriter takes so many bytes.
type brokenWriter struct{ room int }

var errPipe = errors.New("broken pipe")

// Write implements io.Writer.
func (b *brokenWriter) Write(p []byte) (int, error) {
	if len(p) > b.room {
		return 0, errPipe
	}
	b.room -= len(p)
	return len(p), nil
}

// Whoever reads the transcript may go away at any byte of it.
func TestBrokenWriter(t *testing.T) {
	const text = "cluster nodes=1\n# a comment\nrun until leader\nprint nodes\nexpect leader"
	whole, _, err := runText(t, text, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for room := 0; room < len(whole); room += 1 + len(whole)/20 {
		if _, err := Run(context.Background(), parseText(t, text), &brokenWriter{room}, Options{}); !errors.Is(err, errPipe) {
			t.Errorf("a writer that takes %d of %d bytes: got %v, want %v", room, len(whole), err, errPipe)
		}
	}
	if _, err := Run(context.Background(), parseText(t, text), &brokenWriter{len(whole)}, Options{}); err != nil {
		t.Errorf("a writer that takes all: %v", err)
	}
}

// Nothing in a scenario can command the terminal on which its transcript is
// shown.
func TestControlCharacters(t *testing.T) {
	for _, text := range []string{"# \x1b[2J", "note \x1b[2J", "note \u009b31m", "note \u202e", "note a\x00b", "\x07"} {
		_, err := grammar.ParseFile("evil.txt", strings.NewReader(text))
		if err == nil || strings.ContainsFunc(err.Error(), unprintable) {
			t.Errorf("%q: the parser's error is %q, want one without control characters", text, err)
		}
	}
	for _, text := range []string{
		"cluster nodes=1\nrun until leader\nwrite n1 set \"k\\x1b[2J\" \"v\\x1b]0;owned\\x07\" wait\nread n1 get \"k\\x1b[2J\" wait\nprint logs\nprint tree exec@1 --moves\nprint outcomes\nprint events\nprint log",
		"cluster nodes=1\nrun until leader\nwrite n1 cas \"k\\x1b[2J\" \"\\x07\" b wait\nprint outcomes",
		"cluster nodes=1\nexpect attr node@n1 leader = \"\\x1b[2J\"",
		"cluster nodes=1\nrun until attr node@n1 leader = \"\\x1b[2J\" timeout=1ms",
	} {
		f, err := grammar.ParseFile("evil\x1b[2J.txt", strings.NewReader(text))
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		var out bytes.Buffer
		_, err = Run(context.Background(), f, &out, Options{})
		if i := strings.IndexFunc(out.String(), unprintable); i >= 0 {
			t.Errorf("%q: the transcript has %q", text, out.String()[max(0, i-20):min(out.Len(), i+20)])
		}
		if err != nil && strings.ContainsFunc(err.Error(), unprintable) {
			t.Errorf("%q: the error is %q", text, err)
		}
	}
}

// unprintable says what no transcript may hold.
func unprintable(r rune) bool {
	return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r))
}

func TestPrintJSON(t *testing.T) {
	const text = "cluster nodes=3\nrun until leader\nwrite leader set \"k \\\" ü\" v wait\nrun until idle\n"
	out, _, err := runText(t, text+"print tree exec@1 --json\n", Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, printed, _ := strings.Cut(out, "--json\n")
	printed, _, _ = strings.Cut(printed, "\n= ")
	if !json.Valid([]byte(printed)) {
		t.Errorf("the tree is no valid JSON:\n%s", printed)
	}
	for _, want := range []string{`"exec#`, `"append-follower#`, `"APPLIED"`} {
		if !strings.Contains(printed, want) {
			t.Errorf("the tree lacks %q", want)
		}
	}
	out, v, err := runText(t, text+"print events\n", Options{Print: grammar.PrintOptions{JSON: true}})
	if err != nil {
		t.Fatal(err)
	}
	_, printed, _ = strings.Cut(out, "print events\n")
	printed, _, _ = strings.Cut(printed, "\n= ")
	lines := strings.Split(printed, "\n")
	for i, line := range lines {
		var e replay.EventJSON
		if err := json.Unmarshal([]byte(line), &e); err != nil || e.Seq != uint64(i+1) {
			t.Fatalf("line %d of print events is %q: %v", i+1, line, err)
		}
	}
	if len(lines) != v.Events {
		t.Errorf("%d events were printed of %d", len(lines), v.Events)
	}
}

// Two runs give the same transcript, to the byte, whatever is printed.
func TestTranscriptsAreEqual(t *testing.T) {
	if raceEnabled {
		t.Skip("runs are not equal under the race detector")
	}
	const text = "cluster nodes=3 seed=3\nrun until leader\nwrite leader set x 1\nstep 20\nrun until idle\nprint tree exec@1 --moves\nprint events\nprint events --json\nprint log\nprint logs\nprint nodes\nprint outcomes\nprint digest"
	first, _, err := runText(t, text, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if again, _, err := runText(t, text, Options{}); err != nil || again != first {
			t.Errorf("%v; the transcripts differ at %s", err, firstDifference(again, first))
		}
	}
	if !strings.Contains(first, "\n> step 20\n") {
		t.Error("the transcript does not repeat its commands")
	}
}

// Real durations are printed only if asked for.
func TestReal(t *testing.T) {
	const text = "cluster nodes=1\nrun until leader\nwrite n1 set x 1 wait\nprint tree exec@1%s\nprint events%s"
	for opt, want := range map[string]bool{"": false, " --real": true} {
		out, _, err := runText(t, fmt.Sprintf(text, opt, opt), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(out, "real=") && !strings.Contains(out, "real=..."); got != want {
			t.Errorf("print%s: real durations are there: %v, want %v", opt, got, want)
		}
	}
}
