package tui

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftscope/recorder/wire"
	"raftscope/replay"
)

// TestMembersAtAnyCursor: who is a member and who has not started is told for the
// moment that is shown, in history as in a recording.
func TestMembersAtAnyCursor(t *testing.T) {
	src := memberSource(t)
	path := filepath.Join(t.TempDir(), "members.rsc")
	if err := src.Save(t.Context(), path, false); err != nil {
		t.Fatal(err)
	}
	check := func(c *cockpit, when string, has, hasNot []string) {
		t.Helper()
		screen := c.screen()
		header, _, _ := strings.Cut(screen, "\n")
		for _, text := range has {
			if !strings.Contains(header, text) {
				t.Errorf("%s: no %q in %q", when, text, header)
			}
		}
		for _, text := range hasNot {
			if strings.Contains(screen, text) {
				t.Errorf("%s: %q in\n%s", when, text, screen)
			}
		}
	}
	for name, c := range map[string]*cockpit{
		"live":      newCockpit(t, src, Options{}, 160, 40),
		"recording": replayCockpit(t, path, Options{}, 160, 40),
	} {
		c.keys("end")
		check(c, name+", end", []string{"voters n1 n2 n3 n5", "nonvoter n4", "outside n6", "not started n6", "config 4 not committed"}, nil)
		c.keys("t", "1", "enter")
		check(c, name+", beginning", []string{"voters n1 n2 n3 ", "nonvoter n4", "outside n5 n6", "not started n1 n2 n3 n4 n5 n6"}, []string{"not committed"})
	}
	plain := seven(t, 160, 40)
	check(plain, "all vote", []string{"seed 7"}, []string{"voter", "member", "config ", "not started"})
}

// TestBadgesLeaveRoom: which moment it is stands on the screen however long the
// names are and whatever is wrong; and what is wrong does before a name does.
func TestBadgesLeaveRoom(t *testing.T) {
	whole, err := os.ReadFile(recordedTruncation(t))
	if err != nil {
		t.Fatal(err)
	}
	frame := bytes.LastIndex(whole, []byte(wire.FrameMagic))
	for what, data := range map[string][]byte{
		"not closed in good order": whole[:bytes.LastIndex(whole[:frame], []byte(wire.FrameMagic))],
		"cut off behind event":     whole[:bytes.LastIndex(whole[:frame], []byte(wire.FrameMagic))-10],
	} {
		for _, name := range []string{"a", strings.Repeat("long-", 30), strings.Repeat("日本", 40)} {
			path := filepath.Join(t.TempDir(), name+".rsc")
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			for _, w := range []int{60, 66, 80, 120, 200} {
				c := replayCockpit(t, path, Options{}, w, 24).keys("end")
				wholeFrame(t, c.m)
				if line := c.line(0); !strings.HasPrefix(line, "raftscope  REPLAY  ■ "+replay.Duration(c.m.scene.View.Now())+" ") || !strings.Contains(line, what[:10]) {
					t.Errorf("%d columns: %q, expected that it is REPLAY and %q", w, line, what)
				}
			}
		}
	}
}
