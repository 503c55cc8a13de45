package history

import (
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"raftscope/sm"
)

// histories: how many random histories are compared with trying all orders.
var histories = flag.Int("histories", 4000, "how many random histories to check in two ways")

// simulated is a call of a random execution: it takes effect at a moment of its
// own, so that the history of all is linearizable.
type simulated struct {
	command string
	start   int
	end     int
	effect  int  // when it takes effect; 0: never
	unknown bool // the client is told an error, or nothing
	silent  bool // nothing
	refused bool
	result  string // told ok: of an incr, cas, append or get
	id      sm.ID
}

// simulate makes n random calls on a key by so many clients, each of which has
// one call under way at most.
func simulate(rnd *rand.Rand, n, clients int, key, ops string, unknown float64) []*simulated {
	var all []*simulated
	free := make([]int, clients)
	for i := range n {
		c := rnd.IntN(clients)
		s := &simulated{start: free[c] + 1 + rnd.IntN(20)}
		s.end = s.start + 2 + rnd.IntN(40)
		s.effect = s.start + 1 + rnd.IntN(s.end-s.start-1)
		free[c] = s.end
		small := func() string { return strconv.Itoa(rnd.IntN(3)) }
		switch ops[rnd.IntN(len(ops))] {
		case 's':
			s.command = "set " + key + " " + small()
		case 'S':
			s.command = fmt.Sprintf("set %s v%d", key, i)
		case 'd':
			s.command = "del " + key
		case 'i':
			s.command = "incr " + key
		case 'I':
			s.command = "incr " + key + " " + small()
		case 'c':
			s.command = "cas " + key + " " + small() + " " + small()
		case 'a':
			s.command = "append " + key + " " + small()
		case 'A':
			s.command = fmt.Sprintf("append %s <%d>", key, i)
		default:
			s.command = "get " + key
		}
		if s.command[0] != 'g' && rnd.Float64() < unknown {
			s.unknown, s.silent = true, rnd.IntN(3) == 0
			switch rnd.IntN(3) {
			case 0:
				s.effect = 0
			case 1:
				s.effect = s.end + rnd.IntN(200)
			}
		}
		all = append(all, s)
	}
	run(all)
	return all
}

// run lets the calls take effect in their order and notes what clients see.
func run(all []*simulated) {
	order := slices.Clone(all)
	slices.SortStableFunc(order, func(a, b *simulated) int { return cmp.Compare(a.effect, b.effect) })
	held := "(none)"
	for _, s := range order {
		if s.effect > 0 {
			var ok bool
			held, s.result, ok = perform(s.command, held)
			s.refused = !ok
		}
	}
}

// perform says what a key holds after a command and what its client is told:
// the model once more, as simple as can be.
func perform(command, held string) (after, result string, ok bool) {
	w := strings.Fields(command)
	switch w[0] {
	case "set":
		return w[2], w[2], true
	case "del":
		return "(none)", "", true
	case "get":
		return held, held, true
	case "append":
		held = strings.TrimPrefix(held, "(none)") + w[2]
		return held, held, true
	case "cas":
		if held != w[2] {
			return held, "", false
		}
		return w[3], w[3], true
	}
	by, n := 1, 0
	if len(w) > 2 {
		by, _ = strconv.Atoi(w[2])
	}
	if held != "(none)" {
		var err error
		if n, err = strconv.Atoi(held); err != nil {
			return held, "", false
		}
	}
	return strconv.Itoa(n + by), strconv.Itoa(n + by), true
}

// played makes events of calls.
func played(all []*simulated) *script {
	type moment struct {
		at int
		do func()
	}
	s := newScript()
	var moments []moment
	for _, c := range all {
		moments = append(moments, moment{c.start, func() { c.id = s.begin(c.command) }})
		switch {
		case c.silent:
		case c.unknown:
			moments = append(moments, moment{c.end, func() { s.fail(c.id, lost, "unknown") }})
		case c.refused:
			moments = append(moments, moment{c.end, func() { s.fail(c.id, "refused", "never") }})
		default:
			moments = append(moments, moment{c.end, func() { s.end(c.id, c.result) }})
		}
	}
	slices.SortStableFunc(moments, func(a, b moment) int { return cmp.Compare(a.at, b.at) })
	for _, m := range moments {
		m.do()
	}
	return s
}

