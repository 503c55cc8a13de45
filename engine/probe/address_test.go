package probe_test

import (
	"testing"

	"raftscope/engine/probe"
)

func TestWithoutAddress(t *testing.T) {
	for said, want := range map[string]string{
		"cannot find replication state for 0x2fac96351470": "cannot find replication state for 0x…",
		"cannot find replication state for 0xc0f: peer=n2": "cannot find replication state for 0x…: peer=n2",
		"cannot find replication state for n2":             "cannot find replication state for n2",
		"set 0x12":                                         "set 0x12",
		"":                                                 "",
	} {
		if got := probe.WithoutAddress(said); got != want {
			t.Errorf("%q became %q, want %q", said, got, want)
		}
	}
}
