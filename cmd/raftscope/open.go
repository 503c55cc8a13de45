package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"raftscope"
	"raftscope/engine/grammar"
	"raftscope/replay/cond/words"
)

func newOpen(s streams) *cobra.Command {
	var look cockpitFlags
	var record recordFlags
	c := &cobra.Command{
		Use:   "open [flags] [SCENARIO]",
		Short: "Walk through a scenario in the cockpit, or list those that there are",
		Long: "Show the cluster of a scenario in the cockpit, before the scenario's first command: there it is walked line by\n" +
			"line, and whatever you like is done in between. SCENARIO is one of those that ship with raftscope, which the\n" +
			"command lists if it is left out, or the name of a file.",
		Args: arguments(0, 1, "the name of a SCENARIO, or none"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := cmp.Or(look.check(), record.check(c.Flags())); err != nil {
				return &usageError{c.CommandPath(), err}
			}
			if len(args) == 0 {
				return listScenarios(s.out)
			}
			file, err := openScenario(args[0])
			if err != nil {
				return err
			}
			term, err := s.terminal("raftscope run FILE prints what happens")
			if err != nil {
				return err
			}
			p := &cockpit{s: s, term: term, flags: look}
			return inOrder(c, s, func() error {
				return p.showLive(c.Context(), liveRun{cluster: file.Cluster, scenario: file, name: file.Name, record: record})
			})
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
			return completeScenario(args, word)
		},
	}
	look.add(c)
	record.add(c.Flags())
	return c
}

// scenarioEnd is the end of the scenarios' file names.
const scenarioEnd = ".txt"

// openScenario reads one of the scenarios that ship with the program, or else a
// file. A name with a slash in it is always a file's.
func openScenario(name string) (*grammar.File, error) {
	if name == stdinName {
		return nil, errors.New("the scenario cannot come from the standard input: that is the keyboard")
	}
	short := strings.TrimSuffix(name, scenarioEnd)
	if text, err := fs.ReadFile(raftscope.Scenarios, short+scenarioEnd); err == nil {
		return grammar.ParseFile(short, bytes.NewReader(text))
	}
	file, err := parse(name, nil)
	if !errors.Is(err, fs.ErrNotExist) || strings.ContainsRune(name, os.PathSeparator) {
		return file, err
	}
	err = fmt.Errorf("there is neither a scenario nor a file %q; raftscope open lists the scenarios", name)
	if near := words.Nearest(short, scenarioNames()); near != "" {
		err = fmt.Errorf("%w; did you mean %q?", err, near)
	}
	return nil, err
}

// scenarioNames returns the names of the scenarios that ship with the program.
func scenarioNames() (names []string) {
	files, _ := fs.ReadDir(raftscope.Scenarios, ".") // it is in memory
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f.Name(), scenarioEnd))
	}
	return names
}

// listScenarios prints the name of every scenario, with what it is about.
func listScenarios(w io.Writer) error {
	names := scenarioNames()
	width := 0
	for _, name := range names {
		width = max(width, len(name))
	}
	for _, name := range names {
		if _, err := fmt.Fprintf(w, "%-*s  %s\n", width, name, cut(about(name), docWidth-width-2)); err != nil {
			return err
		}
	}
	return nil
}

// cut shortens a text, at the end of a word, to so many columns.
func cut(text string, width int) string {
	const more = " ..."
	if runes := []rune(text); len(runes) > width {
		short := string(runes[:width-len(more)+1])
		return short[:max(strings.LastIndexByte(short, ' '), 0)] + more
	}
	return text
}

// about returns the first sentence of a scenario's first comment.
func about(name string) string {
	text, err := fs.ReadFile(raftscope.Scenarios, name+scenarioEnd)
	if err != nil {
		return ""
	}
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		comment, ok := strings.CutPrefix(strings.TrimSpace(line), "#")
		if comment = strings.TrimSpace(comment); !ok || comment == "" && b.Len() > 0 {
			break
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(comment)
	}
	return sentence(b.String())
}

// sentence returns the first sentence of a text.
func sentence(text string) string {
	for i, r := range text {
		next := strings.TrimLeft(text[i+len(string(r)):], ")\"")
		if strings.ContainsRune(".?!", r) && (next == "" || unicode.IsSpace(rune(next[0]))) {
			return text[:len(text)-len(next)]
		}
	}
	return text
}

// completeScenario offers the scenarios whose names begin with a word, and
// files if there are none.
func completeScenario(args []string, word string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var found []string
	for _, name := range scenarioNames() {
		if strings.HasPrefix(name, word) {
			found = append(found, cobra.CompletionWithDesc(name, about(name)))
		}
	}
	return found, cobra.ShellCompDirectiveDefault
}
