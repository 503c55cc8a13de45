package replay

// Leader returns the name of the node that led, empty if there was none: the
// only one up in role leader, in the highest term seen, and known as leader to
// a majority of all nodes.
func (v View) Leader() string {
	if l := v.leads(); l.life != nil {
		return l.node.name
	}
	return ""
}

// leads returns the node that leads as far as the cluster agrees, if any.
func (v View) leads() lifeView {
	var leader lifeView
	var term uint64
	nodes := 0
	for l := range v.eachLife {
		nodes++
		term = max(term, l.term())
		if l.leads() {
			if leader.life != nil {
				return lifeView{}
			}
			leader = l
		}
	}
	if leader.life == nil || leader.term() < term || 2*v.know(leader.node.name) <= nodes {
		return lifeView{}
	}
	return leader
}

// know counts the nodes up that know the named one as leader.
func (v View) know(leader string) (n int) {
	for l := range v.eachLife {
		if l.up() && l.leader() == leader {
			n++
		}
	}
	return n
}

// leaderLife returns the node up that leads in the highest term: whose log the
// others will be made to follow.
func (v View) leaderLife() (leader lifeView) {
	for l := range v.eachLife {
		if l.leads() && (leader.life == nil || l.term() > leader.term()) {
			leader = l
		}
	}
	return leader
}
