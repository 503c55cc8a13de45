package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/pflag"

	"raftscope/engine"
	"raftscope/engine/grammar"
	"raftscope/recorder"
	"raftscope/replay/frames"
)

// recordFlags say whether and how a run is recorded.
type recordFlags struct {
	path    string
	payload string
	force   bool
}

func (f *recordFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.path, "record", "", "record the run into `FILE`, which must not be there yet")
	flags.StringVar(&f.payload, "payload", "whole", "how much of keys and values a recording keeps: `whole`, off or prefix=N")
	flags.BoolVar(&f.force, "force", false, "replace the file of --record")
}

// check refuses flags that say how to record when nothing is recorded: a user
// who forgot --record would look for the file in vain.
func (f *recordFlags) check(flags *pflag.FlagSet) error {
	for _, name := range []string{"payload", "force"} {
		if f.path == "" && flags.Changed(name) {
			return fmt.Errorf("--%s needs --record FILE", name)
		}
	}
	return nil
}

// create begins the recording of a scenario. What stops it later is told on
// warn, once, and does not stop the run.
func (f *recordFlags) create(file *grammar.File, warn io.Writer) (*recorder.File, error) {
	payload, err := recorder.ParsePayload(f.payload)
	if err != nil {
		return nil, fmt.Errorf("--payload: %w", err)
	}
	rec, err := recorder.Create(f.path, recorder.FileOptions{
		Header:  recorder.Header{Seed: file.Cluster.Seed, Versions: engine.Versions()},
		Payload: payload, Force: f.force,
		Failed: func(err error) {
			fmt.Fprintf(warn, "raftscope: %s\n", frames.Clean(err.Error()))
		},
	})
	if err != nil {
		return nil, err
	}
	if err := rec.WriteKinds(engine.KindSpecs()); err != nil {
		return nil, errors.Join(err, rec.Close())
	}
	return rec, nil
}
