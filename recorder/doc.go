// Package recorder writes what happened in a run as a stream of frames, on
// the pipe between two processes as well as in a file. It owns when a frame
// ends and that a frame is one Write. It refuses to know what events mean, to
// open files, and to go on after a write that went wrong: what follows a torn
// frame could not be read.
//
// The layout is that of package recorder/wire; package replay/frames reads it.
//
//	enc := recorder.NewEncoder(w)
//	err := enc.WriteHeader(recorder.Header{Seed: 7, Start: start})
//	err = enc.WriteKinds(kinds)
//	err = enc.WriteEvents(events) // as often as there are some
package recorder
