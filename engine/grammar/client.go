package grammar

import (
	"slices"
	"strconv"
	"strings"

	"raftscope/replay/cond/words"
)

// Limits of background clients.
const (
	RateMax        = 10_000
	ClientKeysMax  = 1_000_000
	WeightMax      = 1_000
	ClientCallsMax = 1_000_000
	// ClientsMax is how many clients may run at once.
	ClientsMax = 16
)

// Client starts a client that goes on making calls in the background. Clients
// are numbered from 1. DefaultClient returns one with all defaults; the
// documentation of each field is that of its option.
type Client struct {
	Pos

	Rate  int // calls per virtual second
	Keys  int
	Mix   Mix
	Retry bool
	Node  string // LeaderNode or a node
	Calls int    // zero: without end
}

// Mix says how often a client makes which call: each weight is a share of
// their sum, which is above zero.
type Mix struct{ Set, Del, Incr, CAS, Append, Get int }

// Sum returns the sum of the weights.
func (m Mix) Sum() int { return m.Set + m.Del + m.Incr + m.CAS + m.Append + m.Get }

// defaultMix is the mix of a client for which no weight is given.
var defaultMix = Mix{Set: 50, Get: 50}

// ClientStop ends background clients: they make no more calls, and those under
// way go on until they are answered for good.
type ClientStop struct {
	Pos
	N int // which; zero for all that run
}

// ClientOption describes an option of a background client.
type ClientOption struct {
	Name    string
	Default string // as it is written
	Range   string // the values it may have
	Doc     string // one sentence

	weight func(*Mix) *int                         // if it is a weight of the mix
	set    func(*Client, words.Word, *script) bool // false, and nothing done, if it is no value of the option
	get    func(*Client) string                    // as it is written
}

// ClientOptions lists all options of a background client, in the order in
// which they print.
func ClientOptions() []ClientOption {
	return []ClientOption{
		clientNumber("rate", "10", RateMax, func(c *Client) *int { return &c.Rate },
			"How many calls it makes in a virtual second, on average: the intervals are random and do not depend on answers."),
		clientNumber("keys", "10", ClientKeysMax, func(c *Client) *int { return &c.Keys },
			"How many keys it uses: k1, k2 and so on; increments have their own, i1 and so on, and appends s1 and so on."),
		weight("set", func(m *Mix) *int { return &m.Set }, "How often it sets a key to a value that no other call has, such as c1-17."),
		weight("del", func(m *Mix) *int { return &m.Del }, "How often it removes a key."),
		weight("incr", func(m *Mix) *int { return &m.Incr }, "How often it adds 1 to a key."),
		weight("cas", func(m *Mix) *int { return &m.CAS },
			"How often it sets a key if that still holds what the client knows of it from its own calls; while it knows nothing it simply sets it."),
		weight("append", func(m *Mix) *int { return &m.Append }, "How often it puts a text that no other call has behind what a key holds."),
		weight("get", func(m *Mix) *int { return &m.Get }, "How often it reads a key."),
		{
			Name: "retry", Default: "off", Range: "on or off", Doc: "Whether it makes a call again that failed with an error that may be temporary.",
			set: func(c *Client, w words.Word, _ *script) bool {
				c.Retry = w.Text == "on"
				return c.Retry || w.Text == "off"
			},
			get: func(c *Client) string {
				if c.Retry {
					return "on"
				}
				return "off"
			},
		},
		{
			Name: "node", Default: LeaderNode, Range: "leader or a node",
			Doc: "Where it makes its calls: on whichever node leads then, or always on the same.",
			set: func(c *Client, w words.Word, s *script) bool {
				known := w.Text == LeaderNode || slices.Contains(s.scope.Nodes, w.Text)
				if known {
					c.Node = w.Text
				}
				return known
			},
			get: func(c *Client) string { return c.Node },
		},
		{
			Name: "calls", Default: "without end", Range: "1 to " + strconv.Itoa(ClientCallsMax), Doc: "After how many calls it stops by itself; calls made again do not count.",
			set: func(c *Client, w words.Word, _ *script) bool {
				n, ok := words.ParseUint(w, 1, ClientCallsMax)
				if ok {
					c.Calls = int(n)
				}
				return ok
			},
			get: func(c *Client) string {
				if c.Calls == 0 {
					return "without end"
				}
				return strconv.Itoa(c.Calls)
			},
		},
	}
}

// clientNumber makes an option that is a number from 1.
func clientNumber(name, normal string, hi int, field func(*Client) *int, doc string) ClientOption {
	return ClientOption{
		Name: name, Default: normal, Range: "1 to " + strconv.Itoa(hi), Doc: doc,
		set: func(c *Client, w words.Word, _ *script) bool {
			n, ok := words.ParseUint(w, 1, uint64(hi))
			if ok {
				*field(c) = int(n)
			}
			return ok
		},
		get: func(c *Client) string { return strconv.Itoa(*field(c)) },
	}
}

// weight makes an option that is a share of the mix.
func weight(name string, field func(*Mix) *int, doc string) ClientOption {
	normal := defaultMix
	return ClientOption{
		Name: name, Default: strconv.Itoa(*field(&normal)), Range: "0 to " + strconv.Itoa(WeightMax), Doc: doc,
		weight: field,
		set: func(c *Client, w words.Word, _ *script) bool {
			n, ok := words.ParseUint(w, 0, WeightMax)
			if ok {
				*field(&c.Mix) = int(n)
			}
			return ok
		},
		get: func(c *Client) string { return strconv.Itoa(*field(&c.Mix)) },
	}
}

// DefaultClient returns the client of a line that says nothing about it.
func DefaultClient() Client {
	return Client{Rate: 10, Keys: 10, Mix: defaultMix, Node: LeaderNode}
}

// String returns the command as it is written, with the options that are not
// at their defaults. If one weight is not, all but those of zero are written.
func (c Client) String() string {
	all := []string{clientVerb}
	for _, o := range ClientOptions() {
		v, written := o.get(&c), false
		if o.weight != nil {
			written = c.Mix != defaultMix && v != "0"
		} else {
			written = v != o.Default
		}
		if written {
			all = append(all, o.Name+"="+v)
		}
	}
	return strings.Join(all, " ")
}

// String returns the command as it is written.
func (c ClientStop) String() string {
	if c.N == 0 {
		return clientVerb + " " + stopWord
	}
	return clientVerb + " " + stopWord + " " + strconv.Itoa(c.N)
}
