package frames

import (
	"cmp"
	"slices"
)

// DamageMax is how many damages a File keeps; more are counted.
const DamageMax = 1000

// report collects what is wrong with a file.
type report struct {
	list []Damage // by offset
	more int      // not kept
	lost uint64
}

func (r *report) add(d Damage) {
	r.lost += d.Lost
	if len(r.list) >= DamageMax {
		r.more++
		return
	}
	at, _ := slices.BinarySearchFunc(r.list, d.Offset+1, func(x Damage, offset int64) int { return cmp.Compare(x.Offset, offset) })
	r.list = slices.Insert(r.list, at, d)
}

// missing says that count events from first on are missing from what stands
// between two offsets. If something was found there, it is the reason.
func (r *report) missing(first, count uint64, from, to int64) {
	for i := range r.list {
		if d := &r.list[i]; d.Offset >= from && d.Offset < to && d.Lost == 0 {
			d.First, d.Lost = first, count
			r.lost += count
			return
		}
	}
	r.add(Damage{Offset: to, What: "events are missing before this", Expected: "the next one", First: first, Lost: count})
}

// Damage returns what is wrong with the file as far as it has been read,
// ordered by offset; at most DamageMax, Lost counts all. A last one with Cut
// set means that the file ends inside a frame: its writer crashed, or writes
// still. The slice is the caller's.
func (f *File) Damage() []Damage {
	all := slices.Clone(f.report.list)
	if f.tail != nil {
		all = append(all, *f.tail)
	}
	return all
}

// Tail returns what is wrong behind the last whole frame, and whether anything
// is. While the file is written that may yet become a frame; Damage tells of it
// too.
func (f *File) Tail() (Damage, bool) {
	if f.tail == nil {
		return Damage{}, false
	}
	return *f.tail, true
}

// Damaged returns how many damages there are, those not kept included.
func (f *File) Damaged() int {
	n := len(f.report.list) + f.report.more
	if f.tail != nil {
		n++
	}
	return n
}

// Lost returns how many events are known to be lost.
func (f *File) Lost() uint64 {
	if f.tail != nil {
		return f.report.lost + f.tail.Lost
	}
	return f.report.lost
}
