package engine

import (
	"os"
	"strconv"
	"testing"

	"raftscope/engine/grammar"
)

func TestTwo(t *testing.T) {
	data, _ := os.Open(os.Getenv("SCN"))
	n, _ := strconv.Atoi(os.Getenv("N"))
	f, err := grammar.ParseFile("s", data)
	if err != nil {
		t.Fatal(err)
	}
	var digests = map[string]int{}
	for i := 0; i < n; i++ {
		s, err := Start(f.Cluster, SessionOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range f.Commands()[1:] {
			if err := s.Do(c); err != nil {
				askForStacks(s.cmd.Process)
				s.died(nil)
				os.WriteFile("/tmp/stacks.txt", []byte(s.stderr.String()), 0o600)
				t.Fatalf("%s: %v", c, err)
			}
		}
		digests[s.Status().Digest]++
		if i == 0 {
			t.Logf("%+v", s.Status())
			for _, v := range s.Timeline().Violations() {
				t.Log(v)
			}
		}
		if s.Status().Digest != s.Digest().String() {
			t.Error("digests differ", s.Digest())
		}
		s.Close()
	}
	t.Log(digests)
}
