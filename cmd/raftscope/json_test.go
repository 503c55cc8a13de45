package main

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"raftscope/replay"
	"raftscope/replay/history"
	"raftscope/replay/rules"
)

// TestJSONIsDocumented: docs/json.md names every field that is printed.
func TestJSONIsDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{infoJSON{}, damageJSON{}, replay.EventJSON{}, replay.NodeJSON{}, replay.MembersJSON{}, replay.EntryJSON{}, replay.ViewsJSON{}, replay.RaftViewJSON{},
		replay.StoreViewJSON{}, replay.FSMViewJSON{}, replay.LeaderViewJSON{}, replay.DifferenceJSON{}, history.JSON{}, history.KeyJSON{}, history.CallJSON{},
		checkJSON{}, rules.Violation{}, rules.Undecided{}, rules.Rule{}} {
		typ := reflect.TypeOf(v)
		for i := range typ.NumField() {
			name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			if name == "" || !strings.Contains(string(doc), "`"+name+"`") {
				t.Errorf("docs/json.md does not name %s of %s", name, typ.Name())
			}
		}
	}
	_, out, _ := command(t, "tree", "--json", "--moves", keptRecording)
	for _, line := range strings.Split(out, "\n") {
		name, _, ok := strings.Cut(strings.TrimLeft(line, ` {"`), `":`)
		if ok && !strings.ContainsAny(name, ` -"`) && !strings.Contains(string(doc), "`"+name+"`") && !isAttribute(name) {
			t.Errorf("docs/json.md does not name %q", name)
		}
	}
}

// isAttribute: attributes are named by the catalogue, not by the document.
func isAttribute(name string) bool {
	return strings.Contains("term commit entries bytes type exec loaded hash told result stored path pipelined fast", name)
}
