package bench

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	logs "go.opentelemetry.io/proto/otlp/logs/v1"
	resource "go.opentelemetry.io/proto/otlp/resource/v1"
	"google.golang.org/protobuf/proto"

	"raftscope/sm"
)

// otlpWriter writes OTLP logs, a record an event, in batches: LogsData packed
// with zstd, behind its length. A record's resource is its node's life, its
// span the machine, its body the text. Records are used again from batch to
// batch.
type otlpWriter struct {
	out     output
	zstd    *zstd.Encoder
	data    logs.LogsData
	places  map[place]*logs.ScopeLogs
	records []otlpRecord
	used    int
	raw     []byte
	packed  []byte
}

// otlpRecord is a record with all that it may need.
type otlpRecord struct {
	log   logs.LogRecord
	span  [8]byte
	body  common.AnyValue
	text  common.AnyValue_StringValue
	attrs [attrsMax]otlpAttr
	list  [attrsMax]*common.KeyValue
}

type otlpAttr struct {
	pair  common.KeyValue
	value common.AnyValue
	num   common.AnyValue_IntValue
	text  common.AnyValue_StringValue
}

// attrsMax is how many attributes a record may have: seq, due, from, state,
// other, kind, key, num.
const attrsMax = 8

var otlpTypes = func() map[string]sm.EventType {
	m := make(map[string]sm.EventType)
	for t := sm.Born; t <= sm.Violation; t++ {
		m[t.String()] = t
	}
	return m
}()

func createOTLP(path string) (writer, error) {
	out, err := createOutput(path)
	if err != nil {
		return nil, err
	}
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		return nil, err
	}
	return &otlpWriter{out: out, zstd: z, places: make(map[place]*logs.ScopeLogs), records: make([]otlpRecord, batchEvents)}, nil
}

func (w *otlpWriter) Take(events []sm.Event) error {
	for i := range events {
		e := &events[i]
		scope := w.scope(place{e.Node, e.Life})
		r := &w.records[w.used]
		r.set(e)
		scope.LogRecords = append(scope.LogRecords, &r.log)
		if w.used++; w.used == len(w.records) {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *otlpWriter) scope(p place) *logs.ScopeLogs {
	if s := w.places[p]; s != nil {
		return s
	}
	s := new(logs.ScopeLogs)
	w.places[p] = s
	str := func(k, v string) *common.KeyValue {
		return &common.KeyValue{Key: k, Value: &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: v}}}
	}
	life := &common.AnyValue{Value: &common.AnyValue_IntValue{IntValue: int64(p.life)}}
	w.data.ResourceLogs = append(w.data.ResourceLogs, &logs.ResourceLogs{
		Resource:  &resource.Resource{Attributes: []*common.KeyValue{str("node", p.node), {Key: "life", Value: life}}},
		ScopeLogs: []*logs.ScopeLogs{s},
	})
	return s
}

// set makes r the record of e.
func (r *otlpRecord) set(e *sm.Event) {
	l := &r.log
	l.TimeUnixNano, l.ObservedTimeUnixNano, l.EventName = uint64(e.At), uint64(e.Wall), e.Type.String()
	l.SpanId, l.Body, l.Attributes = nil, nil, r.list[:0]
	if e.Machine != 0 {
		binary.BigEndian.PutUint64(r.span[:], uint64(e.Machine))
		l.SpanId = r.span[:]
	}
	if e.Text != "" || e.IsText {
		r.text.StringValue = e.Text
		r.body.Value = &r.text
		l.Body = &r.body
	}
	r.num("seq", int64(e.Seq))
	r.num("due", int64(e.Due))
	r.num("from", int64(e.From))
	r.num("state", int64(e.State))
	r.num("other", int64(e.Other))
	r.str("kind", e.Kind)
	r.str("key", e.Key)
	r.num("num", e.Num)
}

func (r *otlpRecord) num(key string, v int64) {
	if v != 0 {
		a := r.attr(key)
		a.num.IntValue = v
		a.value.Value = &a.num
	}
}

func (r *otlpRecord) str(key, v string) {
	if v != "" {
		a := r.attr(key)
		a.text.StringValue = v
		a.value.Value = &a.text
	}
}

