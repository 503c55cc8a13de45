package random

import (
	"slices"
	"time"
)

// patience is how long the cluster may take to find together when everything is
// mended. Elections may take several rounds.
const patience = time.Minute

// allEqual says that the nodes have found together.
const allEqual = "states equal and logs equal"

// rest undoes everything, lets clients have their answers, and waits until all
// nodes have the same. That they come to it is a rule like any other: nothing is
// in the way any more.
func (e *epoch) rest() {
	for e.err == nil && len(e.agenda) > 0 {
		t := e.agenda[0]
		e.agenda = e.agenda[1:]
		t.do()
	}
	e.do("client stop")
	for _, node := range e.nodes {
		e.restart(node)
	}
	if slices.ContainsFunc(e.families, func(f *family) bool { return f.panics }) {
		e.restartStuck()
	}
	e.await("leader", patience, "everything is mended, but no leader was elected")
	e.await("answered", patience, "everything is mended, but clients were not answered")
	e.await("leader", patience, "everything is mended, but no leader stayed")
	if slices.ContainsFunc(e.families, func(f *family) bool { return f.members }) {
		e.readmit()
	}
	e.writes++
	e.do("write leader set rest %d retry wait", e.writes)
	if !slices.ContainsFunc(e.families, func(f *family) bool { return f.known }) {
		e.endSnapshotLoops()
	}
	e.await(allEqual, patience, "everything is mended, but the nodes did not come to have the same")
	if e.err == nil {
		e.rests = append(e.rests, e.session.Status().Stats)
	}
}
