package grammar

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"raftscope/replay/cond"
	"raftscope/replay/cond/words"
)

// The words of forge, start and timeouts.
const (
	forgeVerb      = "forge"
	emptyWord      = "empty"
	noneWord       = "none"
	termsPrefix    = "terms="
	termPrefix     = "term="
	votePrefix     = "vote="
	snapshotPrefix = "snapshot="
	firstPrefix    = "from-index="
	serversPrefix  = "servers="
	voteAt         = "@"
	timesMark      = "x"
)

// forgeOptions are what may stand behind the nodes.
func forgeOptions() []string {
	return []string{termsPrefix, fromPrefix, emptyWord, termPrefix, votePrefix, snapshotPrefix, firstPrefix, serversPrefix}
}

// forge reads NODE ... and then options.
func (s *script) forge(c *words.Cursor, at Pos) (Command, error) {
	f := Forge{Pos: at}
	nodes, err := s.nodes(c, func(w words.Word) bool { return w.Label != "" || optionOf(w) != "" || strings.Contains(w.Text, "=") })
	if err != nil {
		return nil, err
	}
	f.Nodes = nodes
	given := map[string]words.Word{}
	for !c.Done() {
		w := c.Take()
		option := optionOf(w)
		if w.Label != "" {
			option = w.Label
		}
		if option == "" {
			return nil, c.Unknown(w, "an option: "+words.OneOf(forgeOptions())+"; or "+nothingMore, forgeOptions())
		}
		if _, twice := given[option]; twice {
			return nil, c.Fail(w, "every option only once")
		}
		given[option] = w
		if err := s.forgeOption(c, &f, option, w); err != nil {
			return nil, err
		}
	}
	if err := f.check(c, given); err != nil {
		return nil, err
	}
	return f, nil
}

// optionOf returns which of forge's options a word is, empty if none.
func optionOf(w words.Word) string {
	for _, o := range forgeOptions() {
		if !w.Quoted && (w.Text == o || strings.HasSuffix(o, "=") && strings.HasPrefix(w.Text, o)) {
			return o
		}
	}
	return ""
}

// nodes reads nodes up to a word for which end holds; none is named twice.
func (s *script) nodes(c *words.Cursor, end func(words.Word) bool) (nodes []string, err error) {
	for len(nodes) == 0 || !c.Done() && !end(c.Peek()) {
		if nodes, err = s.side(c, nodes); err != nil {
			return nil, err
		}
	}
	return nodes, nil
}

// forgeOption takes the value of an option.
func (s *script) forgeOption(c *words.Cursor, f *Forge, option string, w words.Word) (err error) {
	v := words.Word{Text: w.Text, Column: w.Column + len(option)}
	if w.Label == "" {
		v.Text = strings.TrimPrefix(w.Text, option)
	}
	v.Quoted = v.Text == ""
	index := func(to *uint64, what string) error {
		var ok bool
		if *to, ok = words.ParseUint(v, 1, ForgedMax+1); !ok {
			return c.Fail(v, fmt.Sprintf("%s, from 1 to %d", what, ForgedMax+1))
		}
		return nil
	}
	switch option {
	case emptyWord:
		f.Empty = true
	case termsPrefix:
		f.Terms, err = readTerms(c, v)
	case termPrefix:
		f.Term, err = readTerm(c, v)
	case votePrefix:
		err = s.readVote(c, f, v)
	case snapshotPrefix:
		err = index(&f.Snapshot, "the last index that the snapshot covers")
	case firstPrefix:
		err = index(&f.FirstIndex, "the first index that is left in the log")
	case fromPrefix:
		if f.From = v.Text; v.Text == "" {
			err = c.Fail(v, "the path of a raft.db")
		}
	case serversPrefix:
		f.Servers = strings.Split(v.Text, ",")
		for i, name := range f.Servers {
			if name == "" || slices.Contains(f.Servers[:i], name) {
				return c.Fail(v, "names of the store's servers, with commas between them, each once")
			}
		}
	}
	return err
}

func readTerm(c *words.Cursor, v words.Word) (uint64, error) {
	term, ok := words.ParseUint(v, 1, TermMax)
	if !ok {
		return 0, c.Fail(v, "a term, from 1 to "+limit62)
	}
	return term, nil
}

// readTerms reads TERM or TERMxN, with commas between them.
func readTerms(c *words.Cursor, v words.Word) (terms []uint64, err error) {
	for part := range strings.SplitSeq(v.Text, ",") {
		at := words.Word{Text: part, Column: v.Column, Quoted: part == ""}
		v.Column += len(part) + 1
		number, times, repeated := strings.Cut(part, timesMark)
		term, err := readTerm(c, words.Word{Text: number, Column: at.Column, Quoted: number == ""})
		if err != nil {
			return nil, err
		}
		n := uint64(1)
		if repeated {
			var ok bool
			if n, ok = words.ParseUint(words.Word{Text: times}, 1, ForgedMax); !ok {
				return nil, c.Fail(at, fmt.Sprintf("a term, or TERMxN for N entries of it, N from 1 to %d", ForgedMax))
			}
		}
		if len(terms) > 0 && terms[len(terms)-1] > term {
			return nil, c.Fail(at, fmt.Sprintf("a term of at least %d: terms never go down along a log", terms[len(terms)-1]))
		}
		if uint64(len(terms))+n > ForgedMax {
			return nil, c.Fail(at, fmt.Sprintf("at most %d entries", ForgedMax))
		}
		for range n {
			terms = append(terms, term)
		}
	}
	return terms, nil
}

