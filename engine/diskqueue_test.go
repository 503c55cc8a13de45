package engine

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"raftscope/engine/probe"
	"raftscope/sm"
	"raftscope/sm/catalog"
)

// What waits for what, in both modes: the second operation is queued while the
// first runs.
func TestDiskQueueOrder(t *testing.T) {
	const appendOp, truncate, meta = "append", "truncate", "meta"
	for _, tt := range []struct {
		first, second string
		pipelined     bool
		waits         bool
	}{
		{appendOp, appendOp, false, true}, {appendOp, truncate, false, true}, {truncate, appendOp, false, true}, {appendOp, meta, false, true},
		{"compact", appendOp, false, true}, {"passing", appendOp, false, true},
		{appendOp, appendOp, true, true}, {appendOp, truncate, true, true}, {truncate, appendOp, true, true}, {truncate, truncate, true, true},
		{appendOp, meta, true, false}, {truncate, meta, true, false}, {meta, appendOp, true, false}, {meta, meta, true, true},
		{"compact", appendOp, true, true}, {"passing", appendOp, true, false}, {"passing", truncate, true, true}, {appendOp, "passing", true, true},
	} {
		q := diskQueue{pipelined: tt.pipelined}
		op := func(kind string) probe.Op {
			if kind == "passing" {
				return probe.Op{Kind: "compact", Passes: true}
			}
			return probe.Op{Kind: kind}
		}
		first := q.enter(op(tt.first))
		second := q.enter(op(tt.second))
		if waits := slices.Contains(second.behind, first); waits != tt.waits {
			t.Errorf("pipelined %v: %s behind %s waits: %v, want %v", tt.pipelined, tt.second, tt.first, waits, tt.waits)
		}
		first.leave(nil)
		if third := q.enter(op(tt.second)); slices.Contains(third.behind, first) {
			t.Errorf("%s waits for a %s that is over", tt.second, tt.first)
		}
	}
}

// TestBarrier queues append, truncate, append, truncate, append at once: they
// alternate strictly, and each barrier says what it does meanwhile. A failure
// takes those with it that were queued behind.
func TestBarrier(t *testing.T) {
	for _, tt := range []struct {
		fails string // the operation that fails
		want  string
	}{
		{"", "b1 draining; b3 draining; 2ms a0; b1 blocking; 4ms t1; 6ms a2; b3 blocking; 8ms t3; 10ms a4"},
		{"t1", "b1 draining; b3 draining; 2ms a0; b1 blocking; 4ms t1 bad; 4ms a2 the truncate before it failed: bad; " +
			"4ms t3 the truncate before it failed: bad; 4ms a4 the truncate before it failed: bad"},
		{"a2", "b1 draining; b3 draining; 2ms a0; b1 blocking; 4ms t1; 6ms a2 bad; 6ms t3 the append before it failed: bad; 6ms a4 the append before it failed: bad"},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := laterDisk{testDisk(make(chan struct{}))}
			d.queue.pipelined = true
			begin := time.Now()
			var told []string
			for i := range 5 {
				name := fmt.Sprintf("%c%d", "at"[i%2], i)
				call := func() error {
					if name == tt.fails {
						return errors.New("bad")
					}
					return nil
				}
				ended := func(err error) {
					text := fmt.Sprintf("%v %s", time.Since(begin).Truncate(time.Millisecond), name)
					if err != nil {
						text += " " + err.Error()
					}
					told = append(told, text)
				}
				op := probe.Op{Kind: "append"}
				if i%2 == 1 {
					op.Kind = "truncate"
					op.Barrier = func(s sm.State) {
						told = append(told, fmt.Sprintf("b%d %s", i, catalog.DiskBarrier.StateName(s)))
					}
				}
				d.Defer(op, func(sm.Time) {}, call, ended)
				synctest.Wait()
			}
			time.Sleep(time.Second)
			synctest.Wait()
			if got := strings.Join(told, "; "); got != tt.want {
				t.Errorf("%s fails: got  %s\nwant %s", tt.fails, got, tt.want)
			}
			if len(d.queue.under) != 0 {
				t.Errorf("%d operations are left in the queue", len(d.queue.under))
			}
		})
	}
}
