package bench

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/foxglove/mcap/go/mcap"

	"raftscope/sm"
)

// place is a life of a node: a channel of its own in MCAP, a resource in OTLP.
type place struct {
	node string
	life uint32
}

// mcapWriter writes one MCAP message an event: number and times are the
// message's own, node and life its channel's, the rest is its data.
type mcapWriter struct {
	out      output
	mcap     *mcap.Writer
	channels map[place]uint16
	data     []byte
	message  mcap.Message
}

// mcapChunkBytes is the size of a chunk before it is packed: the library's own.
const mcapChunkBytes = 1 << 20

func createMCAP(path string) (writer, error) {
	out, err := createOutput(path)
	if err != nil {
		return nil, err
	}
	m, err := mcap.NewWriter(out, &mcap.WriterOptions{
		Chunked: true, ChunkSize: mcapChunkBytes, IncludeCRC: true,
		Compression: mcap.CompressionZSTD, CompressionLevel: mcap.CompressionLevelFastest,
		// The index of chunks stays, which is what a recording has of frames.
		SkipMessageIndexing: true,
	})
	if err != nil {
		return nil, err
	}
	return &mcapWriter{out: out, mcap: m, channels: make(map[place]uint16)}, m.WriteHeader(&mcap.Header{})
}

func (w *mcapWriter) Take(events []sm.Event) error {
	for i := range events {
		e := &events[i]
		id, err := w.channel(place{e.Node, e.Life})
		if err != nil {
			return err
		}
		w.data = appendMessage(w.data[:0], e)
		w.message = mcap.Message{ChannelID: id, Sequence: uint32(e.Seq), LogTime: uint64(e.At), PublishTime: uint64(e.Wall), Data: w.data}
		if err := w.mcap.WriteMessage(&w.message); err != nil {
			return err
		}
	}
	return nil
}

func (w *mcapWriter) channel(p place) (uint16, error) {
	id, ok := w.channels[p]
	if ok {
		return id, nil
	}
	id = uint16(len(w.channels))
	w.channels[p] = id
	return id, w.mcap.WriteChannel(&mcap.Channel{ID: id, Topic: p.node, MessageEncoding: "raftscope",
		Metadata: map[string]string{"life": strconv.FormatUint(uint64(p.life), 10)}})
}

func (w *mcapWriter) Close() error { return errors.Join(w.mcap.Close(), w.out.Close()) }

func readMCAP(path string, do func([]sm.Event) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	lexer, err := mcap.NewLexer(bufio.NewReaderSize(file, bufferBytes), &mcap.LexerOptions{ValidateChunkCRCs: true})
	if err != nil {
		return err
	}
	defer lexer.Close()
	r := mcapReader{channels: make(map[uint16]place), events: make([]sm.Event, 0, batchEvents)}
	var buf []byte
	for {
		token, record, err := lexer.Next(buf)
		if err == io.EOF {
			return do(r.events)
		}
		if err == nil {
			err = r.record(token, record)
		}
		if err != nil {
			return err
		}
		if cap(record) > cap(buf) {
			buf = record[:cap(record)]
		}
		if len(r.events) == batchEvents {
			if err := do(r.events); err != nil {
				return err
			}
			r.events = r.events[:0]
		}
	}
}

type mcapReader struct {
	channels map[uint16]place
	events   []sm.Event
	message  mcap.Message
	data     messageReader
}

func (r *mcapReader) record(token mcap.TokenType, record []byte) error {
	switch token {
	case mcap.TokenChannel:
		c, err := mcap.ParseChannel(record)
		if err != nil {
			return err
		}
		life, err := strconv.ParseUint(c.Metadata["life"], 10, 32)
		r.channels[c.ID] = place{c.Topic, uint32(life)}
		return err
	case mcap.TokenMessage:
		m := &r.message
		if err := m.PopulateFrom(record, false); err != nil {
			return err
		}
		p, ok := r.channels[m.ChannelID]
		if !ok {
			return fmt.Errorf("message of unknown channel %d", m.ChannelID)
		}
		e := sm.Event{Seq: uint64(m.Sequence), At: sm.Time(m.LogTime), Wall: int64(m.PublishTime), Node: p.node, Life: p.life}
		if err := r.data.parse(&e, m.Data); err != nil {
			return err
		}
		r.events = append(r.events, e)
	}
	return nil
}
