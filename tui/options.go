package tui

import (
	"context"
	"io"
	"os"

	"raftscope/engine/grammar"
	"raftscope/replay"
)

// Source is what the cockpit shows.
type Source struct {
	Timeline   *replay.Timeline // required
	Controller Controller       // nil: a recording

	Name      string // of the recording, or of the scenario; for the header
	Seed      uint64
	Cluster   grammar.Cluster
	Scenario  *grammar.File // walked line by line; nil: none
	Recording string        // the file that the run is being recorded into, empty if none

	// Load reads a recording into Timeline until its end or until ctx ends, and
	// Loading tells how far it is, from any goroutine. Nil if live.
	Load    func(ctx context.Context) error
	Loading func() Loading
	Follow  bool // begin at the newest event and stay there while more are read

	// Save writes the whole run as a recording. It fails with fs.ErrExist if the
	// file is there, unless force. Nil if it cannot be saved.
	Save func(ctx context.Context, path string, force bool) error
}

// Options say how the cockpit looks.
type Options struct {
	Theme string    // a name of package theme; empty means auto
	ASCII bool      // only ASCII characters
	Stats io.Writer // figures go here when the cockpit ends; nil: nowhere

	In  io.Reader // the terminal; nil: os.Stdin
	Out io.Writer // nil: os.Stdout
	Env []string  // nil: os.Environ()

	// History is the file that keeps lines of the prompt; empty: none does.
	History string
}

func (o *Options) withDefaults() {
	if o.In == nil {
		o.In = os.Stdin
	}
	if o.Out == nil {
		o.Out = os.Stdout
	}
	if o.Env == nil {
		o.Env = os.Environ()
	}
}
