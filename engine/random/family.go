package random

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"raftscope/engine/grammar"
	"raftscope/replay/cond/words"
)

// family is a family of faults, which --faults names.
type family struct {
	name    string
	doc     string // what it does, for --help
	weight  int    // how often something of it is done, against other families
	actions []action
	panics  bool // raft panics on some of it, by design
	members bool // it changes who belongs to the cluster
	known   bool // it is known to break rules; "all" does not stand for it
	// shape makes an epoch's cluster one on which it can do something. It may be
	// nil.
	shape func(*rand.Rand, *grammar.Cluster)
}

// action is something that is done to the cluster at one moment. What has to be
// undone later it puts on the agenda.
type action struct {
	weight int // how often, against the others of the family
	do     func(*epoch)
}

// families are all there are, in the order in which help lists them.
func families() []*family {
	return []*family{netFamily(), crashFamily(), diskFamily(), membershipFamily(), findingsFamily()}
}

// AllFamilies is the name that stands for all of them but those that are known to
// break rules.
const AllFamilies = "all"

// Family tells of a family of faults.
type Family struct{ Name, Doc string }

// Families lists the families of faults that there are.
func Families() (all []Family) {
	for _, f := range families() {
		all = append(all, Family{f.name, f.doc})
	}
	return all
}

// ParseFamilies reads names of families joined by commas; see AllFamilies. The error says which one there is not, and which there are.
func ParseFamilies(text string) ([]string, error) {
	names := strings.Split(text, ",")
	_, err := chosen(names)
	return names, err
}

// chosen returns the families of these names, each once, all if there is none.
func chosen(names []string) (all []*family, err error) {
	if len(names) == 0 {
		names = []string{AllFamilies}
	}
	var expected []string
	for _, f := range Families() {
		expected = append(expected, f.Name)
	}
	expected = append(expected, AllFamilies)
	asked := map[string]bool{}
	for _, name := range names {
		if !slices.Contains(expected, name) {
			err := fmt.Errorf("there is no family of faults %q, expected %s", name, words.OneOf(expected))
			if near := words.Nearest(name, expected); near != "" {
				err = fmt.Errorf("%w; did you mean %q?", err, near)
			}
			return nil, err
		}
		asked[name] = true
	}
	for _, f := range families() {
		if asked[f.name] || asked[AllFamilies] && !f.known {
			all = append(all, f)
		}
	}
	return all, nil
}

// pick returns an action of some family.
func (e *epoch) pick() action {
	f := weighed(e.rnd, e.families, func(f *family) int { return f.weight })
	return weighed(e.rnd, f.actions, func(a action) int { return a.weight })
}

// weighed draws one of several by their weights.
func weighed[T any](rnd *rand.Rand, all []T, weight func(T) int) T {
	sum := 0
	for _, one := range all {
		sum += weight(one)
	}
	n := rnd.IntN(sum)
	for _, one := range all {
		if n -= weight(one); n < 0 {
			return one
		}
	}
	panic("random: weights do not add up")
}
