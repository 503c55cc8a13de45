// Package load reads a recording into a timeline while others ask it, so that
// the first events are on a screen while the rest is read, and goes on reading
// while another process writes the file. It owns how far reading has come and
// what to tell of damage. It refuses to decode (package frames does), to give
// meaning to events, to start goroutines, and to take more memory than it may.
//
//	l, err := load.Open(path, load.Options{Follow: true})
//	defer l.Close()
//	go func() { done <- l.Run(ctx) }()
//	view := l.Timeline().View() // at any time, from any goroutine
//	p := l.Progress()           // too
package load
