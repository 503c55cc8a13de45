package recordertest

import (
	"strings"

	"raftscope/sm"
)

// kindTable lists the kinds of a script: states in order, the first initial,
// those in capitals and those with a dot final, those with an exclamation mark
// failures too.
var kindTable = [...][2]string{
	{"exec", "start queued await-fsm executed proposed DONE FAILED!"},
	{"read", "start verifying await-fsm DONE FAILED!"},
	{"apply", "queued appending replicating committed DONE FAILED!"},
	{"entry", "created durable committed. applying APPLIED TRUNCATED COMPACTED REPLACED OVERWRITTEN FAILED!"},
	{"append", "start pending writing DONE FAILED!"},
	{"truncate", "start await-barrier deleting DONE FAILED!"},
	{"compact", "start deleting DONE FAILED!"},
	{"meta", "start writing DONE FAILED!"},
	{"append-rpc", "sent delivered answered DONE REJECTED FAILED!"},
	{"append-follower", "received processing truncating appending DONE REJECTED FAILED!"},
	{"node", "follower candidate leader STOPPED CRASHED!"},
}

// Kinds returns the kinds that scripts use, named and with states as in a
// run; every state may move to every other.
func Kinds() []sm.KindSpec {
	kinds := make([]sm.KindSpec, len(kindTable))
	for i, row := range kindTable {
		kinds[i] = kind(row[0], strings.Fields(row[1]))
	}
	return kinds
}

func kind(name string, states []string) sm.KindSpec {
	k := sm.KindSpec{Name: name, Doc: "a " + name + " of a test"}
	for i, s := range states {
		spec := sm.StateSpec{Name: strings.TrimRight(s, ".!"), Doc: "state " + s + " of a test"}
		if i == 0 {
			spec.Flags |= sm.Initial
		}
		if s[0] >= 'A' && s[0] <= 'Z' || strings.HasSuffix(s, ".") {
			spec.Flags |= sm.Final
		}
		if strings.HasSuffix(s, "!") {
			spec.Flags |= sm.Failure
		}
		k.States = append(k.States, spec)
	}
	for i := range k.States {
		for j := range k.States {
			if i != j {
				k.States[i].Next = append(k.States[i].Next, k.States[j].Name)
			}
		}
	}
	return k
}
