package history

import (
	"strings"
	"testing"
	"time"

	"raftscope/sm"
)

// A history that somebody made to be hard costs bounded work and memory, and
// nothing is claimed of it.
func TestHostile(t *testing.T) {
	for _, c := range []struct {
		name    string
		want    Result
		against int // how many calls; -1: they are not searched for to the end
		play    func(s *script)
	}{
		{"many unsure writes of one value", NotDecided, 0, func(s *script) {
			for range 3000 {
				s.begin("set x a")
				s.begin("del x")
			}
			for range 1500 {
				s.do("get x", "a")
				s.do("get x", "(none)")
			}
		}},
		{"all at once", NotDecided, 0, func(s *script) {
			var ids []sm.ID
			for n := range 6000 {
				ids = append(ids, s.begin([]string{"set x a", "cas x a b", "cas x b a", "get x"}[n%4]))
			}
			for n, id := range ids {
				s.end(id, []string{"", "", "", "b"}[n%4])
			}
		}},
		{"sums", NotDecided, 0, func(s *script) {
			for n := range 60 {
				s.begin("incr x " + itoa(1<<n))
			}
			for n := range 100 {
				s.do("get x", itoa(1<<60+n))
			}
		}},
		{"growing", NotDecided, 0, func(s *script) {
			for range 200 {
				s.begin("append x " + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
				s.begin("append x b")
			}
			s.do("get x", "baaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...(12345 B)")
		}},
		// There is no order, and with one answer forgotten there may be one again.
		{"sums that are told", NotLinearizable, 1, func(s *script) {
			for n := range 2500 {
				if id := s.begin("incr x " + itoa(n%7+1)); n%5 > 0 {
					s.end(id, "")
				}
			}
			s.do("get x", "1")
		}},
		{"appends that are told", NotLinearizable, 1, func(s *script) {
			for n := range 2500 {
				if id := s.begin("append x <" + itoa(n) + ">"); n%5 > 0 {
					s.end(id, "")
				}
			}
			s.do("get x", "<1>")
		}},
		{"unanswered sets", NotLinearizable, 2, func(s *script) {
			for n := range 2500 {
				if id := s.begin("set x " + itoa(n)); n%5 > 0 {
					s.end(id, itoa(n))
				}
			}
			s.do("get x", "1")
		}},
		{"more unanswered sets", NotLinearizable, 2, func(s *script) {
			for n := range 6000 {
				if id := s.begin("set x " + itoa(n)); n%4 > 0 {
					s.end(id, itoa(n))
				}
			}
			s.do("get x", "1")
		}},
		{"unanswered sets of few values", NotLinearizable, 0, func(s *script) {
			for n := range 6000 {
				if id := s.begin("set x " + itoa(n%50)); n%4 > 0 {
					s.end(id, itoa(n%50))
				}
				if n%50 == 49 {
					s.do("get x", "49")
				}
			}
			s.do("get x", "never")
		}},
		{"less than was counted", NotLinearizable, -1, func(s *script) {
			for n := range 2000 {
				s.end(s.begin("incr x"), "")
				if n == 0 {
					s.begin("incr x")
				}
			}
			s.do("get x", "1000")
		}},
		{"less than was counted at once", NotDecided, 0, func(s *script) {
			var ids []sm.ID
			for range 400 {
				ids = append(ids, s.begin("incr x"))
			}
			for _, id := range ids {
				s.end(id, "")
			}
			s.do("get x", "200")
		}},
		{"sums of three keys", NotDecided, 0, func(s *script) {
			for k := range 3 {
				for n := range 60 {
					s.begin("incr k" + itoa(k) + " " + itoa(1<<n))
				}
				for n := range 20 {
					s.do("get k"+itoa(k), itoa(1<<60+n))
				}
			}
		}},
		{"long texts", NotDecided, 0, func(s *script) {
			long := strings.Repeat("a", 5000)
			for n := range 2000 {
				if id := s.begin("append x " + long); n%2 > 0 {
					s.end(id, long+itoa(n))
				}
				s.begin("set x " + long)
			}
			s.do("get x", long)
		}},
		{"cas and gets", NotDecided, 0, func(s *script) {
			var ids []sm.ID
			ids = append(ids, s.begin("cas x v w"))
			for range 3000 {
				ids = append(ids, s.begin("set x v"), s.begin("get x"))
			}
			for n, id := range ids {
				if n > 0 && n%2 == 0 {
					s.end(id, "v")
				} else {
					s.end(id, "")
				}
			}
			s.do("get x", "z")
		}},
	} {
		s := newScript()
		c.play(s)
		h := Of(s.view(t))
		start := time.Now()
		k := &checker{left: budget, stepsMax: stepsMax}
		v := k.check(&h)
		t.Logf("%s: %s after %s, budget left %d", c.name, v.Result, time.Since(start), k.left)
		if k.left < -budget/10 {
			t.Errorf("%s: %d more work than there is budget", c.name, -k.left)
		}
		worst := v.Keys[0]
		if v.Result != c.want || worst.AgainstUnknown != (c.against < 0) || len(worst.Against) != max(0, c.against) {
			t.Errorf("%s: %s, against %d (unknown: %t), want %s, %d", c.name, v.Result, len(worst.Against), worst.AgainstUnknown, c.want, c.against)
		}
		if lines := v.Lines(); len(lines) != 1+len(v.Keys) || len(strings.Join(lines, "\n")) > 1000*len(lines) {
			t.Errorf("%s: %v", c.name, lines)
		}
	}
}
