package probe_test

import (
	"fmt"
	"io"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"

	"raftscope/engine/probe"
	"raftscope/sm"
	"raftscope/sm/catalog"
)

// Instrument a node of one's own: wrap what raft is given, attach the probe,
// and tell it of each write. Here the node is alone and keeps all in memory.
func Example() {
	tracker := sm.NewTracker(sm.Options{Clock: clock{time.Now()}, Sink: &printer{}})
	p := probe.New(probe.Options{
		Buffer:   tracker.Buffer("n1", 1), // this is the node's first life
		Node:     "n1",                    // its server ID
		Peers:    []string{"n1"},
		Describe: func(data []byte) string { return string(data) },
	})

	config := raft.DefaultConfig()
	config.LocalID = "n1"
	config.Logger = p.Logger(hclog.Info)
	config.HeartbeatTimeout, config.ElectionTimeout = 50*time.Millisecond, 50*time.Millisecond
	config.LeaderLeaseTimeout = 50 * time.Millisecond
	store, snapshots := raft.NewInmemStore(), raft.NewInmemSnapshotStore()
	addr, inner := raft.NewInmemTransport("")
	transport, stop := p.Transport(inner)
	defer stop()

	raft.BootstrapCluster(config, store, store, snapshots, transport,
		raft.Configuration{Servers: []raft.Server{{ID: "n1", Address: addr}}})
	node, err := raft.NewRaft(config, p.FSM(&register{}), p.LogStore(store), p.StableStore(store), p.SnapshotStore(snapshots), transport)
	if err != nil {
		fmt.Println(err)
		return
	}
	p.Attach(node)
	node.RegisterObserver(p.Observer())
	<-node.LeaderCh()
	node.Barrier(0).Error() // what a new leader stores comes first

	data := []byte("x=1")
	write := p.Apply(nil, 1, data, "set x 1")
	future := node.ApplyLog(raft.Log{Data: data}, time.Second)
	write.Answered(future.Error())

	tracker.Flush() // now and then, in a program that goes on
	node.Shutdown().Error()
	p.Stop(catalog.NodeStopped, "")

	// Output:
	// apply "set x 1": queued
	// apply "set x 1": appending
	// entry "x=1": created
	// append "1 entry": start
	// append "1 entry": pending
	// append "1 entry": writing
	// append "1 entry": DONE
	// entry "x=1": durable
	// apply "set x 1": replicating
	// entry "x=1": committed
	// apply "set x 1": committed
	// entry "x=1": applying
	// entry "x=1": APPLIED
	// apply "set x 1": DONE
}

// clock tells the time of events.
type clock struct{ start time.Time }

func (c clock) Now() (sm.Time, int64) {
	d := time.Since(c.start)
	return sm.Time(d), int64(d)
}

// printer prints what happens from the first write on.
type printer struct {
	labels map[sm.ID]string
	kinds  map[sm.ID]*sm.Kind
}

func (p *printer) Take(events []sm.Event) error {
	for _, e := range events {
		if e.Type == sm.Born && e.Kind == catalog.Apply.Name() {
			p.labels, p.kinds = map[sm.ID]string{}, map[sm.ID]*sm.Kind{}
		}
		if e.Type == sm.Born && p.labels != nil {
			p.labels[e.Machine], p.kinds[e.Machine] = e.Text, catalog.ByName(e.Kind)
		}
		kind := p.kinds[e.Machine]
		if kind != nil && (e.Type == sm.Born || e.Type == sm.Moved || e.Type == sm.Failed) {
			fmt.Printf("%s %q: %s\n", kind.Name(), p.labels[e.Machine], kind.StateName(e.State))
		}
	}
	return nil
}

// register is a state machine that holds one value.
type register struct{ value string }

func (r *register) Apply(log *raft.Log) any {
	r.value = string(log.Data)
	return nil
}
func (r *register) Snapshot() (raft.FSMSnapshot, error) { return r, nil }
func (r *register) Persist(s raft.SnapshotSink) error   { return s.Close() }
func (r *register) Release()                            {}
func (r *register) Restore(rc io.ReadCloser) error      { return rc.Close() }
