package history

import (
	"strconv"
	"strings"
	"testing"

	"raftscope/sm"
)

func itoa(n int) string { return strconv.Itoa(n) }

const lost = "leadership lost while committing log"

// TestVerdicts plays small histories and compares everything that is said of
// them.
func TestVerdicts(t *testing.T) {
	long := strings.Repeat("a", 60)
	for _, c := range []struct {
		name string
		play func(s *script)
		want string // Lines
	}{
		{"no calls", func(s *script) {}, ""},
		{"one after the other", func(s *script) {
			s.do("set x 1", "1")
			s.do("get x", "1")
			s.do("incr x 4", "5")
			s.do("cas x 5 abc", "abc")
			s.do("append x d", "abcd")
			s.do("del x", "")
			s.do("get x", "(none)")
			s.do("append x d", "d")
			s.do("del x", "")
			s.do("incr x -3", "-3")
		}, "history of 10 calls on 1 key: linearizable"},
		{"a stale answer told ok", func(s *script) {
			s.do("set x 1", "1")
			s.do("set x 2", "2")
			s.do("get x", "1")
		}, `history of 3 calls on 1 key: NOT linearizable
read#3 (n1: get x) was told 1 at 0.006000s, but exec#2 (n1: set x 2) had been told ok at 0.004000s and nothing set it back since: no single order explains these answers`},
		{"an acknowledged write is lost", func(s *script) {
			s.do("set x 2", "2")
			s.do("get y", "(none)")
			s.do("get x", "(none)")
		}, `history of 3 calls on 2 keys: NOT linearizable on 1, linearizable on 1
read#3 (n1: get x) was told (none) at 0.006000s, but exec#1 (n1: set x 2) had been told ok at 0.002000s and nothing set it back since: no single order explains these answers`},
		{"an incr takes effect twice", func(s *script) {
			s.do("incr c", "1")
			s.do("get c", "2")
		}, `history of 2 calls on 1 key: NOT linearizable
read#2 (n1: get c) was told 2 at 0.004000s, but all that was written to c by then is exec#1 (n1: incr c): no order explains this answer`},
		{"two incrs are told the same", func(s *script) {
			a, b := s.begin("incr c"), s.begin("incr c")
			s.end(a, "1")
			s.end(b, "1")
		}, `history of 2 calls on 1 key: NOT linearizable
exec#2 (n1: incr c) was told 1 at 0.004000s, but exec#1 (n1: incr c) was told 1 at 0.003000s: no single order explains these answers`},
		{"a value from nowhere", func(s *script) {
			s.do("get x", "7")
		}, `history of 1 call on 1 key: NOT linearizable
read#1 (n1: get x) was told 7 at 0.002000s, but nothing had been written to x: no order explains this answer`},
		{"concurrent, and seen both ways", func(s *script) {
			a, b, c := s.begin("set x 1"), s.begin("set x 2"), s.begin("get x")
			s.end(c, "2")
			s.end(b, "2")
			s.end(a, "1")
			s.do("get x", "1")
		}, "history of 4 calls on 1 key: linearizable"},
		{"forth and back", func(s *script) {
			a, b := s.begin("set x 1"), s.begin("set x 2")
			s.do("get x", "1")
			s.do("get x", "2")
			s.do("get x", "1")
			s.end(a, "1")
			s.end(b, "2")
		}, `history of 5 calls on 1 key: NOT linearizable
read#5 (n1: get x) was told 1 at 0.008000s, but read#3 (n1: get x) was told 1 at 0.004000s and read#4 (n1: get x) was told 2 at 0.006000s: no single order explains these answers`},
		{"told an error, and applied much later", func(s *script) {
			s.do("set x 1", "1")
			s.fail(s.begin("set x 2"), lost, "unknown")
			s.do("get x", "1")
			s.do("get x", "2")
		}, "history of 4 calls on 1 key: linearizable"},
		{"an applied error is not taken back", func(s *script) {
			s.do("set x 1", "1")
			s.fail(s.begin("set x 2"), lost, "unknown")
			s.do("get x", "2")
			s.do("get x", "1")
		}, `history of 4 calls on 1 key: NOT linearizable
read#4 (n1: get x) was told 1 at 0.008000s, but read#3 (n1: get x) had been told 2 at 0.006000s and nothing set it back since: no single order explains these answers`},
		{"an incr with an error takes effect at most once", func(s *script) {
			s.fail(s.begin("incr x"), lost, "unknown")
			s.do("get x", "(none)")
			s.do("incr x", "2")
			s.do("get x", "2")
		}, "history of 4 calls on 1 key: linearizable"},
		{"never stored, and yet seen", func(s *script) {
			s.fail(s.begin("set x 1"), "node is not the leader", "never")
			s.do("get x", "1")
		}, `history of 2 calls on 1 key: NOT linearizable
read#2 (n1: get x) was told 1 at 0.004000s, but nothing had been written to x: no order explains this answer`},
		{"without an answer, and seen", func(s *script) {
			s.begin("append x b")
			s.do("append x a", "ba")
			s.begin("get x")
		}, "history of 3 calls on 1 key: linearizable"},
		{"a failed cas is no observation", func(s *script) {
			s.do("set x 1", "1")
			s.fail(s.begin("cas x 1 2"), "cas x: the value differs: it is 5", "never")
		}, "history of 2 calls on 1 key: linearizable"},
		{"a cas that cannot have succeeded", func(s *script) {
			s.do("set x 1", "1")
			s.do("cas x 2 3", "3")
		}, `history of 2 calls on 1 key: NOT linearizable
exec#2 (n1: cas x 2 3) was told ok at 0.004000s, but all that was written to x by then is exec#1 (n1: set x 1): no order explains this answer`},
		{"stale reads are left out", func(s *script) {
			s.do("set x 1", "1")
			r := s.begin("get x")
			s.AttrText(r, "path", "stale")
			s.end(r, "(none)")
		}, "history of 2 calls on 1 key: linearizable; 1 stale read left out"},
		{"a value that is (none)", func(s *script) {
			s.do(`set x "(none)"`, `"(none)"`)
			s.do("get x", `"(none)"`)
			s.do("get x", `(none)`)
		}, `history of 3 calls on 1 key: NOT linearizable
read#3 (n1: get x) was told (none) at 0.006000s, but exec#1 (n1: set x "(none)") had been told ok at 0.002000s and nothing set it back since: no single order explains these answers`},
		{"an argument that is cut", func(s *script) {
			s.do("set x "+long+"...(70 B)", long+"...(70 B)")
			s.do("set y 1", "1")
		}, "history of 2 calls on 2 keys: not checked on 1, linearizable on 1\nkey x is not checked: an argument of exec#1 is too long to be recorded whole"},
		{"a key that is cut", func(s *script) {
			s.do("set "+long+"...(70 B) 1", "1")
		}, "history of 1 call on 1 key: not checked\nkey " + long + "...(70 B) is not checked: the key is too long to be recorded whole"},
		{"a long result by its size", func(s *script) {
			s.do("set x "+long, long)
			s.do("append x bcd", long+"...(63 B)")
			s.do("get x", long+"...(64 B)")
		}, `history of 3 calls on 1 key: NOT linearizable
read#3 (n1: get x) was told ` + long + `...(64 B) at 0.006000s, but all that was written to x by then is exec#1 (n1: set x ` + long + `) and exec#2 (n1: append x bcd): no order explains this answer`},
		{"without keys", func(s *script) {
			s.do("[7 bytes]", "[1 bytes]")
		}, "history of 1 call: not checked: exec#1: the recording keeps no keys"},
		{"without the whole key", func(s *script) {
			s.do("set ke...[17 bytes]", "[1 bytes]")
		}, "history of 1 call: not checked: exec#1: the recording keeps no keys"},
		{"without values", func(s *script) {
			s.do("set key 1...[17 bytes]", "1...[10 bytes]")
			s.do("set k 1", "1")
		}, "history of 2 calls on 2 keys: not checked on 1, linearizable on 1\nkey key is not checked: the recording keeps no values of exec#1"},
		{"without a result", func(s *script) {
			s.do("set k 1", "1")
			s.do("get k", "[12 bytes]")
		}, "history of 2 calls on 1 key: not checked\nkey k is not checked: the result of read#2 is not recorded whole"},
		{"an operation of a later version", func(s *script) {
			s.do("rename x y", "")
			s.do("set k 1", "1")
		}, "history of 2 calls: not checked: exec#1: what the client asked is not understood"},
		{"a get that writes", func(s *script) {
			s.Born("exec", "n1", 1, "", "1", "get x")
		}, "history of 1 call: not checked: exec#1: what the client asked is not understood"},
		{"an argument too many", func(s *script) { s.do("del x y", "") }, "history of 1 call on 1 key: not checked\nkey x is not checked: the arguments of exec#1 are not understood"},
		{"an argument too few", func(s *script) { s.do("cas x y", "") }, "history of 1 call on 1 key: not checked\nkey x is not checked: the arguments of exec#1 are not understood"},
		{"a number that is none", func(s *script) { s.do("incr x y", "") }, "history of 1 call on 1 key: not checked\nkey x is not checked: the number of exec#1 is out of range"},
		{"an event is lost", func(s *script) {
			s.do("set x 1", "1")
			s.do("get x", "1")
			s.Events = s.Events[5:]
		}, "history of 1 call: not checked: 5 of the run's events are lost"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScript()
			c.play(s)
			h := Of(s.view(t))
			if got := strings.Join(h.Check().Lines(), "\n"); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// A result that was cut is compared by its hash too, if there is one.
func TestResultHash(t *testing.T) {
	long := strings.Repeat("a", 60)
	play := func(last, hash string) Result {
		s := newScript()
		s.do("set x "+long, long)
		id := s.begin("append x bcd")
		s.end(id, "")
		id = s.begin("get x")
		s.AttrText(id, "result-hash", hash)
		s.end(id, long+"...(63 B)")
		h := Of(s.view(t))
		return h.Check().Result
	}
	if got := play("", "ffffffffffffffff"); got != NotLinearizable {
		t.Errorf("another hash: %s", got)
	}
	if got := play("", "no hash"); got != Linearizable {
		t.Errorf("no hash: %s", got)
	}
}

// The offending answer is the first too many, the calls against it are only
// those that matter, and those beside it are named.
func TestBlame(t *testing.T) {
	s := newScript()
	var ids []sm.ID
	for n := range 50 {
		ids = append(ids, s.do("set x "+itoa(n), itoa(n)))
		s.do("get x", itoa(n))
	}
	beside := s.begin("set x other")
	unrelated := s.begin("set y 1")
	wrong := s.do("get x", "30")
	s.do("get x", "31")
	s.end(beside, "other")
	s.end(unrelated, "1")
	h := Of(s.view(t))
	v := h.Check()
	k := v.Keys[0]
	if k.Offending == nil || k.Offending.ID != wrong {
		t.Fatalf("offending %+v, want %d", k.Offending, wrong)
	}
	if len(k.Against) != 2 || k.Against[0].ID != ids[30] {
		t.Errorf("against: %v", names(k.Against))
	}
	if len(k.Beside) != 1 || k.Beside[0].ID != beside {
		t.Errorf("beside: %v", names(k.Beside))
	}
	if got := h.JSON(v).Keys[0]; got.Offending != k.Offending.Name || len(got.Against) != 2 || got.Verdict != "not linearizable" {
		t.Errorf("as JSON: %+v", got)
	}
}

// If the budget does not last to name the calls, the offending one is named as
// well as can be, and what was not found out is said.
func TestBlameBeyondTheBudget(t *testing.T) {
	s := newScript()
	for range 20 {
		s.do("incr x", "")
	}
	wrong := s.do("get x", "10")
	h := Of(s.view(t))
	whole := &checker{left: budget, stepsMax: stepsMax}
	if k := whole.check(&h).Keys[0]; k.Offending.ID != wrong || len(k.Against) != 11 || k.AgainstUnknown {
		t.Fatalf("with the usual budget: %s against %d", k.Offending.Name, len(k.Against))
	}
	for _, c := range []struct {
		left int // of the budget
		says string
	}{
		{100_000, "read#21 (n1: get x) was told 10 at 0.042000s, and no order explains all answers up to this one: " +
			"there are too many calls to find out which of them contradict it"},
		{20_000, "read#21 (n1: get x) was told 10 at 0.042000s, and no order explains all answers up to this one (perhaps not even those before it): " +
			"there are too many calls to find out which of them contradict it"},
	} {
		k := (&checker{left: c.left, stepsMax: stepsMax}).check(&h).Keys[0]
		if k.Result != NotLinearizable || k.Offending.ID != wrong || k.Against != nil || !k.AgainstUnknown || k.Reason != c.says {
			t.Errorf("with a budget of %d: %s, against %d (unknown: %t): %s", c.left, k.Result, len(k.Against), k.AgainstUnknown, k.Reason)
		}
	}
}

// Beyond the bounds nothing is claimed.
func TestNotDecided(t *testing.T) {
	s := newScript()
	for n := range 12 {
		s.fail(s.begin("incr x "+itoa(1<<n)), lost, "unknown")
	}
	s.do("get x", "5000") // the sums go up to 4095
	h := Of(s.view(t))
	c := &checker{left: budget, stepsMax: 1000}
	if v := c.check(&h); v.Result != NotDecided || !v.OK() {
		t.Errorf("with 1000 steps: %+v", v)
	}
	if got := strings.Join((&checker{left: budget, stepsMax: 1000}).check(&h).Lines(), "\n"); got != "history of 13 calls on 1 key: not decided\nkey x is not decided: too many calls at once to try all orders" {
		t.Errorf("got %s", got)
	}
	if v := h.Check(); v.Result != NotLinearizable {
		t.Errorf("with the usual bounds: %+v", v)
	}
}
