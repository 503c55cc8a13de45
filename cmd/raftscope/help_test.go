package main

import (
	"os/exec"
	"strings"
	"testing"

	"raftscope/tui"
)

// The keys are those of the cockpit, and every shell's script is one.
func TestKeysAndCompletion(t *testing.T) {
	var keys strings.Builder
	if err := tui.KeysText(&keys); err != nil {
		t.Fatal(err)
	}
	if status, out, errs := command(t, "help", keysTopic); status != 0 || out != keys.String() || errs != "" || !strings.Contains(out, "truncation") {
		t.Errorf("help %s: status %d, errors %q, %d bytes, want %d", keysTopic, status, errs, len(out), keys.Len())
	}
	for _, shell := range shells {
		status, out, errs := command(t, "completion", shell)
		if status != 0 || errs != "" || !strings.Contains(out, "raftscope") || !strings.Contains(out, "__complete") {
			t.Errorf("completion %s: status %d, errors %q, %d bytes", shell, status, errs, len(out))
		}
		if path, err := exec.LookPath(shell); err == nil && shell != "powershell" {
			parse := exec.Command(path, "-n")
			parse.Stdin = strings.NewReader(out)
			if text, err := parse.CombinedOutput(); err != nil {
				t.Errorf("%s does not read its script: %v, %s", shell, err, text)
			}
		}
	}
}

// What the scripts ask for: commands, scenarios, recordings, values of flags.
func TestCompletes(t *testing.T) {
	const recordings = "rsc\n:8\n" // files that end so
	for _, c := range []struct{ args, want string }{
		{"re", "replay\t"}, {"open trunc", "truncation\tA leader"}, {"open truncation ", ":4"}, {"help KE", "KEYS"},
		{"completion ", "powershell"}, {"--theme ", "light"}, {"--PreVoteDisabled ", "true"}, {"run --faults ", "membership"},
		{"replay ", recordings}, {"replay x.rsc ", ":4"}, {"check x.rsc ", recordings}, {"info ", recordings}, {"tree ", recordings},
		{"events ", recordings}, {"logs ", recordings}, {"nodes ", recordings}, {"history ", recordings},
	} {
		status, out, _ := command(t, append([]string{"__complete"}, strings.Split(c.args, " ")...)...)
		if status != 0 || !strings.Contains(out, c.want) {
			t.Errorf("%s: status %d, %q, expected %q", c.args, status, out, c.want)
		}
	}
}
