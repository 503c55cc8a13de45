package grammar

import (
	"raftscope/replay/cond"
	"raftscope/sm"
	"raftscope/sm/catalog"
)

// Kinds returns the kinds of machines of a cluster, as far as commands name
// them.
func Kinds() []cond.Kind {
	var all []cond.Kind
	for _, k := range catalog.All() {
		kind := cond.Kind{Name: k.Name()}
		for s := range k.Len() {
			kind.States = append(kind.States, k.StateName(sm.State(s)))
		}
		all = append(all, kind)
	}
	return all
}
