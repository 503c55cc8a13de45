package random

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"time"

	"raftscope/engine/grammar"
	"raftscope/sm"
)

// Bounds of a run, in virtual time.
const (
	LengthMin = time.Second
	LengthMax = 366 * 24 * time.Hour
	// EpochMin is the shortest epoch that has time for trouble and for rest.
	EpochMin = time.Minute
	// EpochMax bounds what is kept of an epoch: every event of it, in memory.
	EpochMax = time.Hour
	// EpochDefault is long enough for snapshots, installs and several leaders.
	EpochDefault = 10 * time.Minute
)

// Options say what is run.
type Options struct {
	Length   time.Duration   // of virtual time, all epochs together: LengthMin to LengthMax
	Epoch    time.Duration   // of one epoch; EpochDefault if zero
	Seed     uint64          // everything follows from it
	Families []string        // of faults, see Families; AllFamilies if there are none
	Cluster  grammar.Cluster // whose options are taken from here if Given names them
	Given    []string        // names of options of the cluster that are not left to chance
	GoOn     bool            // after a violation too
	AtOnce   int             // how many epochs run beside each other; 1 if zero, and with Record

	// Dir is where the scenario of a violation is written, the current folder if
	// empty.
	Dir string
	// Record returns what takes an epoch's events, and is closed behind it. It may
	// be nil.
	Record func(epoch int, seed uint64) (Recording, error)
	// Progress is told after each epoch how far the run is. It may be nil.
	Progress func(Progress)

	// For tests.
	watch func() watcher // one more
	begun func(*epoch)   // called when the cluster is there
}

// Recording takes the events of one epoch.
type Recording interface {
	sm.Sink
	io.Closer
}

// Progress is how far a run is.
type Progress struct {
	Epoch   int // that is over
	Virtual time.Duration
	Stats   Stats
}

// EpochsMax is how many epochs there are at most. One in which a rule is broken is
// shorter than the others, so with GoOn there are more of them.
func (o Options) EpochsMax() int {
	epoch := cmp.Or(o.Epoch, EpochDefault)
	n := int((o.Length + epoch - 1) / epoch)
	if o.GoOn {
		n += foundMax
	}
	return n
}

// check fills in what is not given, and refuses what makes no sense.
func (o *Options) check() ([]*family, error) {
	o.Epoch = cmp.Or(o.Epoch, EpochDefault)
	switch {
	case o.Length < LengthMin || o.Length > LengthMax:
		return nil, fmt.Errorf("the run is to last %s, expected %s to %s", o.Length, LengthMin, LengthMax)
	case o.Epoch < EpochMin || o.Epoch > EpochMax:
		return nil, fmt.Errorf("an epoch is to last %s, expected %s to %s", o.Epoch, EpochMin, EpochMax)
	case slices.Contains(o.Given, "seed"):
		return nil, fmt.Errorf("each epoch's cluster has a seed of its own, which follows from the run's")
	case o.Cluster.NoSnapshotRestoreOnStart:
		return nil, fmt.Errorf("with NoSnapshotRestoreOnStart a node that starts again lacks what its snapshot holds, and all nodes are to come to have the same")
	}
	if len(o.Given) == 0 {
		o.Cluster = grammar.DefaultCluster()
	}
	if err := o.Cluster.Check(); err != nil {
		return nil, err
	}
	families, err := chosen(o.Families)
	if level := o.Cluster.LogLevel; err == nil && (level == "ERROR" || level == "OFF") && slices.ContainsFunc(families, func(f *family) bool { return f.panics }) {
		return nil, fmt.Errorf("with LogLevel=%s nobody hears of a follower that is stuck, which is started again where disks fail: expected WARN, or more", level)
	}
	return families, err
}
