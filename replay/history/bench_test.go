package history

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// manyKeys makes 10,000 calls on 10 keys by 20 concurrent clients.
func manyKeys(ops string, unknown float64) *script {
	rnd := rand.New(rand.NewPCG(1, 2))
	var all []*simulated
	for k := range 10 {
		all = append(all, simulate(rnd, 1000, 20, fmt.Sprintf("k%d", k), ops, unknown)...)
	}
	slices.SortStableFunc(all, func(a, b *simulated) int { return cmp.Compare(a.start, b.start) })
	return played(all)
}

// BenchmarkCheck is the check of 10,000 calls on 10 keys, with 20 clients on
// each key at once.
func BenchmarkCheck(b *testing.B) {
	for _, c := range []struct {
		name, ops string
		unknown   float64
	}{{"set-get", "SSgg", 0}, {"set-get-unknown", "SSgg", 0.05}, {"incr-unknown", "iig", 0.05}, {"append", "Ag", 0}, {"mixed", "Sgcd", 0.02}} {
		b.Run(c.name, func(b *testing.B) {
			h := Of(manyKeys(c.ops, c.unknown).view(b))
			b.ResetTimer()
			b.ReportAllocs()
			for range b.N {
				k := &checker{left: budget, stepsMax: stepsMax}
				if v := k.check(&h); v.Result != Linearizable {
					b.Fatal(v.Lines())
				}
				b.ReportMetric(float64(budget-k.left)/perStep/float64(len(h.Calls)), "steps/call")
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(h.Calls)), "ns/call")
		})
	}
}

// BenchmarkOf is reading the calls out of the events.
func BenchmarkOf(b *testing.B) {
	v := manyKeys("SSgg", 0).view(b)
	b.ReportAllocs()
	for b.Loop() {
		Of(v)
	}
}

// BenchmarkBlame is naming the calls of a history of 1,000 that is wrong.
func BenchmarkBlame(b *testing.B) {
	all := simulate(rand.New(rand.NewPCG(1, 2)), 1000, 20, "x", "SSgg", 0.02)
	s := played(all)
	s.do("get x", all[100].result+"!")
	s.do("set x last", "last")
	s.do("get x", "v3")
	h := Of(s.view(b))
	for b.Loop() {
		if v := h.Check(); v.OK() {
			b.Fatal(v.Lines())
		}
	}
}
