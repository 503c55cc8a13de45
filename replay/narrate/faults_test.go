package narrate_test

import (
	"testing"

	"raftscope/sm"
)

// send makes an AppendEntries with entry 3 from n1 to n2.
func send(s *script, pipelined int64) sm.ID {
	s.t.Helper()
	id := s.born("n1", "append-rpc", "sent", "n1>n2", "entries 3..3")
	s.events[len(s.events)-1].Due = s.at + 2_000_000
	s.num(id, "term", 2)
	s.num(id, "prev-index", 2)
	s.num(id, "prev-term", 2)
	s.num(id, "entries", 1)
	if pipelined > 0 {
		s.num(id, "pipelined", pipelined)
	}
	return id
}

// fault is send with what a user does to it at once.
func fault(s *script, pipelined int64, what string) sm.ID {
	s.t.Helper()
	id := send(s, pipelined)
	s.text(id, "fault", what)
	return id
}

const sends = "n1 sends entry 3 (after entry 2 of term 2) to n2"

// sentFaults are what is done to messages that begin.
var sentFaults = []instant{
	{"held by a rule", sends + "; rule 1 keeps it back", func(s *script) {
		s.num(fault(s, 0, "held by rule 1"), "held", 1)
	}},
	{"from a frozen node", sends + "; n1 is frozen, so it does not leave", func(s *script) {
		s.num(1, "frozen", 1)
		s.wait()
		s.num(send(s, 0), "held", 1)
	}},
	{"to a frozen node", sends + "; n2 is frozen, so it does not arrive", func(s *script) {
		s.num(2, "frozen", 1)
		s.wait()
		s.num(send(s, 0), "held", 1)
	}},
	{"held by a rule and a freeze", sends + "; rule 1 keeps it back; n2 is frozen, so it does not arrive", func(s *script) {
		s.num(2, "frozen", 1)
		s.wait()
		s.num(fault(s, 0, "held by rule 1"), "held", 1)
	}},
	{"dropped", sends + "; rule 12 loses it: n1 will know only when its RPC timeout is over", func(s *script) {
		fault(s, 0, "dropped by rule 12")
	}},
	{"dropped on a pipeline", sends + "; rule 2 loses it: n1 will know only when its RPC timeout is over, and what it sends behind it on this pipeline does not arrive either",
		func(s *script) { fault(s, 1, "dropped by rule 2") }},
	{"behind one that was dropped", sends + ", on a pipeline that has lost the message before it: it will not arrive", func(s *script) {
		fault(s, 1, "dropped by rule 2")
		s.wait()
		send(s, 1)
	}},
	{"behind one that is held", sends + ", on a pipeline on which the message before it is held: it waits too", func(s *script) {
		s.num(fault(s, 1, "held by rule 2"), "held", 1)
		s.wait()
		send(s, 1)
	}},
	{"delayed twice", sends + "; rule 3 makes it 200ms late; rule 4 makes it 1.5s late", func(s *script) {
		s.text(fault(s, 0, "delayed by rule 3, 200ms"), "fault", "delayed by rule 4, 1.5s")
	}},
	{"delayed on a pipeline", sends + "; rule 3 makes it 200ms late, and what is behind it on the pipeline waits too", func(s *script) {
		fault(s, 1, "delayed by rule 3, 200ms")
	}},
	{"duplicated", sends + "; rule 3 has it arrive a second time, on a connection of its own", func(s *script) {
		fault(s, 0, "duplicated by rule 3")
	}},
	{"reordered", sends + "; rule 3 keeps it back until a later one has overtaken it", func(s *script) {
		s.num(fault(s, 0, "reordered by rule 3"), "held", 1)
	}},
	{"failing", sends + "; rule 3 breaks the connection under it: connection reset by peer", func(s *script) {
		fault(s, 0, "fails by rule 3: connection reset by peer")
	}},
	{"of a later version", sends + "; bewitched by rule 9", func(s *script) { fault(s, 0, "bewitched by rule 9") }},
	{"two of which one is held", "n1 sends entry 3 to n2; rule 1 keeps it back; n1 sends entry 3 to n3", func(s *script) {
		id := s.born("n1", "append-rpc", "sent", "n1>n2", "entries 3..3")
		s.text(id, "fault", "held by rule 1")
		s.num(id, "held", 1)
		s.born("n1", "append-rpc", "sent", "n1>n3", "entries 3..3")
		s.events[len(s.events)-1].Due = s.at + 2_000_000
	}},
	{"a vote", "n2 asks n1 for a vote in term 3; rule 1 keeps it back", func(s *script) {
		id := s.born("n2", "vote-rpc", "sent", "n2>n1", "term 3")
		s.num(id, "term", 3)
		s.text(id, "fault", "held by rule 1")
		s.num(id, "held", 1)
	}},
	{"a heartbeat's answer", "n2 answers the heartbeat from n1; rule 1 loses the answer: n1 will know only when its RPC timeout is over", func(s *script) {
		id := s.born("n1", "heartbeat", "sent", "n1>n2", "heartbeat")
		s.move(id, "delivered", "answered")
		s.text(id, "fault", "dropped by rule 1")
	}},
	{"an answer", "n2 has entry 7 already, and says so to n1; rule 2 makes the answer 100ms late", func(s *script) {
		rpc, f := call(s, "entries 7..7", 6, 2, 1)
		s.wait()
		s.move(f, "processing", "DONE")
		s.due(rpc, "answered")
		s.text(rpc, "fault", "delayed by rule 2, 100ms")
	}},
	{"an answer of a frozen node", "n2 has entry 7 already, and says so to n1; n2 is frozen, so the answer does not leave", func(s *script) {
		rpc, f := call(s, "entries 7..7", 6, 2, 1)
		s.num(2, "frozen", 1)
		s.wait()
		s.move(f, "processing", "DONE")
		s.move(rpc, "answered")
		s.num(rpc, "held", 1)
	}},
}

