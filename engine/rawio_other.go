//go:build !linux

package engine

import (
	"os"
	"time"
)

// Where raw system calls are not to be had, reads and writes go through
// package os. Time in the bubble stands still during them all the same, since
// a root goroutine in a system call, or waiting on a channel from outside the
// bubble, is not durably blocked. That two runs are equal is then guaranteed
// only by comparing their digests.

// input reads ahead on a goroutine outside the bubble, because there is no
// portable poll; it must be made outside.
type input struct {
	chunks chan []byte
	rest   []byte
}

func newInput(int) *input {
	in := &input{chunks: make(chan []byte, 1)}
	f := os.Stdin // fd is 0
	go func() {
		defer close(in.chunks)
		for {
			b := make([]byte, 4096)
			n, err := f.Read(b)
			if n > 0 {
				in.chunks <- b[:n]
			}
			if err != nil {
				return
			}
		}
	}()
	return in
}

func (in *input) read(b []byte) (int, error) {
	if len(in.rest) == 0 {
		in.rest = <-in.chunks
	}
	n := copy(b, in.rest)
	in.rest = in.rest[n:]
	return n, nil
}

func (in *input) readable() bool {
	if len(in.rest) > 0 {
		return true
	}
	select {
	case chunk, open := <-in.chunks:
		in.rest = chunk
		return len(chunk) > 0 || !open
	default:
		return false
	}
}

func rawWrite(_ int, b []byte) (int, error) { return os.Stdout.Write(b) }

// rawSleep is for tests of determinism, which raw system calls are there for.
func rawSleep(time.Duration) {}
