package wire

import (
	"encoding/binary"

	"raftscope/sm"
)

// Bits of a row's head above the type.
const (
	headType    = 0x0f
	headEscape  = 0x0f // the type follows in a byte of its own
	headTime    = 0x10
	headPlace   = 0x20
	headMachine = 0x40
	headMask    = 0x80
)

// Bits of a row's mask.
const (
	maskDue = 1 << iota
	maskStates
	maskOther
	maskKind
	maskKey
	maskText
	maskNum
	maskIsText
)

const (
	rowMin = 2 // head and wall
	// rowMax is the most a row takes: head, type, mask, two states, and nine
	// varints and string numbers. A string's own length is counted apart.
	rowMax = 5 + 11*binary.MaxVarintLen64
)

// usual is the mask a row of a type has if it brings none.
var usual = [headEscape]byte{
	sm.Born:       maskKind | maskKey | maskText,
	sm.Moved:      maskStates,
	sm.Failed:     maskStates | maskText,
	sm.Linked:     maskOther | maskKey,
	sm.Attributed: maskKey | maskNum,
	sm.Closed:     maskStates,
	sm.Abandoned:  maskStates,
	sm.Note:       maskText,
	sm.Command:    maskText,
	sm.Log:        maskKey | maskText,
	sm.Violation:  maskText,
}

// EventsWriter builds events frames in memory of its own, which it keeps from
// frame to frame. The zero value is ready.
type EventsWriter struct {
	frame   []byte // room for the header, then the string table
	rows    []byte
	strings map[string]uint32
	head    FrameHeader
	prev    previous
}

// previous is what a row's differences refer to.
type previous struct {
	at      sm.Time
	wall    int64
	machine sm.ID
	node    string
	life    uint32
}

// Len returns the number of events in the frame so far.
func (w *EventsWriter) Len() int { return int(w.head.Count) }

// Fits reports whether e may follow in this frame: there is room, its sequence
// number is the next one, and it is not earlier than the frame's first, whose
// time the header gives as the frame's from. An event that does not fit an
// empty frame fits none.
func (w *EventsWriter) Fits(e *sm.Event) bool {
	if w.head.Count == 0 {
		return needed(e) <= PayloadMax && e.Seq != 0 && e.Seq <= SeqMax
	}
	return w.head.Count < EventsMax &&
		e.Seq == w.head.First+uint64(w.head.Count) && e.Seq <= SeqMax && e.At >= w.head.From &&
		len(w.frame)-FrameHeaderLen+len(w.rows)+needed(e) <= PayloadMax
}

func needed(e *sm.Event) int {
	return rowMax + StringsPerEvent*binary.MaxVarintLen64 + len(e.Node) + len(e.Kind) + len(e.Key) + len(e.Text)
}

// Add adds e, which must fit.
func (w *EventsWriter) Add(e *sm.Event) {
	if w.head.Count == 0 {
		w.begin(e)
	}
	w.head.Count++
	w.head.To = max(w.head.To, e.At)
	w.rows = w.appendRow(w.rows, e)
}

func (w *EventsWriter) begin(e *sm.Event) {
	if w.strings == nil {
		w.strings = make(map[string]uint32)
		w.frame = make([]byte, FrameHeaderLen, 4<<10)
	}
	w.frame = w.frame[:FrameHeaderLen]
	w.rows = w.rows[:0]
	w.head = FrameHeader{Kind: FrameEvents, First: e.Seq, From: e.At, To: e.At}
	w.prev = previous{at: e.At}
}

// Finish returns the whole frame and begins the next one. What it returns is
// valid until the next Add. Without events it returns nil.
func (w *EventsWriter) Finish() []byte {
	if w.head.Count == 0 {
		return nil
	}
	w.head.Strings = uint32(len(w.strings))
	w.frame = append(w.frame, w.rows...)
	w.head.Unpacked = uint32(len(w.frame) - FrameHeaderLen)
	Seal(w.frame, w.head)
	clear(w.strings)
	w.head.Count = 0
	return w.frame
}

func (w *EventsWriter) appendRow(b []byte, e *sm.Event) []byte {
	p := &w.prev
	mask := maskOf(e)
	head, escaped := byte(e.Type), false
	if e.Type == 0 || e.Type >= headEscape {
		head, escaped = headEscape, true
	}
	bring := escaped || usual[head] != mask
	if bring {
		head |= headMask
	}
	if e.At != p.at {
		head |= headTime
	}
	if e.Node != p.node || e.Life != p.life {
		head |= headPlace
	}
	if e.Machine != p.machine {
		head |= headMachine
	}
	b = append(b, head)
	if escaped {
		b = append(b, byte(e.Type))
	}
	if bring {
		b = append(b, mask)
	}
	b = appendVarint(b, e.Wall-p.wall)
	p.wall = e.Wall
	if head&headTime != 0 {
		b = appendVarint(b, int64(e.At-p.at))
		p.at = e.At
	}
	if head&headPlace != 0 {
		b = appendUvarint(b, w.intern(e.Node))
		b = appendUvarint(b, uint64(e.Life))
		p.node, p.life = e.Node, e.Life
	}
	if head&headMachine != 0 {
		b = appendVarint(b, int64(e.Machine-p.machine))
		p.machine = e.Machine
	}
	return w.appendMasked(b, e, mask)
}

func (w *EventsWriter) appendMasked(b []byte, e *sm.Event, mask byte) []byte {
	if mask&maskDue != 0 {
		b = appendVarint(b, int64(e.Due-e.At))
	}
	if mask&maskStates != 0 {
		b = append(b, byte(e.From), byte(e.State))
	}
	if mask&maskOther != 0 {
		b = appendVarint(b, int64(e.Other-e.Machine))
	}
	if mask&maskKind != 0 {
		b = appendUvarint(b, w.intern(e.Kind))
	}
	if mask&maskKey != 0 {
		b = appendUvarint(b, w.intern(e.Key))
	}
	if mask&maskText != 0 {
		b = appendUvarint(b, w.intern(e.Text))
	}
	if mask&maskNum != 0 {
		b = appendVarint(b, e.Num)
	}
	return b
}

// intern returns the number of s in the frame's string table.
func (w *EventsWriter) intern(s string) uint64 {
	if s == "" {
		return 0
	}
	if n, ok := w.strings[s]; ok {
		return uint64(n)
	}
	n := uint32(len(w.strings) + 1)
	w.strings[s] = n
	w.frame = appendString(w.frame, s)
	return uint64(n)
}

func maskOf(e *sm.Event) byte {
	var m byte
	if e.Due != 0 {
		m |= maskDue
	}
	if e.From|e.State != 0 {
		m |= maskStates
	}
	if e.Other != 0 {
		m |= maskOther
	}
	if e.Kind != "" {
		m |= maskKind
	}
	if e.Key != "" {
		m |= maskKey
	}
	if e.Text != "" {
		m |= maskText
	}
	if e.Num != 0 {
		m |= maskNum
	}
	if e.IsText {
		m |= maskIsText
	}
	return m
}

func appendUvarint(b []byte, x uint64) []byte {
	if x < 0x80 {
		return append(b, byte(x))
	}
	return binary.AppendUvarint(b, x)
}

func appendVarint(b []byte, x int64) []byte {
	return appendUvarint(b, uint64(x)<<1^uint64(x>>63))
}
