package replay

import "slices"

// Leader returns the name of the node that led, empty if there was none: the
// only one up in role leader, in the highest term seen of a member, and known as leader to
// a majority of those who vote in its eyes.
func (v View) Leader() string {
	if l := v.leads(); l.life != nil {
		return l.node.name
	}
	return ""
}

// leads returns the node that leads as far as the cluster agrees, if any.
func (v View) leads() lifeView {
	var leader lifeView
	for l := range v.eachLife {
		if l.leads() {
			if leader.life != nil {
				return lifeView{}
			}
			leader = l
		}
	}
	if leader.life == nil {
		return lifeView{}
	}
	// Nobody listens to who is outside, whatever its term came to be.
	members := leader.membersNow()
	for l := range v.eachLife {
		if l.term() > leader.term() && (members == nil || members.Of(l.node.name) != Outside) {
			return lifeView{}
		}
	}
	if voters := v.votersOf(leader); !majority(v.know(leader.node.name, voters), len(voters)) {
		return lifeView{}
	}
	return leader
}

// know counts the voters that are up and know the named node as leader.
func (v View) know(leader string, voters []string) (n int) {
	for l := range v.eachLife {
		if l.up() && l.leader() == leader && slices.Contains(voters, l.node.name) {
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
