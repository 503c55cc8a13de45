package engine

import (
	"bytes"
	"errors"
	"fmt"

	"raftscope/engine/grammar"
)

// errOutput: nobody reads what the debuggee writes.
var errOutput = errors.New("write to the session")

// errInputEnded: the session closed the pipe; the debuggee ends.
var errInputEnded = errors.New("the session ended")

// lineMax bounds a command line: the longest value, quoted.
const lineMax = 8 * grammar.ValueBytesMax

// lineReader reads lines from an input.
type lineReader struct {
	in  *input
	buf []byte
}

// next blocks until a whole line is there and returns it without its end.
func (r *lineReader) next() (string, error) {
	for {
		if line, ok := r.take(); ok {
			return line, nil
		}
		if err := r.fill(); err != nil {
			return "", err
		}
	}
}

// ready returns a line if one is there, without blocking but for the rest of a
// line that has begun.
func (r *lineReader) ready() (line string, ok bool, err error) {
	if line, ok := r.take(); ok {
		return line, true, nil
	}
	if !r.in.readable() {
		return "", false, nil
	}
	line, err = r.next()
	return line, err == nil, err
}

func (r *lineReader) take() (string, bool) {
	i := bytes.IndexByte(r.buf, '\n')
	if i < 0 {
		return "", false
	}
	line := string(r.buf[:i])
	r.buf = append(r.buf[:0], r.buf[i+1:]...)
	return line, true
}

func (r *lineReader) fill() error {
	if len(r.buf) > lineMax {
		return fmt.Errorf("a command line of more than %d bytes", lineMax)
	}
	var chunk [4096]byte
	n, err := r.in.read(chunk[:])
	if err != nil {
		return fmt.Errorf("read a command: %w", err)
	}
	if n == 0 {
		return errInputEnded
	}
	r.buf = append(r.buf, chunk[:n]...)
	return nil
}

// rawWriter writes to a file descriptor by raw system calls.
type rawWriter struct{ fd int }

// Write implements io.Writer.
func (w rawWriter) Write(b []byte) (int, error) {
	for done := 0; done < len(b); {
		n, err := rawWrite(w.fd, b[done:])
		if err != nil {
			return done, fmt.Errorf("%w: %w", errOutput, err)
		}
		done += n
	}
	return len(b), nil
}
