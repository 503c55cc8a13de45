package sm

import "slices"

// Flush takes what all buffers hold, puts it into canonical order, numbers the
// births and the events, and hands the events to the sink in one call. It
// returns how many there were; with nothing recorded it does nothing and costs
// next to nothing. An error is the sink's: the events count as flushed, and are
// not offered again.
//
// Machines whose births have been flushed have IDs from then on.
func (t *Tracker) Flush() (n int, err error) {
	if t == nil || !t.dirty.Load() {
		return 0, nil
	}
	t.flushing.Lock()
	defer t.flushing.Unlock()
	t.dirty.Store(false) // before taking: what comes after is seen by the next flush
	t.take()
	t.events = t.events[:0]
	for t.order.instant(t.number) {
	}
	t.giveBack()
	if len(t.events) == 0 || t.sink == nil {
		return len(t.events), nil
	}
	return len(t.events), t.sink.Take(t.events)
}

// take moves the buffers' records into batches. It holds all locks at once, so
// that no effect is taken without its cause, and drops the buffers that ended.
func (t *Tracker) take() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, b := range t.buffers {
		b.mu.Lock()
	}
	batches, live := t.order.batches[:0], t.buffers[:0]
	for _, b := range t.buffers {
		if len(b.recs) > 0 {
			batches = append(batches, batch{buf: b, recs: b.recs})
			b.recs, b.spare = b.spare, nil
		}
	}
	for _, b := range t.buffers {
		if !b.ended {
			live = append(live, b)
		}
		b.mu.Unlock()
	}
	clear(t.buffers[len(live):])
	t.order.batches, t.buffers = batches, live
}

// giveBack returns the emptied slices to the buffers for reuse, cleared, so that
// they keep no machine and no text alive.
func (t *Tracker) giveBack() {
	for i := range t.order.batches {
		b := &t.order.batches[i]
		clear(b.recs)
		b.buf.mu.Lock()
		b.buf.spare = b.recs[:0]
		b.buf.mu.Unlock()
		*b = batch{}
	}
}

// number makes the next event of a record.
func (t *Tracker) number(b *Buffer, r *record) {
	var id, cause ID
	var kind string
	if m := r.m; m != nil {
		if r.typ == Born {
			t.id++
			m.id.Store(uint64(t.id))
			kind = m.kind.Name()
		}
		m.out++
		id = ID(m.id.Load())
	}
	if r.cause != nil && r.typ == Linked {
		cause = ID(r.cause.id.Load())
	}
	if r.typ == Violation {
		t.broken++
	}
	t.last = max(t.last, r.at)
	t.seq++
	e := t.event()
	e.Seq, e.At, e.Wall, e.Due = t.seq, t.last, r.wall, r.due
	e.Node, e.Life = b.node, b.life
	e.Type, e.From, e.State, e.IsText = r.typ, r.from, r.state, r.isText
	e.Machine, e.Other = id, cause
	e.Kind, e.Key, e.Text, e.Num = kind, r.key, r.text, r.num
	t.digest.Add(e)
}

// event returns the next place in t.events. What an earlier flush left there is
// not cleared: number sets every field.
func (t *Tracker) event() *Event {
	n := len(t.events)
	if n == cap(t.events) {
		t.events = slices.Grow(t.events, 1)
	}
	t.events = t.events[:n+1]
	return &t.events[n]
}
