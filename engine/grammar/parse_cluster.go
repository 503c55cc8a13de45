package grammar

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"raftscope/replay/cond/words"
)

// cluster reads NAME=VALUE ... From here on the script knows the nodes.
func (s *script) cluster(c *words.Cursor, at Pos) (Command, error) {
	if s.begun {
		return nil, &Error{Line: at.Line, Column: at.Column,
			Problem: "cluster must be the first command, and there is only one"}
	}
	cluster := DefaultCluster()
	cluster.Pos = at
	given := map[string]words.Word{}
	for !c.Done() {
		if err := cluster.option(c, given); err != nil {
			return nil, err
		}
	}
	if err := cluster.check(c, given); err != nil {
		return nil, err
	}
	s.scope.Nodes = cluster.NodeNames()
	return cluster, nil
}

// option reads one NAME=VALUE and remembers where it was given.
func (cl *Cluster) option(c *words.Cursor, given map[string]words.Word) error {
	w := c.Take()
	name, value, ok := strings.Cut(w.Text, "=")
	var names []string
	for _, o := range options() {
		names = append(names, o.Name)
		if o.Name != name || w.Quoted {
			continue
		}
		if !ok {
			return c.Fail(w, name+"=VALUE, as in "+name+"="+o.Default)
		}
		if _, twice := given[name]; twice {
			return c.Fail(w, "every option only once")
		}
		if !o.set(cl, value) {
			v := words.Word{Text: value, Column: w.Column + len(name) + 1, Quoted: value == ""}
			return c.Fail(v, o.expected())
		}
		given[name] = w
		return nil
	}
	wrong := words.Word{Text: name, Column: w.Column, Quoted: w.Quoted}
	return c.Unknown(wrong, "NAME=VALUE, where NAME is "+words.OneOf(names), names)
}

// check refuses values that raft does not accept beside each other.
func (cl *Cluster) check(c *words.Cursor, given map[string]words.Word) error {
	clash, ok := cl.clash()
	if !ok {
		return nil
	}
	// The later of the two words is to blame, or the only one there is.
	w := given[clash.low]
	if high := given[clash.high]; high.Column > w.Column {
		w = high
	}
	return c.Fail(w, clash.expected)
}

// Check refuses values that raft does not accept beside each other, which
// options that were set one by one may be. The error says what was expected.
func (cl Cluster) Check() error {
	if clash, ok := cl.clash(); ok {
		return errors.New("expected " + clash.expected)
	}
	return nil
}

// clash is a pair of options that do not fit each other.
type clash struct{ low, high, expected string }

func (cl *Cluster) clash() (clash, bool) {
	for _, rule := range []struct {
		low, high       string
		lowest, highest time.Duration
	}{
		{"LeaderLeaseTimeout", "HeartbeatTimeout", cl.LeaderLeaseTimeout, cl.HeartbeatTimeout},
		{"HeartbeatTimeout", "ElectionTimeout", cl.HeartbeatTimeout, cl.ElectionTimeout},
	} {
		if rule.lowest > rule.highest {
			return clash{rule.low, rule.high, fmt.Sprintf("%s, which is %s, to be at most %s, which is %s", rule.low,
				formatDuration(rule.lowest), rule.high, formatDuration(rule.highest))}, true
		}
	}
	if n := max(cl.Voters, 1) + cl.Nonvoters; n > cl.Nodes {
		low := "nonvoters"
		if cl.Nonvoters == 0 {
			low = "voters"
		}
		return clash{low, "nodes", fmt.Sprintf("%d nodes or more: at least so many vote or are non-voters", n)}, true
	}
	return clash{}, false
}
