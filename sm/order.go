package sm

import "slices"

// batch is what one buffer brings to a flush; recs[next:] are not in order yet.
type batch struct {
	buf  *Buffer
	recs []record
	next int
}

// queue is the part of one instant that one lane of one life recorded, in the
// lane's order: a run of orderer.slots.
type queue struct {
	next, end int
}

// slot is a record of the instant that is being ordered.
type slot struct {
	batch int32 // batches are sorted by node and life
	lane  Lane
	rec   *record
}

// orderer puts records into the canonical order, which depends on what happened
// but not on how goroutines were scheduled while it happened:
//
//   - by time;
//   - at one time by cause: a record comes after all earlier records of its lane
//     and of its machine, and a link also after both machines' births;
//   - among the records that may come next, by node, life and lane.
//
// The order in which records were made obeys the second rule, so there is always
// a record that may come next. Everything is reused from flush to flush.
type orderer struct {
	batches []batch
	slots   []slot
	queues  []queue
}

// instant moves on to the next instant and calls emit for each of its records
// in order. It returns false when there is none left.
func (o *orderer) instant(emit func(b *Buffer, r *record)) bool {
	at, first, several := o.earliest()
	if first < 0 {
		return false
	}
	if !several && o.oneLane(first, at, emit) {
		return true
	}
	o.gather(at)
	o.merge(emit)
	clear(o.slots) // they point into the buffers' slices
	return true
}

// earliest returns the time of the next instant, the first batch that has
// records of it (-1: no records are left), and whether other batches have too.
func (o *orderer) earliest() (at Time, first int, several bool) {
	first = -1
	for i := range o.batches {
		b := &o.batches[i]
		if b.next == len(b.recs) {
			continue
		}
		switch t := b.recs[b.next].at; {
		case first < 0 || t < at:
			at, first, several = t, i, false
		case t == at:
			several = true
		}
	}
	return at, first, several
}

// oneLane deals with the usual instant, all of whose records are one lane's: it
// emits them as they are. If they are not, it does nothing and returns false.
func (o *orderer) oneLane(i int, at Time, emit func(*Buffer, *record)) bool {
	b := &o.batches[i]
	end := b.next
	for ; end < len(b.recs) && b.recs[end].at == at; end++ {
		if b.recs[end].lane != b.recs[b.next].lane {
			return false
		}
	}
	for ; b.next < end; b.next++ {
		emit(b.buf, &b.recs[b.next])
	}
	return true
}

// gather fills slots with the records of one time, sorted by batch and lane, and
// queues with the lanes.
func (o *orderer) gather(at Time) {
	o.slots, o.queues = o.slots[:0], o.queues[:0]
	for i := range o.batches {
		b := &o.batches[i]
		start := len(o.slots)
		for ; b.next < len(b.recs) && b.recs[b.next].at == at; b.next++ {
			r := &b.recs[b.next]
			o.slots = append(o.slots, slot{batch: int32(i), lane: r.lane, rec: r})
		}
		slices.SortStableFunc(o.slots[start:], func(x, y slot) int { return int(x.lane) - int(y.lane) })
	}
	for i, s := range o.slots {
		if i == 0 || s.batch != o.slots[i-1].batch || s.lane != o.slots[i-1].lane {
			o.queues = append(o.queues, queue{next: i})
		}
		o.queues[len(o.queues)-1].end = i + 1
	}
}

// merge emits the slots: each time the head of the lowest queue whose head is
// ready.
func (o *orderer) merge(emit func(*Buffer, *record)) {
	for len(o.queues) > 0 {
		i := slices.IndexFunc(o.queues, func(q queue) bool { return o.slots[q.next].rec.ready() })
		if i < 0 {
			panic("sm: records of one instant wait for each other")
		}
		q := &o.queues[i]
		s := o.slots[q.next]
		emit(o.batches[s.batch].buf, s.rec)
		if q.next++; q.next == q.end {
			o.queues = slices.Delete(o.queues, i, i+1)
		}
	}
}

// ready reports whether everything that must come before r has come.
func (r *record) ready() bool {
	return (r.m == nil || r.nth == r.m.out) && (r.cause == nil || r.cause.out >= r.after)
}
