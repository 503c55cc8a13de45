// Package raftscope_test holds the rules that concern the tree as a whole.
package raftscope_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// rule says which folders may import what.
type rule struct {
	imports string   // a path, or the beginning of one that ends at a slash
	allowed []string // folders whose files may import it; their subfolders too
	why     string
}

// rules, of which the first that fits counts.
var rules = []rule{
	{"github.com/hashicorp/", []string{"engine"}, "raft is debugged by engine alone"},
	{"go.etcd.io/bbolt", []string{"engine"}, "raft's files are opened by engine alone"},
	{"charm.land/", []string{"tui"}, "the screen belongs to tui"},
	{"github.com/spf13/cobra", []string{"cmd"}, "the command line belongs to cmd"},
	{"github.com/anishathalye/porcupine", []string{"replay/history"}, "linearizability is checked by replay/history alone"},
	{"testing/synctest", []string{"engine"}, "virtual time belongs to engine"},
	{"raftscope/cmd", nil, "nothing imports a command"},
	{"raftscope/tui", []string{"cmd", "tui"}, "only the command line starts the screen"},
	{"raftscope/engine/grammar", []string{"cmd", "engine", "tui"}, "the language is for those who let users speak it"},
	{"raftscope/engine", []string{"cmd", "engine"}, "the screen and the readers of recordings do not know the engine"},
	{"raftscope/replay", []string{"cmd", "engine", "tui", "replay"}, "sm and recorder know no reader"},
	{"raftscope/recorder", []string{"cmd", "engine", "recorder", "replay", "tui"}, "sm knows no recording"},
}

// ownImports are the only packages of this module that a folder may import.
var ownImports = map[string][]string{
	"sm":       {"raftscope/sm"},
	"recorder": {"raftscope/sm", "raftscope/recorder"},
}

func under(path, prefix string) bool {
	return path == strings.TrimSuffix(prefix, "/") || strings.HasPrefix(path, strings.TrimSuffix(prefix, "/")+"/")
}

// TestImports reads the imports of every file and holds them against the
// rules; bench is a module of its own.
func TestImports(t *testing.T) {
	seen := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || path == "bench" || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go"):
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		seen++
		for _, spec := range f.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			check(t, filepath.ToSlash(path), imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 50 {
		t.Errorf("only %d files were read", seen)
	}
}

func check(t *testing.T, path, imported string) {
	t.Helper()
	test := strings.HasSuffix(path, "_test.go")
	for _, r := range rules {
		if !under(imported, r.imports) {
			continue
		}
		ok := test && under(imported, "raftscope") // tests may close a circle
		for _, folder := range r.allowed {
			ok = ok || under(path, folder)
		}
		if !ok {
			t.Errorf("%s imports %s: %s", path, imported, r.why)
		}
		break
	}
	if own := ownImports[strings.Split(path, "/")[0]]; own != nil && under(imported, "raftscope") && !test {
		ok := false
		for _, prefix := range own {
			ok = ok || under(imported, prefix)
		}
		if !ok {
			t.Errorf("%s imports %s, expected one of %v", path, imported, own)
		}
	}
}
