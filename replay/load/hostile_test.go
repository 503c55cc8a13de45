package load_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"raftscope/recorder/recordertest"
	"raftscope/replay/load"
)

// TestAnythingIsSurvived loads and follows recordings with wrong bytes, with
// pieces left out, doubled and exchanged.
func TestAnythingIsSurvived(t *testing.T) {
	t.Parallel()
	events := recordertest.Workload(600)
	whole, starts := recording(t, events, 50)
	damaged := 0
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 2))
		b := append([]byte(nil), whole...)
		for range 1 + r.IntN(6) {
			from := starts[0] + r.IntN(len(b)-starts[0])
			piece := append([]byte(nil), b[from:min(len(b), from+1+r.IntN(3000))]...)
			switch r.IntN(4) {
			case 0:
				b[from] ^= 1 << r.IntN(8)
			case 1:
				b = append(b[:from], b[from+len(piece):]...)
			case 2:
				b = append(b[:from], append(piece, b[from:]...)...)
			case 3:
				b = append(b, piece...)
			}
		}
		l := open(t, write(t, b), load.Options{Kinds: recordertest.Kinds(), Memory: 64 << 20})
		if err := l.Run(context.Background()); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		p := l.Progress()
		if p.Damage.Any() != (len(p.Damage.Reasons()) > 0) || p.Damage.Any() != (p.Damage.String() != "") || p.Events > len(events) {
			t.Fatalf("seed %d: %+v, reasons %q", seed, p, p.Damage.Reasons())
		}
		if p.Damage.Any() {
			damaged++
		}
		path := write(t, b[:starts[0]])
		f, _, stop := following(t, path, load.Options{Kinds: recordertest.Kinds(), StaleAfter: time.Nanosecond})
		for rest := b[starts[0]:]; len(rest) > 0; {
			n := min(1+r.IntN(4000), len(rest))
			add(t, path, rest[:n])
			rest = rest[n:]
		}
		until(t, f, "the end", func(p load.Progress) bool { return !p.Running || p.Following && p.Size == int64(len(b)) })
		stop()
		if p := f.Progress(); p.Events > len(events) {
			t.Fatalf("seed %d: %+v", seed, p)
		}
	}
	if damaged < 100 {
		t.Errorf("only %d of 150 were damaged", damaged)
	}
}
