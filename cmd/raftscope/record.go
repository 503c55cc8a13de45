package main

import (
	"cmp"
	"errors"
	"fmt"
	"sync"

	"github.com/spf13/pflag"

	"raftscope/engine"
	"raftscope/recorder"
	"raftscope/sm"
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

// create begins a recording. What stops it later is told, once, and does not
// stop the run.
func (f *recordFlags) create(seed uint64, failed func(error)) (*recorder.File, error) {
	payload, err := recorder.ParsePayload(f.payload)
	if err != nil {
		return nil, fmt.Errorf("--payload: %w", err)
	}
	rec, err := recorder.Create(f.path, recorder.FileOptions{
		Header:  recorder.Header{Seed: seed, Versions: engine.Versions()},
		Payload: payload, Force: f.force, Failed: failed,
	})
	if err != nil {
		return nil, err
	}
	if err := rec.WriteKinds(engine.KindSpecs()); err != nil {
		return nil, errors.Join(err, rec.Close())
	}
	return rec, nil
}

// recordingOf is the recording of a run that the cockpit shows. Nothing may be
// written to the terminal meanwhile, so what stops the recording waits to be
// asked for. A nil one is that of a run that is not recorded.
type recordingOf struct {
	file *recorder.File

	mu   sync.Mutex
	err  error // what stopped it
	told bool
	once sync.Once
}

// begin begins the recording that is asked for, nil if none is.
func (f *recordFlags) begin(seed uint64) (*recordingOf, error) {
	if f.path == "" {
		return nil, nil
	}
	r := &recordingOf{}
	file, err := f.create(seed, func(err error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.err = err
	})
	r.file = file
	return r, err
}

// sink takes the run's events.
func (r *recordingOf) sink() sm.Sink {
	if r == nil {
		return nil
	}
	return r.file
}

// broken returns what stopped the recording, nil if nothing did, and whether it
// is asked for the first time.
func (r *recordingOf) broken() (why error, isNew bool) {
	if r == nil {
		return nil, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	isNew = r.err != nil && !r.told
	r.told = r.err != nil
	return r.err, isNew
}

// close closes the recording and returns what stopped it, if something did.
func (r *recordingOf) close() (err error) {
	if r == nil {
		return nil
	}
	r.once.Do(func() { err = r.file.Close() })
	r.mu.Lock()
	defer r.mu.Unlock()
	return cmp.Or(err, r.err)
}
