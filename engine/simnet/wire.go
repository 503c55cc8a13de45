package simnet

import (
	"bytes"
	"fmt"

	"github.com/hashicorp/go-msgpack/v2/codec"
)

// encode returns v as raft's NetworkTransport puts it on the wire
// (net_transport.go: times in the old format), without the leading type byte.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	h := codec.MsgpackHandle{BasicHandle: codec.BasicHandle{TimeNotBuiltin: true}}
	if err := codec.NewEncoder(&b, &h).Encode(v); err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	return b.Bytes(), nil
}

// decode fills v from what encode returned.
func decode(data []byte, v any) error {
	if err := codec.NewDecoderBytes(data, &codec.MsgpackHandle{}).Decode(v); err != nil {
		return fmt.Errorf("decode %T: %w", v, err)
	}
	return nil
}