// readVote reads NODE, NODE@TERM or none.
func (s *script) readVote(c *words.Cursor, f *Forge, v words.Word) error {
	if v.Is(noneWord) {
		f.NoVote = true
		return nil
	}
	node, term, hasTerm := strings.Cut(v.Text, voteAt)
	if !slices.Contains(s.scope.Nodes, node) {
		w := words.Word{Text: node, Column: v.Column, Quoted: node == ""}
		return c.Unknown(w, "NODE or NODE@TERM, where NODE is "+words.OneOf(s.scope.Nodes)+"; or "+noneWord, s.scope.Nodes)
	}
	f.Vote = node
	var err error
	if hasTerm {
		f.VoteTerm, err = readTerm(c, words.Word{Text: term, Column: v.Column + len(node) + 1, Quoted: term == ""})
	}
	return err
}

// check refuses options that do not go together, and terms and indexes that no
// node can have. What is missing is blamed behind the last word.
func (f Forge) check(c *words.Cursor, given map[string]words.Word) error {
	contents := 0
	for _, o := range []string{termsPrefix, emptyWord, fromPrefix} {
		if w, ok := given[o]; ok {
			if contents++; contents > 1 {
				return c.Fail(w, "only one of "+strings.Join([]string{termsPrefix, fromPrefix, emptyWord}, ", ")+": each is all of the log")
			}
		}
	}
	if contents == 0 && f.Term == 0 && f.Vote == "" && !f.NoVote {
		return c.Fail(c.Peek(), termsPrefix+"1,1,2, "+fromPrefix+"PATH, "+emptyWord+", "+termPrefix+"TERM or "+votePrefix+"NODE@TERM")
	}
	for _, needs := range []struct{ option, other string }{{snapshotPrefix, termsPrefix}, {firstPrefix, termsPrefix}, {serversPrefix, fromPrefix}} {
		w, ok := given[needs.option]
		if _, there := given[needs.other]; !ok || there {
			continue
		}
		if contents == 0 {
			w = c.Peek() // it may still come
		}
		return c.Fail(w, needs.other+" beside "+needs.option)
	}
	if f.Empty {
		for _, o := range []string{termPrefix, votePrefix} {
			if w, ok := given[o]; ok {
				return c.Fail(w, "nothing beside "+emptyWord+", which is a node that is new")
			}
		}
	}
	if w, ok := given[termPrefix]; ok && f.Term < f.LastTerm() {
		return c.Fail(w, fmt.Sprintf("a term of at least %d, which is the last entry's", f.LastTerm()))
	}
	if w, ok := given[votePrefix]; ok && f.Term != 0 && f.VoteTerm > f.Term {
		return c.Fail(w, fmt.Sprintf("a vote in a term of at most %d, which is the node's", f.Term))
	}
	return f.checkIndexes(c, given)
}

func (f Forge) checkIndexes(c *words.Cursor, given map[string]words.Word) error {
	last := uint64(len(f.Terms))
	if w, ok := given[snapshotPrefix]; ok && f.Snapshot > last {
		return c.Fail(w, fmt.Sprintf("a snapshot of at most %d entries, which is the last one's index", last))
	}
	if w, ok := given[firstPrefix]; ok && f.FirstIndex > f.Snapshot+1 {
		return c.Fail(w, fmt.Sprintf("a log from index %d at the latest: what is before it must be in the snapshot", f.Snapshot+1))
	}
	return nil
}

// LastTerm returns the term of the last entry of Terms, zero if there is none.
func (f Forge) LastTerm() uint64 {
	if len(f.Terms) == 0 {
		return 0
	}
	return f.Terms[len(f.Terms)-1]
}

// start reads NODE ... or all.
func (s *script) start(c *words.Cursor, at Pos) (Command, error) {
	if c.Accept(cond.AllNodes) {
		return ended(c, Start{Pos: at}, nil)
	}
	if c.Done() {
		_, err := s.scope.ReadNode(c, cond.AllNodes+" or ")
		return nil, err
	}
	nodes, err := s.nodes(c, func(words.Word) bool { return false })
	if err != nil {
		return nil, err
	}
	return Start{Pos: at, Nodes: nodes}, nil
}

// timeouts reads NODE xFACTOR.
func (s *script) timeouts(c *words.Cursor, at Pos) (Command, error) {
	node, err := s.scope.ReadNode(c, "")
	if err != nil {
		return nil, err
	}
	w := c.Peek()
	text, ok := strings.CutPrefix(w.Text, timesMark)
	factor, err := strconv.ParseFloat(text, 64)
	const decimals = 5 // of a factor: more are no difference
	_, behind, _ := strings.Cut(text, ".")
	if !ok || w.Quoted || err != nil || strings.Trim(text, "0123456789.") != "" || len(behind) > decimals || factor < FactorMin || factor > FactorMax {
		return nil, c.Fail(w, fmt.Sprintf("a factor from x%v to x%v, like x0.5", FactorMin, FactorMax))
	}
	c.Take()
	return ended(c, Timeouts{Pos: at, Node: node, Factor: factor}, nil)
}
