package bench

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"

	"raftscope/sm"
)

// line is one event in newline JSON: sm.Event with short names, without what
// is zero.
type line struct {
	Seq     uint64       `json:"seq"`
	At      sm.Time      `json:"at"`
	Wall    int64        `json:"wall"`
	Due     sm.Time      `json:"due,omitempty"`
	Node    string       `json:"node,omitempty"`
	Life    uint32       `json:"life,omitempty"`
	Type    sm.EventType `json:"type"`
	From    sm.State     `json:"from,omitempty"`
	State   sm.State     `json:"state,omitempty"`
	IsText  bool         `json:"isText,omitempty"`
	Machine sm.ID        `json:"machine,omitempty"`
	Other   sm.ID        `json:"other,omitempty"`
	Kind    string       `json:"kind,omitempty"`
	Key     string       `json:"key,omitempty"`
	Text    string       `json:"text,omitempty"`
	Num     int64        `json:"num,omitempty"`
}

// ndjsonWriter is newline JSON in one zstd stream.
type ndjsonWriter struct {
	out  output
	zstd *zstd.Encoder
	json *json.Encoder
	line line
}

func createNDJSON(path string) (writer, error) {
	out, err := createOutput(path)
	if err != nil {
		return nil, err
	}
	z, err := zstd.NewWriter(out, zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		return nil, err
	}
	w := &ndjsonWriter{out: out, zstd: z, json: json.NewEncoder(z)}
	w.json.SetEscapeHTML(false)
	return w, nil
}

func (w *ndjsonWriter) Take(events []sm.Event) error {
	for i := range events {
		w.line = line(events[i])
		if err := w.json.Encode(&w.line); err != nil {
			return err
		}
	}
	return nil
}

func (w *ndjsonWriter) Close() error { return errors.Join(w.zstd.Close(), w.out.Close()) }

func readNDJSON(path string, do func([]sm.Event) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	z, err := zstd.NewReader(bufio.NewReaderSize(file, bufferBytes))
	if err != nil {
		return err
	}
	defer z.Close()
	dec := json.NewDecoder(z)
	events := make([]sm.Event, 0, batchEvents)
	for {
		var l line
		err := dec.Decode(&l)
		if err == nil {
			events = append(events, sm.Event(l))
		} else if err != io.EOF {
			return err
		}
		if len(events) == batchEvents || err == io.EOF {
			if err := do(events); err != nil {
				return err
			}
			events = events[:0]
		}
		if err == io.EOF {
			return nil
		}
	}
}
