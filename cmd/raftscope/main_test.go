package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftscope/sm"
	"raftscope/sm/catalog"
)

// call carries out a command line.
func call(ctx context.Context, in string, args ...string) (status int, out, err string) {
	var o, e bytes.Buffer
	status = execute(ctx, args, streams{in: strings.NewReader(in), out: &o, err: &e})
	return status, o.String(), e.String()
}

func TestWrongUsageAndInput(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	wrong := file("wrong.txt", "step\nwirte leader set x 1\n")
	long := file("long.txt", strings.Repeat("x", 10<<20))
	binary := file("binary.txt", "\x7fELF\x02\x01\x01\x00")
	tests := []struct {
		name string
		args []string
		in   string
		want string // the first line on standard error
		hint string // the second
	}{
		{name: "no terminal", want: "raftscope: the cockpit needs a terminal, and the standard input is none; without one, raftscope run FILE "},
		{name: "replay without a terminal", args: []string{"replay", "x.rsc"}, want: "raftscope: the cockpit needs a terminal, and the standard input is none; without one, raftscope events FILE "},
		{name: "open without a terminal", args: []string{"open", "truncation"}, want: "raftscope: the cockpit needs a terminal, and the standard input is none; without one, raftscope run FILE "},
		{name: "too many nodes", args: []string{"--nodes", "99"}, want: `raftscope: --nodes: got "99", expected a value of nodes: 1 to 9`, hint: "see: raftscope --help"},
		{name: "no delay", args: []string{"--net=3ms..1ms\x1b[2J"}, want: `raftscope: --net: got "3ms..1ms\x1b[2J", expected a value of net: 1us to 10s, LO not above HI`, hint: "see: raftscope --help"},
		{name: "timeouts that clash", args: []string{"--HeartbeatTimeout", "2s"}, want: "raftscope: --HeartbeatTimeout: expected HeartbeatTimeout, which is 2s, to be at most ElectionTimeout, which is 1s", hint: "see: raftscope --help"},
		{name: "a flag like another", args: []string{"--node", "3"}, want: "raftscope: unknown flag: --node; did you mean --nodes?", hint: "see: raftscope --help"},
		{name: "unknown theme", args: []string{"--theme", "pink"}, want: `raftscope: --theme is "pink", expected one of auto, dark, light, none`, hint: "see: raftscope --help"},
		{name: "force without a recording", args: []string{"--force"}, want: "raftscope: --force needs --record FILE", hint: "see: raftscope --help"},
		{name: "unknown scenario", args: []string{"open", "truncatoin"}, want: `raftscope: there is neither a scenario nor a file "truncatoin"; raftscope open lists the scenarios; did you mean "truncation"?`},
		{name: "scenario of standard input", args: []string{"open", "-"}, want: "raftscope: the scenario cannot come from the standard input: that is the keyboard"},
		{name: "scenario that does not parse", args: []string{"open", wrong}, want: "raftscope: " + wrong + `:2:1: got "wirte", expected a command`},
		{name: "scenario in no folder", args: []string{"open", filepath.Join(dir, "none.txt")}, want: "raftscope: open " + filepath.Join(dir, "none.txt") + ": "},
		{name: "unknown shell", args: []string{"completion", "fsh"}, want: `raftscope: got "fsh", expected one of bash, zsh, fish, powershell; did you mean "zsh"?`, hint: "see: raftscope completion --help"},
		{name: "unknown help", args: []string{"help", "rnu"}, want: `raftscope: there is no help about "rnu", expected one of check, completion, events,`, hint: "see: raftscope --help"},
		{name: "unknown command", args: []string{"rnu"}, want: `raftscope: unknown command "rnu", expected one of check, completion, events, history, info, kinds, logs, nodes, open, replay, run, tree, version; did you mean "run"?`, hint: "see: raftscope --help"},
		{name: "unknown flag", args: []string{"run", "--foo", "x"}, want: "raftscope: unknown flag: --foo", hint: "see: raftscope run --help"},
		{name: "flag without value", args: []string{"run", "--verify"}, want: "raftscope: flag needs an argument: --verify", hint: "see: raftscope run --help"},
		{name: "verify zero", args: []string{"run", "--verify", "0", "-"}, want: "raftscope: --verify is 0, expected 1 to 1000000", hint: "see: raftscope run --help"},
		{name: "negative depth", args: []string{"run", "--depth", "-1", "-"}, want: "raftscope: --depth is -1, expected 1 to 1000", hint: "see: raftscope run --help"},
		{name: "negative pause", args: []string{"run", "--pause", "-1s", "-"}, want: "raftscope: --pause is -1s, expected", hint: "see: raftscope run --help"},
		{name: "unknown kind", args: []string{"run", "--kind", "exec,apend", "-"}, want: `raftscope: --kind has "apend", expected one of exec, `, hint: "see: raftscope run --help"},
		{name: "payload of nothing", args: []string{"run", "--payload", "off", "-"}, want: "raftscope: --payload needs --record FILE", hint: "see: raftscope run --help"},
		{name: "no file", args: []string{"run"}, want: "raftscope: got 0 arguments, expected one FILE", hint: "see: raftscope run --help"},
		{name: "two files", args: []string{"run", "a", "b"}, want: "raftscope: got 2 arguments, expected one FILE", hint: "see: raftscope run --help"},
		{name: "missing file", args: []string{"run", filepath.Join(dir, "none")}, want: "raftscope: open " + filepath.Join(dir, "none") + ": "},
		{name: "folder", args: []string{"run", dir}, want: "raftscope: read " + dir + ": "},
		{name: "name with escapes", args: []string{"run", dir + "/\x1b[2J"}, want: "raftscope: open " + dir + "/"},
		{name: "parse error", args: []string{"run", wrong}, want: "raftscope: " + wrong + `:2:1: got "wirte", expected a command: one of cluster, run, write,`},
		{name: "line of 10 MB", args: []string{"run", long}, want: "raftscope: " + long + ":1:65537: the line is longer than 65536 bytes"},
		{name: "binary", args: []string{"run", binary}, want: "raftscope: " + binary + ":1:1: control character U+007F"},
		{name: "standard input", args: []string{"run", "-"}, in: "cluster nodes=99\n", want: `raftscope: stdin:1:15: got "99", expected a value of nodes: 1 to 9`},
		{name: "never reached", args: []string{"run", "-"}, in: "cluster nodes=1\nrun until commit n1 > 99 timeout=2s", want: `raftscope: stdin:2:1: not reached within 2s`},
		{name: "random for no time", args: []string{"run", "--random", "0"}, want: `raftscope: --random is "0", expected seconds of virtual time, 1 to 31622400, or a duration like 24h`, hint: "see: raftscope run --help"},
		{name: "random for ever", args: []string{"run", "--random", "1e300"}, want: `raftscope: --random is "1e300", expected seconds of virtual time`, hint: "see: raftscope run --help"},
		{name: "random words", args: []string{"run", "--random", "net\x1b[2J"}, want: `raftscope: --random is "net\x1b[2J", expected seconds of virtual time`, hint: "see: raftscope run --help"},
		{name: "random faults of no family", args: []string{"run", "--random", "60", "--faults", "net,crsh"}, want: `raftscope: --faults: there is no family of faults "crsh", expected one of net, crash,`, hint: "see: raftscope run --help"},
		{name: "random and a scenario", args: []string{"run", "--random", "60", "x"}, want: "raftscope: got a FILE and --random, expected one of them", hint: "see: raftscope run --help"},
		{name: "random and verify", args: []string{"run", "--random", "60", "--verify", "3"}, want: "raftscope: --verify and --random do not go together", hint: "see: raftscope run --help"},
		{name: "faults of a scenario", args: []string{"run", "--faults", "net", "x"}, want: "raftscope: --faults needs --random SECONDS", hint: "see: raftscope run --help"},
		{name: "nodes of a scenario", args: []string{"run", "--nodes", "5", "x"}, want: "raftscope: --nodes needs --random SECONDS: a scenario says in its cluster line what runs", hint: "see: raftscope run --help"},
		{name: "no jobs", args: []string{"run", "--random", "60", "--jobs", "0"}, want: "raftscope: --jobs is 0, expected 1 to 256", hint: "see: raftscope run --help"},
		{name: "short epochs", args: []string{"run", "--random", "60", "--epoch", "1s"}, want: "raftscope: --epoch is 1s, expected 1m0s to 1h0m0s", hint: "see: raftscope run --help"},
		{name: "no folder for scenarios", args: []string{"run", "--random", "60", "--out", filepath.Join(dir, "none")}, want: "raftscope: --out: there is no folder ", hint: "see: raftscope run --help"},
		{name: "argument of version", args: []string{"version", "x"}, want: "raftscope: got 1 arguments, expected none", hint: "see: raftscope version --help"},
		{name: "argument of kinds", args: []string{"kinds", "x"}, want: `raftscope: got "x", expected no argument without --coverage`, hint: "see: raftscope kinds --help"},
		{name: "coverage of nothing", args: []string{"kinds", "--coverage"}, want: "raftscope: --coverage needs at least one FILE", hint: "see: raftscope kinds --help"},
		{name: "coverage as JSON", args: []string{"kinds", "--coverage", "--json", "x"}, want: "raftscope: --json and --coverage do not go together", hint: "see: raftscope kinds --help"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, _, stderr := call(context.Background(), tt.in, tt.args...)
			line, rest, _ := strings.Cut(stderr, "\n")
			if status != statusInput || !strings.HasPrefix(line, tt.want) {
				t.Errorf("status %d, stderr %.300q; want status 2 and %q", status, stderr, tt.want)
			}
			if strings.TrimSuffix(rest, "\n") != tt.hint {
				t.Errorf("after the error comes %q, want %q", rest, tt.hint)
			}
			if strings.ContainsAny(stderr, "\x1b\x00\r") || len(stderr) > 900 {
				t.Errorf("not one clear line: %.1000q", stderr)
			}
		})
	}
}

