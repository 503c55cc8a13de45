package probe

import "strings"

// lostPeer is how raft begins to say that it does not replicate to the node to
// which the leadership is to go. What follows is where the node's name lies in
// memory, not the name (raft.go, leaderLoop), and that is another place in every
// run.
const lostPeer = "cannot find replication state for "

// WithoutAddress returns what raft says, in a log line or an error, without the
// address in memory that is in it if it is that.
func WithoutAddress(said string) string {
	before, after, found := strings.Cut(said, lostPeer+"0x")
	if !found {
		return said
	}
	rest := strings.TrimLeft(after, "0123456789abcdef")
	return before + lostPeer + "0x…" + rest
}
