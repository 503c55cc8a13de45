package prompt

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestPrevAndNext(t *testing.T) {
	h := &History{}
	for _, l := range []string{"step", "write leader set x 1", " step 3 ", "write leader set y 2", "", "  ", "step"} {
		h.Add(l)
	}
	if want := []string{"write leader set x 1", "step 3", "write leader set y 2", "step"}; !slices.Equal(h.Lines(), want) {
		t.Fatalf("%q", h.Lines())
	}
	now := "wri"
	for i, want := range []string{"<write leader set y 2", "<write leader set x 1", "-", ">write leader set y 2", ">wri", "none", "<write leader set y 2"} {
		var got string
		ok := true
		switch want[0] {
		case '<', '-':
			got, ok = h.Prev(now)
		default:
			got, ok = h.Next(now)
		}
		if want == "-" || want == "none" {
			if ok {
				t.Errorf("%d: %q", i, got)
			}
			continue
		}
		if !ok || got != want[1:] {
			t.Errorf("%d: %q %t, want %s", i, got, ok, want)
		}
		now = got
	}
	// What is edited is what was typed.
	if got, ok := h.Prev("st"); !ok || got != "step" {
		t.Errorf("%q", got)
	}
	if got, ok := h.Prev("step"); !ok || got != "step 3" {
		t.Errorf("%q", got)
	}
	if got, ok := h.Next("step 3"); !ok || got != "step" {
		t.Errorf("%q", got)
	}
	if got, ok := h.Prev("step "); !ok || got != "step 3" { // anew
		t.Errorf("%q", got)
	}
	h.Add("step")
	if got, ok := h.Prev("step"); !ok || got != "step 3" { // not what is there already
		t.Errorf("%q", got)
	}
	if _, ok := h.Next("other"); ok {
		t.Error("Next without Prev")
	}
	if _, ok := (&History{}).Prev(""); ok {
		t.Error("an empty history has no line")
	}
}

func TestBounds(t *testing.T) {
	h := &History{}
	for i := range HistoryMax + 50 {
		h.Add(fmt.Sprint("step ", i))
	}
	h.Add(strings.Repeat("x", rememberedBytesMax+1))
	h.Add("a\x1b[2J")
	if l := h.Lines(); len(l) != HistoryMax || l[0] != "step 50" || l[len(l)-1] != "step 549" {
		t.Errorf("%d lines from %q to %q", len(l), l[0], l[len(l)-1])
	}
}

func TestFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state", "raftscope", "history")
	h, other := Open(file), Open(file)
	h.Add("step 1")
	h.Add("step 2")
	other.Add("write leader set x 1")
	other.Add("step 1")
	for _, err := range []error{h.Save(), other.Save(), h.Save()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := Open(file).Lines(); !slices.Equal(got, []string{"step 2", "write leader set x 1", "step 1"}) {
		t.Errorf("%q", got)
	}
	info, err := os.Stat(file)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if left, _ := os.ReadDir(filepath.Dir(file)); len(left) != 1 {
		t.Errorf("%v", left)
	}
}

func TestHostileFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "history")
	var b strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&b, "step %d %s\n", i, strings.Repeat("x", 1000))
	}
	b.WriteString("good\r\n\x1b]52;c;evil\x07\nbad \xff\n\u202eback\n" + strings.Repeat("long", 2000) + "\nlast one")
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	h := Open(file)
	l := h.Lines()
	if len(l) != HistoryMax || !slices.Equal(l[len(l)-2:], []string{"good", "last one"}) {
		t.Errorf("%d lines, %.80q", len(l), l[max(0, len(l)-3):])
	}
	h.Add("new")
	if err := h.Save(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
}

func TestLinkedFile(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	if err := os.WriteFile(real, []byte("old\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, link); err != nil {
		t.Skip(err)
	}
	h := Open(link)
	h.Add("new")
	if err := h.Save(); err != nil {
		t.Fatal(err)
	}
	if got := Open(real).Lines(); !slices.Equal(got, []string{"old", "new"}) {
		t.Errorf("%q", got)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v", err)
	}
}

func TestHistoryFile(t *testing.T) {
	t.Setenv("HOME", "/home/someone")
	for state, want := range map[string]string{
		"/var/state": "/var/state/raftscope/history", "": "/home/someone/.local/state/raftscope/history", "relative": "/home/someone/.local/state/raftscope/history",
	} {
		t.Setenv("XDG_STATE_HOME", state)
		if got := HistoryFile(); got != filepath.FromSlash(want) {
			t.Errorf("%q: %s", state, got)
		}
	}
	t.Setenv("HOME", "")
	t.Setenv("XDG_STATE_HOME", "")
	if got := HistoryFile(); got != "" {
		t.Error(got)
	}
}
