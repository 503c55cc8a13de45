// Package save writes a run that was not recorded while it ran into a recording,
// equal to one that was: the same events, kinds and digest. It owns that there
// is either a whole file or none, and that no file is overwritten unasked. It
// refuses to know the format (package recorder does) and where a run comes
// from.
//
//	saved, err := save.Write(ctx, "run.rsc", timeline.View(), save.Options{
//		Header: recorder.Header{Seed: 7, Start: start, Versions: engine.Versions()},
//	})
package save