func TestRun(t *testing.T) {
	const good = "cluster nodes=1\nrun until leader\nwrite leader set x 1 wait\nexpect told exec@last ok\n"
	tests := []struct {
		name, in string
		args     []string
		status   int
		out      []string
	}{
		{"met", good, nil, statusOK, []string{"> run until leader\n", "\n= 1 of 1 expectations met; "}},
		{"failed", good + "expect leader and commit n1 > 99\n", nil, statusFailed, []string{"FAILED at stdin:5:1: saw ", "1 of 2 expectations FAILED"}},
		{"tree flags", good + "print tree exec@last\n", []string{"--moves", "--kind", "exec", "--depth", "1"}, statusOK, []string{"proposed +"}},
		{"verify", good, []string{"--verify", "3", "--pause", "1ms"}, statusOK, []string{"= 3 of 3 runs are equal, digest "}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if raceEnabled && tt.name == "verify" {
				t.Skip("runs are not equal under the race detector")
			}
			status, out, stderr := call(context.Background(), tt.in, append(append([]string{"run"}, tt.args...), "-")...)
			if status != tt.status || stderr != "" {
				t.Errorf("status %d, want %d; stderr %q", status, tt.status, stderr)
			}
			for _, part := range tt.out {
				if !strings.Contains(out, part) {
					t.Errorf("no %q in:\n%s", part, out)
				}
			}
		})
	}
}