func TestSentFaults(t *testing.T) { checkInstants(t, sentFaults) }

// timeouts are the ends of messages that were tampered with.
var timeouts = []instant{
	{"held by a rule", "n1 gets no answer from n2 to entry 3 (rpc timeout): rule 1 still holds the message back; it will try again", func(s *script) {
		id := fault(s, 0, "held by rule 1")
		s.num(id, "held", 1)
		s.wait()
		s.fail(id, "FAILED", "rpc timeout")
	}},
	{"held by hand", "n1 gets no answer from n2 to entry 3 (rpc timeout): the message is held back; it will try again", func(s *script) {
		id := send(s, 0)
		s.num(id, "held", 1)
		s.wait()
		s.fail(id, "FAILED", "rpc timeout")
	}},
	{"frozen", "n1 gets no answer from n2 to entry 3 (rpc timeout): n2 is frozen, so the message has not reached it; it will try again", func(s *script) {
		s.num(2, "frozen", 1)
		id := send(s, 0)
		s.num(id, "held", 1)
		s.wait()
		s.fail(id, "FAILED", "rpc timeout")
	}},
	{"dropped", "n1 gets no answer from n2 to entry 3 (rpc timeout): rule 2 dropped the message; it will try again", func(s *script) {
		id := fault(s, 0, "dropped by rule 2")
		s.wait()
		s.fail(id, "FAILED", "rpc timeout")
	}},
	{"broken by hand", "n1 gets no answer from n2 to entry 3 (EIO): the user broke the connection under the message; it will try again", func(s *script) {
		id := send(s, 0)
		s.wait()
		s.text(id, "fault", "failed: EIO")
		s.wait()
		s.fail(id, "FAILED", "EIO")
	}},
	{"on a slow link", "n1 gets no answer from n2 to entry 3 (rpc timeout): the message is still on its way; it will try again", func(s *script) {
		id := send(s, 0)
		s.wait()
		s.fail(id, "FAILED", "rpc timeout")
	}},
	{"lost on a cut link", "n1 gets no answer from n2 to entry 3 (rpc timeout): the message never arrived; it will try again", func(s *script) {
		id := send(s, 0)
		s.events[len(s.events)-5].Due = 0
		s.wait()
		s.fail(id, "FAILED", "rpc timeout")
	}},
	{"an answer dropped, the request delayed", "n1 gets no answer from n2 to entry 3 (rpc timeout): n2 did answer, but rule 5 dropped the answer; it will try again", func(s *script) {
		id := fault(s, 0, "delayed by rule 4, 1ms")
		s.wait()
		s.move(id, "delivered", "answered")
		s.text(id, "fault", "dropped by rule 5")
		s.wait()
		s.fail(id, "FAILED", "rpc timeout")
	}},
	{"an answer lost, the request delayed", "n1 gets no answer from n2 to entry 3 (rpc timeout): n2 did answer, but the answer did not arrive; it will try again", func(s *script) {
		id := fault(s, 0, "delayed by rule 4, 1ms")
		s.wait()
		s.move(id, "delivered", "answered")
		s.wait()
		s.fail(id, "FAILED", "rpc timeout")
	}},
	{"the other disk held", "n1 gets no answer from n2 to entry 3 (rpc timeout): n2 has the message, but has not answered it and is held before writing entry 3; it will try again",
		func(s *script) {
			id := send(s, 0)
			s.move(id, "delivered")
			disk := s.born("n2", "append", "start", "3..3", "1 entry")
			s.move(disk, "pending")
			s.num(disk, "held", 1)
			s.wait()
			s.fail(id, "FAILED", "rpc timeout")
		}},
}

