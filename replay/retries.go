package replay

import "math"

// What a client's calls tell of its asking again: the failed one has the
// attribute retry before it fails, and what it is retried as is linked to it.
const (
	roleRetried = "retried as"
	keyRetry    = "retry"
	keyClient   = "client"
)

// willRetry notes that a call is to be made again, by the attribute that says
// so.
func (t *Timeline) willRetry(m *Machine, key string, event uint32) {
	if key != keyRetry || m.kindName() != kindExec && m.kindName() != kindRead || t.awaited[m] {
		return
	}
	t.awaited[m] = true
	set(&t.retrying, event, uint32(len(t.awaited)))
}

// retried notes that cause was made again, if the link says so.
func (t *Timeline) retried(cause *Machine, role string, event uint32) {
	if role != roleRetried || !t.awaited[cause] {
		return
	}
	delete(t.awaited, cause)
	set(&t.retrying, event, uint32(len(t.awaited)))
}

// unanswered counts the requests that nobody has answered yet, and the calls
// whose clients will ask again.
func (v View) unanswered() int { return v.open(askKinds[:]) + int(stepAt(&v.t.retrying, v.n)) }

// RetryOf returns the call that a client made before it made this one because
// that had failed; the zero view if this is its first.
func (v View) RetryOf(call *Machine) MachineView { return v.Of(call).retried(false) }

// RetriedAs returns the call that a client made because this one had failed;
// the zero view if there is none.
func (v View) RetriedAs(call *Machine) MachineView { return v.Of(call).retried(true) }

func (m MachineView) retried(later bool) MachineView {
	if !m.Known() {
		return MachineView{}
	}
	for _, l := range m.links(later) {
		// Ids grow from a call to its retry. A recording may say otherwise, and
		// must not lead in a circle.
		if l.Role == roleRetried && (l.Machine.id > m.id) == later && l.Machine.kindName() == m.kindName() {
			return MachineView{l.Machine, m.n}
		}
	}
	return MachineView{}
}

// Client returns the number of the client in the background that made the call,
// zero if it was a command's.
func (v View) Client(call *Machine) int { return v.Of(call).client() }

func (m MachineView) client() int {
	if !m.Known() {
		return 0
	}
	n, _ := m.Attr(keyClient)
	return int(max(0, min(n.Num, math.MaxInt32)))
}

// isCounted says whether the call is one of so many that transcripts count it
// instead of telling it: of a client in the background, and not one that
// failed so that nobody knows what became of it.
func (m MachineView) isCounted(state string) bool {
	return m.client() > 0 && (state != "FAILED" || m.text("stored") == "never")
}
