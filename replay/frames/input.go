package frames

import "io"

// input is a buffer over a reader that can look ahead as far as it is asked,
// and reads no further than it must.
type input struct {
	src        io.Reader
	buf        []byte
	start, end int   // what is buffered and not yet used
	offset     int64 // of start in the stream
	err        error // of src
}

const (
	readMin  = 64 << 10
	emptyMax = 100 // reads in a row that return nothing before giving up
)

// peek returns the next n bytes without using them. With fewer left it returns
// those and the reason. Memory grows with what has arrived, not with what a
// header claims.
func (in *input) peek(n int) ([]byte, error) {
	for empty := 0; in.end-in.start < n; {
		if in.err != nil {
			return in.buf[in.start:in.end], in.err
		}
		in.makeRoom()
		got, err := in.src.Read(in.buf[in.end:])
		in.end += got
		in.err = err
		if empty++; got > 0 {
			empty = 0
		}
		if empty > emptyMax {
			in.err = io.ErrNoProgress
		}
	}
	return in.buf[in.start : in.start+n], nil
}

// makeRoom makes sure that something can be read: it moves what is buffered to
// the front, or doubles the buffer.
func (in *input) makeRoom() {
	if in.end < len(in.buf) {
		return
	}
	to := in.buf
	if in.end-in.start > len(in.buf)/2 || len(in.buf) == 0 {
		to = make([]byte, max(readMin, 2*len(in.buf)))
	}
	in.end = copy(to, in.buf[in.start:in.end])
	in.start = 0
	in.buf = to
}

// skip uses n bytes, which were peeked.
func (in *input) skip(n int) {
	in.start += n
	in.offset += int64(n)
	if in.start == in.end {
		in.start, in.end = 0, 0
	}
}
