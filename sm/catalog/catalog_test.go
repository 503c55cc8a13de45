package catalog_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strings"
	"testing"

	"raftscope/sm"
	"raftscope/sm/catalog"
)

// want is the catalogue's table, written out a second time: initial states have
// a plus, and the moves follow the colon.
const want = `
exec: +start>queued,await-fsm,executed,FAILED queued>await-fsm,executed,FAILED await-fsm>executed,FAILED executed>proposed proposed>DONE,FAILED DONE FAILED
read: +start>verifying,DONE,FAILED verifying>DONE,await-fsm,FAILED await-fsm>DONE,FAILED DONE FAILED
apply: +queued>appending,FAILED appending>replicating,FAILED replicating>committed,FAILED committed>DONE,FAILED DONE FAILED
config-change: +start>appended,FAILED appended>committed,FAILED committed>DONE,FAILED DONE FAILED
transfer: +start>catching-up,FAILED catching-up>sent,DONE,FAILED sent>DONE,FAILED DONE FAILED
entry: +created>durable,FAILED +durable>committed,TRUNCATED,COMPACTED,REPLACED,OVERWRITTEN committed>applying,COMPACTED,REPLACED applying>APPLIED APPLIED>applying,COMPACTED,REPLACED TRUNCATED COMPACTED REPLACED OVERWRITTEN FAILED
append: +start>pending pending>writing,FAILED writing>DONE,FAILED DONE FAILED
truncate: +start>await-barrier await-barrier>deleting,FAILED deleting>DONE,FAILED DONE FAILED
disk-barrier: +set>draining,blocking,RELEASED draining>blocking,RELEASED blocking>RELEASED RELEASED
compact: +start>deleting,FAILED deleting>DONE,FAILED DONE FAILED
meta: +start>writing,FAILED writing>DONE,FAILED DONE FAILED
snapshot: +start>writing,FAILED writing>DONE,FAILED DONE FAILED
restore: +start>writing,FAILED writing>DONE,FAILED DONE FAILED
append-rpc: +sent>delivered,DONE,FAILED,REJECTED delivered>answered,FAILED answered>DONE,REJECTED,FAILED DONE REJECTED FAILED
heartbeat: +sent>delivered,DONE,FAILED,REJECTED delivered>answered,FAILED answered>DONE,REJECTED,FAILED DONE REJECTED FAILED
vote-rpc: +sent>delivered,DONE,FAILED,REJECTED delivered>answered,FAILED answered>DONE,REJECTED,FAILED DONE REJECTED FAILED
prevote-rpc: +sent>delivered,DONE,FAILED,REJECTED delivered>answered,FAILED answered>DONE,REJECTED,FAILED DONE REJECTED FAILED
install-rpc: +sent>delivered,DONE,FAILED,REJECTED delivered>answered,FAILED answered>DONE,REJECTED,FAILED DONE REJECTED FAILED
timeout-now: +sent>delivered,DONE,FAILED,REJECTED delivered>answered,FAILED answered>DONE,REJECTED,FAILED DONE REJECTED FAILED
append-follower: +received>processing,FAILED processing>truncating,appending,DONE,REJECTED,FAILED truncating>appending,REJECTED,FAILED appending>DONE,REJECTED,FAILED DONE REJECTED FAILED
vote: +received>processing,FAILED processing>DONE,REJECTED,FAILED DONE REJECTED FAILED
install: +received>processing,FAILED processing>DONE,REJECTED,FAILED DONE REJECTED FAILED
election: +prevote>voting,LOST,TIMEOUT +voting>WON,LOST,TIMEOUT WON LOST TIMEOUT
node: +follower>candidate,leader,STOPPED,CRASHED candidate>follower,leader,STOPPED,CRASHED leader>follower,candidate,STOPPED,CRASHED STOPPED CRASHED +alone>STOPPED,CRASHED
`

func TestTable(t *testing.T) {
	var b strings.Builder
	b.WriteString("\n")
	for _, k := range catalog.All() {
		b.WriteString(k.Name() + ":")
		for _, s := range k.States() {
			b.WriteString(" ")
			if s.Flags&sm.Initial != 0 {
				b.WriteString("+")
			}
			b.WriteString(s.Name)
			if len(s.Next) > 0 {
				b.WriteString(">" + strings.Join(s.Next, ","))
			}
		}
		b.WriteString("\n")
	}
	if b.String() != want {
		t.Errorf("got %s\nwant %s", b.String(), want)
	}
}

// Final states are in capitals, except committed, where some entries rest; all
// states that mean failure are final.
func TestFlags(t *testing.T) {
	failures := map[string]bool{"FAILED": true, "REJECTED": true, "LOST": true, "TIMEOUT": true, "CRASHED": true}
	for _, k := range catalog.All() {
		for _, s := range k.States() {
			capitals := s.Name == strings.ToUpper(s.Name)
			if final := s.Flags&sm.Final != 0; final != (capitals || k == catalog.Entry && s.Name == "committed") {
				t.Errorf("%s %s: final is %v", k.Name(), s.Name, final)
			}
			if failure := s.Flags&sm.Failure != 0; failure != failures[s.Name] {
				t.Errorf("%s %s: failure is %v", k.Name(), s.Name, failure)
			}
		}
	}
}

