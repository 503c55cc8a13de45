package history

import (
	"testing"
	"time"

	"raftscope/sm"
)

// A history that somebody made to be hard costs bounded work and memory, and
// nothing is claimed of it.
func TestHostile(t *testing.T) {
	for _, c := range []struct {
		name string
		play func(s *script)
	}{
		{"many unsure writes of one value", func(s *script) {
			for range 3000 {
				s.begin("set x a")
				s.begin("del x")
			}
			for range 1500 {
				s.do("get x", "a")
				s.do("get x", "(none)")
			}
		}},
		{"all at once", func(s *script) {
			var ids []sm.ID
			for n := range 6000 {
				ids = append(ids, s.begin([]string{"set x a", "cas x a b", "cas x b a", "get x"}[n%4]))
			}
			for n, id := range ids {
				s.end(id, []string{"", "", "", "b"}[n%4])
			}
		}},
		{"sums", func(s *script) {
			for n := range 60 {
				s.begin("incr x " + itoa(1<<n))
			}
			for n := range 100 {
				s.do("get x", itoa(1<<60+n))
			}
		}},
		{"growing", func(s *script) {
			for range 200 {
				s.begin("append x " + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
				s.begin("append x b")
			}
			s.do("get x", "baaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...(12345 B)")
		}},
	} {
		s := newScript()
		c.play(s)
		h := Of(s.view(t))
		start := time.Now()
		k := &checker{left: budget / 100, stepsMax: stepsMax}
		v := k.check(&h)
		t.Logf("%s: %s after %s, budget left %d", c.name, v.Result, time.Since(start), k.left)
		if len(v.Lines()) > 3 {
			t.Errorf("%s: %v", c.name, v.Lines())
		}
	}
}
