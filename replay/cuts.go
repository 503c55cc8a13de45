package replay

import (
	"slices"
	"strings"

	"raftscope/sm"
)

// cutSet is the links on which no message passed after some number of the
// journal's lines about links. It never changes.
type cutSet struct {
	lines int
	links map[link]struct{}
}

// link is one direction between two nodes.
type link struct{ from, to string }

const (
	// cutLinesMax is how many lines of the journal about links are looked at,
	// from the newest one back, if none of them heals all.
	cutLinesMax = 4096
	// cutLinksMax is how many links one answer holds at most.
	cutLinksMax = 1 << 16
)

// isAboutLinks reports whether a line of the journal cuts or heals links.
func isAboutLinks(line string) bool {
	word, _, _ := strings.Cut(line, " ")
	return word == "cut" || word == "heal"
}

// noteCommand keeps at hand where the journal cuts and heals, where it makes and
// clears rules, and what it says of the cluster.
func (t *Timeline) noteCommand(e *sm.Event, at uint32) {
	switch {
	case isAboutLinks(e.Text):
		t.cutting.append(at)
	case isAboutRules(e.Text):
		t.ruling.append(at)
	case isFounding(e.Text):
		t.found(e, at)
	}
}

// IsCut reports whether a user had cut the link from one node to another, in
// this direction. The journal tells: no machine knows that a link is cut before
// a message is lost on it.
func (v View) IsCut(from, to string) bool {
	_, cut := v.cuts().links[link{from, to}]
	return cut
}

// CutOff reports whether a user had cut a node off from a majority of those who
// vote in its eyes: with too few of them messages pass both ways.
func (v View) CutOff(node string) bool {
	if len(v.cuts().links) == 0 {
		return false
	}
	voters := v.Voters(node)
	if len(voters) == 0 {
		return false // it waits for nobody
	}
	reached := 0
	for _, other := range voters {
		if !v.IsCut(node, other) && !v.IsCut(other, node) {
			reached++ // the node itself too
		}
	}
	return !majority(reached, len(voters))
}

// cuts returns the links that were cut. The newest answer is kept: a frame asks
// for every pair of nodes.
func (v View) cuts() *cutSet {
	all := v.t.cutting.all()
	all = all[:before(all, v.n)]
	if len(all) == 0 {
		return &noCuts
	}
	if kept := v.t.cuts.Load(); kept != nil && kept.lines == len(all) {
		return kept
	}
	s := &cutSet{lines: len(all), links: map[link]struct{}{}}
	for _, line := range v.linesSinceHeal(all) {
		s.apply(line, v.t.isNode)
	}
	v.t.cuts.Store(s)
	return s
}

var noCuts cutSet

// linesSinceHeal returns the lines about links since the last one that heals
// all.
func (v View) linesSinceHeal(all []uint32) (lines []string) {
	for i := len(all) - 1; i >= 0 && len(lines) < cutLinesMax; i-- {
		line := v.t.strings.get(v.t.rows.at(all[i]).text)
		if strings.TrimSpace(line) == "heal" {
			break
		}
		lines = append(lines, line)
	}
	slices.Reverse(lines)
	return lines
}

// apply does what a line says, "cut A B | C" or "heal A > C". Names that are no
// node's are left out; so is a line of another form.
func (s *cutSet) apply(line string, isNode func(string) bool) {
	word, rest, _ := strings.Cut(line, " ")
	left, right, both := strings.Cut(rest, "|")
	if !both {
		left, right, _ = strings.Cut(rest, ">")
	}
	for _, a := range strings.Fields(left) {
		for _, b := range strings.Fields(right) {
			if a == b || !isNode(a) || !isNode(b) {
				continue
			}
			s.set(link{a, b}, word == "cut")
			if both {
				s.set(link{b, a}, word == "cut")
			}
		}
	}
}

func (s *cutSet) set(l link, cut bool) {
	if !cut {
		delete(s.links, l)
	} else if len(s.links) < cutLinksMax {
		s.links[l] = struct{}{}
	}
}
