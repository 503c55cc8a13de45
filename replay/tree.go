package replay

import "slices"

// DepthMax is the greatest depth of a tree, whatever is asked for.
const DepthMax = 256

// Options say what a tree shows.
type Options struct {
	Depth int      // levels below the root; 0: all
	Kinds []string // only machines of these kinds and what leads to them; empty: all
}

// Tree is a machine, its effects, their effects and so on; or its causes,
// their causes and so on. A machine reached a second time is referred to
// instead of shown again, so a tree is never larger than the history it shows.
type Tree struct {
	root *branch // nil: the root was not yet born
}

// branch is one machine of a tree.
type branch struct {
	m        MachineView
	role     string // in which the parent caused it, or it the parent
	children []*branch
	above    bool // shown elsewhere, further up in print
	more     int  // children left out because of the depth
}

// Tree returns the tree of what root caused, children in order of the links'
// events.
func (v View) Tree(root *Machine, o Options) *Tree { return v.tree(root, o, MachineView.Effects) }

// UpTree returns the tree of what caused root, in order of the links' events:
// a machine's children are its causes.
func (v View) UpTree(root *Machine, o Options) *Tree { return v.tree(root, o, MachineView.Causes) }

func (v View) tree(root *Machine, o Options, links func(MachineView) []Link) *Tree {
	depth := o.Depth
	if depth <= 0 || depth > DepthMax {
		depth = DepthMax
	}
	m := v.Of(root)
	if !m.Known() {
		return &Tree{}
	}
	g := grower{v: v, shown: make(map[*Machine]bool), kinds: o.Kinds, links: links}
	return &Tree{root: g.grow(m, "", depth)}
}

type grower struct {
	v     View
	shown map[*Machine]bool
	kinds []string
	links func(MachineView) []Link
}

// grow makes the branch of m with what is below it. A machine counts as shown
// from its own branch on, so links in a circle end in a reference.
func (g *grower) grow(m MachineView, role string, depth int) *branch {
	b := &branch{m: m, role: role}
	g.shown[m.Machine] = true
	var seen map[*Machine]bool
	for _, link := range g.links(m) {
		child := link.Machine
		if seen[child] {
			continue // linked twice, in two roles
		}
		if seen == nil {
			seen = make(map[*Machine]bool)
		}
		seen[child] = true
		if depth == 0 {
			b.more++
			continue
		}
		if c := g.child(MachineView{child, g.v.n}, link.Role, depth-1); c != nil {
			b.children = append(b.children, c)
		}
	}
	return b
}

// child returns the branch of an effect, or nil if the filter leaves it out.
func (g *grower) child(m MachineView, role string, depth int) *branch {
	wanted := len(g.kinds) == 0 || slices.Contains(g.kinds, m.kindName())
	if g.shown[m.Machine] {
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
