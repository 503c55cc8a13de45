package boltfile

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
)

// The layout of bbolt's files (its internal/common: page.go, meta.go, inode.go,
// bucket.go). Numbers are little-endian, as on every machine we run on; a file of
// another one has no valid meta page.
const (
	pageHeader   = 16 // id 8, flags 2, count 2, overflow 4
	elementSize  = 16 // branch: pos 4, ksize 4, page 8; leaf: flags 4, pos 4, ksize 4, vsize 4
	bucketHeader = 16 // root page 8, sequence 8
	metaSize     = 64 // magic 4, version 4, page size 4, flags 4, bucket 16, freelist 8, pages 8, txid 8, checksum 8
	flagBranch   = 0x01
	flagLeaf     = 0x02
	leafBucket   = 0x01
	metaMagic    = 0xED0CDAED
	metaVersion  = 2
	pageSizeMin  = 1 << 9
	pageSizeMax  = 1 << 16
	depthMax     = 32      // of a tree: more pages than 2 to this power fit no file
	pagesMax     = 1 << 20 // looked at, with what they overflow into
	readMax      = 1 << 29 // bytes of them: far more than BytesMax of entries take
)

// file is a database as its newest valid meta page has it.
type file struct {
	r        io.ReaderAt
	size     int64
	pageSize int64
	pages    uint64 // how many there are; those behind are not used
	root     uint64 // page of the root bucket
	visited  map[uint64]bool
	read     int64 // bytes of pages so far
}

// open finds the newer of the two meta pages that are valid.
func open(r io.ReaderAt, size int64) (*file, error) {
	f := &file{r: r, size: size, visited: map[uint64]bool{}}
	found, newest := false, uint64(0)
	look := func(at int64) {
		meta := make([]byte, metaSize)
		if _, err := r.ReadAt(meta, at+pageHeader); err != nil {
			return
		}
		le := binary.LittleEndian
		if le.Uint32(meta) != metaMagic || le.Uint32(meta[4:]) != metaVersion || le.Uint64(meta[56:]) != sum(meta[:56]) {
			return
		}
		paging, txid := int64(le.Uint32(meta[8:])), le.Uint64(meta[48:])
		if paging < pageSizeMin || paging > pageSizeMax || paging&(paging-1) != 0 || found && txid <= newest {
			return
		}
		found, newest = true, txid
		f.pageSize, f.root, f.pages = paging, le.Uint64(meta[16:]), le.Uint64(meta[40:])
	}
	look(0)
	if found {
		look(f.pageSize)
	}
	for paging := int64(pageSizeMin); paging <= pageSizeMax && !found; paging *= 2 {
		look(paging)
	}
	if !found {
		return nil, fmt.Errorf("%w: it has no valid meta page", ErrNoStore)
	}
	return f, nil
}

func sum(b []byte) uint64 {
	h := fnv.New64a()
	h.Write(b)
	return h.Sum64()
}

// page reads a page with what it overflows into. Nothing is read twice: in a tree
// each page has one place, and no two overflow into the same one. So the time that
// a file takes follows from its size, whatever is in it.
func (f *file) page(id uint64) (p []byte, err error) {
	bad := func(format string, args ...any) ([]byte, error) {
		return nil, fmt.Errorf("%w: page %d "+format, append([]any{ErrDamaged, id}, args...)...)
	}
	if id < 2 || id >= f.pages || id >= uint64(f.size/f.pageSize) {
		return bad("is not one of its %d pages", f.pages)
	}
	at := int64(id) * f.pageSize
	head := make([]byte, pageHeader)
	if _, err := f.r.ReadAt(head, at); err != nil {
		return bad("cannot be read: %w", err)
	}
	if own := binary.LittleEndian.Uint64(head); own != id {
		return bad("says that it is page %d", own)
	}
	behind := id + uint64(binary.LittleEndian.Uint32(head[12:])) + 1
	length := int64(behind-id) * f.pageSize
	if at+length > f.size {
		return bad("goes beyond the end of the file")
	}
	if f.read+length > readMax || uint64(len(f.visited))+behind-id > pagesMax {
		return nil, fmt.Errorf("%w: it has more than %d MiB or %d pages in use", ErrTooLarge, readMax>>20, pagesMax)
	}
	for ; id < behind; id++ {
		if f.visited[id] {
			return bad("has two places")
		}
		f.visited[id] = true
	}
	f.read += length
	p = make([]byte, length)
	if _, err := f.r.ReadAt(p, at); err != nil {
		return bad("cannot be read: %w", err)
	}
	return p, nil
}

// walk calls item for everything in a tree, in the order of the keys. The slices
// are item's to keep.
func (f *file) walk(id uint64, depth int, item func(flags uint32, key, value []byte) error) error {
	if depth > depthMax {
		return fmt.Errorf("%w: its tree is deeper than %d pages", ErrDamaged, depthMax)
	}
	p, err := f.page(id)
	if err != nil {
		return err
	}
	return f.walkPage(p, fmt.Sprintf("page %d", id), depth, item)
}

// walkPage is walk for a page that was read, or one that stands in a bucket.
func (f *file) walkPage(p []byte, name string, depth int, item func(flags uint32, key, value []byte) error) error {
	le := binary.LittleEndian
	flags, count := le.Uint16(p[8:]), int(le.Uint16(p[10:]))
	if flags != flagBranch && flags != flagLeaf {
		return fmt.Errorf("%w: %s is neither branch nor leaf", ErrDamaged, name)
	}
	if pageHeader+count*elementSize > len(p) {
		return fmt.Errorf("%w: %s is too small for its %d elements", ErrDamaged, name, count)
	}
	for i := range count {
		at := pageHeader + i*elementSize
		e := p[at : at+elementSize]
		if flags == flagBranch {
			if err := f.walk(le.Uint64(e[8:]), depth+1, item); err != nil {
				return err
			}
			continue
		}
		from := uint64(at) + uint64(le.Uint32(e[4:]))
		middle := from + uint64(le.Uint32(e[8:]))
		to := middle + uint64(le.Uint32(e[12:]))
		if from < pageHeader || to > uint64(len(p)) {
			return fmt.Errorf("%w: element %d of %s goes beyond it", ErrDamaged, i, name)
		}
		if err := item(le.Uint32(e), p[from:middle:middle], p[middle:to:to]); err != nil {
			return err
		}
	}
	return nil
}

// bucket walks over what is in a bucket, whose value is a header and, if the
// bucket is small, its only page.
func (f *file) bucket(name string, value []byte, item func(key, value []byte) error) error {
	plain := func(flags uint32, key, value []byte) error {
		if flags&leafBucket != 0 {
			return fmt.Errorf("%w: there is a bucket in the bucket %s", ErrNoStore, name)
		}
		return item(key, value)
	}
	if len(value) < bucketHeader {
		return fmt.Errorf("%w: the bucket %s has no header", ErrDamaged, name)
	}
	if root := binary.LittleEndian.Uint64(value); root != 0 {
		return f.walk(root, 0, plain)
	}
	if len(value) < bucketHeader+pageHeader {
		return fmt.Errorf("%w: the bucket %s has no page", ErrDamaged, name)
	}
	return f.walkPage(value[bucketHeader:], "the page of the bucket "+name, 0, plain)
}
