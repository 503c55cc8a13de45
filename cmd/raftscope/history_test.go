package main

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"raftscope/recorder"
	"raftscope/recorder/recordertest"
	"raftscope/replay/frames"
	"raftscope/replay/history"
	"raftscope/sm"
)

// update makes the recordings of histories and their goldens anew.
var update = flag.Bool("update", false, "make the recordings of histories and what is printed of them anew")

const histories = "../../testdata/recordings/history/"

// story plays clients' calls. No cluster stands behind it: raft does not do
// what these histories show.
type story struct {
	*recordertest.Script
	calls int
}

func (s *story) begin(kind, node, command string, after time.Duration) sm.ID {
	s.calls++
	s.Wait(after)
	return s.Born(kind, node, 1, "", itoa(s.calls), command)
}

func itoa(n int) string { return string(rune('0' + n)) } // there are less than ten

func (s *story) ok(id sm.ID, result string, after time.Duration) {
	s.Wait(after)
	s.AttrText(id, "told", "ok")
	s.AttrText(id, "stored", "yes")
	s.AttrText(id, "result", result)
	s.Move(id, "DONE")
}

func (s *story) fails(id sm.ID, told string, after time.Duration) {
	s.Wait(after)
	s.AttrText(id, "told", told)
	s.AttrText(id, "stored", "unknown")
	s.Fail(id, "FAILED", 0, told)
}

const ms = time.Millisecond

// wrongHistories are histories that are not linearizable, by the names of their
// recordings.
var wrongHistories = map[string]func(s *story){
	// A deposed leader answers a read from its own data, and tells it ok.
	"stale-answer": func(s *story) {
		s.ok(s.begin("exec", "n3", "set x 1", 1500*ms), "1", 11*ms)
		s.ok(s.begin("exec", "n3", "set y 1", ms), "1", 12*ms)
		second := s.begin("exec", "n1", "set x 2", 1456*ms)
		other := s.begin("exec", "n1", "set y 2", ms)
		s.ok(second, "2", 9*ms)
		read := s.begin("read", "n3", "get x", 100*ms)
		s.ok(other, "2", ms)
		s.ok(read, "1", 3*ms)
		s.ok(s.begin("read", "n1", "get x", 5*ms), "2", 3*ms)
	},
	// An entry that was acknowledged is not in the log of the next leader.
	"lost-write": func(s *story) {
		s.ok(s.begin("exec", "n3", "set x 1", 1500*ms), "1", 11*ms)
		s.ok(s.begin("exec", "n3", "set x 2", 10*ms), "2", 11*ms)
		beside := s.begin("exec", "n3", "set x 3", ms)
		s.fails(beside, "leadership lost while committing log", 500*ms)
		s.ok(s.begin("read", "n1", "get x", 900*ms), "1", 4*ms)
		s.ok(s.begin("read", "n1", "get x", 10*ms), "1", 4*ms)
	},
	// An increment whose outcome the client does not know took effect, which it
	// may, but twice.
	"double-incr": func(s *story) {
		s.ok(s.begin("exec", "n3", "incr c", 1500*ms), "1", 11*ms)
		s.fails(s.begin("exec", "n3", "incr c", 5*ms), "leadership lost while committing log", 500*ms)
		s.ok(s.begin("exec", "n1", "incr d", 900*ms), "1", 12*ms)
		s.ok(s.begin("read", "n1", "get c", 5*ms), "3", 3*ms)
	},
}

// writeHistory records a story.
func writeHistory(t *testing.T, path string, events []sm.Event) {
	t.Helper()
	rec, err := recorder.Create(path, recorder.FileOptions{Force: true,
		Header: recorder.Header{Seed: 1, Start: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}})
	if err != nil {
		t.Fatal(err)
	}
	if err := rec.WriteKinds(recordertest.Kinds()); err != nil {
		t.Fatal(err)
	}
	if err := rec.Take(events); err != nil {
		t.Fatal(err)
	}
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestHistories prints histories that are not linearizable, from recordings
// that hold what is played here.
func TestHistories(t *testing.T) {
	for name, play := range wrongHistories {
		t.Run(name, func(t *testing.T) {
			s := &story{Script: recordertest.New()}
			play(s)
			path, golden := histories+name+".rsc", histories+name+".golden"
			if *update {
				writeHistory(t, path, s.Events)
			}
			sameEvents(t, path, s.Events)
			status, out, errs := command(t, "history", path)
			if status != statusFailed || errs != "" {
				t.Errorf("status %d, errors %q", status, errs)
			}
			if *update {
				if err := os.WriteFile(golden, []byte(out), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil || string(want) != out {
				t.Errorf("%v, got\n%swant\n%s", err, out, want)
			}
		})
	}
}

func sameEvents(t *testing.T, path string, want []sm.Event) {
	t.Helper()
	file, err := frames.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var got []sm.Event
	if err := file.Each(0, func(events []sm.Event) error {
		got = append(got, events...)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s does not hold what is played", path)
	}
}

// A history at an earlier moment is the history until then, and the JSON says
// the same as the text.
func TestHistoryCommand(t *testing.T) {
	path := histories + "stale-answer.rsc"
	status, out, _ := command(t, "history", "--at", "3s", path)
	if status != statusOK || !strings.Contains(out, "history of 4 calls on 2 keys: linearizable\n") {
		t.Errorf("at 3s: status %d\n%s", status, out)
	}
	status, out, _ = command(t, "history", keptRecording)
	if status != statusOK || !strings.HasSuffix(out, "history of 6 calls on 4 keys: linearizable\n") {
		t.Errorf("status %d\n%s", status, out)
	}
	status, out, _ = command(t, "history", "--json", path)
	var j history.JSON
	if err := json.Unmarshal([]byte(out), &j); err != nil || status != statusFailed {
		t.Fatalf("status %d, %v", status, err)
	}
	if j.Verdict != "not linearizable" || len(j.Calls) != 6 || len(j.Keys) != 2 || j.Keys[0].Offending != "read#5" {
		t.Errorf("%+v", j)
	}
}

// Without payload nothing can be checked, and that is no failure.
func TestHistoryWithoutPayload(t *testing.T) {
	for payload, want := range map[string]string{
		"off":      ": not checked: exec#1: the recording keeps no keys\n",
		"prefix=5": ": not checked: exec#1: the recording keeps no keys\n",
		"prefix=6": "key x is not checked: the recording keeps no values of exec#1\n",
		"prefix=9": "key x is not checked: the recording keeps no values of exec#1\n",
		"whole":    ": linearizable\n",
	} {
		kept, err := recorder.ParsePayload(payload)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "p.rsc")
		rec, err := recorder.Create(path, recorder.FileOptions{Payload: kept})
		if err != nil {
			t.Fatal(err)
		}
		s := &story{Script: recordertest.New()}
		s.ok(s.begin("exec", "n1", "set x 123456", ms), "123456", ms)
		s.ok(s.begin("read", "n1", "get x", ms), "123456", ms)
		if err := rec.WriteKinds(recordertest.Kinds()); err != nil {
			t.Fatal(err)
		}
		if err := rec.Take(s.Events); err != nil {
			t.Fatal(err)
		}
		if err := rec.Close(); err != nil {
			t.Fatal(err)
		}
		if status, out, errs := command(t, "history", path); status != statusOK || !strings.HasSuffix(out, want) {
			t.Errorf("%s: status %d, %q, want %q\n%s", payload, status, errs, want, out)
		}
	}
}
