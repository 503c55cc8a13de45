package replay

import "strings"

// Lost reports whether a message under way, or its answer, was lost already
// though its sender does not know that yet: a user lost it, its link was cut when
// it left, or it left on a pipeline that one before it has broken. why says which:
// "dropped by rule 1".
func (v View) Lost(m *Machine) (why string, lost bool) {
	w := v.Of(m)
	if !w.Known() || !w.Open() || !isMessage(w.kindName()) || w.IsHeld() {
		return "", false
	}
	if why, lost = w.lostAlone(); lost || w.kindName() != kindAppendRPC || w.StateName() != "sent" || !w.request().pipelined {
		return why, lost
	}
	for _, before := range v.openOf(kindAppendRPC) {
		if before.id >= m.id {
			break
		}
		if before.life == m.life && before.subject == m.subject && before.request().pipelined && v.breaks(before) {
			return "pipeline broken by " + before.Name(), true
		}
	}
	return "", false
}

// lostAlone is Lost without what happened to other messages.
func (m MachineView) lostAlone() (why string, lost bool) {
	state := m.StateName()
	if state != "sent" && state != "answered" {
		return "", false
	}
	if fault := m.text(attrFault); over(fault) {
		return fault, true
	}
	from := m.Node()
	to, ok := strings.CutPrefix(m.subject, from+">")
	if !ok {
		return "", false
	}
	if state == "answered" {
		from, to = to, from
	}
	events := m.events()
	if m.t().At(int(events[m.lastMove(events)])+1).IsCut(from, to) {
		return "left on a cut link", true
	}
	return "", false
}

// breaks reports whether nothing arrives that was sent behind a message on the same
// pipeline: it was lost itself, or its receiver has dealt with it, or is gone, and
// no answer left.
func (v View) breaks(m MachineView) bool {
	switch m.StateName() {
	case "sent":
		_, lost := m.lostAlone()
		return lost
	case "delivered":
		f := m.effect(kindAppendFollower, "")
		return f.Known() && !v.Of(f.Machine).Open()
	}
	return false
}
