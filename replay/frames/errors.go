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
	// ErrShrunk: the file has become shorter since it was opened: somebody
	// empties or overwrites it.
	ErrShrunk = errors.New("recording has become shorter while it was read")
	// ErrReplaced: another file took the place of the one that was opened, or
	// none did, or another recording was written into it. What was read is sound.
	ErrReplaced = errors.New("recording was replaced while it was read")
	// ErrReindexed: the index at the end of the file was false. A new one was
	// made of the frames themselves, so positions in Frames have changed.
	ErrReindexed = errors.New("index of the recording was false and is made anew")
	// ErrDamaged: bytes are not what they were when written, or the stream
	// was cut short. Every such error is a *Damage.
	ErrDamaged = errors.New("recording damaged")
)

// Damage says what is wrong where.
type Damage struct {
	Offset   int64  // in bytes from the start of the stream
	What     string // what was found
	Expected string // what should be there
	First    uint64 // number of the first event lost, if that is known
	Lost     uint64 // events lost, as far as the header or the frames around it tell
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