// A pre-vote that never came does not count once a majority of them has.
func TestLatePreVote(t *testing.T) {
	checkInstants(t, []instant{{"", "n2 gets no answer from n3 to its request for a pre-vote: n3 is down and refuses the connection; it has a majority of pre-votes already", func(s *script) {
		s.move(2, "candidate")
		e := s.born("n2", "election", "prevote", "term 3", "")
		id := s.born("n2", "prevote-rpc", "sent", "n2>n3", "term 3")
		s.link(e, id, "asks")
		s.move(e, "voting")
		s.wait()
		s.fail(id, "FAILED", "connection refused: n3 is down")
	}}})
}

func TestTimeouts(t *testing.T) { checkInstants(t, timeouts) }

// diskFaults are what is done to disks and state machines, and what raft does
// then.
var diskFaults = []instant{
	{"a follower's append held", "n2's log matches n1's up to entry 6, so it is to write entry 7 to its disk; rule 1 keeps the disk from beginning: nothing of it is on the disk, and raft's main goroutine waits in it",
		func(s *script) {
			id := stores(s)
			s.text(id, "fault", "held by rule 1")
			s.num(id, "held", 1)
		}},
	{"a follower's append slow", "n2's log matches n1's up to entry 6, so it begins to write entry 7 to its disk (done in 2.000ms); rule 1 makes that take 50ms longer", func(s *script) {
		id := stores(s)
		s.text(id, "fault", "delayed by rule 1, 50ms")
		s.due(id, "writing")
	}},
	{"a leader's append", "n1 puts set x=1 into its log as entry 3 of term 2: it writes it to its own disk before it sends it (done in 2.000ms); rule 1 makes that fail: no space", func(s *script) {
		s.born("n1", "entry", "created", "2/3", "set x=1")
		id := s.born("n1", "append", "start", "3..3", "1 entry")
		s.move(id, "pending")
		s.text(id, "fault", "fails by rule 1: no space")
		s.due(id, "writing")
	}},
	{"a term", "n2 hears from n1 as leader of term 3, newer than its 2: it is to write that term to its disk before it answers; " +
		"rule 1 keeps the disk from beginning: nothing of it is on the disk, and raft's main goroutine waits in it",
		func(s *script) {
			_, f := call(s, "entries 7..7", 6, 2, 1)
			s.num(f, "term", 3)
			s.wait()
			s.move(f, "processing")
			id := s.born("n2", "meta", "start", "CurrentTerm", "term 3")
			s.text(id, "fault", "held by rule 1")
			s.num(id, "held", 1)
		}},
	{"frozen", "n3 is to write its new term 3 to its disk; n3 is frozen, so its disk does not begin", func(s *script) {
		s.num(3, "frozen", 1)
		s.wait()
		s.num(s.born("n3", "meta", "start", "CurrentTerm", "term 3"), "held", 1)
	}},
	{"an apply", "n2's state machine goes on with entry 3 (set x=1); rule 1 keeps the state machine from applying it, and so all entries behind it", func(s *script) {
		id := s.born("n2", "entry", "created", "2/3", "set x=1")
		s.move(id, "durable", "committed")
		s.wait()
		s.move(id, "applying")
		s.text(id, "fault", "held by rule 1")
		s.num(id, "held", 1)
	}},
	{"an own vote fails", "n2 cannot write whom the vote is for (itself) to its disk: EIO; without its own vote on disk raft takes no answers: n2 tries again when its election timeout is over",
		func(s *script) {
			id := ownVote(s)
			s.wait()
			s.fail(id, "FAILED", "EIO")
		}},
	{"an own vote late", "n2's election for term 3 has found no majority in time; n2 has its vote for itself on its disk, but too late: that election is over", func(s *script) {
		id := ownVote(s)
		s.wait()
		s.move(id, "DONE")
		s.move(id-1, "TIMEOUT")
	}},
	{"another's vote fails", "n2 denies n3 the vote for term 3: n2 cannot write to its disk whom it votes for, and a vote that it might forget it must not give: EIO", func(s *script) {
		id := s.born("n2", "vote", "received", "n3>n2", "term 3")
		s.num(id, "term", 3)
		s.move(id, "processing")
		s.wait()
		s.text(id, "reason", "store failed: EIO")
		s.move(id, "REJECTED")
	}},
	{"a term fails", "n2, a follower, crashes: it cannot write its new term 3 to its disk (EIO), and there raft panics, because a node that forgot its term could vote twice in it", func(s *script) {
		id := s.born("n2", "meta", "start", "CurrentTerm", "term 3")
		s.move(id, "writing")
		s.wait()
		s.fail(id, "FAILED", "EIO")
		s.text(2, "reason", "raft would panic here: store the current term: EIO")
		s.move(2, "CRASHED")
	}},
	{"a truncation fails", "n2 rejects AppendEntries 7 from n1: its disk failed to remove its entry 7 (EIO), which must go before it can store n1's; n1's pipeline to it will end, and n1 will send that again",
		func(s *script) {
			rpc, f := call(s, "entries 7..7", 6, 2, 1)
			s.num(rpc, "pipelined", 1)
			s.move(f, "processing", "truncating")
			id := s.born("n2", "truncate", "start", "7..7", "1 entry")
			s.wait()
			s.fail(id, "FAILED", "EIO")
			s.text(f, "reason", "store failed: EIO")
			s.move(f, "REJECTED")
		}},
	{"the leader of that", "n1 learns that n2 rejected AppendEntries 7, but not that the disk failed: raft's answer holds only n2's last index, 7, so n1 will try from 6", func(s *script) {
		rpc, f := call(s, "entries 7..7", 6, 2, 1)
		s.text(f, "reason", "store failed: EIO")
		s.move(f, "REJECTED")
		s.wait()
		s.text(rpc, "reason", "its log ends at 7 or differs before")
		s.move(rpc, "REJECTED")
	}},
}

