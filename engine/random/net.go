package random

import (
	"fmt"
	"strings"
	"time"
)

// netFamily is what networks do.
func netFamily() *family {
	return &family{
		name: "net", weight: 2, doc: "cuts of links, also in one direction, and messages that are lost, late, doubled or out of order",
		actions: []action{
			{8, (*epoch).cutLeader},
			{4, (*epoch).cutSome},
			{2, (*epoch).cutOneWay},
			{2, (*epoch).lose},
			{2, (*epoch).slow},
			{1, (*epoch).double},
			{1, (*epoch).overtake},
		},
	}
}

// cutLeader cuts the leader off while it takes writes: it stores them, nobody
// else does, and a truncation follows when it is back.
func (e *epoch) cutLeader() {
	leader := e.view().Leader()
	if leader == "" || len(e.nodes) < 3 {
		e.cutSome()
		return
	}
	with := []string{leader}
	if len(e.nodes) >= 5 && e.chance(3) { // a follower truncates with it
		with = append(with, e.one(without(e.nodes, with)))
	}
	e.cut(with, without(e.nodes, with), false, e.between(time.Second, 8*time.Second))
	for range 1 + e.rnd.IntN(3) {
		e.writeOn(leader)
	}
}

// cutSome cuts the nodes into two sides.
func (e *epoch) cutSome() {
	if left, right := e.sides(); len(left) > 0 {
		e.cut(left, right, false, e.between(200*time.Millisecond, 8*time.Second))
	}
}

// cutOneWay cuts one direction.
func (e *epoch) cutOneWay() {
	if left, right := e.sides(); len(left) > 0 {
		e.cut(left, right, true, e.between(200*time.Millisecond, 8*time.Second))
	}
}

// sides splits the nodes, at random; there is one side only if there is one node.
func (e *epoch) sides() (left, right []string) {
	if len(e.nodes) < 2 {
		return nil, nil
	}
	all := append([]string(nil), e.nodes...)
	e.rnd.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	n := 1 + e.rnd.IntN(len(all)-1)
	return all[:n], all[n:]
}

// cut stops messages between two sides for a while. What several cuts have in
// common is healed with the first of them.
func (e *epoch) cut(left, right []string, oneWay bool, d time.Duration) {
	between, kind := " | ", "cut"
	if oneWay {
		between, kind = " > ", "cut one way"
	}
	what := strings.Join(left, " ") + between + strings.Join(right, " ")
	if e.do("cut %s", what) == nil {
		e.tally.fault(kind)
	}
	e.after(d, func() {
		if e.anyCut(left, right, oneWay) {
			e.do("heal %s", what)
		}
	})
}

func (e *epoch) anyCut(left, right []string, oneWay bool) bool {
	v := e.view()
	for _, a := range left {
		for _, b := range right {
			if v.IsCut(a, b) || !oneWay && v.IsCut(b, a) {
				return true
			}
		}
	}
	return false
}

// lose has some messages of a kind lost.
func (e *epoch) lose() {
	kind := e.pickOf("append-rpc", "append-rpc", "vote-rpc", "prevote-rpc", "heartbeat", "message") + " " + e.link() + e.pickOf("", " answers")
	e.rule(fmt.Sprintf("drop %s p=0.%d", kind, 1+e.rnd.IntN(9)), e.between(500*time.Millisecond, 8*time.Second))
}

// slow makes a link slow.
func (e *epoch) slow() {
	lo := 1 + e.rnd.IntN(60)
	hi := lo + e.rnd.IntN(200)
	e.rule(fmt.Sprintf("delay message %s%s by=%dms..%dms", e.link(), e.pickOf("", "", " answers"), lo, hi), e.between(500*time.Millisecond, 8*time.Second))
}

// double has requests arrive twice, the second time late. Snapshots are not
// among them: raft takes one that arrives late as if it were new, which is known
// (testdata/scenarios/late-snapshot.txt) and would be found in every run.
func (e *epoch) double() {
	kind := e.pickOf("append-rpc", "append-rpc", "append-rpc", "vote-rpc", "prevote-rpc", "heartbeat")
	e.rule(fmt.Sprintf("duplicate %s %s by=%dms count=%d", kind, e.link(), 1+e.rnd.IntN(5000), 1+e.rnd.IntN(5)), e.between(500*time.Millisecond, 8*time.Second))
}

// overtake has requests overtaken by later ones.
func (e *epoch) overtake() {
	e.rule(fmt.Sprintf("reorder append-rpc %s count=%d", e.link(), 1+e.rnd.IntN(3)), e.between(500*time.Millisecond, 8*time.Second))
}

// link is two nodes, or one and all others, or all.
func (e *epoch) link() string {
	from, to := e.one(e.nodes), e.one(e.nodes)
	switch {
	case from == to || e.chance(4):
		return e.pickOf(from+">all", "all>"+to)
	case e.chance(4):
		return "all>all"
	}
	return from + ">" + to
}

// rule makes a rule for a while. How often it fired is counted when it goes.
func (e *epoch) rule(text string, d time.Duration) {
	if e.do("%s", text) != nil {
		return
	}
	rules := e.session.Status().Rules
	if len(rules) == 0 {
		return
	}
	n := rules[len(rules)-1].N
	e.after(d, func() {
		for _, r := range e.session.Status().Rules {
			if r.N == n {
				e.tally.ruleFired(r)
				e.do("clear %d", n)
			}
		}
	})
}