// ordered looks for an order by trying all: every call whose start no other
// unused answered call's end precedes may be next.
func ordered(calls []*Call, used map[*Call]bool, held string) bool {
	next := open
	for _, c := range calls {
		if c.Effect == Took && !used[c] {
			next = min(next, c.to)
		}
	}
	if next == open {
		return true // whoever has no answer need not take effect
	}
	for _, c := range calls {
		if used[c] || c.from > next || c.Effect == None {
			continue
		}
		after, result, ok := perform(c.Command, held)
		if c.Effect == Took && (!ok || c.Result != "" && c.Result != result) {
			continue
		}
		used[c] = true
		found := ordered(calls, used, after)
		delete(used, c)
		if found {
			return true
		}
	}
	return false
}

func byTrying(h *History) Result {
	var calls []*Call
	for i := range h.Calls {
		calls = append(calls, &h.Calls[i])
	}
	if ordered(calls, map[*Call]bool{}, "(none)") {
		return Linearizable
	}
	return NotLinearizable
}

// mutate changes what one client was told; false if there is nothing to change.
func mutate(rnd *rand.Rand, all []*simulated) bool {
	for range 20 {
		c := all[rnd.IntN(len(all))]
		if c.unknown || c.refused || c.result == "" || c.command[0] == 's' || c.command[0] == 'c' {
			continue
		}
		c.result = []string{"0", "1", "2", "3", "10", "(none)", "v0", "<0>"}[rnd.IntN(8)]
		if c.result == "(none)" && c.command[0] != 'g' {
			c.result = "0"
		}
		return true
	}
	return false
}

// TestAgainstTryingAllOrders compares the check with one that tries every
// order, on small histories that are linearizable and on ones that may not be.
func TestAgainstTryingAllOrders(t *testing.T) {
	rnd := rand.New(rand.NewPCG(uint64(*histories), 2))
	mixes := []string{"sg", "Sg", "sdg", "sdgc", "sgca", "ig", "Iigd", "sigcad", "Aagd", "Sggg", "scag", "sic"}
	var wrong, right int
	for n := range *histories {
		all := simulate(rnd, 2+rnd.IntN(5), 1+rnd.IntN(4), "x", mixes[n%len(mixes)], 0.35)
		mutated := n%2 == 1 && mutate(rnd, all)
		h := Of(played(all).view(t))
		want, v := byTrying(&h), h.Check()
		if v.Result != want || !mutated && want != Linearizable {
			var b strings.Builder
			h.Text(&b)
			t.Fatalf("history %d: %s, want %s\n%s%s", n, v.Result, want, b.String(), strings.Join(v.Lines(), "\n"))
		}
		if want == Linearizable {
			right++
			continue
		}
		wrong++
		blamed(t, &h, v.Keys[0])
	}
	if wrong < *histories/10 || right < *histories/2 {
		t.Errorf("%d not linearizable, %d linearizable: too few of one", wrong, right)
	}
}

// blamed holds the calls that are named against what they are said to be.
func blamed(t *testing.T, h *History, k KeyVerdict) {
	t.Helper()
	upTo := func(now int, forgotten *Call, only []*Call) Result {
		small := History{}
		for _, c := range h.Calls {
			if c.from > now {
				continue
			}
			answered := c.Effect == Took
			named := only == nil || c.ID == k.Offending.ID || slices.ContainsFunc(only, func(o *Call) bool { return o.ID == c.ID })
			if answered && (c.to > now || !named || forgotten != nil && c.ID == forgotten.ID) {
				if c.Effect = MayTake; c.op == opGet {
					c.Effect = None
				}
			}
			small.Calls = append(small.Calls, c)
		}
		return byTrying(&small)
	}
	if upTo(k.Offending.to, nil, nil) != NotLinearizable || upTo(k.Offending.to-1, nil, nil) != Linearizable {
		t.Errorf("%s is not the first answer too many", k.Offending.Name)
	}
	if k.Against == nil {
		k.Against = []*Call{}
	}
	if upTo(k.Offending.to, nil, k.Against) != NotLinearizable {
		t.Errorf("%v do not contradict %s", names(k.Against), k.Offending.Name)
	}
	for _, c := range k.Against {
		if upTo(k.Offending.to, c, k.Against) != Linearizable {
			t.Errorf("%s contradicts without %s", k.Offending.Name, c.Name)
		}
	}
}

