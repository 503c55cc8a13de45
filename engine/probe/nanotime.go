package probe

import (
	_ "unsafe" // for go:linkname
)

// nanotime is the runtime's monotonic clock. Inside a synctest bubble
// time.Now is virtual and this is not, which is what real durations need; it
// is one of the names the runtime promises to keep for linkname.
//
//go:linkname nanotime runtime.nanotime
func nanotime() int64
