package wire

import (
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// Packer packs frames, each by itself. The zero value is ready.
type Packer struct {
	zstd *zstd.Encoder
	buf  []byte
}

// Pack returns the sealed frame with its payload packed, or the frame itself
// if that is not shorter. What it returns is valid until the next call.
func (p *Packer) Pack(frame []byte) ([]byte, error) {
	h, err := ParseFrameHeader(frame)
	if err != nil {
		return nil, fmt.Errorf("pack frame: %w", err)
	}
	if p.zstd == nil {
		// The checksum would repeat the frame's own; one goroutine, since
		// frames come one by one.
		p.zstd, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false),
			zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true))
		if err != nil {
			return nil, fmt.Errorf("make packer: %w", err)
		}
	}
	p.buf = append(p.buf[:0], make([]byte, FrameHeaderLen)...)
	p.buf = p.zstd.EncodeAll(frame[FrameHeaderLen:], p.buf)
	if len(p.buf) >= len(frame) {
		return frame, nil
	}
	h.Compression = CompressionZstd
	Seal(p.buf, h)
	return p.buf, nil
}

// keptMax is how much memory an Unpacker keeps from frame to frame; what a
// larger one needs is given back.
const keptMax = 1 << 20

// Unpacker unpacks payloads. The zero value is ready.
type Unpacker struct {
	zstd *zstd.Decoder
	buf  []byte
}

// Unpack returns the payload as it was before packing: as many bytes as the
// checked header says, never more memory than that. It fails with ErrVersion
// for an unknown method, and with a *Bad. What it returns is valid until the
// next call and, if nothing is packed, is payload itself.
func (u *Unpacker) Unpack(h FrameHeader, payload []byte) ([]byte, error) {
	switch h.Compression {
	case CompressionNone:
		return payload, nil
	case CompressionZstd:
	default:
		return nil, fmt.Errorf("%w: packed by method %d", ErrVersion, h.Compression)
	}
	if u.zstd == nil {
		// With the limit to the capacity, what unfolds to more than the header
		// says is an error instead of memory.
		var err error
		u.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxMemory(PayloadMax), zstd.WithDecodeAllCapLimit(true))
		if err != nil {
			return nil, fmt.Errorf("make unpacker: %w", err)
		}
	}
	into := u.buf
	if cap(into) < int(h.Unpacked) {
		into = make([]byte, 0, h.Unpacked)
	}
	into, err := u.zstd.DecodeAll(payload, into[:0:h.Unpacked])
	if cap(into) <= keptMax {
		u.buf = into
	}
	if err != nil {
		return nil, &Bad{What: "payload cannot be unpacked: " + err.Error(), Want: "a zstd frame"}
	}
	if len(into) != int(h.Unpacked) {
		return nil, &Bad{What: fmt.Sprintf("payload unpacks to %d bytes", len(into)), Want: fmt.Sprint(h.Unpacked)}
	}
	return into, nil
}
