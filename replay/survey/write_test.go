package survey_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"raftscope/recorder/recordertest"
	"raftscope/replay/survey"
	"raftscope/sm"
)

// play is a cluster in which n1 leads and has a write on its disk, and what was
// sent of it.
type play struct {
	*recordertest.Script
	nodes              map[string]sm.ID
	exec, apply, entry sm.ID
	rpc                map[string]sm.ID
	log                [4]sm.ID // the entries before
}

func newPlay(nodes int) *play {
	p := &play{Script: recordertest.New(), nodes: map[string]sm.ID{}, rpc: map[string]sm.ID{}}
	for i := 1; i <= nodes; i++ {
		name := fmt.Sprintf("n%d", i)
		p.nodes[name] = p.Born("node", name, 1, "", name, "")
		p.Attr(p.nodes[name], "term", 2)
	}
	for i := range p.log {
		p.log[i] = p.Born("entry", "n1", 1, "durable", fmt.Sprintf("1/%d", i+1), "")
	}
	p.Move(p.nodes["n1"], "candidate", "leader")
	p.exec = p.Born("exec", "n1", 0, "", "1", "set x 1")
	p.Move(p.exec, "executed", "proposed")
	p.apply = p.Born("apply", "n1", 1, "", "", "set x=1")
	p.Link(p.exec, p.apply, "proposes")
	p.entry = p.Born("entry", "n1", 1, "", "2/5", "set x=1")
	p.Link(p.apply, p.entry, "becomes")
	p.Move(p.entry, "durable")
	p.Move(p.apply, "appending", "replicating")
	return p
}

func (p *play) send(peer string) sm.ID {
	id := p.Born("append-rpc", "n1", 1, "", "n1>"+peer, "entries 5..5")
	p.Attr(id, "term", 2)
	p.Attr(id, "prev-index", 4)
	p.Attr(id, "entries", 1)
	p.Link(p.entry, id, "sent by")
	p.rpc[peer] = id
	return id
}

// arrive has a request arrive at a peer, which handles it.
func (p *play) arrive(peer string) sm.ID {
	p.Move(p.send(peer), "delivered")
	f := p.Born("append-follower", peer, 1, "", "n1>"+peer, "entries 5..5")
	p.Link(p.rpc[peer], f, "arrives as")
	p.Move(f, "processing")
	return f
}

