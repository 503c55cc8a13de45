package replay_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/sm"
)

// history is a script with the names of what it made, as far as tests ask.
type history struct {
	*recordertest.Script
	t       *testing.T
	applied map[string][]id // entries, by node
}

type id = sm.ID

// rpc makes an AppendEntries with one entry behind prev, which is accepted.
func (h *history) rpc(term int64, subject string, prev, entries int64) {
	m := h.Born("append-rpc", "n1", 1, "", subject, "")
	h.Attr(m, "term", term)
	h.Attr(m, "prev-index", prev)
	h.Attr(m, "entries", entries)
	h.Move(m, "delivered", "answered", "DONE")
}

func newHistory(t *testing.T) *history { return &history{Script: recordertest.New(), t: t} }

// timeline returns a timeline of the script so far, without damage.
func (h *history) timeline() *replay.Timeline {
	h.t.Helper()
	tl := build(h.t, [][]sm.Event{h.Events})
	if d := tl.Damage(); d.Events > 0 {
		h.t.Fatalf("damage: %v", d.Reasons)
	}
	return tl
}

// start begins a life of a node.
func (h *history) start(node string, life uint32, term int64) sm.ID {
	id := h.Born("node", node, life, "", node, "")
	h.Attr(id, "term", term)
	return id
}

// write plays a client's request up to its entry in memory on node, and
// returns exec, apply and entry.
func (h *history) write(node string, ordinal int, term, index uint64, label string) (exec, apply, entry sm.ID) {
	exec = h.Born("exec", node, 1, "", strconv.Itoa(ordinal), label)
	h.Wait(150 * time.Microsecond)
	h.Move(exec, "executed", "proposed")
	apply = h.Born("apply", node, 1, "", "", label)
	h.Link(exec, apply, "proposes")
	entry = h.entry(node, 1, "created", term, index, label)
	h.Link(apply, entry, "becomes")
	h.Move(apply, "appending")
	return exec, apply, entry
}

func (h *history) entry(node string, life uint32, state string, term, index uint64, label string) sm.ID {
	return h.Born("entry", node, life, state, fmt.Sprintf("%d/%d", term, index), label)
}

// answer ends an exec and its apply.
func (h *history) answer(exec, apply sm.ID, told, result, stored string) {
	state := "DONE"
	if told != "ok" {
		state = "FAILED"
		h.Fail(apply, state, 0, told)
		h.Fail(exec, state, 0, told)
	} else {
		h.Move(apply, "committed", "DONE")
		h.Move(exec, state)
	}
	h.AttrText(exec, "told", told)
	h.AttrText(exec, "result", result)
	h.AttrText(exec, "stored", stored)
}

// truncated plays the story of a leader, n1, that is cut off and takes three
// writes which n3, elected after it, does not know; after the heal n1 removes
// them. It stops before the truncation if early.
func truncated(t *testing.T, early bool) *history {
	h := newHistory(t)
	var nodes [3]sm.ID
	for i := range nodes {
		name := "n" + strconv.Itoa(i+1)
		nodes[i] = h.start(name, 1, 1)
		for index := uint64(1); index <= 3; index++ {
			e := h.entry(name, 1, "durable", 1, index, "set a "+strconv.FormatUint(index, 10))
			h.Move(e, "committed", "applying", "APPLIED")
			h.AttrText(e, "hash", "00000000000000a"+strconv.FormatUint(index, 10))
		}
	}
	h.Move(nodes[0], "candidate", "leader")
	h.Attr(nodes[0], "term", 2)
	h.AttrText(nodes[0], "leader", "n1")
	var lost [3]sm.ID
	disk := h.Born("append", "n1", 1, "", "4..6", "3 entries")
	for i := range lost {
		exec, apply, entry := h.write("n1", i+1, 2, uint64(4+i), "set x "+strconv.Itoa(i))
		h.Link(entry, disk, "stored by")
		lost[i] = entry
		h.Wait(10 * time.Microsecond)
		if i > 0 {
			h.answer(exec, apply, "leadership lost while committing log", "", "unknown")
		}
	}
	h.Move(disk, "pending", "writing")
	h.Wait(3100 * time.Microsecond)
	h.Move(disk, "DONE")
	for _, e := range lost {
		h.Move(e, "durable")
	}
	h.Wait(time.Second)
	elect(h, nodes)
	if !early {
		heal(h, nodes[0], lost)
	}
	return h
}

// elect makes n3 leader of term 3, with two entries that n2 has too.
func elect(h *history, nodes [3]sm.ID) {
	h.Move(nodes[2], "candidate", "leader")
	for i := 1; i < 3; i++ {
		h.Attr(nodes[i], "term", 3)
		h.AttrText(nodes[i], "leader", "n3")
	}
	for _, name := range []string{"n2", "n3"} {
		for index := uint64(4); index <= 5; index++ {
			e := h.entry(name, 1, "created", 3, index, "set y "+strconv.FormatUint(index, 10))
			h.Move(e, "durable", "committed", "applying", "APPLIED")
			h.AttrText(e, "hash", "00000000000000b"+strconv.FormatUint(index, 10))
		}
	}
}

// heal has n1 receive n3's entries and remove its own.
func heal(h *history, n1 sm.ID, lost [3]sm.ID) {
	h.Wait(200 * time.Millisecond)
	rejected := h.Born("append-rpc", "n3", 1, "", "n3>n1", "0 entries")
	h.Move(rejected, "delivered", "answered", "REJECTED")
	h.AttrText(rejected, "reason", "previous entry 3/5 missing")
	rpc := h.Born("append-rpc", "n3", 1, "", "n3>n1", "2 entries")
	h.Wait(1200 * time.Microsecond)
	h.Move(rpc, "delivered")
	request := h.Born("append-follower", "n1", 1, "", "n3>n1", "2 entries")
	h.Link(rpc, request, "arrives as")
	h.Move(request, "processing", "truncating")
	h.Move(n1, "follower")
	h.Attr(n1, "term", 3)
	h.AttrText(n1, "leader", "n3")
	cut := h.Born("truncate", "n1", 1, "", "4..6", "3 entries")
	h.Link(request, cut, "truncates by")
	h.Move(cut, "deleting")
	h.Wait(2500 * time.Microsecond)
	h.Attr(cut, "real", 412345)
	h.Move(cut, "DONE")
	for _, e := range lost {
		h.Link(cut, e, "removes")
		h.Move(e, "TRUNCATED")
	}
	h.Move(request, "appending")
	disk := h.Born("append", "n1", 1, "", "4..5", "2 entries")
	for index := uint64(4); index <= 5; index++ {
		e := h.entry("n1", 1, "created", 3, index, "set y "+strconv.FormatUint(index, 10))
		h.Link(request, e, "brings")
		h.Link(e, disk, "stored by")
	}
	h.Link(request, disk, "stores by")
	h.Move(disk, "pending", "writing")
	h.Wait(1900*time.Microsecond + 7)
	h.Fail(disk, "FAILED", 28, "no space left on device")
	h.Fail(request, "REJECTED", 0, "store failed")
}
