package replay

import (
	"slices"

	"raftscope/sm"
)

// DepthMax is the greatest depth of a tree, whatever is asked for.
const DepthMax = 256

// Options say what a tree shows.
type Options struct {
	Depth int      // levels below the root; 0: all
	Kinds []string // only machines of these kinds and what leads to them; empty: all
}

// Tree is a machine, its effects, their effects and so on, at the newest
// event. A machine reached a second time is referred to instead of shown
// again, so a tree is never larger than the history it shows.
type Tree struct {
	t    *Timeline
	root *branch
}

// branch is one machine of a tree.
type branch struct {
	m        *Machine
	role     string // in which the parent caused it
	children []*branch
	above    bool // shown elsewhere, further up in print
	more     int  // effects left out because of the depth
}

// Tree returns the tree below root, children in order of the links' events.
func (t *Timeline) Tree(root *Machine, o Options) *Tree {
	depth := o.Depth
	if depth <= 0 || depth > DepthMax {
		depth = DepthMax
	}
	g := grower{shown: make(map[sm.ID]bool), kinds: o.Kinds}
	return &Tree{t: t, root: g.grow(root, "", depth)}
}

type grower struct {
	shown map[sm.ID]bool
	kinds []string
}

// grow makes the branch of m with what is below it. A machine counts as shown
// from its own branch on, so links in a circle end in a reference.
func (g *grower) grow(m *Machine, role string, depth int) *branch {
	b := &branch{m: m, role: role}
	g.shown[m.id] = true
	var seen map[sm.ID]bool
	for _, link := range m.Effects() {
		child := link.Machine
		if seen[child.id] {
			continue // linked twice, in two roles
		}
		if seen == nil {
			seen = make(map[sm.ID]bool)
		}
		seen[child.id] = true
		if depth == 0 {
			b.more++
			continue
		}
		if c := g.child(child, link.Role, depth-1); c != nil {
			b.children = append(b.children, c)
		}
	}
	return b
}

// child returns the branch of an effect, or nil if the filter leaves it out.
func (g *grower) child(m *Machine, role string, depth int) *branch {
	wanted := len(g.kinds) == 0 || slices.Contains(g.kinds, m.group.kind.spec.Name)
	if g.shown[m.id] {
		if !wanted {
			return nil
		}
		return &branch{m: m, role: role, above: true}
	}
	c := g.grow(m, role, depth)
	if !wanted && len(c.children) == 0 {
		return nil
	}
	return c
}
