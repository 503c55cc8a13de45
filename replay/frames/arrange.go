package frames

import (
	"cmp"
	"fmt"
	"slices"

	"raftscope/recorder/wire"
)

// othersMax is the largest number of frames without events that are listed; a
// recording has a few.
const othersMax = 1 << 16

// arrange takes all frames of the file, in its order, and says what is missing
// or doubled.
func (f *File) arrange(found []Info) {
	// Frames that were exchanged are still whole: they are put in order.
	slices.SortStableFunc(found, func(a, b Info) int {
		if a.Kind != wire.FrameEvents || b.Kind != wire.FrameEvents {
			return cmp.Compare(rank(a), rank(b))
		}
		return cmp.Compare(a.First, b.First)
	})
	for _, info := range found {
		f.place(info)
	}
	if f.complete && f.nextSeq() <= f.summary.Events {
		f.report.missing(f.nextSeq(), f.summary.Events-f.nextSeq()+1, f.lastEnd(), f.size)
	}
}

// rank puts other frames before those of events.
func rank(i Info) int {
	if i.Kind == wire.FrameEvents {
		return 1
	}
	return 0
}

// nextSeq is the number of the event that should follow. Recordings begin with
// event 1: without its beginning a run cannot be understood.
func (f *File) nextSeq() uint64 {
	if n := len(f.events); n > 0 {
		return f.events[n-1].next()
	}
	return 1
}

// lastEnd is the offset behind the newest events, or that of the first frame.
func (f *File) lastEnd() int64 {
	if n := len(f.events); n > 0 {
		return f.events[n-1].Offset + int64(f.events[n-1].Length)
	}
	return f.start
}

// place adds a frame behind those there are.
func (f *File) place(info Info) {
	if info.Kind != wire.FrameEvents {
		if len(f.others) == othersMax {
			f.report.add(Damage{Offset: info.Offset, What: "more frames without events than are listed", Expected: "at most 65536"})
		}
		if len(f.others) < othersMax {
			f.others = append(f.others, info)
		}
		return
	}
	next := f.nextSeq()
	switch {
	case info.First < next:
		f.report.add(Damage{Offset: info.Offset, What: fmt.Sprintf("events %d..%d once more", info.First, info.next()-1),
			Expected: fmt.Sprintf("event %d", next)})
		return
	case info.Offset < f.lastEnd():
		f.report.add(Damage{Offset: info.Offset, What: "frame in the wrong place", Expected: "frames ordered by their events"})
	}
	if info.First > next {
		f.report.missing(next, info.First-next, f.lastEnd(), info.Offset)
	}
	if n := len(f.events); n > 0 && (info.From < f.events[n-1].From || info.To < f.events[n-1].To) {
		f.timed = false
	}
	f.events = append(f.events, info)
}
