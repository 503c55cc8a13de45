package frames_test

import (
	"bytes"
	"io"
	"testing"

	"raftscope/recorder"
	"raftscope/recorder/recordertest"
	"raftscope/replay/frames"
)

func BenchmarkDecode(b *testing.B) {
	var whole bytes.Buffer
	enc := recorder.NewEncoder(&whole)
	if err := enc.WriteHeader(recorder.Header{}); err != nil {
		b.Fatal(err)
	}
	if err := enc.WriteEvents(recordertest.Workload(64 * recorder.FrameEvents)); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		r := frames.NewReader(bytes.NewReader(whole.Bytes()))
		for {
			f, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			n += len(f.Events)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/event")
}
