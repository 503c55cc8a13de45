package main

import (
	"cmp"
	"context"
	cryptorand "crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"raftscope/engine/grammar"
	"raftscope/engine/random"
	"raftscope/replay/frames"
)

// randomFlags are the flags of run --random.
type randomFlags struct {
	length  string
	faults  string
	epoch   time.Duration
	out     string
	goOn    bool
	jobs    int
	cluster clusterFlags
}

// randomOnly are the flags that mean something with --random only, besides those
// of the cluster; notRandom those that mean nothing with it.
var (
	randomOnly = []string{"faults", "epoch", "out", "keep-going", "jobs"}
	notRandom  = []string{"verify", "pause", "explain", "real", "moves", "depth", "kind", "json", "start"}
)

// jobsUsual is how many clusters run at once if nobody says it and there are as
// many processors: for more, memory may be scarce.
const (
	jobsUsual = 4
	jobsMax   = 256
)

func (f *randomFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.length, "random", "", "instead of FILE: random writes and faults for `SECONDS` of virtual time, all rules watched")
	flags.StringVar(&f.faults, "faults", random.AllFamilies, "with --random: which `FAMILIES` of faults, joined by commas: "+familiesText())
	flags.DurationVar(&f.epoch, "epoch", random.EpochDefault, "with --random: a fresh cluster every so much virtual time")
	flags.StringVar(&f.out, "out", "", "with --random: `DIR` for the scenarios of violations, the current one if not given")
	flags.BoolVar(&f.goOn, "keep-going", false, "with --random: go on after a violation")
	flags.IntVar(&f.jobs, "jobs", min(runtime.NumCPU(), jobsUsual), "with --random: how many clusters at once, each with a processor and some 250 MB; what is printed is the same")
	var names []string
	for _, family := range random.Families() {
		names = append(names, family.Name)
	}
	c.RegisterFlagCompletionFunc("faults", cobra.FixedCompletions(append(names, random.AllFamilies), cobra.ShellCompDirectiveNoFileComp))
	c.RegisterFlagCompletionFunc("random", cobra.NoFileCompletions)
	f.cluster.add(c)
}

func familiesText() string {
	var all []string
	for _, f := range random.Families() {
		all = append(all, fmt.Sprintf("%s (%s)", f.Name, f.Doc))
	}
	return strings.Join(all, ", ") + "; all: all but the findings"
}

// asked says whether a random run is asked for, and refuses flags that go only
// with the one or only with the other.
func (f *randomFlags) asked(flags *pflag.FlagSet) (asked bool, err error) {
	asked = flags.Changed("random")
	if asked {
		for _, name := range notRandom {
			if flags.Changed(name) {
				return asked, fmt.Errorf("--%s and --random do not go together", name)
			}
		}
		return asked, nil
	}
	for _, name := range randomOnly {
		if flags.Changed(name) {
			return asked, fmt.Errorf("--%s needs --random SECONDS", name)
		}
	}
	for _, o := range grammar.Options() {
		if flags.Changed(o.Name) {
			return asked, fmt.Errorf("--%s needs --random SECONDS: a scenario says in its cluster line what runs", o.Name)
		}
	}
	return asked, nil
}

// options returns what is to be run.
func (f *randomFlags) options(flags *pflag.FlagSet) (opt random.Options, err error) {
	if opt.Length, err = parseLength(f.length); err != nil {
		return opt, err
	}
	if opt.Families, err = random.ParseFamilies(f.faults); err != nil {
		return opt, fmt.Errorf("--faults: %w", err)
	}
	if opt.Cluster, err = f.cluster.value(); err != nil {
		return opt, err
	}
	if opt.Epoch = f.epoch; opt.Epoch < random.EpochMin || opt.Epoch > random.EpochMax {
		return opt, fmt.Errorf("--epoch is %s, expected %s to %s", opt.Epoch, random.EpochMin, random.EpochMax)
	}
	if f.jobs < 1 || f.jobs > jobsMax {
		return opt, fmt.Errorf("--jobs is %d, expected 1 to %d", f.jobs, jobsMax)
	}
	for _, o := range grammar.Options() {
		if o.Name != "seed" && flags.Changed(o.Name) {
			opt.Given = append(opt.Given, o.Name)
		}
	}
	opt.Seed, opt.GoOn, opt.Dir, opt.AtOnce = opt.Cluster.Seed, f.goOn, f.out, f.jobs
	if opt.Dir != "" {
		if info, err := os.Stat(opt.Dir); err != nil || !info.IsDir() {
			return opt, fmt.Errorf("--out: there is no folder %s", frames.Clean(opt.Dir))
		}
	}
	return opt, nil
}

