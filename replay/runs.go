package replay

// runs keeps the positions of each machine's events: many short ascending
// lists, close together in blocks. One goroutine appends while others read: a
// machine's list is one word, its address and its length, stored last.
type runs struct {
	blocks list[[]uint32]
	free   []uint32 // the rest of the newest block
	at     uint64   // address of free
}

const (
	runBlockBits  = 14
	runLengthBits = 28
	runLengthMax  = 1<<runLengthBits - 1
)

// positions returns the positions of m's events, ascending.
func (m *Machine) positions() []uint32 {
	word := m.run.Load()
	at := word >> runLengthBits
	block := m.group.kind.t.runs.blocks.all()[at>>runBlockBits]
	return block[at&(1<<runBlockBits-1):][:word&runLengthMax]
}

// own notes that the event at a position concerns m. A list has room for as
// many events as machines of the kind tend to have.
func (t *Timeline) own(m *Machine, event uint32) {
	word := m.run.Load()
	at, n := word>>runLengthBits, uint32(word&runLengthMax)
	if n == m.room {
		k := m.group.kind
		room := k.hint
		if n > 0 {
			room = 2 * n
			k.hint = min(k.hint+1, 24)
		}
		old := at
		at = t.runs.reserve(room)
		if n > 0 {
			copy(t.runs.slice(at, n), t.runs.slice(old, n))
		}
		m.room = room
	}
	t.runs.slice(at, n+1)[n] = event
	m.run.Store(at<<runLengthBits | uint64(n+1))
}

// slice returns the first n places at an address.
func (r *runs) slice(at uint64, n uint32) []uint32 {
	return (*r.blocks.back.Load())[at>>runBlockBits][at&(1<<runBlockBits-1):][:n]
}

// reserve returns the address of room for n positions. What does not fit a
// block is a block of its own.
func (r *runs) reserve(n uint32) uint64 {
	if int(n) > len(r.free) {
		block := make([]uint32, max(n, 1<<runBlockBits))
		r.at = uint64(len(r.blocks.all())) << runBlockBits
		r.blocks.append(block)
		r.free = block
	}
	at := r.at
	r.free = r.free[n:]
	r.at += uint64(n)
	return at
}
