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
)

const keptRecording = "../../testdata/recordings/v1.rsc"

// command runs a command line and returns its status, output and errors.
func command(t *testing.T, args ...string) (status int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	status = execute(context.Background(), args, streams{in: strings.NewReader(""), out: &o, err: &e})
	return status, o.String(), e.String()
}

// Every command prints something sensible of the recording that is kept.
func TestRecordingCommands(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"info", "complete    yes"},
		{"tree", "exec#"},
		{"tree ROOT append-follower@n3 --moves", "truncate#"},
		{"tree ROOT n3:2/4 --up", "exec#"},
		{"tree --json", `"`},
		{"events", "node#1 born follower"},
		{"events --notable", "n3 removed entries 4..6"},
		{"events --explain", "n3's entry 4 is of term 2, n1's of term 3: it begins to remove its entries 4..6"},
		{"events --explain", "> cut n3 | n1 n2"},
		{"events --filter kind:truncate", "deleting > DONE"},
		{"events --at 10", "n1"},
		{"logs", "index"},
		{"logs --at 1.5s", "index"},
		{"nodes --at 100", "follower"},
		{"nodes --json", `"role": "leader"`},
		{"nodes --json", `"member": "voter"`},
		{"logs --json", `"log": [`},
		{"logs --json", `"leader_knows": {`},
	} {
		args := []string{}
		for i, word := range strings.Fields(c.args) {
			if word == "ROOT" {
				continue
			}
			args = append(args, word)
			if i == 0 {
				args = append(args, keptRecording)
			}
		}
		status, out, errs := command(t, args...)
		if status != 0 || errs != "" || !strings.Contains(out, c.want) {
			t.Errorf("%s: status %d, errors %q, output without %q:\n%.300s", c.args, status, errs, c.want, out)
		}
	}
}

func TestInfoJSON(t *testing.T) {
	status, out, _ := command(t, "info", "--json", keptRecording)
	var got map[string]any
	if err := json.Unmarshal([]byte(out), &got); err != nil || status != 0 {
		t.Fatal(status, err)
	}
	for _, field := range []string{"format", "events", "machines", "links", "attributes", "violations", "nodes", "seed", "digest", "complete", "damage", "versions"} {
		if _, ok := got[field]; !ok {
			t.Errorf("no field %q", field)
		}
	}
	if got["complete"] != true || got["format"] != 1.0 {
		t.Errorf("complete is %v, format %v", got["complete"], got["format"])
	}
}

// Bad recordings and bad words: one line, status 2, nothing on the output.
func TestBadRecordings(t *testing.T) {
	kept, err := os.ReadFile(keptRecording)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	future := bytes.Clone(kept)
	future[8]++ // the version stands behind the magic
	for _, c := range []struct{ path, want string }{
		{file("empty", nil), "not a"},
		{file("foreign", []byte("#!/bin/sh\necho hello, this is no recording\n")), "not a"},
		{file("header only in part", kept[:12]), "not a"},
		{file("future", future), ""},
		{filepath.Join(dir, "nothing"), "no such file"},
		{dir, ""},
	} {
		for _, name := range []string{"info", "tree", "events", "logs", "nodes", "history", "check"} {
			status, out, errs := command(t, name, c.path)
			if status != 2 || out != "" || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, c.want) {
				t.Errorf("%s %s: status %d, output %q, errors %q", name, filepath.Base(c.path), status, out, errs)
			}
		}
	}
	for _, args := range [][]string{
		{"tree", keptRecording, "exec#999999"}, {"tree", keptRecording, "nothing#1"}, {"tree", keptRecording, "exec"},
		{"tree", keptRecording, "--at", "soon"}, {"logs", keptRecording, "--at", "-1s"}, {"events", keptRecording, "--filter", "kind:nothing"},
		{"run", "--record", file("there", nil), "../../testdata/scenarios/election.txt"},
		{"run", "--record", filepath.Join(dir, "no", "folder.rsc"), "../../testdata/scenarios/election.txt"},
		{"run", "--record", filepath.Join(dir, "p.rsc"), "--payload", "some", "../../testdata/scenarios/election.txt"},
	} {
		if status, out, errs := command(t, args...); status != 2 || out != "" || strings.Count(errs, "\n") != 1 {
			t.Errorf("%v: status %d, output %.100q, errors %q", args, status, out, errs)
		}
	}
}

// A recording that was cut short gives what is whole, and says what is lost.
func TestCutRecording(t *testing.T) {
	kept, err := os.ReadFile(keptRecording)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "cut.rsc")
	if err := os.WriteFile(path, kept[:len(kept)*2/3], 0o600); err != nil {
		t.Fatal(err)
	}
	status, out, errs := command(t, "events", path)
	if status != 0 || !strings.Contains(errs, "damaged at byte") || strings.Count(out, "\n") < 10 {
		t.Errorf("status %d, %d lines, errors %q", status, strings.Count(out, "\n"), errs)
	}
	if status, out, _ := command(t, "info", path); status != 0 || !strings.Contains(out, "complete    no") {
		t.Errorf("status %d, %q", status, out)
	}
	// Between two frames nothing is damaged, and yet it is not whole.
	between := bytes.LastIndex(kept[:len(kept)*2/3], []byte(wire.FrameMagic))
	if err := os.WriteFile(path, kept[:between], 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"events", "tree", "logs", "nodes", "history"} {
		if status, _, errs := command(t, name, path); status != 0 || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, "was not closed") {
			t.Errorf("%s: status %d, errors %q", name, status, errs)
		}
	}
}

// Without its kinds a recording is read with those of this version, and every
// command says what is damaged.
func TestLostKinds(t *testing.T) {
	kept, err := os.ReadFile(keptRecording)
	if err != nil {
		t.Fatal(err)
	}
	kept[400] ^= 4 // in the kinds frame, which follows the header
	path := filepath.Join(t.TempDir(), "kinds.rsc")
	if err := os.WriteFile(path, kept, 0o600); err != nil {
		t.Fatal(err)
	}
	if status, out, _ := command(t, "info", path); status != 0 || !strings.Contains(out, "damage      recording damaged at byte") {
		t.Errorf("info: status %d, %q", status, out)
	}
	status, out, errs := command(t, "logs", path)
	if status != 0 || !strings.Contains(errs, "kinds are lost") || !strings.Contains(out, "[1]") {
		t.Errorf("logs: status %d, errors %q, output\n%s", status, errs, out)
	}
}
