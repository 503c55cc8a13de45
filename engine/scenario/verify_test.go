package scenario

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"

	"raftscope/sm"
)

const verified = "cluster nodes=3 seed=4\nrun until leader\nwrite leader set x 1\nwrite leader incr c\nwrite leader incr c\nrun until answered\nrun until idle\nexpect logs equal"

func TestVerify(t *testing.T) {
	if raceEnabled {
		t.Skip("runs are not equal under the race detector")
	}
	var first, out bytes.Buffer
	verdict, v, err := Verify(context.Background(), parseText(t, verified), 4, &first, &out, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if v.Runs != 4 || v.Equal != 4 || v.Digest != verdict.Digest || out.Len() > 0 {
		t.Errorf("got %+v and %q, want 4 equal runs", v, out.String())
	}
	if !verdict.OK() || !strings.Contains(first.String(), "= 1 of 1 expectations met") {
		t.Errorf("the first run's transcript is %q", first.String())
	}
}

func TestVerifyOnce(t *testing.T) {
	_, v, err := Verify(context.Background(), parseText(t, verified), 1, io.Discard, io.Discard, Options{})
	if err != nil || v.Runs != 1 || v.Equal != 1 {
		t.Errorf("got %+v, %v", v, err)
	}
}

// reference records a run.
func reference(t *testing.T, text string) recorded {
	t.Helper()
	var r recorded
	if _, _, err := runText(t, text, Options{Out: &r}); err != nil {
		t.Fatal(err)
	}
	return r
}

// Against a run of another seed, or one that was tampered with, the place where
// the two part is found.
func TestVerifyFindsDifference(t *testing.T) {
	if raceEnabled {
		t.Skip("runs are not equal under the race detector")
	}
	whole := reference(t, verified)
	again := &comparison{reference: whole}
	if err := again.Take(reference(t, verified)); err != nil || again.parted != "" || again.next != len(whole) {
		t.Fatalf("an equal run parts at %q after %d of %d events, %v", again.parted, again.next, len(whole), err)
	}
	other := &comparison{reference: reference(t, strings.Replace(verified, "seed=4", "seed=5", 1))}
	if err := other.Take(whole); err != nil || !strings.HasPrefix(other.parted, "event 1: first {") {
		t.Errorf("a run of another seed parts at %q, %v, want event 1: the cluster line itself", other.parted, err)
	}
	for i, change := range map[int]func(*sm.Event){
		0:              func(e *sm.Event) { e.Text += "x" },
		17:             func(e *sm.Event) { e.At++ },
		len(whole) / 2: func(e *sm.Event) { e.Node += "x" },
		len(whole) - 1: func(e *sm.Event) { e.Machine++ },
	} {
		tampered := append(recorded(nil), whole...)
		change(&tampered[i])
		c := &comparison{reference: whole}
		for _, e := range tampered { // in pieces, as they come
			if err := c.Take([]sm.Event{e}); err != nil {
				t.Fatal(err)
			}
		}
		if want := "event " + strconv.FormatUint(whole[i].Seq, 10) + ": first "; !strings.HasPrefix(c.parted, want) {
			t.Errorf("event %d was changed: the runs part at %q", i, c.parted)
		}
	}
	longer := &comparison{reference: whole[:len(whole)-3]}
	if err := longer.Take(whole); err != nil || !strings.Contains(longer.parted, "which the first does not have") {
		t.Errorf("a run with three events more parts at %q, %v", longer.parted, err)
	}
	// Real durations may differ.
	for i := range whole {
		whole[i].Wall++
		if whole[i].Type == sm.Attributed && sm.IsReal(whole[i].Key) {
			whole[i].Num += 1000
		}
	}
	real := &comparison{reference: whole}
	if err := real.Take(reference(t, verified)); err != nil || real.parted != "" {
		t.Errorf("real durations make runs part at %q, %v", real.parted, err)
	}
}

// The first error of a run ends the verification.
func TestVerifyFails(t *testing.T) {
	_, v, err := Verify(context.Background(), parseText(t, "restart n1"), 3, io.Discard, io.Discard, Options{})
	var at *PlaceError
	if !errors.As(err, &at) || v.Runs != 0 {
		t.Errorf("got %+v, %v, want a PlaceError and no runs", v, err)
	}
}
