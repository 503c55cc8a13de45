//go:build unix

package tuitest

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var (
	update = flag.Bool("update", false, "write the stories' screens anew")
	inTmux = flag.Bool("tmux", false, "play the stories in tmux")
)

func TestStories(t *testing.T) {
	Run(t, "testdata/stories/*.txtar", Options{Programs: programs(), Update: *update, Tmux: *inTmux})
}

// TestStoriesInTmux plays them in tmux wherever there is one.
func TestStoriesInTmux(t *testing.T) {
	if _, err := exec.LookPath("tmux"); err != nil || testing.Short() {
		t.Skip("there is no tmux")
	}
	Run(t, "testdata/stories/*.txtar", Options{Programs: programs(), Tmux: true})
}

func play(t *testing.T, story string, tmux bool) error {
	t.Helper()
	file := filepath.Join(t.TempDir(), "story.txtar")
	if err := os.WriteFile(file, []byte(story), 0o600); err != nil {
		t.Fatal(err)
	}
	return Play(file, Options{Programs: programs(), Tmux: tmux})
}

// TestStoriesFail plays stories that must not pass.
func TestStoriesFail(t *testing.T) {
	tests := []struct{ name, story, want string }{
		{"unknown command", "strat keys\n", `line 1: got "strat", expected a command: one of await `},
		{"unknown key", "start keys\nkeys entr\n", `got key "entr", expected a character, text in quotes, or one of `},
		{"unknown program", "start vi\n", `got "vi", expected a program: one of keys`},
		{"open quote", "start keys\nkeys 'a\n", "line 2: got 'a, expected a ' at its end"},
		{"nothing started", "keys a\n", "no program was started, expected start before it"},
		{"text that does not come", "start keys\nawait 'dark'\nlimit 200ms\nawait 'no such'\n", `"no such" is not on the screen, for 200ms` + "\nthe screen, 80x24, cursor hidden:\n  1|80x24 background dark\n"},
		{"text that stays", "start keys\nawait 'button'\nlimit 200ms\nawait-not 'button'\n", `"button" is on the screen, for 200ms`},
		{"another row", "start keys\nawait 'button'\nlimit 200ms\nexpect 'button' row 3\n", `"button" is not in row 3`},
		{"another style", "start keys\nawait 'button'\nlimit 200ms\nexpect ' button ' bold\n", `" button " is not bold but reverse fg=2`},
		{"another screen", "size 20x5\nstart keys\nawait 'dark'\nlimit 200ms\nscreen a\n-- a --\n|20x5 background dark\n| button  dim\n", "the screen is not a; - what that has, + what is seen\n  2 -| button  dim\n    +| button  dim 日本 e\u0301\n"},
		{"no golden screen", "start keys\nawait 'dark'\nscreen a\n", `the archive has no file "a"; -update makes it`},
		{"unused file", "start keys\nawait 'dark'\nkeys q\nexit 0\n-- a --\n", "no line of the script is about the file a"},
		{"runs on", "start keys\nawait 'dark'\n", "the program still runs at the story's end, expected exit"},
		{"another status", "start keys\nawait 'dark'\nkeys ctrl+c\nexit 0\n", "the program ended with 2, expected 0"},
		{"ended early", "start keys\nawait 'dark'\nkeys q\nawait 'more'\n", `"more" is not on the screen` + "\nthe screen, "},
		{"mouse left on", "start keys mouse\nawait 'dark'\nkeys q\nexit 0\n", "the program left in the terminal: the mouse (1002) on"},
		{"killed in raw mode", "start keys child\nawait 'dark'\nkill-child\nexit 3\n", "left in the terminal: bracketed paste on; kitty keyboard flags [1] of the alternate screen; modifyOtherKeys 2; the alternate screen on; the cursor off; the mouse (1002) on; the mouse's SGR form on; the line in raw mode\n"},
		{"not understood", "start keys gibberish\nawait 'dark'\nkeys q\nexit 0\n", `the program wrote what terminals do not understand: ESC [ ?"4711"h`},
		{"process left", "start keys orphan\nawait 'dark'\nkeys q\nawait 'goodbye'\nlimit 2s\nexit 0\n", "the program left: process "},
		{"folder left", "start keys folder\nawait 'dark'\nkeys q\nawait 'goodbye'\nlimit 2s\nexit 0\n", "raftscope-1-"},
		{"clipboard", "start keys\nawait 'dark'\nkeys y\nclipboard \"copied\\n✂ text\"\nlimit 200ms\nclipboard 'nothing'\n", `the clipboard is "copied\n✂ text", expected "nothing"`},
		{"shell fails", "sh 'echo out; exit 3'\n", "exit status 3\nits output:\nout\n"},
		{"shell prints something else", "sh 'echo out'\nstdout 'in'\n", "its output has no \"in\":\nout\n"},
		{"out of the folder", "cp a ../a\n-- a --\n", `got "../a", expected a path in $WORK`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := play(t, tt.story, false)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error\n%v\nexpected in it\n%s", err, tt.want)
			}
		})
	}
}
