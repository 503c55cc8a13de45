package probe_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/sm/catalog"
)

// line is a pipeline whose answers a test gives.
type line struct {
	done   chan raft.AppendFuture
	full   error
	closed int
	early  bool // answers before AppendEntries returns
}

type future struct {
	raft.AppendFuture
	req  *raft.AppendEntriesRequest
	resp *raft.AppendEntriesResponse
	err  error
}

func (f *future) Error() error                          { return f.err }
func (f *future) Request() *raft.AppendEntriesRequest   { return f.req }
func (f *future) Response() *raft.AppendEntriesResponse { return f.resp }

func (l *line) AppendEntries(req *raft.AppendEntriesRequest, resp *raft.AppendEntriesResponse) (raft.AppendFuture, error) {
	if l.full != nil {
		return nil, l.full
	}
	f := &future{req: req, resp: resp}
	if l.early {
		resp.Success = true
		l.done <- f
		time.Sleep(time.Second) // of the bubble
	}
	return f, nil
}
func (l *line) Consumer() <-chan raft.AppendFuture { return l.done }
func (l *line) Close() error                       { l.closed++; return errDisk }

func TestPipeline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, h := newProbe()
		l := &line{done: make(chan raft.AppendFuture, 2)}
		tr, stop := p.Transport(&wire{in: make(chan raft.RPC), lines: l})
		defer stop()
		pipe, err := tr.AppendEntriesPipeline("n1", "")
		if err != nil {
			t.Fatal(err)
		}
		var futures []*future
		for i := range uint64(5) {
			f, err := pipe.AppendEntries(appendRequest("n3", 1, entries(i+1, 1)...), new(raft.AppendEntriesResponse))
			if err != nil {
				t.Fatal(err)
			}
			futures = append(futures, f.(*future))
		}
		futures[0].resp.Success = true
		futures[1].err = errDisk
		futures[2].resp.Term = 8
		sent := 0
		for _, f := range futures[:4] {
			synctest.Wait()
			select {
			case l.done <- f:
				sent++
			default:
			}
		}
		if sent != 3 { // two in the channel and one on its way
			t.Errorf("%d futures fit in, want 3: inner's buffer and one", sent)
		}
		for i := range 2 {
			if f := <-pipe.Consumer(); f != futures[i] {
				t.Errorf("future %d is %v", i, f)
			}
			synctest.Wait()
		}
		l.full = errors.New("pipeline broken")
		if _, err := pipe.AppendEntries(appendRequest("n3", 1, entries(6, 1)...), nil); !errors.Is(err, l.full) {
			t.Errorf("AppendEntries returns %v", err)
		}
		for range 2 {
			if err := pipe.Close(); !errors.Is(err, errDisk) {
				t.Errorf("Close returns %v", err)
			}
		}
		if l.closed != 2 {
			t.Errorf("the inner pipeline was closed %d times", l.closed)
		}
		h.wantStories(t,
			"append-rpc n3>n1: sent>DONE",
			"append-rpc n3>n1: sent>FAILED (disk full)",
			"append-rpc n3>n1: sent>REJECTED",
			"append-rpc n3>n1: sent>FAILED (append pipeline closed)",
			"append-rpc n3>n1: sent>FAILED (append pipeline closed)",
			"append-rpc n3>n1: sent>FAILED (pipeline broken)",
		)
		if slices.ContainsFunc(h.all(catalog.AppendRPC), func(m *seen) bool { return m.nums["pipelined"] != 1 }) {
			t.Error("a call is not told as pipelined")
		}
	})
}

// An answer may come out before the call that sent its request has returned.
func TestPipelineAnswersEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, h := newProbe()
		tr, stop := p.Transport(&wire{in: make(chan raft.RPC), lines: &line{done: make(chan raft.AppendFuture), early: true}})
		defer stop()
		pipe, _ := tr.AppendEntriesPipeline("n1", "")
		go pipe.AppendEntries(appendRequest("n3", 1, entries(1, 1)...), new(raft.AppendEntriesResponse))
		<-pipe.Consumer()
		pipe.Close()
		h.wantStories(t, "append-rpc n3>n1: sent>DONE")
		time.Sleep(2 * time.Second)
	})
}
