package engine

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"raftscope/engine/grammar"
	"raftscope/replay"
)

// words are the labels of all calls of a client, taken apart.
func (w *testWorld) labels(client int) (all [][]string) {
	v := w.timeline.View()
	for n := 1; n <= w.ordinal; n++ {
		if m := v.Exec(n); m.Known() && v.Client(m.Machine) == client && !v.RetryOf(m.Machine).Known() {
			all = append(all, strings.Fields(m.Label()))
		}
	}
	return all
}

func TestClient(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader", "client rate=200 keys=4 set=40 incr=20 get=20 append=10 del=10 calls=1000", "advance 30s", "run until idle")
		labels := w.labels(1)
		if len(labels) != 1000 || w.ordinal != 1000 {
			t.Fatalf("it made %d calls, of %d, want 1000", len(labels), w.ordinal)
		}
		count, values, keys := map[string]int{}, map[string]bool{}, map[string]int{}
		for _, l := range labels {
			count[l[0]]++
			keys[l[1]]++
			if l[0] == "set" || l[0] == "append" {
				if values[l[2]] {
					t.Errorf("the value %s comes twice", l[2])
				}
				values[l[2]] = true
			}
		}
		for op, want := range map[string]int{"set": 400, "incr": 200, "get": 200, "append": 100, "del": 100, "cas": 0} {
			if n := count[op]; n < want*7/10 || n > want*13/10 {
				t.Errorf("%d of 1000 calls are %s, want about %d", n, op, want)
			}
		}
		if len(keys) != 12 { // k1 to k4, i1 to i4, s1 to s4
			t.Errorf("the keys are %v", keys)
		}
		w.expect("count exec FAILED = 0", "count read FAILED = 0", "answered")
		first, last := w.call(1).Born(), w.call(1000).Born()
		if took := time.Duration(last - first); took < 4*time.Second || took > 6*time.Second {
			t.Errorf("1000 calls at 200 a second took %v", took)
		}
		if c := w.timeline.View().Clients(); len(c) != 1 || c[0] != (replay.ClientTally{Client: 1, Calls: 1000, OK: 1000}) {
			t.Errorf("its tally is %v", c)
		}
		sum := 0
		for k := range 4 {
			n := 0
			fmt.Sscan(w.finalValue(fmt.Sprintf("i%d", k+1)), &n)
			sum += n
		}
		if sum != count["incr"] {
			t.Errorf("%d increments add up to %d", count["incr"], sum)
		}
	})
}

// A client that compares and sets knows what it was told of its keys.
func TestClientComparesAndSets(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader", "client rate=5 keys=1 cas=1 calls=20", "advance 1m", "run until idle")
		labels := w.labels(1)
		if first := labels[0]; first[0] != "set" {
			t.Errorf("the first call is %v, want a set: it knows nothing yet", first)
		}
		cas := 0
		for _, l := range labels {
			if l[0] == "cas" {
				cas++
			}
		}
		ok := w.timeline.View().Clients()[0].OK
		if cas < 15 || ok < 15 {
			t.Errorf("%d of 20 calls compare, %d went well, want most of them", cas, ok)
		}
		// Another client sets the key behind its back: the next cas is told
		// what is there and the one after that goes well.
		w.do("write leader set k1 mine wait", "client rate=1 keys=1 cas=1 get=1 calls=30", "advance 2m", "run until idle")
		tally := w.timeline.View().Clients()[1]
		if tally.Calls != 30 || tally.OK < 20 {
			t.Errorf("its tally is %v", tally)
		}
	})
}

// Clients go on when nodes do not.
func TestClientOutlivesNodes(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("client rate=50 set=1") // nobody ever led: it asks n1
		w.do("advance 100ms")
		w.expect("count exec n1 FAILED >= 1", "count exec n2 = 0", "count exec n3 = 0")
		w.do("run until leader")
		w.do("client rate=50 set=1 retry=on", "client rate=50 get=1 node="+w.follower(), "advance 500ms")
		old := w.leads()
		w.do("crash "+old, "advance 100ms")
		if told := textAttr(w.last("exec", ""), "told"); told != errNodeDown.Error() {
			t.Errorf("while nobody leads clients are told %q", told)
		}
		if m := w.last("exec", ""); m.Node() != old {
			t.Errorf("while nobody leads clients ask %s, want %s, which led last", m.Node(), old)
		}
		w.do("run until leader", "restart "+old, "advance 8s", "stop "+old, "advance 2s", "restart "+old, "client stop", "run until answered", "run until logs equal")
		tallies := w.timeline.View().Clients()
		if plain := tallies[0]; plain.Errors < 20 || plain.OK < 200 || plain.Open != 0 || plain.Retried != 0 {
			t.Errorf("who takes errors for answers: %v", plain)
		}
		if stubborn := tallies[1]; stubborn.Errors > 0 || stubborn.Retried < 20 || stubborn.OK != stubborn.Calls {
			t.Errorf("who asks again: %v", stubborn)
		}
		if reader := tallies[2]; reader.Errors < 50 || reader.Retried != 0 {
			t.Errorf("who reads from a follower: %v", reader)
		}
	})
}

func TestClientStop(t *testing.T) {
	inWorld(t, "cluster nodes=1", func(w *testWorld) {
		w.fails(ErrRefused, "client stop", "no client is running")
		w.fails(ErrRefused, "client stop 1", "there is no client 1")
		w.fails(ErrRefused, "client node=n5", "there is no node n5")
		w.do("run until leader", "client rate=100", "client rate=100 calls=5", "client rate=100", "advance 1s")
		w.fails(ErrRefused, "client stop 2", "client 2 is not running any more")
		w.do("client stop 3", "advance 100ms")
		three := len(w.labels(3))
		w.do("advance 1s")
		if n := len(w.labels(3)); n != three {
			t.Errorf("client 3 made %d calls after it was stopped", n-three)
		}
		w.fails(ErrRefused, "client stop 3", "client 3 is not running any more")
		w.do("client stop")
		w.fails(ErrRefused, "client stop", "no client is running")
		for range grammar.ClientsMax {
			w.do("client")
		}
		w.fails(ErrRefused, "client", "16 clients are running, which is as many as may")
		w.do("client stop 7", "client")
	})
}

// Clients end with the world, whatever they have under way: the bubble fails
// the test if a goroutine is left.
func TestClientsLeaveNothing(t *testing.T) {
	for _, before := range []string{"advance 1s", "crash n1 ; advance 60ms", "stop n1"} {
		inWorld(t, "cluster nodes=1", func(w *testWorld) {
			w.do("run until leader", "client rate=1000 set=1 incr=1 get=1 retry=on", "client rate=1", "write n1 set x 1 x50 retry", "advance 100ms", before)
		})
	}
}

// A client with too many calls under way leaves calls out and goes on.
func TestClientBounds(t *testing.T) {
	inWorld(t, "cluster nodes=1", func(w *testWorld) {
		w.do("run until leader", "client rate=100")
		b := w.background[0]
		under := func(n int) {
			b.mu.Lock()
			b.open = n
			b.mu.Unlock()
		}
		under(openMax)
		w.do("advance 1s")
		if w.ordinal != 0 {
			t.Errorf("it made %d calls with %d under way", w.ordinal, openMax)
		}
		under(0)
		w.do("advance 1s")
		if w.ordinal < 50 {
			t.Errorf("it made %d calls in a second, want about 100", w.ordinal)
		}
	})
}
