package scenario

import (
	"bytes"
	"context"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftscope/engine/grammar"
)

// parted are stories whose runs once parted, each made as short as it can be.
var parted = map[string]string{
	// Heartbeats go on while the leader's disk is held, so the reads are verified;
	// then the lease is over. The leader comes back to both at once.
	"a read verified beside a lease that is over": `
cluster nodes=3 seed=7
run until leader n3
write leader set x 1 wait
run until states equal
run until idle
hold append n3 count=1
read n3 get x
read n3 get y
read n3 get z
advance 1ms
write n3 set y 1
advance 50ms
cut n3 | n1 n2
advance 1s
release all
advance 20ms`,
	// The candidate's own vote reaches its disk after its election timer.
	"a vote later than the election": `
cluster nodes=1 seed=7
hold meta n1 skip=3
advance 8s
release all
advance 3s
clear all
run until leader`,
	// Four senders learn at one instant of an entry that none of them can send.
	"a leader that cannot read its log": `
cluster nodes=5 seed=7
timeouts n1 x0.5
run until leader n1
write n1 set a 1 wait
run until states equal
disk n1 unreadable 3
write n1 set b 2
client rate=50
advance 3s
disk n1 heal
advance 3s
client stop
advance 2s`,
	// A node stops at the very instant at which another one answers it.
	"a stop beside an answer": `
cluster nodes=3 seed=7
run until prevote-rpc@last delivered
stop n3
advance 1s`,
	// Behind a transfer that raft has given up, to a peer that was down, its
	// replication found an order to send and news of entries, after a pause.
	"transfer to a peer that is down": `
cluster seed=3 quiet=off
timeouts n1 x0.5
run until leader n1
timeouts n1 x1
crash n2
advance 4s
write n1 set x 1 wait
transfer n2
advance 2500ms
restart n2
write n1 set x 2 wait
advance 1500ms
write n1 set x 3 wait
advance 15s
`,
	// A transfer that begins while a message with all there is waits for its answer,
	// and ends before raft gives that message up.
	"transfer to a peer that is cut off": `
cluster seed=1 HeartbeatTimeout=400ms ElectionTimeout=400ms LeaderLeaseTimeout=200ms quiet=off
timeouts n1 x0.5
run until leader n1
timeouts n1 x1
cut n2 | n1 n3
client rate=30
advance 900ms
transfer n2
advance 2500ms
heal n2 | n1 n3
advance 3s
client stop
advance 1s
`,
}

// TestPartedNoMore runs what once parted, often enough to see it again.
func TestPartedNoMore(t *testing.T) {
	if raceEnabled {
		t.Skip("under the race detector Go's scheduler picks at random")
	}
	stories := maps.Clone(parted)
	files, err := filepath.Glob("testdata/parted/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, name := range files { // those that could not be made short
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		stories[name] = string(text)
	}
	for name, text := range stories {
		t.Run(name, func(t *testing.T) {
			f, err := grammar.ParseFile(name, strings.NewReader(strings.TrimSpace(text)))
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			_, v, err := Verify(context.Background(), f, 12, io.Discard, &out, Options{})
			if err != nil || v.Equal != v.Runs {
				t.Errorf("%d of %d runs are equal: %v\n%s", v.Equal, v.Runs, err, out.String())
			}
		})
	}
}
