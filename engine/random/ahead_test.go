package random

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"time"
)

// TestAtOnce: how many epochs run at once does not show, also when some end early
// because a rule is broken.
func TestAtOnce(t *testing.T) {
	if raceEnabled {
		t.Skip("under the race detector Go's scheduler picks at random")
	}
	opt := Options{Length: 290 * time.Second, Epoch: time.Minute, Seed: 2, Families: []string{"net", "findings"}, GoOn: true, Dir: t.TempDir()}
	var texts [2]bytes.Buffer
	for i, atOnce := range []int{1, 3} {
		opt.AtOnce = atOnce
		r, err := Run(context.Background(), &texts[i], opt)
		if err != nil || r.Epochs < 5 {
			t.Fatalf("%d at once: %v\n%s", atOnce, err, texts[i].String())
		}
	}
	if one, three := texts[0].String(), texts[1].String(); one != three {
		t.Errorf("one at a time:\n%s\nthree at once:\n%s", one, three)
	}
}

// TestAhead: epochs are taken in order with the length that they must have,
// whatever was started before its turn.
func TestAhead(t *testing.T) {
	const whole = 10 * time.Minute
	tests := []struct {
		name         string
		length       time.Duration
		over         map[int]time.Duration // by how much epochs last longer than they should
		most         int
		took, before []time.Duration // lengths of those taken, and of those that were started in vain
	}{
		{"one at a time", 25 * time.Minute, nil, 1, []time.Duration{whole, whole, 5 * time.Minute}, nil},
		{"four at once", 65 * time.Minute, nil, 4, []time.Duration{whole, whole, whole, whole, whole, whole, 5 * time.Minute}, nil},
		{"a little longer", 31 * time.Minute, map[int]time.Duration{1: 2 * time.Second}, 3, []time.Duration{whole, whole, whole, 58 * time.Second}, nil},
		{"much longer", 33 * time.Minute, map[int]time.Duration{1: 8 * time.Minute}, 3, []time.Duration{whole, whole, 5 * time.Minute}, []time.Duration{whole}},
		{"longer than all are taken to", 22 * time.Minute, map[int]time.Duration{1: 5 * time.Minute}, 2, []time.Duration{whole, 7 * time.Minute}, []time.Duration{whole}},
		{"shorter", 30 * time.Minute, map[int]time.Duration{1: -9 * time.Minute}, 2, []time.Duration{whole, whole, whole, 9 * time.Minute}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var mu sync.Mutex
			running, most := 0, 0
			var begun []time.Duration
			a := &ahead{ctx: context.Background(), run: func(ctx context.Context, number int, length time.Duration) (*epoch, error) {
				mu.Lock()
				running++
				most = max(most, running)
				begun = append(begun, length)
				mu.Unlock()
				time.Sleep(time.Millisecond)
				mu.Lock()
				running--
				mu.Unlock()
				return nil, ctx.Err()
			}}
			left := tt.length
			for number, want := range tt.took {
				length := min(whole, left)
				s := a.take(number+1, length, left, tt.most)
				if s.number != number+1 || s.length != length || length != want || s.err != nil {
					t.Errorf("epoch %d: took %d of %s, %v; want %s", number+1, s.number, s.length, s.err, want)
				}
				left -= length + tt.over[number+1]
			}
			if left > 0 || !a.alone() {
				t.Errorf("%s left, alone %t", left, a.alone())
			}
			if len(begun) != len(tt.took)+len(tt.before) || most > tt.most {
				t.Errorf("begun %v, %d at once", begun, most)
			}
		})
	}
}

// TestAheadDrops: what runs before its turn ends with the run.
func TestAheadDrops(t *testing.T) {
	a := &ahead{ctx: context.Background(), run: func(ctx context.Context, number int, _ time.Duration) (*epoch, error) {
		if number > 1 {
			<-ctx.Done()
		}
		return nil, ctx.Err()
	}}
	if s := a.take(1, time.Minute, time.Hour, 4); s.err != nil || len(a.queue) != 3 {
		t.Fatalf("%v, %d run", s.err, len(a.queue))
	}
	queue := a.queue
	a.drop()
	for _, s := range queue {
		if s.err == nil {
			t.Errorf("epoch %d was not ended", s.number)
		}
	}
}
