package engine

import (
	"fmt"
	"testing"

	"raftscope/engine/grammar"
)

func TestTwo(t *testing.T) {
	c := grammar.DefaultCluster()
	var digests = map[string]int{}
	for i := 0; i < 10; i++ {
		s, err := Start(c, SessionOptions{})
		if err != nil {
			t.Fatal(err)
		}
		do := func(line string) {
			cmds, err := grammar.ParseLine(1, line)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range cmds {
				if err := s.Do(c); err != nil {
					t.Fatalf("%s: %v\n%s", c, err, s.stderr.String())
				}
			}
		}
		do("run until leader")
		for w := range 20 {
			do(fmt.Sprintf("write leader set k%d %d", w, w))
		}
		do("run until answered")
		digests[s.Status().Digest]++
		if i == 0 {
			t.Logf("%+v", s.Status())
		}
		if s.Status().Digest != s.Digest().String() {
			t.Error("digests differ", s.Digest())
		}
		s.Close()
	}
	t.Log(digests)
}
