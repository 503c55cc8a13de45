package frames

import (
	"errors"
	"fmt"

	"raftscope/recorder/wire"
)

var (
	// ErrNotRecording: the stream does not begin as a recording does.
	ErrNotRecording = wire.ErrNotRecording
	// ErrVersion: the stream, or a frame, needs a later version of this
	// program.
	ErrVersion = wire.ErrVersion
	// ErrDamaged: bytes are not what they were when written, or the stream
	// was cut short. Every such error is a *Damage.
	ErrDamaged = errors.New("recording damaged")
)

// Damage says what is wrong where.
type Damage struct {
	Offset   int64  // in bytes from the start of the stream
	What     string // what was found
	Expected string // what should be there
	Lost     uint32 // events lost with the frame, as far as its header could be trusted
	Cut      bool   // the stream ends inside a frame: a crash, or still being written
}

// Error says all of it in one line.
func (d *Damage) Error() string {
	s := fmt.Sprintf("%v at byte %d: %s, expected %s", ErrDamaged, d.Offset, d.What, d.Expected)
	if d.Lost > 0 {
		s += fmt.Sprintf(" (%d events lost)", d.Lost)
	}
	return s
}

// Unwrap returns ErrDamaged.
func (d *Damage) Unwrap() error { return ErrDamaged }

// damage makes a Damage of a parser's error, whose offsets count from base.
func damage(err error, base int64) error {
	var bad *wire.Bad
	if !errors.As(err, &bad) {
		return err
	}
	return &Damage{Offset: base + int64(bad.Offset), What: bad.What, Expected: bad.Want}
}
