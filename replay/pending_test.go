package replay_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/sm"
)

// TestPendingIsAll: what is listed as under way or held is what every machine,
// asked one by one, says of itself, at any moment.
func TestPendingIsAll(t *testing.T) {
	rnd := rand.New(rand.NewPCG(8, 9))
	s := recordertest.New()
	node, life := s.Born("node", "n1", 1, "", "n1", ""), uint32(1)
	var all []sm.ID
	states := []string{"answered", "DONE", "FAILED"}
	for len(s.Events) < 6000 {
		s.Wait(time.Duration(rnd.IntN(3)) * time.Microsecond)
		if len(all) == 0 || rnd.IntN(8) == 0 {
			if rnd.IntN(2) == 0 {
				all = append(all, s.Born("append-rpc", "n1", life, "", "n1>n2", ""))
			} else {
				all = append(all, s.Born("read", "n1", life, "", "1", ""))
			}
			continue
		}
		id := all[max(0, len(all)-1-rnd.IntN(20))]
		switch k := rnd.IntN(24); {
		case k < 4:
			s.Attr(id, "held", int64(rnd.IntN(2)))
		case k < 6:
			s.Attr(id, "due", int64(rnd.IntN(2)*9999))
		case k < 7:
			s.AttrText(id, []string{"held", "due"}[k%2], "1")
		case k < 8:
			s.End(id, sm.Abandoned)
		case k < 9 && rnd.IntN(20) == 0: // the node goes down and comes back
			s.Move(node, "CRASHED")
			life++
			node, all = s.Born("node", "n1", life, "", "n1", ""), nil
		case k < 14:
			s.MoveDue(id, "DONE", time.Duration(rnd.IntN(2))*time.Millisecond)
		case k < 16:
			s.MoveDue(id, "FAILED", time.Duration(rnd.IntN(2))*time.Millisecond)
		case s.Kind(id) == "read":
			s.MoveDue(id, "await-fsm", time.Duration(rnd.IntN(2))*time.Millisecond)
		default:
			s.MoveDue(id, states[rnd.IntN(len(states))], time.Duration(rnd.IntN(2))*time.Millisecond)
		}
	}
	tl := build(t, [][]sm.Event{s.Events})
	if d := tl.Damage(); d.Events > 0 {
		t.Fatal(d.Reasons)
	}
	most := [2]int{}
	for range 400 {
		v := tl.At(rnd.IntN(tl.Events() + 1))
		var pending, held []*replay.Machine
		for _, m := range v.Machines() {
			if _, ok := v.PendingOf(m); ok {
				pending = append(pending, m)
			}
			if v.Of(m).IsHeld() {
				held = append(held, m)
			}
		}
		var listed [2][]*replay.Machine
		for _, p := range v.Pending() {
			listed[0] = append(listed[0], p.Machine)
		}
		for _, h := range v.Held() {
			listed[1] = append(listed[1], h.Machine)
		}
		for i, want := range [2][]*replay.Machine{pending, held} {
			slices.SortFunc(listed[i], func(a, b *replay.Machine) int { return int(a.ID()) - int(b.ID()) })
			if !slices.Equal(listed[i], want) {
				t.Fatalf("after %d events list %d has %d machines, want %d", v.Events(), i, len(listed[i]), len(want))
			}
			most[i] = max(most[i], len(want))
		}
	}
	if most[0] < 20 || most[1] < 10 {
		t.Errorf("at most %d are under way and held", most)
	}
}
