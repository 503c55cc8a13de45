package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/raft"

	"raftscope/engine/kv"
)

// foreign knows which of our nodes stands for which server of the stores that
// logs were copied from. It holds for all of a run, so that the stores of one
// cluster give one cluster.
type foreign struct {
	nodes  []string          // ours
	byID   map[string]string // node by the server's ID
	byAddr map[string]string // node by the server's address
	order  []string          // IDs, as they were met
}

func newForeign(nodes []string) *foreign {
	return &foreign{nodes: nodes, byID: map[string]string{}, byAddr: map[string]string{}}
}

func (n *foreign) clone() *foreign {
	c := newForeign(n.nodes)
	for id, node := range n.byID {
		c.byID[id] = node
	}
	for addr, node := range n.byAddr {
		c.byAddr[addr] = node
	}
	c.order = slices.Clone(n.order)
	return c
}

// name gives servers their nodes, in our nodes' order.
func (n *foreign) name(servers []string) error {
	if len(servers) > len(n.nodes) {
		return refuse("%d servers are named, and there are %d nodes", len(servers), len(n.nodes))
	}
	for i, id := range servers {
		node := n.nodes[i]
		if known, ok := n.byID[id]; ok && known != node {
			return refuse("%s is %s already", showServer(id), known)
		}
		if !n.isFree(node) && n.byID[id] != node {
			return refuse("%s stands for another server already", node)
		}
		n.set(id, node)
	}
	return nil
}

func (n *foreign) set(id, node string) {
	if _, ok := n.byID[id]; !ok {
		n.order = append(n.order, id)
	}
	n.byID[id] = node
}

func (n *foreign) isFree(node string) bool {
	for _, taken := range n.byID {
		if taken == node {
			return false
		}
	}
	return true
}

// rename returns a configuration with our nodes in place of its servers. One that
// was not met yet becomes the node of its own name if there is one, and then of
// the others each the first node that stands for none.
func (n *foreign) rename(c raft.Configuration) (raft.Configuration, error) {
	c = c.Clone()
	for _, s := range c.Servers {
		if id := string(s.ID); n.byID[id] == "" && slices.Contains(n.nodes, id) && n.isFree(id) {
			n.set(id, id)
		}
	}
	for i, s := range c.Servers {
		id := string(s.ID)
		if n.byID[id] == "" {
			free := slices.IndexFunc(n.nodes, n.isFree)
			if free < 0 {
				return c, refuse("the store's cluster has the server %s besides %d others, and there are %d nodes", showServer(id), len(n.byID), len(n.nodes))
			}
			n.set(id, n.nodes[free])
		}
		node := n.byID[id]
		n.byAddr[string(s.Address)] = node
		c.Servers[i].ID, c.Servers[i].Address = raft.ServerID(node), raft.ServerAddress(node)
	}
	return c, nil
}

// candidate returns the node that a vote was for; of an unknown server what it
// is called there: it stays a vote for somebody else.
func (n *foreign) candidate(peer string) string {
	if node, ok := n.byAddr[peer]; ok {
		return node
	}
	if node, ok := n.byID[peer]; ok {
		return node
	}
	return peer
}

// text says which node stands for which server, as far as the names differ.
func (n *foreign) text() string {
	var all []string
	for _, id := range n.order {
		if id != n.byID[id] {
			all = append(all, fmt.Sprintf("%s stands for %s", n.byID[id], showServer(id)))
		}
	}
	return strings.Join(all, ", ")
}

// showServer is a name out of a file, as far as it is fit to be shown.
func showServer(id string) string { return kv.Show(id) }
