package replay_test

import (
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/sm"
	"raftscope/sm/catalog"
)

// TestNamesAreTheCatalogs: the scripts of these tests, and with them the names
// this package gives meaning to, are those of the kinds real runs use.
func TestNamesAreTheCatalogs(t *testing.T) {
	for _, spec := range recordertest.Kinds() {
		k := catalog.ByName(spec.Name)
		if k == nil {
			t.Errorf("no kind %s in the catalogue", spec.Name)
			continue
		}
		for _, want := range spec.States {
			s, ok := k.State(want.Name)
			if !ok {
				t.Errorf("kind %s has no state %s", spec.Name, want.Name)
				continue
			}
			if k.Is(s, sm.Final) != (want.Flags&sm.Final != 0) {
				t.Errorf("%s %s: final differs", spec.Name, want.Name)
			}
		}
	}
}
