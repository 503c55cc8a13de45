package random

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"raftscope/replay/frames"
	"raftscope/replay/rules"
)

// printer writes what a run says. The first error of the writer stays.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

func (p *printer) begin(opt *Options, families []*family) {
	var names []string
	for _, f := range families {
		names = append(names, f.name)
	}
	p.printf("random faults (%s) for %s of virtual time, seed %d, in epochs of %s\n", strings.Join(names, ", "), opt.Length, opt.Seed, opt.Epoch)
}

// epoch tells of an epoch in one line, from which somebody sees how it went.
func (p *printer) epoch(number int, e *epoch) {
	c := &e.tally.Counts
	if e.session == nil {
		return
	}
	p.printf("epoch %d: %s: %s, %d events, %d ok, %d truncations, %d crashes, %d installs, digest %s\n", number, e.cluster, c.Virtual.Round(time.Second),
		c.Events, c.Writes.OK+c.Reads.OK, c.Truncated, c.Crashed, c.Installs, e.session.Digest())
}

// found tells of a violation and how to see it again.
func (p *printer) found(f *Found) {
	p.printf("! %s is broken in epoch %d at %s: %s%s\n", f.Rule, f.Epoch, seconds(f.At), frames.Clean(f.Text), f.where())
	p.printf("! to see it: raftscope run %s\n", frames.Clean(f.Scenario))
	if !f.Again {
		p.printf("! but that run did not show it\n")
	}
}

// where names the events and nodes of a violation.
func (v *Violation) where() string {
	var parts []string
	if len(v.Events) > 0 {
		parts = append(parts, "events "+numbers(v.Events))
	}
	if len(v.Nodes) > 0 {
		parts = append(parts, strings.Join(v.Nodes, " "))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, "; ") + ")"
}

// end prints the counts.
func (p *printer) end(r *Result) {
	row := func(name, format string, args ...any) { p.printf("  %-12s %s\n", name, fmt.Sprintf(format, args...)) }
	if r.Interrupted {
		p.printf("interrupted; so far:\n")
	} else {
		p.printf("what happened:\n")
	}
	row("time", "%s virtual, in %s", r.Virtual.Round(time.Millisecond), plural(r.Epochs, "epoch"))
	row("events", "%d", r.Events)
	row("writes", "%s", r.Writes.text(true))
	row("reads", "%s", r.Reads.text(false))
	row("elections", "%d won, %d not", r.Elections, r.Lost)
	row("truncations", "%d, of %s", r.Truncated, plurals(r.Entries, "entry", "entries"))
	row("rejections", "%d of AppendEntries", r.Rejected)
	row("lives", "%d, of which %d ended by a crash and %d by a stop", r.Started, r.Crashed, r.Stopped)
	row("snapshots", "%d taken, %d installed", r.Snapshots, r.Installs)
	row("faults", "%s", faultsText(r.Faults))
	row("rules", "%d of raft, held against every event", len(rules.All()))
	row("rests", "%d, after each of which all nodes had the same", r.Rests)
	row("histories", "%s checked, %d not decided", plural(r.Keys, "key"), r.NotDecided)
	switch n := len(r.Found); {
	case n > 0:
		p.printf("= %s\n", plural(n, "violation"))
	default:
		p.printf("= no violation\n")
	}
}

func (c Calls) text(writes bool) string {
	text := fmt.Sprintf("%d ok, %d failed", c.OK, c.Failed)
	if writes {
		text += fmt.Sprintf(", %d unknown to their clients", c.Unknown)
	}
	if c.Open > 0 {
		text += fmt.Sprintf(", %d not answered", c.Open)
	}
	return text
}

func faultsText(all map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		parts = append(parts, fmt.Sprintf("%s %d", name, all[name]))
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

func plural(n int, of string) string { return plurals(n, of, of+"s") }

func plurals(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// formatSeconds is a duration as --random takes it.
func formatSeconds(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64)
}
