package simnet

import (
	"reflect"
	"sync"
	"unsafe"

	"github.com/hashicorp/raft"
)

// turn orders what raft's replication to a peer finds after a transfer that began
// while the peer did not answer. The transfer may be long over: an order of it to
// send what is missing waits in a channel for as long as replication pauses after
// errors, and with it, in another one, the news of entries (replication.go,
// triggerDeferErrorCh and triggerCh). Of the two raft takes one at random, and
// with other news meanwhile that shows: there is a message more or less. So the
// order comes first. The news are kept back while raft decides, and are there
// again when it has.
//
// Both channels are private to raft. They are found by reflection, and a test
// says so if they are called otherwise.
type turn struct {
	news   chan struct{}
	orders reflect.Value // a channel, of a type that is private too
	kept   bool          // news are kept back
}

// TakeTurns is told of a transfer that begins, and to whom it may go. raft must
// stand still: what is read is its main goroutine's own.
func (e *Endpoint) TakeTurns(r *raft.Raft, peers []string) {
	for _, p := range peers {
		t := turnOf(r, p)
		e.mu.Lock()
		if old := e.turns[raft.ServerAddress(p)]; t != nil && (old == nil || old.news != t.news) {
			e.turns[raft.ServerAddress(p)] = t
		}
		e.mu.Unlock()
	}
}

// turnOf finds the channels of the replication to a peer, nil if there is none.
func turnOf(r *raft.Raft, peer string) *turn {
	if !turnsKnown() {
		return nil
	}
	all := reflect.ValueOf(r).Elem().FieldByName("leaderState").FieldByName("replState")
	for it := all.MapRange(); it.Next(); {
		if it.Key().String() != peer {
			continue
		}
		s := it.Value().Elem()
		news, orders := s.FieldByName("triggerCh"), s.FieldByName("triggerDeferErrorCh")
		return &turn{news: *(*chan struct{})(unsafe.Pointer(news.UnsafeAddr())), orders: orders}
	}
	return nil
}

// turnsKnown says whether raft's private parts are what turnOf takes them for.
var turnsKnown = sync.OnceValue(func() bool {
	leader, ok := reflect.TypeFor[raft.Raft]().FieldByName("leaderState")
	if !ok || leader.Type.Kind() != reflect.Struct {
		return false
	}
	all, ok := leader.Type.FieldByName("replState")
	if !ok || all.Type.Kind() != reflect.Map || all.Type.Key().Kind() != reflect.String {
		return false
	}
	peer := all.Type.Elem()
	if peer.Kind() != reflect.Pointer || peer.Elem().Kind() != reflect.Struct {
		return false
	}
	news, ok := peer.Elem().FieldByName("triggerCh")
	orders, has := peer.Elem().FieldByName("triggerDeferErrorCh")
	return ok && has && news.Type == reflect.TypeFor[chan struct{}]() && orders.Type.Kind() == reflect.Chan
})

// back is called when a call of raft's replication is about to come back.
func (e *Endpoint) back(to raft.ServerAddress) {
	e.mu.Lock()
	defer e.mu.Unlock()
	t := e.turns[to]
	switch {
	case t == nil:
	case t.orders.Len() == 0:
		delete(e.turns, to) // nothing is kept then: a call has gone out since
	default:
		select {
		case <-t.news:
			t.kept = true
		default:
		}
	}
}

// out is called when replication begins a call, and so has decided.
func (e *Endpoint) out(to raft.ServerAddress) {
	e.mu.Lock()
	defer e.mu.Unlock()
	t := e.turns[to]
	if t == nil || !t.kept {
		return
	}
	t.kept = false
	select {
	case t.news <- struct{}{}:
	default: // there are other news, which stand for these too
	}
}