// TestLargeHistories: executions that were linearizable are found to be, within
// the bounds, also with many writes of unknown outcome.
func TestLargeHistories(t *testing.T) {
	for n, c := range []struct {
		calls, clients int
		ops            string
		unknown        float64
	}{
		{2000, 1, "sgcaid", 0}, {2000, 20, "SSggc", 0}, {2000, 20, "SSggd", 0.1}, {1000, 20, "ig", 0.05}, {500, 20, "AAg", 0.1}, {500, 10, "Iig", 0.03},
		{1000, 20, "sgcd", 0.05}, {2000, 20, "Sgggggg", 0.3},
	} {
		rnd := rand.New(rand.NewPCG(uint64(n), 7))
		h := Of(played(simulate(rnd, c.calls, c.clients, "x", c.ops, c.unknown)).view(t))
		k := &checker{left: budget, stepsMax: stepsMax}
		if v := k.check(&h); v.Result != Linearizable {
			t.Errorf("%+v: %s", c, strings.Join(v.Lines(), "\n"))
		}
		t.Logf("%+v: %d steps", c, (budget-k.left)/perStep)
	}
}

// TestCrowds: many clients that write one key at once, in ways in which an order
// is hard to find for who tries them one by one.
func TestCrowds(t *testing.T) {
	for _, c := range []struct {
		name  string
		write func(n int) (command, result string)
		then  func(s *script)
		want  Result
	}{
		{"different values", func(n int) (string, string) { return "set x v" + itoa(n), "v" + itoa(n) }, func(s *script) { s.do("get x", "v57") }, Linearizable},
		{"one value", func(n int) (string, string) { return "set x v", "v" }, func(s *script) { s.do("get x", "v") }, Linearizable},
		{"two values", func(n int) (string, string) { return "set x " + itoa(n%2), itoa(n % 2) }, func(s *script) { s.do("get x", "1"); s.do("get x", "1") }, Linearizable},
		{"back again", func(n int) (string, string) { return "set x v" + itoa(n), "v" + itoa(n) }, func(s *script) { s.do("get x", "v57"); s.do("get x", "v58") }, NotLinearizable},
		{"gone", func(n int) (string, string) { return "set x v" + itoa(n), "v" + itoa(n) }, func(s *script) { s.do("get x", "(none)") }, NotLinearizable},
		{"counting", func(n int) (string, string) { return "incr x", itoa((n+7)%200 + 1) }, func(s *script) { s.do("get x", "200") }, Linearizable},
		{"counting wrong", func(n int) (string, string) { return "incr x", itoa((n+7)%200 + 1) }, func(s *script) { s.do("get x", "199") }, NotLinearizable},
		{"deleted", func(n int) (string, string) {
			if n%5 == 0 {
				return "del x", ""
			}
			return "set x v" + itoa(n), "v" + itoa(n)
		}, func(s *script) { s.do("get x", "(none)"); s.do("append x a", "a") }, Linearizable},
	} {
		for _, order := range []string{"first in first out", "last in first out"} {
			s := newScript()
			var ids []sm.ID
			for n := range 200 {
				command, _ := c.write(n)
				ids = append(ids, s.begin(command))
			}
			for i := range ids {
				n := i
				if order[0] == 'l' {
					n = len(ids) - 1 - i
				}
				_, result := c.write(n)
				s.end(ids[n], result)
			}
			c.then(s)
			h := Of(s.view(t))
			k := &checker{left: budget, stepsMax: stepsMax}
			if v := k.check(&h); v.Result != c.want {
				t.Errorf("%s, %s: %s", c.name, order, strings.Join(v.Lines(), "\n"))
			}
			t.Logf("%s, %s: %d steps", c.name, order, (budget-k.left)/perStep)
		}
	}
}
