package history

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"raftscope/replay"
)

// Widest cells of the table, in characters.
const (
	commandMax = 60
	toldMax    = 60
)

// sentencesMax is how many keys a verdict tells about in words.
const sentencesMax = 10

// Text prints a table of all calls in the order in which they began. It returns
// w's error.
func (h *History) Text(w io.Writer) error {
	var b strings.Builder
	tab := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	client, key := false, false
	for i := range h.Calls {
		client = client || h.Calls[i].Client != ""
		key = key || h.Calls[i].Effect != Took
	}
	row := func(call, node, by, command, start, end, told, effect string) {
		cells := []string{call, node}
		if client {
			cells = append(cells, by)
		}
		cells = append(cells, command, start, end, told)
		if key {
			cells = append(cells, effect)
		}
		fmt.Fprintln(tab, strings.Join(cells, "\t"))
	}
	row("call", "node", "client", "command", "start", "end", "client was told", "so it")
	for i := range h.Calls {
		c := &h.Calls[i]
		end, told := "", "nothing yet"
		if c.Answered {
			end, told = seconds(c.End), c.Told
			if c.Told == "ok" && c.Result != "" && c.op != opSet {
				told += ": " + c.Result
			}
		}
		row(c.Name, c.Node, c.Client, replay.Clip(c.Command, commandMax), seconds(c.Start), end, replay.Clip(told, toldMax), c.Effect.so())
	}
	tab.Flush() // to memory, which does not fail
	for line := range strings.Lines(b.String()) {
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

// so says how a call counts, as the end of a sentence that begins with "so it".
func (e Effect) so() string {
	return [...]string{Took: "took effect", MayTake: "may have taken effect, or may yet", None: "had no effect", Stale: "promises nothing"}[e]
}

// Lines returns the verdict in words: one line on all of it, and one for every
// key of which there is more to say. There is none if there were no calls.
func (v Verdict) Lines() []string {
	if v.Calls == 0 {
		return nil
	}
	head := "history of " + plural(v.Calls, "call")
	if v.Reason == "" {
		head += " on " + plural(len(v.Keys), "key")
	}
	head += ": " + v.summary()
	if v.Stale > 0 {
		head += "; " + plural(v.Stale, "stale read") + " left out"
	}
	lines := []string{head}
	more := 0
	for _, k := range v.Keys {
		switch {
		case k.Result == Linearizable:
		case len(lines) > sentencesMax:
			more++
		case k.Result == NotLinearizable:
			lines = append(lines, k.Reason)
		default:
			lines = append(lines, "key "+k.Key+" is "+k.Result.String()+": "+k.Reason)
		}
	}
	if more > 0 {
		lines = append(lines, fmt.Sprintf("and %s that are not linearizable, not checked or not decided", plural(more, "more key")))
	}
	return lines
}

// summary says how many keys are what.
func (v Verdict) summary() string {
	if v.Reason != "" {
		return "not checked: " + v.Reason
	}
	var counts [len(resultNames)]int
	for _, k := range v.Keys {
		counts[k.Result]++
	}
	if counts[v.Result] == len(v.Keys) {
		return v.Result.words()
	}
	var parts []string
	for r := NotLinearizable; ; r-- {
		if counts[r] > 0 {
			parts = append(parts, fmt.Sprintf("%s on %d", r.words(), counts[r]))
		}
		if r == Linearizable {
			return strings.Join(parts, ", ")
		}
	}
}

func (r Result) words() string {
	if r == NotLinearizable {
		return "NOT linearizable"
	}
	return r.String()
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// WriteLines prints Lines, each behind prefix. It returns w's error.
func (v Verdict) WriteLines(w io.Writer, prefix string) error {
	for _, line := range v.Lines() {
		if _, err := fmt.Fprintln(w, prefix+line); err != nil {
			return err
		}
	}
	return nil
}
