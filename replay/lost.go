package replay

import "strings"

// Lost reports whether a message under way, or its answer, was lost already
// though its sender does not know that yet: a user lost it, or its link was cut
// when it left. why says which: "dropped by rule 1".
func (v View) Lost(m *Machine) (why string, lost bool) {
	w := v.Of(m)
	if !w.Known() || !w.Open() || !isMessage(w.kindName()) || w.IsHeld() {
		return "", false
	}
	state := w.StateName()
	if state != "sent" && state != "answered" {
		return "", false
	}
	if fault := w.text(attrFault); over(fault) {
		return fault, true
	}
	from := w.Node()
	to, ok := strings.CutPrefix(w.subject, from+">")
	if !ok {
		return "", false
	}
	if state == "answered" {
		from, to = to, from
	}
	events := w.events()
	if v.t.At(int(events[w.lastMove(events)])+1).IsCut(from, to) {
		return "left on a cut link", true
	}
	return "", false
}
