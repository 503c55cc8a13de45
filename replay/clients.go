package replay

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

// ClientTally counts what a client in the background was told.
type ClientTally struct {
	Client  int
	Calls   int // those made again count once
	OK      int
	Errors  int
	Open    int // not answered, or to be made again
	Retried int // calls made again
}

// Again is a write whose client made it more than once, or was told an error,
// and of which at least one try was applied.
type Again struct {
	Applied []*Machine // the execs whose entries were applied, in order
	First   *Machine   // the exec of the first try
	Told    string     // what the client was told at last, empty if nothing yet
}

// Clients returns the tallies of all clients in the background by number.
func (v View) Clients() []ClientTally {
	byClient := map[int]*ClientTally{}
	for _, kind := range clientKinds {
		for _, m := range v.ByKind(kind) {
			v.tally(v.Of(m), byClient)
		}
	}
	var all []ClientTally
	for _, c := range byClient {
		all = append(all, *c)
	}
	slices.SortFunc(all, func(a, b ClientTally) int { return cmp.Compare(a.Client, b.Client) })
	return all
}

func (v View) tally(m MachineView, byClient map[int]*ClientTally) {
	n := m.client()
	if n == 0 {
		return
	}
	c := byClient[n]
	if c == nil {
		c = &ClientTally{Client: n}
		byClient[n] = c
	}
	if m.retried(false).Known() {
		c.Retried++
	} else {
		c.Calls++
	}
	if m.retried(true).Known() {
		return // its retry tells how it went
	}
	_, again := m.Attr(keyRetry)
	switch o := v.outcome(m); {
	case again || !o.Answered:
		c.Open++
	case o.Told == "ok":
		c.OK++
	default:
		c.Errors++
	}
}

// Doubtful returns the writes, in order of their first tries, that were applied
// more than once, and those that were applied though their clients were told an
// error at last.
func (v View) Doubtful() (twice, untold []Again) {
	for _, m := range v.ByKind(kindExec) {
		first := v.Of(m)
		if first.retried(false).Known() {
			continue
		}
		a := Again{First: m}
		for try := first; try.Known(); try = try.retried(true) {
			o := v.outcome(try)
			a.Told = o.Told
			if o.Fate == FateApplied {
				a.Applied = append(a.Applied, try.Machine)
			}
		}
		switch {
		case len(a.Applied) > 1:
			twice = append(twice, a)
		case len(a.Applied) == 1 && a.Told != "" && a.Told != "ok":
			untold = append(untold, a)
		}
	}
	return twice, untold
}

// againMax is how many writes of a sort ClientsText names.
const againMax = 5

// ClientsText prints a line for each client in the background, and of a run
// with such clients or with calls made again the writes that were applied more
// than once, or though their clients were told an error. It returns w's error.
func (v View) ClientsText(w io.Writer) error {
	var b strings.Builder
	clients := v.Clients()
	for _, c := range clients {
		fmt.Fprintf(&b, "client %d: %d calls, %d ok, %d errors, %d made again, %d still open\n", c.Client, c.Calls, c.OK, c.Errors, c.Retried, c.Open)
	}
	if len(clients) > 0 || v.anyRetried() {
		twice, untold := v.Doubtful()
		againText(&b, twice, "applied twice", "applied more than once")
		againText(&b, untold, "applied though its client was told an error", "applied though their clients were told an error")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (v View) anyRetried() bool {
	return slices.ContainsFunc(v.ByKind(kindExec), func(m *Machine) bool { return v.Of(m).retried(false).Known() })
}

func againText(b *strings.Builder, all []Again, one, several string) {
	if len(all) == 0 {
		return
	}
	if len(all) == 1 && len(all[0].Applied) <= 2 {
		fmt.Fprintf(b, "1 write was %s: ", one)
	} else if len(all) == 1 {
		fmt.Fprintf(b, "1 write was %s: ", several)
	} else {
		fmt.Fprintf(b, "%d writes were %s: ", len(all), several)
	}
	for i, a := range all {
		if i == againMax {
			fmt.Fprintf(b, "; and %d more", len(all)-againMax)
			break
		}
		if i > 0 {
			b.WriteString("; ")
		}
		a.name(b)
	}
	b.WriteByte('\n')
}

// name names the tries that were applied: exec#57 and its retry exec#63.
func (a Again) name(b *strings.Builder) {
	for i, m := range a.Applied {
		switch {
		case i == 0:
		case i == 1 && len(a.Applied) == 2:
			b.WriteString(" and its retry ")
		case i == 1:
			b.WriteString(" and its retries ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(m.Name())
	}
}
