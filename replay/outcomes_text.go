package replay

import (
	"io"
	"strconv"
)

// OutcomesText prints the two facts of every write, and what every read was
// told, in the order in which clients made them. It returns w's error.
func (v View) OutcomesText(w io.Writer) error {
	if !v.Exec(1).Known() {
		_, err := io.WriteString(w, "no client has made a call\n")
		return err
	}
	var tab table
	tab.add("call", "node", "command", "client was told", "entry", "its fate", "retry of", "by client")
	for n := 1; ; n++ {
		m := v.Exec(n)
		if !m.Known() {
			return tab.write(w, true)
		}
		o := v.outcome(m)
		told, entry := "nothing yet", ""
		switch {
		case o.Told == "ok" && m.Kind().Name() == kindRead:
			told = "ok: " + Clip(o.Result, aboutMax)
		case o.Told != "":
			told = Clip(o.Told, reasonMax)
		case o.Answered:
			told = "nothing: its node went down"
		}
		if o.Entry != nil {
			entry = o.Entry.Node() + ":" + o.Entry.Subject()
		}
		before, by := "", ""
		if b := m.retried(false); b.Known() {
			before = b.Name()
		}
		if n := m.client(); n > 0 {
			by = strconv.Itoa(n)
		}
		tab.add(m.Name(), m.Node(), Clip(m.Label(), aboutMax), told, entry, o.Fate, before, by)
	}
}
