package recorder

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"raftscope/recorder/recordertest"
)

// fullDisk is a file on a disk with room for some bytes more.
type fullDisk struct {
	*os.File
	room int
}

func (d *fullDisk) Write(b []byte) (int, error) {
	if len(b) > d.room {
		n, _ := d.File.Write(b[:d.room])
		d.room = 0
		return n, syscall.ENOSPC
	}
	d.room -= len(b)
	return d.File.Write(b)
}

// TestFullDisk: wherever the disk is full, the run is not hurt, the error is
// told once, and the file ends with a whole frame.
func TestFullDisk(t *testing.T) {
	events := recordertest.Workload(100)
	for room := 60; room < 6000; room += 97 {
		file, err := os.Create(filepath.Join(t.TempDir(), "a.rsc"))
		if err != nil {
			t.Fatal(err)
		}
		told := 0
		f, err := newFile(&fullDisk{file, room}, FileOptions{Failed: func(error) { told++ }})
		if err != nil {
			t.Fatal(err)
		}
		for i := range events {
			if err := errors.Join(f.Take(events[i:i+1]), f.Flush()); err != nil {
				t.Fatalf("room for %d bytes: the run is told %v", room, err)
			}
		}
		kept, size := f.Err(), f.Stats().Bytes
		if err := f.Close(); err != nil {
			t.Fatalf("room for %d bytes: Close: %v", room, err)
		}
		info, err := os.Stat(file.Name())
		if err != nil {
			t.Fatal(err)
		}
		if !errors.Is(kept, syscall.ENOSPC) || told != 1 || info.Size() != size || size > int64(room) {
			t.Fatalf("room for %d bytes: %v, told %d times, %d bytes in the file, expected %d", room, kept, told, info.Size(), size)
		}
	}
}

// TestFullDevice: the error of a real device comes through.
func TestFullDevice(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no such device here")
	}
	if _, err := Create("/dev/full", FileOptions{Force: true}); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("%v, expected that there is no space", err)
	}
	f, err := Create("/dev/null", FileOptions{Force: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Take(recordertest.Workload(10)), f.Close()); err != nil {
		t.Errorf("/dev/null: %v", err)
	}
}