func TestRunStatsLeaveTheTranscriptAlone(t *testing.T) {
	const in = "cluster nodes=1\nrun until leader\n"
	_, plain, _ := call(context.Background(), in, "run", "-")
	status, out, stderr := call(context.Background(), in, "run", "--stats", "-")
	if status != statusOK || out != plain && !raceEnabled {
		t.Errorf("status %d; with --stats the transcript is\n%s\nwithout it\n%s", status, out, plain)
	}
	for _, word := range []string{"instants ", "events ", "virtual in", "goroutines ", "files ", "memory "} {
		if !strings.Contains(stderr, word) {
			t.Errorf("no %q in the statistics:\n%s", word, stderr)
		}
	}
}

func TestRunInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	status, _, stderr := call(ctx, "advance 24h\nadvance 24h\n", "run", "-")
	if status != statusInterrupted || stderr != "raftscope: interrupted\n" {
		t.Errorf("status %d, stderr %q", status, stderr)
	}
}

func TestKinds(t *testing.T) {
	status, out, stderr := call(context.Background(), "", "kinds")
	if status != statusOK || stderr != "" {
		t.Fatalf("status %d, stderr %q", status, stderr)
	}
	for _, line := range strings.Split(out, "\n") {
		if len([]rune(line)) > docWidth {
			t.Errorf("line of more than %d columns: %q", docWidth, line)
		}
	}
	blocks := strings.Split(out, "\n\n")
	if len(blocks) != len(catalog.All()) {
		t.Fatalf("%d blocks for %d kinds", len(blocks), len(catalog.All()))
	}
	for i, k := range catalog.All() {
		text := strings.Join(strings.Fields(blocks[i]), " ")
		want := []string{k.Name(), k.Doc()}
		for _, s := range k.States() {
			want = append(want, s.Name, s.Doc, s.Flags.String(), strings.Join(s.Next, ", "))
		}
		for _, part := range want {
			if !strings.Contains(text, strings.Join(strings.Fields(part), " ")) {
				t.Errorf("%s: no %q", k.Name(), part)
			}
		}
	}
}

func TestKindsJSONBuildsTheSameKinds(t *testing.T) {
	status, out, _ := call(context.Background(), "", "kinds", "--json")
	var specs []sm.KindSpec
	if err := json.Unmarshal([]byte(out), &specs); err != nil || status != statusOK || len(specs) != len(catalog.All()) {
		t.Fatalf("status %d, %d kinds, %v", status, len(specs), err)
	}
	for i, spec := range specs {
		k, err := sm.Build(spec)
		if err != nil || k.Name() != catalog.All()[i].Name() {
			t.Errorf("%s: %v", spec.Name, err)
		}
	}
}

func TestKindsCoverage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "one.txt")
	if err := os.WriteFile(path, []byte("cluster nodes=1\nrun until leader\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	status, out, stderr := call(context.Background(), "", "kinds", "--coverage", path)
	if status != statusFailed || !strings.Contains(stderr, "are reached by no scenario") || !strings.Contains(out, "MISSING") {
		t.Errorf("status %d, stderr %q", status, stderr)
	}
}

func TestVersion(t *testing.T) {
	status, out, _ := call(context.Background(), "", "version")
	if status != statusOK || !strings.HasPrefix(out, "raftscope ") || !strings.Contains(out, "  go go1.") {
		t.Errorf("status %d:\n%s", status, out)
	}
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"help", "run"}, {"run", "--help"}, {"kinds", "-h"}} {
		if status, out, stderr := call(context.Background(), "", args...); status != statusOK || !strings.Contains(out, "Usage:") || stderr != "" {
			t.Errorf("%q: status %d, stderr %q", args, status, stderr)
		}
	}
}
