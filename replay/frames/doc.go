// Package frames reads what package recorder writes: a Reader takes a stream
// from a pipe, frame by frame; a File a recording, in any order and also while
// it grows. It owns the distrust: limits before allocation, checksums, every
// number checked, and control characters taken out of every string, here and
// once. It refuses to panic, to hold more than a few frames, and to give
// meaning to events.
//
//	f, err := frames.OpenFile(path)
//	kinds, err := f.Kinds()
//	err = f.Each(1, func(events []sm.Event) error { ... })
//	for _, d := range f.Damage() { ... } // what was left out, and why
//
// A recording is trusted as little as a stream: the index at its end is
// compared with the frames, and made anew if it is missing or false.
package frames
