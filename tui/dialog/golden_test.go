package dialog

import (
	"fmt"
	"strings"
	"testing"

	"raftscope/replay/breaks"
	"raftscope/tui/command"
	"raftscope/tui/pane"
	"raftscope/tui/theme"
)

// nodeMenu is the menu of a real node's faults.
func nodeMenu(t *testing.T, node string) *Menu {
	t.Helper()
	v := recorded(t, "truncation").View()
	var items []Item
	for group, all := range map[string][]pane.Item{"node " + node: pane.NodeFaults(v, node)} {
		for _, it := range all {
			items = append(items, Item{Group: group, Label: it.Label, Shown: it.Command, Doc: "What it does, in a sentence that is longer than the menu is wide on a small screen.", Action: pane.Command{Line: it.Command}})
		}
	}
	for _, it := range pane.WorldFaults(v) {
		items = append(items, Item{Group: "the cluster", Label: it.Label, Shown: it.Command, Action: pane.Prompt{Text: it.Command}})
	}
	return NewMenu("faults", items)
}

func planMenu() *Menu {
	d := NewMenu("truncate n3 from=4: the plan", []Item{
		{Label: "step by step", Shown: "n", Doc: "Each n carries out the next line of the plan."},
		{Label: "all at once", Shown: "truncate n3 from=4"},
		{Group: "another truncation", Label: "of n2", Shown: "truncate n2 plan"},
	})
	for i := range 20 {
		d.Head = append(d.Head, fmt.Sprintf("%2d  write n1 set x %d", i+1, i))
	}
	return d
}

func someBreaks(t *testing.T) []breaks.Break {
	t.Helper()
	all := []breaks.Break{
		mustBreak(t, 1, "kind:append node:n2 state:writing"), mustBreak(t, 2, "commit n2 >= 5"), mustBreak(t, 12, "kind:vote state:DONE"),
	}
	all[0].Hits = 1204
	all[1].Once, all[1].Disabled = true, true
	all[2].Ignore = 3
	return all
}

const stack = "panic: raft: the log has a gap\n\ngoroutine 17 [running]:\n\tgithub.com/hashicorp/raft.(*Raft).appendEntries(0xc000123400, {0xc000456000, 0xc000789000})\n" +
	"\t\t/go/pkg/mod/github.com/hashicorp/raft@v1.7.3/raft.go:1442 +0x1c5 and a tail that makes this line longer than any screen of the goldens but one, so it is cut off\n"

func TestGoldens(t *testing.T) {
	for name, make := range map[string]func() Dialog{
		"menu":      func() Dialog { return nodeMenu(t, "n2") },
		"menu-end":  func() Dialog { d := nodeMenu(t, "n2"); press(t, d, "G"); return d },
		"menu-plan": func() Dialog { return planMenu() },
		"menu-none": func() Dialog { return NewMenu("faults", nil) },
		"quit":      func() Dialog { return NewQuit("run-7.rsc") },
		"text":      func() Dialog { return NewText("raft has crashed", stack+strings.Repeat("\tat another place\n", 40)) },
		"breaks":    func() Dialog { return NewBreaks(someBreaks(t)) },
		"breaks-no": func() Dialog { return NewBreaks(nil) },
		"help-keys": func() Dialog { return NewHelp(command.KeysTopic, someMaps()) },
		"help-word": func() Dialog { return NewHelp("hold", someMaps()) },
		"help-way":  func() Dialog { d := NewHelp("", someMaps()); press(t, d, "tab"); return d },
		"help-kind": func() Dialog { d := NewHelp("", someMaps()); press(t, d, "tab", "tab"); return d },
		"help-mark": func() Dialog { d := NewHelp("", someMaps()); press(t, d, "tab", "tab", "l"); return d },
		"help-cmds": func() Dialog { d := NewHelp("", someMaps()); press(t, d, "shift+tab"); return d },
		"help-find": func() Dialog { d := NewHelp("", someMaps()); press(t, d, "tab", "tab", "/", "'fsm appl"); return d },
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, allSizes(make)) })
	}
}

// Everything can be seen without colours and without other characters.
func TestASCII(t *testing.T) {
	var b strings.Builder
	th := theme.New(theme.None, true)
	for _, d := range []Dialog{
		promptOf(recorded(t, "truncation"), "run until ", nil), nodeMenu(t, "n2"), NewQuit("run-7.rsc"), NewText("a text", stack),
		NewBreaks(someBreaks(t)), NewHelp("", someMaps()),
	} {
		d.Draw(newScreen(80, 24), th)
		press(t, d, "tab")
		text := shownAt(d, 80, 24, th)
		b.WriteString(text + "\n")
		for _, r := range text {
			if r > '~' {
				t.Errorf("%T: %q", d, r)
			}
		}
	}
	golden(t, "ascii", b.String())
}
