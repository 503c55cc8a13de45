package engine

import (
	"testing"
	"testing/synctest"
)

// bubble runs f in a world of virtual time: time.Now, timers and tickers of f
// and of every goroutine started from it are fake, and time moves only when
// all of them are durably blocked. While f itself is in a system call it is
// not durably blocked, so time stands still: that is what a pause is.
//
// testing/synctest offers this to tests only, but works in any program; this
// file is the only one that knows, and TestBubble fails loudly should a Go
// release change it. f must not return while goroutines of the bubble live:
// the debuggee ends by exiting the process.
func bubble(f func()) {
	synctest.Test(&testing.T{}, func(*testing.T) { f() })
}

// quiesce waits until every other goroutine of the bubble is durably blocked.
func quiesce() { synctest.Wait() }