func (r *otlpRecord) attr(key string) *otlpAttr {
	a := &r.attrs[len(r.log.Attributes)]
	a.pair.Key, a.pair.Value = key, &a.value
	r.log.Attributes = append(r.log.Attributes, &a.pair)
	return a
}

func (w *otlpWriter) flush() error {
	if w.used == 0 {
		return nil
	}
	var err error
	if w.raw, err = (proto.MarshalOptions{}).MarshalAppend(w.raw[:0], &w.data); err != nil {
		return err
	}
	w.packed = w.zstd.EncodeAll(w.raw, w.packed[:0])
	var head [4]byte
	binary.LittleEndian.PutUint32(head[:], uint32(len(w.packed)))
	_, err1 := w.out.Write(head[:])
	_, err2 := w.out.Write(w.packed)
	w.used = 0
	for _, s := range w.places {
		s.LogRecords = s.LogRecords[:0]
	}
	return errors.Join(err1, err2)
}

func (w *otlpWriter) Close() error { return errors.Join(w.flush(), w.out.Close()) }

func readOTLP(path string, do func([]sm.Event) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	z, err := zstd.NewReader(nil)
	if err != nil {
		return err
	}
	defer z.Close()
	in := bufio.NewReaderSize(file, bufferBytes)
	var packed, raw []byte
	var events []sm.Event
	for first := uint64(1); ; first += uint64(len(events)) {
		var head [4]byte
		if _, err := io.ReadFull(in, head[:]); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		packed = append(packed[:0], make([]byte, binary.LittleEndian.Uint32(head[:]))...)
		if _, err := io.ReadFull(in, packed); err != nil {
			return err
		}
		if raw, err = z.DecodeAll(packed, raw[:0]); err != nil {
			return err
		}
		var data logs.LogsData
		if err := proto.Unmarshal(raw, &data); err != nil {
			return err
		}
		if events, err = otlpEvents(events[:0], &data, first); err != nil {
			return err
		}
		if err := do(events); err != nil {
			return err
		}
	}
}

var errOTLP = errors.New("batch with gaps")

// otlpEvents appends the events of a batch, whose first is numbered first, in
// their order: a batch has them by node.
func otlpEvents(events []sm.Event, data *logs.LogsData, first uint64) ([]sm.Event, error) {
	for _, r := range data.ResourceLogs {
		for _, s := range r.ScopeLogs {
			events = append(events, make([]sm.Event, len(s.LogRecords))...)
		}
	}
	for _, r := range data.ResourceLogs {
		var node string
		var life int64
		for _, a := range r.Resource.Attributes {
			switch a.Key {
			case "node":
				node = a.Value.GetStringValue()
			case "life":
				life = a.Value.GetIntValue()
			}
		}
		for _, s := range r.ScopeLogs {
			for _, l := range s.LogRecords {
				e := otlpEvent(l)
				e.Node, e.Life = node, uint32(life)
				if e.Seq-first >= uint64(len(events)) {
					return nil, errOTLP
				}
				events[e.Seq-first] = e
			}
		}
	}
	return events, nil
}

func otlpEvent(l *logs.LogRecord) sm.Event {
	e := sm.Event{At: sm.Time(l.TimeUnixNano), Wall: int64(l.ObservedTimeUnixNano), Type: otlpTypes[l.EventName]}
	if len(l.SpanId) == 8 {
		e.Machine = sm.ID(binary.BigEndian.Uint64(l.SpanId))
	}
	if l.Body != nil {
		e.Text, e.IsText = l.Body.GetStringValue(), e.Type == sm.Attributed
	}
	for _, a := range l.Attributes {
		v := a.Value.GetIntValue()
		switch a.Key {
		case "seq":
			e.Seq = uint64(v)
		case "due":
			e.Due = sm.Time(v)
		case "from":
			e.From = sm.State(v)
		case "state":
			e.State = sm.State(v)
		case "other":
			e.Other = sm.ID(v)
		case "kind":
			e.Kind = a.Value.GetStringValue()
		case "key":
			e.Key = a.Value.GetStringValue()
		case "num":
			e.Num = v
		}
	}
	return e
}