// parseLength reads how much virtual time a random run lasts: a number of
// seconds, or a duration.
func parseLength(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if seconds, e := strconv.ParseFloat(text, 64); e == nil && seconds < random.LengthMax.Seconds()*2 {
		d, err = time.Duration(seconds*float64(time.Second)), nil
	}
	if err != nil || d < random.LengthMin || d > random.LengthMax {
		return 0, fmt.Errorf("--random is %q, expected seconds of virtual time, %.0f to %.0f, or a duration like 24h", text, random.LengthMin.Seconds(), random.LengthMax.Seconds())
	}
	return d, nil
}

// newSeed is one that nobody gave.
func newSeed() uint64 {
	var b [4]byte
	cryptorand.Read(b[:]) // never fails
	return uint64(binary.LittleEndian.Uint32(b[:]))
}

// runRandom runs random writes and faults. What is printed follows from the
// options; figures of real time go to standard error.
func runRandom(ctx context.Context, s streams, opt random.Options, seeded, stats bool, record recordFlags) error {
	if !seeded {
		opt.Seed = newSeed()
		fmt.Fprintf(s.err, "no --seed was given: this run's is %d\n", opt.Seed)
	}
	var broken error // the first recording that stopped
	if record.path != "" {
		if err := mayRecord(opt, record); err != nil {
			return err
		}
		opt.Record = func(epoch int, seed uint64) (random.Recording, error) {
			r := record
			r.path = recordingOfEpoch(opt, record.path, epoch)
			return r.create(seed, func(err error) {
				broken = cmp.Or(broken, err)
				fmt.Fprintf(s.err, "raftscope: %s\n", frames.Clean(err.Error()))
			})
		}
	}
	var figures randomFigures
	if stats {
		opt.Progress = figures.take
	}
	began := time.Now()
	result, err := random.Run(ctx, s.out, opt)
	if stats {
		figures.write(s.err, result.Virtual, time.Since(began))
	}
	switch {
	case err != nil:
		return err
	case !result.OK() || broken != nil:
		return errFailed
	}
	return nil
}

// recordingOfEpoch is the file that an epoch is recorded in: each is a run of its
// own.
func recordingOfEpoch(opt random.Options, path string, n int) string {
	if opt.EpochsMax() == 1 {
		return path
	}
	ext := filepath.Ext(path)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(path, ext), n, ext)
}

// mayRecord says before the first epoch that a file of a later one is in the way.
func mayRecord(opt random.Options, f recordFlags) error {
	for n := 1; !f.force && n <= opt.EpochsMax(); n++ {
		path := recordingOfEpoch(opt, f.path, n)
		if _, err := os.Lstat(path); err == nil {
			return fmt.Errorf("create recording: open %s: %w", path, fs.ErrExist)
		}
	}
	return nil
}

// randomFigures are for finding out whether anything grows.
type randomFigures struct {
	first, last random.Stats // of this process: at the first epoch, and at the last one at whose end no other ran
	processor   time.Duration
	goroutines  int // of a cluster's process, the most by which they grew between rests
	files       int
	heap        uint64 // the largest
}

func (f *randomFigures) take(p random.Progress) {
	if p.Epoch == 1 {
		f.first = p.Stats
	}
	if p.Stats.Own > 0 {
		f.last = p.Stats
	}
	f.processor += p.Stats.Processor
	f.goroutines = max(f.goroutines, p.Stats.Goroutines[1]-p.Stats.Goroutines[0])
	f.files = max(f.files, p.Stats.Files[1]-p.Stats.Files[0])
	f.heap = max(f.heap, p.Stats.Heap)
}

func (f *randomFigures) write(w io.Writer, virtual, real time.Duration) {
	fmt.Fprintf(w, "time        %s virtual in %s real, %.0fx\n", virtual.Round(time.Millisecond), real.Round(time.Millisecond), float64(virtual)/float64(max(real, 1)))
	fmt.Fprintf(w, "clusters    %s of processor time, %.0fx; at most %d goroutines and %d files more at an epoch's last rest than at its first, %.1f MiB of heap\n",
		f.processor.Round(time.Millisecond), float64(virtual)/float64(max(f.processor, 1)), f.goroutines, f.files, mib(f.heap))
	fmt.Fprintf(w, "this one    %d goroutines and %.1f MiB of heap after the first epoch, %d and %.1f MiB after the last\n",
		f.first.Own, mib(f.first.OwnHeap), f.last.Own, mib(f.last.OwnHeap))
}

func mib(bytes uint64) float64 { return float64(bytes) / (1 << 20) }

// errBoth: a run is of a scenario or random.
var errBoth = errors.New("got a FILE and --random, expected one of them")
