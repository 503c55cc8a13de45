package main

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestRunRandom: random runs print the same for the same seed, record each epoch
// by itself, and leave nothing in the current folder if nothing is wrong.
func TestRunRandom(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	args := []string{"run", "--random", "80", "--epoch", "1m", "--seed", "7", "--faults", "net,crash", "--nodes", "3", "--stats"}
	status, first, stderr := call(context.Background(), "", append(args, "--record", filepath.Join(dir, "run.rsc"))...)
	if status != statusOK || !strings.Contains(first, "\n= no violation\n") || !strings.Contains(first, "seed 7") {
		t.Fatalf("status %d, %s\n%s", status, first, stderr)
	}
	if !strings.Contains(stderr, "virtual in ") {
		t.Errorf("stderr %q", stderr)
	}
	if !raceEnabled {
		if _, again, _ := call(context.Background(), "", args...); again != first {
			t.Errorf("printed\n%s\nand then\n%s", first, again)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 2 || files[0].Name() != "run-1.rsc" || files[1].Name() != "run-2.rsc" {
		t.Fatalf("left %v, %v", files, err)
	}
	digests := regexp.MustCompile(`digest ([0-9a-f]{16})\n`).FindAllStringSubmatch(first, -1)
	if len(digests) != 2 {
		t.Fatalf("printed\n%s", first)
	}
	for i, f := range files {
		if status, out, _ := call(context.Background(), "", "info", f.Name()); status != statusOK || !strings.Contains(out, digests[i][1]) {
			t.Errorf("%s: status %d, %s", f.Name(), status, out)
		}
	}
	os.Remove("run-1.rsc")
	if status, out, stderr := call(context.Background(), "", append(args, "--record", filepath.Join(dir, "run.rsc"))...); status != statusInput || out != "" || !strings.Contains(stderr, "run-2.rsc: file") {
		t.Errorf("a recording that is there: status %d, printed %q, %s", status, out, stderr)
	}
}

// TestRunRandomRecordsAll: a run that goes on after violations may have more epochs
// than its time, and none takes another one's file.
func TestRunRandomRecordsAll(t *testing.T) {
	t.Chdir(t.TempDir())
	status, out, stderr := call(context.Background(), "", "run", "--random", "600", "--seed", "2", "--faults", "net,findings", "--keep-going", "--record", "run.rsc")
	epochs := strings.Count("\n"+out, "\nepoch ")
	if files, err := filepath.Glob("run-*.rsc"); err != nil || len(files) != epochs || stderr != "" || status != statusOK && status != statusFailed {
		t.Errorf("status %d, %d epochs, %v, %v, %s\n%s", status, epochs, files, err, stderr, out)
	}
}

// TestReadmeRandom: the random runs that README shows can be begun.
func TestReadmeRandom(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	lines := regexp.MustCompile(`(?m)^go run ./cmd/raftscope (run --random [^#\n]*)`).FindAllSubmatch(readme, -1)
	if len(lines) < 3 {
		t.Fatalf("README has %q", lines)
	}
	for _, line := range lines { // whose last option is the only one that is wrong
		args := append(strings.Fields(string(line[1])), "--out", "no-such-folder")
		if status, _, stderr := call(context.Background(), "", args...); status != statusInput || !strings.Contains(stderr, "--out: there is no folder no-such-folder") {
			t.Errorf("%s: status %d, %s", line[1], status, stderr)
		}
	}
}

// TestRunRandomSeed: without a seed there is one, and it is told.
func TestRunRandomSeed(t *testing.T) {
	t.Chdir(t.TempDir())
	status, out, stderr := call(context.Background(), "", "run", "--random", "5", "--faults", "net")
	said := regexp.MustCompile(`^no --seed was given: this run's is (\d+)\n$`).FindStringSubmatch(stderr)
	if status != statusOK || said == nil || !strings.Contains(out, "seed "+said[1]+",") {
		t.Errorf("status %d, stderr %q\n%s", status, stderr, out)
	}
}
