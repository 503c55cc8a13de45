package scenario

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"

	"raftscope/engine/grammar"
)

// stores holds three stores of another application, and a scenario that begins
// from them.
const stores = "../../testdata/stores"

// TestIncident runs that scenario. It is not one of those that ship inside the
// program, since they cannot bring files with them.
func TestIncident(t *testing.T) {
	if *update {
		makeStores(t)
	}
	read := func() (all []byte) {
		files, _ := filepath.Glob(filepath.Join(stores, "*.db"))
		for _, name := range files {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, data...)
		}
		if len(files) != 3 {
			t.Fatalf("there are %d stores, want 3", len(files))
		}
		return all
	}
	before := read()
	var out bytes.Buffer
	path := filepath.Join(stores, "incident.txt")
	text, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	file, err := grammar.ParseFile(path, text) // beside which the stores are
	if err != nil {
		t.Fatal(err)
	}
	v, err := Run(context.Background(), file, &out, Options{})
	if err != nil || !v.OK() {
		t.Fatalf("%v, %d expectations failed:\n%s", err, v.Failed, out.String())
	}
	if !bytes.Equal(before, read()) {
		t.Error("the stores were written to")
	}
	if raceEnabled {
		return
	}
	golden := filepath.Join(stores, "incident.golden")
	if *update {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), want) {
		t.Errorf("the transcript differs at %s", firstDifference(out.String(), string(want)))
	}
}

// makeStores writes the stores.
func makeStores(t *testing.T) {
	t.Helper()
	var c raft.Configuration
	for i, name := range []string{"alpha", "beta", "gamma"} {
		c.Servers = append(c.Servers, raft.Server{ID: raft.ServerID(name), Address: raft.ServerAddress(fmt.Sprintf("10.0.0.%d:8300", i+1))})
	}
	for name, s := range map[string]struct {
		terms []uint64
		term  uint64
		vote  string
	}{
		"alpha": {[]uint64{1, 1, 1, 2, 2, 2, 2}, 2, "10.0.0.1:8300"},
		"beta":  {[]uint64{1, 1, 1, 2, 2, 3}, 3, "10.0.0.2:8300"},
		"gamma": {[]uint64{1, 1, 1, 2, 2}, 3, "10.0.0.2:8300"},
	} {
		path := filepath.Join(stores, name+".db")
		os.Remove(path)
		db, err := raftboltdb.New(raftboltdb.Options{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		var logs []*raft.Log
		for i, term := range s.terms {
			log := &raft.Log{Index: uint64(i + 1), Term: term, Data: fmt.Appendf(nil, `{"order":%d,"of":"term %d"}`, 1000+i, term)}
			if i == 0 {
				log.Type, log.Data = raft.LogConfiguration, raft.EncodeConfiguration(c)
			}
			logs = append(logs, log)
		}
		err = errors.Join(db.StoreLogs(logs), db.SetUint64([]byte("CurrentTerm"), s.term), db.SetUint64([]byte("LastVoteTerm"), s.term),
			db.Set([]byte("LastVoteCand"), []byte(s.vote)), db.Close())
		if err != nil {
			t.Fatal(err)
		}
	}
}
