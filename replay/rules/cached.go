package rules

// tellCached takes what raft has for its last entry. It is judged when time has
// gone on: its index and term are told one after the other, and between a
// truncation and the append behind it raft has them wrong on purpose.
// Both are told as 0 once they are right again.
func (n *node) tellCached(w *Watcher, seq uint64) {
	if n.cachedIndex == 0 {
		n.cachedIs, n.cachedTold = false, false
		return
	}
	n.cachedIs, n.cachedSeq = true, seq
	if !n.cachedWaits {
		n.cachedWaits = true
		w.cached = append(w.cached, n)
	}
}

// judgeCached compares what raft has for its last entry with the store's. It
// reports whether that could be judged now.
func (n *node) judgeCached(w *Watcher) bool {
	if n.cachedIs && n.up && (n.storing > 0 || n.loading) {
		return false
	}
	n.cachedWaits = false
	if !n.cachedIs || !n.up || !n.known {
		return true
	}
	index, term := n.base, n.cachedTerm
	last := n.log.last()
	if last != nil && last.index >= index {
		index, term = last.index, last.term
	}
	if n.cachedIndex == index && n.cachedTerm == term {
		n.cachedTold = false
		return true
	}
	if n.cachedTold {
		return true
	}
	n.cachedTold = true
	f := w.found(CachedLastEntry, "raft on %s takes entry %d/%d for the last of its log, but its store's last is %d/%d", n.name, n.cachedTerm, n.cachedIndex, term, index)
	if last == nil {
		f = w.found(CachedLastEntry, "raft on %s takes entry %d/%d for the last of its log, but its store is empty", n.name, n.cachedTerm, n.cachedIndex)
	}
	f.by(n.cachedSeq, n).of(n.machine).report()
	return true
}