func TestWrite(t *testing.T) {
	const more = "WAITS FOR 1 more ack (has 1 of 2): "
	tests := []struct {
		name  string
		nodes int
		do    func(*play)
		want  string
	}{
		{"nothing sent", 3, func(p *play) {}, more + "n2 not sent yet; n3 not sent yet."},
		{"five nodes", 5, func(p *play) { p.Move(p.send("n2"), "DONE") }, "WAITS FOR 1 more ack (has 2 of 3): n3 not sent yet; n4 not sent yet; n5 not sent yet."},
		{"one node", 1, func(p *play) {}, "WAITS FOR n1's main loop to count the acks (has 1 of 1)."},
		{"counted late", 3, func(p *play) {
			p.Move(p.send("n3"), "DONE")
			p.MoveDue(p.Born("append", "n1", 1, "", "6..7", ""), "writing", time.Millisecond)
		}, "WAITS FOR n1's main loop to count the acks (has 2 of 2): n1 append#12 writing, due +1.000ms."},
		{"truncating", 3, func(p *play) {
			f := p.arrive("n2")
			p.Move(f, "truncating")
			cut := p.Born("truncate", "n2", 1, "", "5..7", "")
			p.Link(f, cut, "truncates by")
			p.MoveDue(cut, "deleting", time.Millisecond)
		}, more + "n2 truncate#13 removing 5..7, due +1.000ms; n3 not sent yet."},
		{"truncating one, at the barrier", 3, func(p *play) {
			f := p.arrive("n2")
			p.Move(f, "truncating")
			cut := p.Born("truncate", "n2", 1, "", "5..5", "")
			p.Link(f, cut, "truncates by")
			p.Move(cut, "await-barrier")
		}, more + "n2 truncate#13 waits for the disk to drain; n3 not sent yet."},
		{"handled without disk", 3, func(p *play) { p.arrive("n2") }, more + "n2 append-follower#12 processing; n3 not sent yet."},
		{"refusal on its way", 3, func(p *play) {
			f := p.arrive("n2")
			p.Move(f, "REJECTED")
			p.MoveDue(p.rpc["n2"], "answered", time.Millisecond)
		}, more + "n2's refusal to append-rpc#11 on its way, due +1.000ms; n3 not sent yet."},
		{"answer held", 3, func(p *play) {
			p.Move(p.arrive("n2"), "DONE")
			p.Move(p.rpc["n2"], "answered")
			p.Attr(p.rpc["n2"], "held", 1)
			p.AttrText(p.rpc["n2"], "held-by", "rule 3")
		}, more + "n2's answer to append-rpc#11 held by rule 3; n3 not sent yet."},
		{"held by nobody said", 3, func(p *play) { p.Attr(p.send("n2"), "held", 1) }, more + "n2 append-rpc#11 held; n3 not sent yet."},
		{"rejected", 3, func(p *play) {
			p.AttrText(p.send("n2"), "reason", "its log ends at 1 or differs before")
			p.Move(p.rpc["n2"], "delivered", "answered", "REJECTED")
		}, more + "n3 not sent yet; n2 append-rpc#11 rejected, again from entry 2."},
		{"failed, the disk goes on", 3, func(p *play) {
			p.Fail(p.send("n2"), "FAILED", 0, "timeout")
			p.Attr(p.Born("append", "n2", 1, "pending", "4..4", ""), "held", 1)
		}, more + "n3 not sent yet; n2 append-rpc#11 failed, again from entry 5, busy: append#12 held."},
		{"crashed", 3, func(p *play) { p.send("n3"); p.Move(p.nodes["n3"], "CRASHED") }, more + "n2 not sent yet; n3 is down (crashed)."},
		{"lost with its leader", 3, func(p *play) {
			p.End(p.exec, sm.Abandoned)
		}, "exec#8 set x 1 given up in proposed.  client: no answer yet  entry n1:2/5: undecided"},
		{"compacted", 3, func(p *play) {
			for _, id := range p.log[:3] {
				p.Move(id, "committed", "COMPACTED")
			}
			probe := p.Born("append-rpc", "n1", 1, "", "n1>n2", "")
			p.Attr(probe, "term", 2)
			p.Attr(probe, "prev-index", 4)
			p.AttrText(probe, "reason", "its log ends at 1 or differs before")
			p.Move(probe, "REJECTED")
		}, more + "n3 not sent yet; n2 needs a snapshot (entry 2 is compacted)."},
		{"FSM held", 3, func(p *play) {
			p.Move(p.entry, "committed", "applying")
			p.Attr(p.entry, "held", 1)
			p.AttrText(p.entry, "held-by", "hand")
			p.Move(p.apply, "committed")
		}, "WAITS FOR n1's state machine: n1's entry 5 held by hand.  client: no answer yet  entry n1:2/5: committed"},
		{"applied", 3, func(p *play) {
			p.Move(p.entry, "committed", "applying", "APPLIED")
			p.Move(p.apply, "committed", "DONE")
		}, "exec#8 set x 1 proposed, applied, WAITS FOR the client to be told.  client: no answer yet  entry n1:2/5: applied"},
		{"told an error that is long", 3, func(p *play) {
			p.AttrText(p.exec, "told", strings.Repeat("no ", 100))
			p.Fail(p.exec, "FAILED", 0, "no")
		}, "failed.  client: " + strings.Repeat("no ", 53) + "n…"},
	}
	for _, test := range tests {
		p := newPlay(test.nodes)
		test.do(p)
		tl := timeline(t, p.Events)
		got := survey.Write(tl.View(), tl.Exec(1)).Text()
		if !strings.Contains(got, test.want) {
			t.Errorf("%s:\n%s\nwant\n%s", test.name, got, test.want)
		}
	}
}
