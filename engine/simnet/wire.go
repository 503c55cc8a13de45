package simnet

import (
	"fmt"
	"sync"

	"github.com/hashicorp/go-msgpack/v2/codec"
)

// wire encodes and decodes messages as raft's NetworkTransport does
// (net_transport.go: times in the old format). Encoder, decoder and handle are
// kept, because making them costs more than using them; the lock is never held
// while anything waits.
type wire struct {
	mu     sync.Mutex
	handle codec.MsgpackHandle
	enc    *codec.Encoder
	dec    *codec.Decoder
	room   []byte
}

func newWire() *wire {
	w := &wire{}
	w.handle.TimeNotBuiltin = true
	w.enc = codec.NewEncoderBytes(&w.room, &w.handle)
	w.dec = codec.NewDecoderBytes(nil, &codec.MsgpackHandle{})
	return w
}

// encode returns v as it stands on the wire, without the leading type byte, in
// memory of its own.
func (w *wire) encode(v any) ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.enc.ResetBytes(&w.room)
	if err := w.enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	return append([]byte(nil), w.room...), nil
}

// decode fills v from what encode returned.
func (w *wire) decode(data []byte, v any) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dec.ResetBytes(data)
	if err := w.dec.Decode(v); err != nil {
		return fmt.Errorf("decode %T: %w", v, err)
	}
	return nil
}
