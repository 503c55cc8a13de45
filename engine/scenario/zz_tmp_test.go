package scenario

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"raftscope/engine"
	"raftscope/engine/grammar"
)

func TestZZDump(t *testing.T) {
	seed, _ := strconv.Atoi(os.Getenv("ZZ"))
	cluster, lines, _ := newMemberStory(uint64(seed))
	kept := map[string]bool{}
	for range 12 {
		s, err := engine.Start(cluster, engine.SessionOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			all, _ := grammar.ParseLine(1, line)
			for _, c := range all {
				s.Do(c)
			}
		}
		d := s.Digest().String()
		if !kept[d] {
			kept[d] = true
			var b strings.Builder
			tl := s.Timeline()
			for i := range tl.Events() {
				fmt.Fprintf(&b, "%.9f %s\n", float64(tl.Event(i).At)/1e9, tl.Describe(i, false))
			}
			os.WriteFile(fmt.Sprintf("/tmp/m6/zz%d.txt", len(kept)), []byte(b.String()), 0o644)
		}
		s.Close()
	}
	t.Logf("%d digests", len(kept))
}