// stores makes n2 take entry 7 of n1 to its disk, and returns the write.
func stores(s *script) sm.ID {
	s.t.Helper()
	_, f := call(s, "entries 7..7", 6, 2, 1)
	s.wait()
	s.move(f, "processing", "appending")
	id := s.born("n2", "append", "start", "7..7", "1 entry")
	s.move(id, "pending")
	return id
}

// ownVote makes n2 campaign and write its vote.
func ownVote(s *script) sm.ID {
	s.t.Helper()
	s.move(2, "candidate")
	e := s.born("n2", "election", "voting", "term 3", "")
	id := s.born("n2", "meta", "start", "LastVoteCand", "vote for n2")
	s.link(e, id, "persists")
	return id
}

func TestDiskFaults(t *testing.T) { checkInstants(t, diskFaults) }

// byHand are what a user does to what is under way.
var byHand = []instant{
	{"hold a message", "AppendEntries 3 from n1 to n2 is kept on its way until it is released", func(s *script) {
		id := send(s, 0)
		s.wait()
		s.num(id, "held", 1)
	}},
	{"hold a disk", "n1's write of entries 3..4 is held until it is released: nothing of it is on the disk before it is done, and raft's main goroutine waits in it", func(s *script) {
		id := s.born("n1", "append", "start", "3..4", "2 entries")
		s.wait()
		s.num(id, "held", 1)
	}},
	{"release a disk that had not begun", "n1's disk is let go on and begins to write entries 3..4 (done in 2.000ms)", func(s *script) {
		id := s.born("n1", "append", "start", "3..4", "2 entries")
		s.move(id, "pending")
		s.num(id, "held", 1)
		s.wait()
		s.num(id, "held", 0)
		s.due(id, "writing")
	}},
	{"release a message", "AppendEntries 3 from n1 to n2 goes on (arrives in 5.000ms)", func(s *script) {
		id := send(s, 0)
		s.num(id, "held", 1)
		s.wait()
		s.num(id, "held", 0)
		s.num(id, "due", int64(s.at)+5_000_000)
	}},
	{"release an answer nobody waits for", "n2's answer to AppendEntries 3 from n1 goes on; nobody waits for it any more", func(s *script) {
		id := send(s, 0)
		s.move(id, "delivered", "answered")
		s.num(id, "held", 1)
		s.fail(id, "FAILED", "rpc timeout")
		s.wait()
		s.num(id, "held", 0)
	}},
	{"release all", "2 messages, 1 disk operation and 1 apply held so far go on; for 1 of the requests the sender has given up waiting, but what arrives is handled all the same", func(s *script) {
		ids := []sm.ID{send(s, 0), send(s, 0), s.born("n2", "meta", "start", "CurrentTerm", "term 3"), s.born("n2", "entry", "created", "2/3", "set x=1")}
		s.move(ids[3], "durable", "committed", "applying")
		for _, id := range ids {
			s.num(id, "held", 1)
		}
		s.fail(ids[0], "FAILED", "rpc timeout")
		s.wait()
		for _, id := range ids {
			s.num(id, "held", 0)
		}
	}},
	{"freeze a leader", "n1 is frozen: its disk, its state machine and its messages both ways stand still (1 message is stopped), but its timers run on; if that lasts, it hears nobody, and leads no more when its lease is over",
		func(s *script) {
			id := send(s, 0)
			s.wait()
			s.num(1, "frozen", 1)
			s.num(id, "held", 1)
		}},
	{"freeze a follower", "n2 is frozen: its disk, its state machine and its messages both ways stand still, but its timers run on; if that lasts, it becomes candidate when its HeartbeatTimeout is over, and nobody hears it",
		func(s *script) { s.num(2, "frozen", 1) }},
	{"thaw", "n1 is frozen no more: 2 messages go on; for 1 of the requests the sender has given up waiting, but what arrives is handled all the same", func(s *script) {
		s.num(1, "frozen", 1)
		a, b := send(s, 0), send(s, 0)
		s.num(a, "held", 1)
		s.num(b, "held", 1)
		s.fail(a, "FAILED", "rpc timeout")
		s.wait()
		s.num(a, "held", 0)
		s.num(b, "held", 0)
		s.num(1, "frozen", 0)
	}},
	{"thaw what held nothing", "n1 is frozen no more", func(s *script) { s.num(1, "frozen", 0) }},
	{"drop", "AppendEntries 3 from n1 to n2 is lost: n1 will know only when its RPC timeout is over", func(s *script) {
		id := send(s, 0)
		s.wait()
		s.text(id, "fault", "dropped")
	}},
	{"delay", "AppendEntries 3 from n1 to n2 takes 100ms longer (arrives in 101.000ms)", func(s *script) {
		id := send(s, 0)
		s.wait()
		s.text(id, "fault", "delayed by 100ms")
		s.num(id, "due", int64(s.at)+101_000_000)
	}},
	{"fail a held disk operation", "n1 cannot write entries 3..4 to its disk: EIO", func(s *script) {
		id := s.born("n1", "append", "start", "3..4", "2 entries")
		s.num(id, "held", 1)
		s.wait()
		s.text(id, "fault", "failed: EIO")
		s.num(id, "held", 0)
		s.fail(id, "FAILED", "EIO")
	}},
	{"a second copy", "a second copy of AppendEntries 7 from n1 arrives at n2", func(s *script) {
		rpc, _ := call(s, "entries 7..7", 6, 2, 1)
		s.wait()
		second(s, rpc)
	}},
	{"a second copy answered", "n2 has entry 7 already and says yes again; nobody waits for the answer to a second copy", func(s *script) {
		rpc, _ := call(s, "entries 7..7", 6, 2, 1)
		id := second(s, rpc)
		s.wait()
		s.move(id, "processing", "DONE")
	}},
	{"a late message of an older term", "n2 rejects AppendEntries 7 from n1: it is of term 2, n2 is in term 3; n1 has given up waiting for this answer", func(s *script) {
		rpc, f := call(s, "entries 7..7", 6, 2, 1)
		s.fail(rpc, "FAILED", "rpc timeout")
		s.wait()
		s.move(f, "processing")
		s.text(f, "reason", "older term: the request has 2, n2 is in 3")
		s.move(f, "REJECTED")
	}},
	{"a late answer to who leads no more", "n2 rejects AppendEntries 7 from n1: it is of term 2, n2 is in term 3; n1 does not lead that term any more", func(s *script) {
		_, f := call(s, "entries 7..7", 6, 2, 1)
		s.move(1, "follower")
		s.wait()
		s.move(f, "processing")
		s.text(f, "reason", "older term: the request has 2, n2 is in 3")
		s.move(f, "REJECTED")
	}},
}

