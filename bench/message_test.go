package bench

import (
	"encoding/binary"
	"errors"

	"raftscope/sm"
)

// A message is an event in as few bytes as it takes alone, for formats that
// know nothing of the events around it and carry number, time and node
// themselves: a byte for the type, two of bits for the fields that follow, and
// those fields as varints and strings behind their lengths.
const (
	hasDue = 1 << iota
	hasFrom
	hasState
	hasMachine
	hasOther
	hasKind
	hasKey
	hasText
	hasNum
	isText
)

var errMessage = errors.New("message cut short")

func appendMessage(b []byte, e *sm.Event) []byte {
	start := len(b)
	b = append(b, byte(e.Type), 0, 0)
	var bits uint16
	number := func(bit uint16, v uint64) {
		if v != 0 {
			bits |= bit
			b = binary.AppendUvarint(b, v)
		}
	}
	text := func(bit uint16, s string) {
		if s != "" {
			bits |= bit
			b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
		}
	}
	if e.Due != 0 {
		bits |= hasDue
		b = binary.AppendVarint(b, int64(e.Due-e.At))
	}
	number(hasFrom, uint64(e.From))
	number(hasState, uint64(e.State))
	number(hasMachine, uint64(e.Machine))
	number(hasOther, uint64(e.Other))
	text(hasKind, e.Kind)
	text(hasKey, e.Key)
	text(hasText, e.Text)
	number(hasNum, uint64(e.Num)<<1^uint64(e.Num>>63))
	if e.IsText {
		bits |= isText
	}
	binary.LittleEndian.PutUint16(b[start+1:], bits)
	return b
}

// messageReader reads messages. It keeps words that come again and again, so
// that most need no memory of their own.
type messageReader struct {
	words map[string]string
	b     []byte
	bits  uint16
	bad   bool
}

// wordsMax bounds what messageReader keeps.
const wordsMax = 4096

// parse fills in e, whose time is known, from a message.
func (r *messageReader) parse(e *sm.Event, b []byte) error {
	if len(b) < 3 {
		return errMessage
	}
	e.Type, r.bits, r.b, r.bad = sm.EventType(b[0]), binary.LittleEndian.Uint16(b[1:]), b[3:], false
	if due := r.number(hasDue); r.bits&hasDue != 0 {
		e.Due = e.At + sm.Time(due>>1^-(due&1))
	}
	e.From, e.State = sm.State(r.number(hasFrom)), sm.State(r.number(hasState))
	e.Machine, e.Other = sm.ID(r.number(hasMachine)), sm.ID(r.number(hasOther))
	e.Kind, e.Key, e.Text = r.word(hasKind), r.word(hasKey), string(r.text(hasText))
	num := r.number(hasNum)
	e.Num, e.IsText = int64(num>>1^-(num&1)), r.bits&isText != 0
	if r.bad {
		return errMessage
	}
	return nil
}

func (r *messageReader) number(bit uint16) uint64 {
	if r.bits&bit == 0 {
		return 0
	}
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *messageReader) text(bit uint16) []byte {
	n := r.number(bit)
	if n > uint64(len(r.b)) {
		r.bad = true
		return nil
	}
	s := r.b[:n]
	r.b = r.b[n:]
	return s
}

func (r *messageReader) word(bit uint16) string {
	b := r.text(bit)
	if s, ok := r.words[string(b)]; ok {
		return s
	}
	if r.words == nil || len(r.words) >= wordsMax {
		r.words = make(map[string]string, wordsMax)
	}
	s := string(b)
	r.words[s] = s
	return s
}
