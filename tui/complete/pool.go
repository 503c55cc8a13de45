package complete

import (
	"slices"
	"strconv"
	"strings"

	"raftscope/engine/grammar"
	"raftscope/tui/command"
)

// entry is a word that may be a candidate.
type entry struct {
	Candidate
	entry bool // it means something also where any text may stand
}

// nodesMax is how many nodes are offered.
const nodesMax = 50

// pool collects the words that may stand in the command, best first.
func (p *place) pool() []entry {
	verb := p.verb()
	if verb == "" {
		return p.verbs(p.s.Without)
	}
	var all []entry
	add := func(text, doc string) { all = append(all, entry{Candidate: Candidate{text, doc}}) }
	addOwn := func(text, doc string) { all = append(all, entry{Candidate{text, doc}, true}) }

	p.numbers(verb, add)
	p.keys(addOwn)
	p.attributes(addOwn)
	fault := among(rules+" release", verb)
	if fault {
		p.machines(addOwn)
	}
	for _, w := range literals() {
		if among(w.verbs, verb) {
			add(w.text, w.doc)
		}
	}
	p.tables(verb, add)
	for i, node := range p.nodes() {
		if i < nodesMax {
			add(node, "a node")
		}
	}
	if !fault && among(references, verb) {
		p.machines(addOwn)
	}
	if among(references, verb) && !among("drop duplicate", verb) {
		add("entry", "NODE:TERM/INDEX: an entry of a log")
	}
	p.kindsAndStates(verb, add)
	if among(conditions, verb) {
		add("and", "this holds and what follows")
		add("or", "this holds or what follows")
	}
	return all
}

// verbs are the first words of commands.
func (p *place) verbs(without []string) []entry {
	var all []entry
	for _, v := range grammar.Verbs() {
		if !slices.Contains(without, v.Name) {
			all = append(all, entry{Candidate: Candidate{v.Name, v.Doc}})
		}
	}
	for _, v := range command.Verbs() {
		if !slices.Contains(without, v.Name) {
			all = append(all, entry{Candidate: Candidate{v.Name, v.Doc}})
		}
	}
	return all
}

func (p *place) nodes() []string {
	if p.s.Parser.Nodes != nil {
		return p.s.Parser.Nodes
	}
	return grammar.Cluster{Nodes: grammar.NodesMax}.NodeNames()
}

// tables adds what tables of the grammar and of the viewer list for one verb.
func (p *place) tables(verb string, add func(text, doc string)) {
	name, _, isValue := strings.Cut(p.partial, "=")
	option := func(n, normal, values, doc string) {
		switch {
		case !isValue:
			add(n+"=", doc)
		case n == name:
			add(normal, "unless said otherwise")
			for _, v := range strings.Fields(strings.NewReplacer(",", " ", " or ", " ").Replace(values)) {
				add(v, "")
			}
		}
	}
	if among(messages, verb) {
		for _, kind := range grammar.MessageKinds() {
			add(kind, "a rule for such requests: FROM>TO")
		}
	}
	if among(disks, verb) {
		for _, kind := range append(grammar.DiskKinds(), grammar.MetaKeys()...) {
			add(kind, "a rule for such operations of a disk: NODE")
		}
	}
	switch verb {
	case "cluster":
		for _, o := range grammar.Options() {
			option(o.Name, o.Default, o.Range, o.Doc)
		}
	case "client":
		for _, o := range grammar.ClientOptions() {
			option(o.Name, o.Default, o.Range, o.Doc)
		}
	case "fail":
		for _, e := range grammar.Errors() {
			add(e.Name, e.Text)
		}
	case "print":
		for _, what := range grammar.Prints() {
			add(string(what.What), prints[what.What])
			for _, o := range what.Options {
				add(o, printOptions[o])
			}
		}
	case "help":
		for _, e := range p.verbs(nil) {
			add(e.Text, e.Doc)
		}
	case "view":
		for _, v := range command.Views() {
			add(v.Name, v.Doc)
		}
	case "theme":
		for _, t := range command.Themes() {
			add(t.Name, t.Doc)
		}
	}
}

// prints and printOptions say what print prints.
var (
	prints = map[grammar.What]string{
		grammar.PrintTree: "MACHINE: what it caused, on all nodes", grammar.PrintLogs: "the logs of all nodes side by side",
		grammar.PrintNodes: "role, term and indexes of every node", grammar.PrintDigest: "the digest of all events",
		grammar.PrintEvents: "every event so far", grammar.PrintOutcomes: "of every write, what its client was told and what became of it",
		grammar.PrintHistory: "what every client was told, and whether it is linearizable", grammar.PrintLog: "the lines of raft's own log",
		grammar.PrintHeld: "what is held, and what waits for it", grammar.PrintRules: "the rules, and how often each fired",
		grammar.PrintBreaks: "the breakpoints, and how often each was met",
	}
	printOptions = map[string]string{
		"--moves": "every move of every machine", "--views": "what raft believes, the store holds, the FSM applied, the leader knows", "--depth": "N: so many levels below the root", "--kind": "A,B: only machines of these kinds",
		"--json": "for programs", "--real": "real durations too",
	}
)

// numbers adds the numbers of breakpoints, rules and clients.
func (p *place) numbers(verb string, add func(text, doc string)) {
	var all []Number
	switch verb {
	case "enable", "disable", "delete":
		all = p.s.Breaks
	case "clear":
		all = p.s.Rules
	case "client":
		all = p.s.Clients
	}
	for _, n := range all {
		add(strconv.Itoa(n.N), tidy(n.Doc))
	}
}

// kindsAndStates adds the kinds of machines, alone and as names of their newest,
// and the states.
func (p *place) kindsAndStates(verb string, add func(text, doc string)) {
	if !among(references+" reorder", verb) {
		return
	}
	docs := map[string]string{}
	if t := p.s.View.Timeline(); t != nil {
		for _, k := range t.Kinds() {
			docs[k.Name()] = k.Doc()
		}
	}
	for _, k := range p.s.Parser.Kinds {
		add(k.Name, tidy(docs[k.Name]))
	}
	if at := strings.LastIndexByte(p.partial, '@'); at >= 0 {
		add("last", "the newest of its kind")
	}
	for _, k := range p.s.Parser.Kinds {
		if among(messages+" release", verb) && !operable(verb, k.Name) {
			continue
		}
		if p.s.View.Timeline() == nil || p.s.View.Newest(k.Name, "").Known() {
			add(k.Name+"@last", "the newest "+k.Name)
		}
	}
	if !among(conditions, verb) {
		return
	}
	seen := map[string]bool{}
	of := p.machineKind()
	for _, k := range p.s.Parser.Kinds {
		if of != "" && k.Name != of {
			continue
		}
		for _, state := range k.States {
			if seen[state] {
				continue
			}
			seen[state] = true
			doc := "a state"
			if of != "" {
				doc = "a state of " + of
			}
			add(state, doc)
			if strings.Contains(p.partial, "move:") {
				add(state+">", "a move out of this state")
			}
		}
	}
}

// machineKind returns the kind of the machine that the word before the cursor
// names, empty if it names none: only its states can follow.
func (p *place) machineKind() string {
	if len(p.before) == 0 {
		return ""
	}
	before := strings.TrimLeft(p.before[len(p.before)-1].Text, "(")
	if kind, _, ok := strings.Cut(before, "#"); ok {
		return p.known(kind)
	}
	kind, _, _ := strings.Cut(before, "@")
	return p.known(kind)
}

func (p *place) known(kind string) string {
	for _, k := range p.s.Parser.Kinds {
		if k.Name == kind {
			return kind
		}
	}
	return ""
}