// Docs are for people: each is written for its state, begins a sentence and
// ends one.
func TestDocs(t *testing.T) {
	for _, k := range catalog.All() {
		seen := map[string]string{k.Doc(): "the kind"}
		for _, s := range k.States() {
			if other, twice := seen[s.Doc]; twice {
				t.Errorf("%s: %s and %s have the same doc", k.Name(), other, s.Name)
			}
			seen[s.Doc] = s.Name
		}
		for doc := range seen {
			if len(doc) < 20 || !strings.HasSuffix(doc, ".") {
				t.Errorf("%s: %q is no sentence", k.Name(), doc)
			}
		}
	}
}

func TestByName(t *testing.T) {
	for _, k := range catalog.All() {
		if catalog.ByName(k.Name()) != k {
			t.Errorf("ByName(%q) is another kind", k.Name())
		}
	}
	if k := catalog.ByName("nonsense"); k != nil {
		t.Errorf("ByName of nonsense is %s", k.Name())
	}
	catalog.All()[0] = nil
	if catalog.All()[0] != catalog.Exec {
		t.Error("a caller can change All")
	}
}

func TestKindsTravelAsJSON(t *testing.T) {
	for _, k := range catalog.All() {
		data, err := json.Marshal(k.Spec())
		if err != nil {
			t.Fatal(err)
		}
		var spec sm.KindSpec
		if err := json.Unmarshal(data, &spec); err != nil {
			t.Fatalf("%s: %v", k.Name(), err)
		}
		back, err := sm.Build(spec)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(back, k) {
			t.Errorf("%s is another kind after a trip through JSON:\n%s", k.Name(), data)
		}
	}
}

// TestConsts reads the package's source: each kind must have a constant for each
// of its states, named after both, with the state's number as its value.
func TestConsts(t *testing.T) {
	values := constants(t)
	vars := map[string]*sm.Kind{
		"Exec": catalog.Exec, "Read": catalog.Read, "Apply": catalog.Apply, "ConfigChange": catalog.ConfigChange, "Transfer": catalog.Transfer, "Entry": catalog.Entry,
		"Append": catalog.Append, "Truncate": catalog.Truncate, "DiskBarrier": catalog.DiskBarrier, "Compact": catalog.Compact, "Meta": catalog.Meta,
		"AppendRPC": catalog.AppendRPC, "Heartbeat": catalog.Heartbeat, "VoteRPC": catalog.VoteRPC, "PreVoteRPC": catalog.PreVoteRPC,
		"Snapshot": catalog.Snapshot, "Restore": catalog.Restore, "InstallRPC": catalog.InstallRPC, "TimeoutNow": catalog.TimeoutNow, "Install": catalog.Install,
		"AppendFollower": catalog.AppendFollower, "Vote": catalog.Vote, "Election": catalog.Election, "Node": catalog.Node,
	}
	if len(vars) != len(catalog.All()) {
		t.Errorf("%d kinds have variables, All has %d", len(vars), len(catalog.All()))
	}
	for name, k := range vars {
		if fold(k.Name()) != fold(name) {
			t.Errorf("the kind %s is in the variable %s", k.Name(), name)
		}
		for i, s := range k.States() {
			found := false
			for c, value := range values {
				if fold(c) == fold(name+s.Name) {
					found = true
					if value != i {
						t.Errorf("%s is %d, the state %s of %s is %d", c, value, s.Name, k.Name(), i)
					}
					delete(values, c)
				}
			}
			if !found {
				t.Errorf("the state %s of %s has no constant", s.Name, k.Name())
			}
		}
	}
	for c := range values {
		t.Errorf("%s is no state of any kind", c)
	}
}

func fold(s string) string { return strings.ToLower(strings.ReplaceAll(s, "-", "")) }

// constants returns the exported constants of the package: a block counts up
// from 0, or gives each constant the value of an earlier one.
func constants(t *testing.T) map[string]int {
	t.Helper()
	values := map[string]int{}
	for _, file := range []string{"client.go", "membership.go", "log.go", "disk.go", "barrier.go", "rpc.go", "snapshot.go", "follower.go", "node.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			gen, ok := d.(*ast.GenDecl)
			if !ok || gen.Tok != token.CONST {
				continue
			}
			for i, spec := range gen.Specs {
				c := spec.(*ast.ValueSpec)
				if !c.Names[0].IsExported() {
					continue
				}
				value := i
				if len(c.Values) == 1 {
					if id := c.Values[0].(*ast.Ident); id.Name != "iota" {
						value = values[id.Name]
					}
				}
				values[c.Names[0].Name] = value
			}
		}
	}
	return values
}
