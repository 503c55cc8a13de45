package scenario

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/replay/narrate"
	"raftscope/sm"
	"raftscope/sm/catalog"
)

// long is the longest scenario.
const long = "stress"

// explained are the scenarios whose explained transcripts are kept. Of the
// others, which would say the same again or which nobody would read, the
// sentences are checked too.
var explained = []string{
	"election", "leader-write", "truncation", "truncation-pipelined", "disk-queue", "follower-batch", "clients", "hold-follower", "hold-quorum", "message-faults",
	"disk-errors", "freeze", "told-error-applied", "lost-write", "snapshot-install",
}

// TestExplained runs every scenario with a sentence for each instant, checks
// every sentence, and compares those transcripts that are kept with
// NAME.explained.
func TestExplained(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes runs differ")
	}
	files, err := scenarioFiles()
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios in %s: %v", scenarios, err)
	}
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".txt")
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			v, err := Run(context.Background(), parse(t, path), &out, Options{Explain: true})
			if err != nil || !v.OK() {
				t.Fatalf("%v, %d expectations failed, %d violations", err, v.Failed, v.Violations)
			}
			checkSentences(t, v.Kept)
			if slices.Contains(explained, name) {
				sameAsGolden(t, strings.TrimSuffix(path, ".txt")+".explained", out.Bytes())
			}
		})
	}
}

func sameAsGolden(t *testing.T, golden string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the transcript differs from %s at %s", golden, firstDifference(string(got), string(want)))
	}
}

// unexplained matches words that no sentence may hold: states in capitals, and whatever else of the
// catalogue is no plain word.
func unexplained() *regexp.Regexp {
	words := []string{"prev-index", "prev-term", "new-entries", "last-index", "last-term", "sent-before"}
	for _, k := range catalog.All() {
		for _, s := range k.States() {
			if s.Name == strings.ToUpper(s.Name) || strings.Contains(s.Name, "-") {
				words = append(words, regexp.QuoteMeta(s.Name))
			}
		}
	}
	return regexp.MustCompile(`\b(` + strings.Join(words, "|") + `|PENDING)\b|state-\d|  |; ;|\(\)|%!`)
}

// checkSentences insists that every instant at which something visible happens
// has a sentence, in words, that does not run on.
func checkSentences(t *testing.T, tl *replay.Timeline) {
	t.Helper()
	const tooLong = 440
	bad := unexplained()
	for from, to := 0, 0; from < tl.Events(); from = to {
		if _, to = narrate.Bounds(tl, from); to <= from {
			t.Fatalf("the instant of event %d ends at %d", from, to)
		}
		for part := range narrate.Parts(tl, from, to) {
			text := narrate.Instant(tl, part.From, part.To)
			at := replay.Seconds(tl.Event(part.From).At)
			switch {
			case text == "" && visible(tl, part):
				t.Errorf("%s: nothing is told of %s", at, tl.Describe(part.From, false))
			case bad.MatchString(text) && !breaksCatalogue(tl, part):
				t.Errorf("%s: %q in %q", at, bad.FindString(text), text)
			case len(text) > tooLong:
				t.Errorf("%s: %d characters in %q", at, len(text), text)
			}
			checkNext(t, tl, part, text)
		}
	}
}

// breaksCatalogue says whether a move is told that no kind lists: it is named as
// it was.
func breaksCatalogue(tl *replay.Timeline, part narrate.Part) bool {
	for i := part.From; i < part.To; i++ {
		if tl.Event(i).Type == sm.Violation {
			return true
		}
	}
	return false
}

// TestExplainedPlan: the lines of a plan stand in the transcript as if they had
// been typed, and the plan itself is told in full and once.
func TestExplainedPlan(t *testing.T) {
	out, _, err := runText(t, "cluster nodes=3 seed=7\ntimeouts n3 x0.5\nrun until leader n3\nrun until idle\ntruncate n1", Options{Explain: true})
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out, "plan: "); n == 0 || strings.Contains(out, "note: plan") {
		t.Errorf("the plan is told %d times, or as a note:\n%s", n, out)
	}
	for _, want := range []string{"  > cut n3 | n1 n2\n", "  > drop prevote-rpc n2>all\n", "  > run until count truncate n1 DONE > 0 timeout=1m\n",
		" ; heal ; run until count truncate n1 DONE > 0 timeout=1m\n", "; rule 1 loses it: n2 will know only when its RPC timeout is over\n"} {
		if strings.Count(out, want) < 1 {
			t.Errorf("nothing says %q", want)
		}
	}
}

func visible(tl *replay.Timeline, part narrate.Part) bool {
	for i := part.From; i < part.To && !part.Command; i++ {
		switch tl.Event(i).Type {
		case sm.Born, sm.Moved, sm.Failed, sm.Violation:
			return true
		}
	}
	return false
}

var (
	nextSaid   = regexp.MustCompile(`learns that .* rejected .* will try from (\d+)`)
	nextLogged = regexp.MustCompile(`appendEntries rejected, sending older logs: .*next=(\d+)`)
)

// checkNext holds the entry from which a leader is said to try again against
// the one that raft itself logs.
func checkNext(t *testing.T, tl *replay.Timeline, part narrate.Part, text string) {
	t.Helper()
	said := nextSaid.FindStringSubmatch(text)
	for i := part.From; i < part.To && said != nil; i++ {
		if e := tl.Event(i); e.Type == sm.Log {
			if logged := nextLogged.FindStringSubmatch(e.Text); logged != nil {
				if logged[1] != said[1] {
					t.Errorf("%q, but raft says %q", text, e.Text)
				}
				return
			}
		}
	}
	if said != nil {
		t.Errorf("raft says nothing that fits %q", text)
	}
}

// BenchmarkExplain is the cost of a sentence, over all instants of the longest
// scenario: the screen asks for one at each frame.
func BenchmarkExplain(b *testing.B) {
	in, err := os.Open(filepath.Join(scenarios, long+".txt"))
	if err != nil {
		b.Fatal(err)
	}
	defer in.Close()
	f, err := grammar.ParseFile(long, in)
	if err != nil {
		b.Fatal(err)
	}
	v, err := Run(context.Background(), f, io.Discard, Options{})
	if err != nil {
		b.Fatal(err)
	}
	var starts []int
	for i := 0; i < v.Kept.Events(); _, i = narrate.Bounds(v.Kept, i) {
		starts = append(starts, i)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		from, to := narrate.Bounds(v.Kept, starts[i%len(starts)])
		narrate.Instant(v.Kept, from, to)
	}
}
