package grammar

import (
	"strconv"
	"strings"

	"raftscope/replay/cond"
	"raftscope/replay/cond/words"
)

// Forge writes what nodes that do not run have on their disks: all of it, if
// Terms, Empty or From is given, else only the term or the vote.
type Forge struct {
	Pos
	Nodes []string // required

	Terms   []uint64 // of the entries from index 1 on; they never go down
	Empty   bool     // nothing at all, as a node has that is new
	From    string   // path of a raft.db, a copy of which is taken
	Servers []string // From: the names of its servers, in the order of our nodes; nil: as they are met

	Term       uint64 // the current term; zero: that of the last entry, or of the vote if that is later
	Vote       string // a node; empty: the vote stays, or there is none if the log is written
	VoteTerm   uint64 // the term of the vote; zero: the current one
	NoVote     bool   // the vote is taken away
	Snapshot   uint64 // Terms: a snapshot covers the entries up to here; zero: there is none
	FirstIndex uint64 // Terms: the first index left in the log; zero: 1
}

// Limits of forged logs.
const (
	ForgedMax = 10_000  // entries
	TermMax   = 1 << 62 // terms
)

// IndexMax is the highest index that a command may name.
const IndexMax = 1 << 62

// limit62 is TermMax and IndexMax in the words of an error.
const limit62 = "2^62"

// Start starts nodes that do not run: all of them if Nodes is empty.
type Start struct {
	Pos
	Nodes []string
}

// Timeouts scales the heartbeat and election timeouts of one node.
type Timeouts struct {
	Pos
	Node   string
	Factor float64 // of what the cluster's options say, from FactorMin to FactorMax
}

// Limits of Timeouts.
const (
	FactorMin = 0.01
	FactorMax = 100
)

// runMin is how many equal terms print as TERMxN.
const runMin = 6

// String returns the command as it is written.
func (c Forge) String() string {
	all := append([]string{"forge"}, c.Nodes...)
	option := func(given bool, prefix, value string) { all = appendIf(all, given, prefix+value) }
	number := func(prefix string, n uint64) { option(n != 0, prefix, strconv.FormatUint(n, 10)) }
	all = appendIf(all, c.Empty, emptyWord)
	option(c.From != "", fromPrefix, words.Quote(c.From))
	option(len(c.Servers) > 0, serversPrefix, strings.Join(c.Servers, ","))
	option(len(c.Terms) > 0, termsPrefix, TermsText(c.Terms))
	number(termPrefix, c.Term)
	vote := c.Vote
	if c.VoteTerm != 0 {
		vote += voteAt + strconv.FormatUint(c.VoteTerm, 10)
	}
	option(c.Vote != "", votePrefix, vote)
	option(c.NoVote, votePrefix, noneWord)
	number(snapshotPrefix, c.Snapshot)
	number(firstPrefix, c.FirstIndex)
	return strings.Join(all, " ")
}

// TermsText returns terms as Forge takes them: 1,1,4, and many equal ones as
// TERMxN.
func TermsText(terms []uint64) string {
	var b strings.Builder
	for i := 0; i < len(terms); {
		n := 1
		for i+n < len(terms) && terms[i+n] == terms[i] {
			n++
		}
		term := strconv.FormatUint(terms[i], 10)
		text := strings.Repeat(","+term, n)[1:]
		if n >= runMin {
			text = term + timesMark + strconv.Itoa(n)
		}
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString(text)
		i += n
	}
	return b.String()
}

// String returns the command as it is written.
func (c Start) String() string {
	if len(c.Nodes) == 0 {
		return "start " + cond.AllNodes
	}
	return "start " + strings.Join(c.Nodes, " ")
}

// String returns the command as it is written.
func (c Timeouts) String() string {
	return "timeouts " + c.Node + " " + timesMark + strconv.FormatFloat(c.Factor, 'f', -1, 64)
}
