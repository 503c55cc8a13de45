package random

import (
	"strings"
	"time"

	"raftscope/engine/fault"
	"raftscope/replay/history"
)

// Calls counts calls of clients by what they were told.
type Calls struct{ OK, Failed, Unknown, Open int }

func (c *Calls) add(o Calls) {
	c.OK += o.OK
	c.Failed += o.Failed
	c.Unknown += o.Unknown
	c.Open += o.Open
}

// Counts are what happened in a run.
type Counts struct {
	Epochs     int
	Virtual    time.Duration
	Events     int
	Rests      int   // moments at which everything was mended and all nodes had the same
	Writes     Calls // unknown: told an error after which it may have been stored
	Reads      Calls
	Keys       int // whose histories were checked
	NotDecided int // of them, because too much was under way at once
	Elections  int // won
	Lost       int // elections lost or ended without a result
	Truncated  int // truncations
	Entries    int // that were truncated
	Rejected   int // AppendEntries
	Crashed    int // lives
	Stopped    int
	Started    int // lives
	Snapshots  int
	Installs   int
	Refused    int // commands that made no sense when they were given
	Faults     map[string]int
}

func (c *Counts) add(o *Counts) {
	c.Epochs += o.Epochs
	c.Virtual += o.Virtual
	c.Events += o.Events
	c.Rests += o.Rests
	c.Writes.add(o.Writes)
	c.Reads.add(o.Reads)
	c.Keys += o.Keys
	c.NotDecided += o.NotDecided
	c.Elections += o.Elections
	c.Lost += o.Lost
	c.Truncated += o.Truncated
	c.Entries += o.Entries
	c.Rejected += o.Rejected
	c.Crashed += o.Crashed
	c.Stopped += o.Stopped
	c.Started += o.Started
	c.Snapshots += o.Snapshots
	c.Installs += o.Installs
	c.Refused += o.Refused
	for name, n := range o.Faults {
		c.fault(name, n)
	}
}

func (c *Counts) fault(name string, n int) {
	if c.Faults == nil {
		c.Faults = map[string]int{}
	}
	c.Faults[name] += n
}

// tally counts what happens in an epoch.
type tally struct{ Counts }

// fault counts something that was done to the cluster.
func (t *tally) fault(name string) { t.Counts.fault(name, 1) }

// ruleFired counts what a rule of faults did.
func (t *tally) ruleFired(r fault.RuleState) {
	verb, _, _ := strings.Cut(r.Text, " ")
	t.Counts.fault(verb, int(r.Fired))
}

// close counts what is in the events of an epoch that is over.
func (t *tally) close(e *epoch, h *history.History, v history.Verdict) {
	tl := e.session.Timeline()
	t.Epochs, t.Virtual, t.Events, t.Rests = 1, time.Duration(e.now()), tl.Events(), len(e.rests)
	for i := range h.Calls {
		c := &h.Calls[i]
		to := &t.Writes
		if strings.HasPrefix(c.Name, "read#") {
			to = &t.Reads
		}
		switch {
		case !c.Answered:
			to.Open++
		case c.Told == "ok":
			to.OK++
		case c.Effect == history.None:
			to.Failed++
		default:
			to.Unknown++
		}
	}
	t.Keys = len(v.Keys)
	for _, k := range v.Keys {
		if k.Result == history.NotDecided {
			t.NotDecided++
		}
	}
	t.Elections = tl.Count("election", "WON")
	t.Lost = tl.Count("election", "LOST") + tl.Count("election", "TIMEOUT")
	t.Truncated, t.Entries = tl.Count("truncate", "DONE"), tl.Count("entry", "TRUNCATED")
	t.Rejected = tl.Count("append-follower", "REJECTED")
	t.Crashed, t.Stopped = tl.Count("node", "CRASHED"), tl.Count("node", "STOPPED")
	t.Started = len(tl.ByKind("node"))
	t.Snapshots, t.Installs = tl.Count("snapshot", "DONE"), tl.Count("install", "DONE")
	for _, r := range e.session.Status().Rules {
		t.ruleFired(r) // what was not cleared when the epoch ended
	}
}
