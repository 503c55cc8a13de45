package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftscope/recorder/wire"
	"raftscope/replay/rules"
)

const violations = "../../testdata/violations"

func runCommand(t *testing.T, args ...string) (status int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	status = execute(context.Background(), args, streams{in: strings.NewReader(""), out: &o, err: &e})
	return status, o.String(), e.String()
}

// TestCheckNamesTheRule: of the recordings that are kept for it, each breaks
// exactly the rule that its name says, or none.
func TestCheckNamesTheRule(t *testing.T) {
	for _, rule := range rules.Names() {
		t.Run(rule, func(t *testing.T) {
			broken, near := filepath.Join(violations, rule+".rsc"), filepath.Join(violations, rule+"-close.rsc")
			status, out, errs := runCommand(t, "check", broken)
			if lines := strings.Split(out, "\n"); status != statusFailed || errs != "" || len(lines) != 3 ||
				!strings.Contains(lines[0], rule+": ") || !strings.Contains(lines[0], "(event") || !strings.Contains(lines[1], ": 1 violation; ") {
				t.Errorf("status %d, stderr %q, stdout:\n%s", status, errs, out)
			}
			if status, out, errs = runCommand(t, "check", near); status != statusOK || errs != "" || !strings.Contains(out, "no rule is broken") {
				t.Errorf("nearly broken: status %d, stderr %q, stdout:\n%s", status, errs, out)
			}
			status, out, _ = runCommand(t, "check", "--json", near, broken)
			dec := json.NewDecoder(strings.NewReader(out))
			var first, second checkJSON
			if err := dec.Decode(&first); err != nil {
				t.Fatal(err)
			}
			if err := dec.Decode(&second); err != nil {
				t.Fatal(err)
			}
			if status != statusFailed || first.Count != 0 || second.Count != 1 || second.Violations[0].Rule != rule || second.File != broken {
				t.Errorf("as JSON: status %d\n%s", status, out)
			}
		})
	}
}

func TestCheckListsRules(t *testing.T) {
	status, out, _ := runCommand(t, "check", "--rules")
	asJSON, list, _ := runCommand(t, "check", "--rules", "--json")
	var all []rules.Rule
	if err := json.Unmarshal([]byte(list), &all); err != nil || status != 0 || asJSON != 0 || len(all) != len(rules.All()) {
		t.Errorf("status %d and %d, %d rules, %v", status, asJSON, len(all), err)
	}
	for _, r := range rules.All() {
		if !strings.Contains(out, r.Name+"\n") {
			t.Errorf("%s is not in the list", r.Name)
		}
	}
}

// What is no recording, or not all of one, is said in one line.
func TestCheckBadInput(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.rsc")
	if err := os.WriteFile(text, []byte("no recording"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"nothing": {"check"}, "no such file": {"check", filepath.Join(dir, "none.rsc")}, "a text": {"check", text},
		"a folder": {"check", dir}, "rules of a file": {"check", "--rules", text},
	} {
		status, out, errs := runCommand(t, args...)
		if status != statusInput || out != "" || !strings.HasPrefix(errs, "raftscope: ") || strings.Count(errs, "\n") > 2 {
			t.Errorf("%s: status %d, stdout %q, stderr %q", name, status, out, errs)
		}
	}
}

// A recording of which events are lost breaks no rule because of that.
func TestCheckLostEvents(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "whole.rsc")
	if status, _, errs := runCommand(t, "run", "--record", whole, "../../testdata/scenarios/stress.txt"); status != 0 {
		t.Skip(errs) // under the race detector its expectations need not hold
	}
	data, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int{len(data) / 8, len(data) / 3, len(data) / 2, len(data) * 3 / 4} {
		damaged := filepath.Join(t.TempDir(), "damaged.rsc")
		bad := bytes.Clone(data)
		bad[at] ^= 0x55
		if err := os.WriteFile(damaged, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		status, out, errs := runCommand(t, "check", damaged)
		if status != statusOK || !strings.Contains(out, "no rule is broken") || !strings.Contains(out, "rules; damaged") || errs == "" {
			t.Errorf("damaged at byte %d: status %d, stderr %q\n%s", at, status, errs, out)
		}
	}
}

// The verdict on a recording that is not whole says so, wherever it was cut:
// between two frames nothing is damaged.
func TestCheckCutRecording(t *testing.T) {
	data, err := os.ReadFile(keptRecording)
	if err != nil {
		t.Fatal(err)
	}
	between := bytes.LastIndex(data[:len(data)*2/3], []byte(wire.FrameMagic))
	for _, test := range []struct {
		keep          int
		verdict, errs string
		lost          bool
	}{
		{len(data), " rules\n", "", false},
		{between, " rules; not closed: its end may be missing\n", "", false},
		{between + 100, " events lost; not closed: its end may be missing\n", "frame cut short", true},
	} {
		path := filepath.Join(t.TempDir(), "cut.rsc")
		if err := os.WriteFile(path, data[:test.keep], 0o600); err != nil {
			t.Fatal(err)
		}
		status, out, errs := runCommand(t, "check", path)
		if status != statusOK || !strings.HasSuffix(out, test.verdict) || !strings.Contains(errs, test.errs) || errs != "" != test.lost {
			t.Errorf("%d of %d bytes: status %d, stderr %q\n%s", test.keep, len(data), status, errs, out)
		}
		_, out, _ = runCommand(t, "check", "--json", path)
		var got checkJSON
		if err := json.Unmarshal([]byte(out), &got); err != nil {
			t.Fatal(err)
		}
		if got.Complete != (test.keep == len(data)) || got.Lost > 0 != test.lost || len(got.Damage) > 0 != test.lost || got.Damage == nil {
			t.Errorf("%d of %d bytes: %s", test.keep, len(data), out)
		}
	}
}