// second makes a copy of a request arrive at n2.
func second(s *script, rpc sm.ID) sm.ID {
	s.t.Helper()
	id := s.born("n2", "append-follower", "received", "n1>n2", "entries 7..7")
	s.link(rpc, id, "arrives as")
	s.num(id, "prev-index", 6)
	s.num(id, "entries", 1)
	s.num(id, "copy", 1)
	return id
}

func TestByHand(t *testing.T) { checkInstants(t, byHand) }

// clientCalls are what clients ask for.
var clientCalls = []instant{
	{"one", "a client asks n1 to set x 1 (exec#4)", func(s *script) { s.born("n1", "exec", "start", "1", "set x 1") }},
	{"the same thrice", "3 clients ask n1 to set x 1 (exec#4 to exec#6)", func(s *script) {
		for range 3 {
			s.born("n1", "exec", "start", "1", "set x 1")
		}
	}},
	{"two things", "2 clients ask n1 to set x 1 (exec#4) and get x (read#5)", func(s *script) {
		s.born("n1", "exec", "start", "1", "set x 1")
		s.born("n1", "read", "start", "2", "get x")
	}},
	{"many things", "4 clients ask n1 to do 4 different things (exec#4 to exec#7)", func(s *script) {
		for _, label := range []string{"set a 1", "set b 1", "set c 1", "set d 1"} {
			s.born("n1", "exec", "start", "1", label)
		}
	}},
	{"in the background", "client 2 asks n1 to set x 1 (exec#4)", func(s *script) {
		s.num(s.born("n1", "exec", "start", "1", "set x 1"), "client", 2)
	}},
	{"again", "the client of exec#4 makes the call again on n1: incr c (exec#5, attempt 2)", func(s *script) {
		first := s.born("n1", "exec", "start", "1", "incr c")
		s.wait()
		again := s.born("n1", "exec", "start", "2", "incr c")
		s.link(first, again, "retried as")
		s.num(again, "attempt", 2)
	}},
	{"told an error, and not giving up", `the client of exec#4 (incr c) is told "node is down": nothing was stored; it will make the call again`, func(s *script) {
		id := s.born("n1", "exec", "start", "1", "incr c")
		s.wait()
		s.text(id, "told", "node is down")
		s.text(id, "stored", "never")
		s.num(id, "retry", 2)
		s.fail(id, "FAILED", "node is down")
	}},
}

func TestClientCalls(t *testing.T) { checkInstants(t, clientCalls) }
