package pane

import "raftscope/tui/keys"

// logCursor is a place in the logs, and a window over indexes that contains it.
// The zero value is at the newest index and stays there as logs grow.
type logCursor struct {
	node    string // empty: the first
	index   uint64 // if away
	from    uint64 // first index in the window, if away
	away    bool   // from the newest index
	version uint64
}

// place returns the index the cursor is at, 0 if there is none.
func (k *logCursor) place(l *logModel) uint64 {
	if !k.away {
		return l.hi
	}
	return max(l.lo, min(k.index, l.hi))
}

// window fits the cursor and the window to the logs, and returns the first and
// the last index in a window of n; 0, 0 if there is none.
func (k *logCursor) window(l *logModel, n int) (from, to uint64) {
	if l.hi == 0 || n <= 0 {
		return 0, 0
	}
	size := uint64(n)
	newest := l.lo
	if l.hi-l.lo >= size {
		newest = l.hi - size + 1
	}
	if !k.away {
		k.index, k.from = l.hi, newest
		return newest, l.hi
	}
	k.index = max(l.lo, min(k.index, l.hi))
	switch {
	case k.index < k.from:
		k.from = k.index
	case k.index-k.from >= size:
		k.from = k.index - size + 1
	}
	k.from = max(l.lo, min(k.from, newest))
	if l.hi-k.from < size {
		return k.from, l.hi
	}
	return k.from, k.from + size - 1
}

// rows fits a window over nodes, of n rows from top on, to the cursor and returns
// the first node in it and the one behind the last. A cursor that was never moved
// to a node is at the leader if not all nodes fit: its log is the one that counts.
func (k *logCursor) rows(l *logModel, n int, top *int) (first, end int) {
	if k.node == "" && n < len(l.nodes) {
		l.home = l.row(l.foremost)
	}
	at := l.row(k.node)
	if at < *top {
		*top = at
	}
	if at >= *top+n {
		*top = at - n + 1
	}
	*top = max(0, min(*top, len(l.nodes)-n))
	return *top, max(*top, min(*top+n, len(l.nodes)))
}

// step moves the cursor by so many indexes.
func (k *logCursor) step(l *logModel, by int) {
	k.version++
	if l.hi == 0 {
		return
	}
	k.index = k.place(l)
	if d := uint64(max(by, -by)); by < 0 {
		k.index = max(l.lo, k.index-min(d, k.index))
	} else {
		k.index += min(d, l.hi-min(k.index, l.hi))
	}
	// Who comes back to the newest index wants to see what comes.
	k.away = k.index < l.hi
}

// scroll moves the window by so many indexes, and the cursor as far as it must.
func (k *logCursor) scroll(l *logModel, by, n int) {
	k.version++
	from, to := k.window(l, n)
	if from == 0 {
		return
	}
	if d := uint64(max(by, -by)); by < 0 {
		from -= min(d, from-l.lo)
	} else {
		from += min(d, l.hi-to)
	}
	to = from + min(uint64(n)-1, l.hi-from)
	k.away = to < l.hi
	k.from, k.index = from, max(from, min(k.index, to))
}

// toNode moves the cursor by so many nodes.
func (k *logCursor) toNode(l *logModel, by int) {
	k.version++
	if len(l.nodes) > 0 {
		k.node = l.nodes[max(0, min(l.row(k.node)+by, len(l.nodes)-1))].name
	}
}

// put moves the cursor to a place, as a click does.
func (k *logCursor) put(l *logModel, node string, index uint64) {
	k.version++
	k.node = node
	if index > 0 {
		k.away, k.index = index < l.hi, index
	}
}

// ends carries out Top and Bottom.
func (k *logCursor) ends(l *logModel, v keys.Verb) {
	k.version++
	k.index, k.from, k.away = l.lo, l.lo, v == Top && l.lo < l.hi
}
