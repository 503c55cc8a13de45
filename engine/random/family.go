package random

import (
	"fmt"
	"strings"

	"raftscope/replay/cond/words"
)

// family is a family of faults, which --faults names.
type family struct {
	name    string
	doc     string // what it does, for --help
	actions []action
	panics  bool // raft panics on some of it, by design
}

// action is something that is done to the cluster at one moment. What has to be
// undone later it puts on the agenda.
type action struct {
	weight int // how often, against the others of the family
	do     func(*epoch)
}

// families are all there are, in the order in which help lists them.
func families() []*family {
	return []*family{netFamily(), crashFamily(), diskFamily()}
}

// AllFamilies is the name that stands for all of them.
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

// ParseFamilies reads names of families joined by commas; "all" stands for all of
// them. The error says which one there is not, and which there are.
func ParseFamilies(text string) ([]string, error) {
	names := strings.Split(text, ",")
	_, err := chosen(names)
	return names, err
}

// chosen returns the families of these names, each once, all if there is none.
func chosen(names []string) (all []*family, err error) {
	if len(names) == 0 {
		return families(), nil
	}
	known := append([]Family{}, Families()...)
	var expected []string
	for _, f := range known {
		expected = append(expected, f.Name)
	}
	expected = append(expected, AllFamilies)
	asked := map[string]bool{}
	for _, name := range names {
		if !contains(expected, name) {
			err := fmt.Errorf("there is no family of faults %q, expected %s", name, words.OneOf(expected))
			if near := words.Nearest(name, expected); near != "" {
				err = fmt.Errorf("%w; did you mean %q?", err, near)
			}
			return nil, err
		}
		asked[name] = true
	}
	for _, f := range families() {
		if asked[f.name] || asked[AllFamilies] {
			all = append(all, f)
		}
	}
	return all, nil
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}

// pick returns an action: all families are equally likely, whatever they have in
// them.
func (e *epoch) pick() action {
	actions := e.families[e.rnd.IntN(len(e.families))].actions
	sum := 0
	for _, a := range actions {
		sum += a.weight
	}
	n := e.rnd.IntN(sum)
	for _, a := range actions {
		if n -= a.weight; n < 0 {
			return a
		}
	}
	panic("random: weights do not add up")
}
