package dialog

import (
	"strings"
	"unicode"

	"raftscope/engine/grammar"
	"raftscope/sm/catalog"
	"raftscope/tui/command"
	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/theme"
)

// helpPages returns the pages, the one that was asked for first.
func helpPages(about string, maps []keys.Map) []helpPage {
	pages := []helpPage{
		{name: "keys", blocks: func(t *theme.Theme) []helpBlock { return keyBlocks(maps, t) }},
		{name: "a write's way", narrow: true, blocks: func(*theme.Theme) []helpBlock { return stages }},
		{name: "words", narrow: true, blocks: func(*theme.Theme) []helpBlock { return kindBlocks() }},
		{name: marksPage, blocks: markBlocks},
		{name: "commands", narrow: true, blocks: func(*theme.Theme) []helpBlock { return commandBlocks() }},
	}
	if p, ok := commandPage(about); ok {
		pages = append([]helpPage{p}, pages...)
	}
	return pages
}

// keyBlocks explain the keys.
func keyBlocks(maps []keys.Map, t *theme.Theme) (all []helpBlock) {
	for _, m := range maps {
		if len(m.Bindings) == 0 {
			continue
		}
		b := helpBlock{head: grid.Clean(m.Name)}
		for _, k := range m.Bindings {
			shown := k.Shown()
			if t.Glyphs == theme.ASCII {
				shown = k.Plain()
			}
			b.entries = append(b.entries, helpEntry{grid.Clean(shown), theme.Key, grid.Clean(k.Help)})
		}
		all = append(all, b)
	}
	return all
}

// stages are the way of a write in the words of raft's paper and of
// hashicorp/raft.
var stages = []helpBlock{
	{
		head: "the way of a write", about: "What happens to a write in a cluster of hashicorp/raft, and which machines tell of it.",
		entries: []helpEntry{
			{"client", theme.Client, "A client asks the leader. The leader runs the command against its own data, which gives a write set, and " +
				"hands that to Raft.ApplyLog, whose future it waits for. Machines: exec, apply."},
			{"leader main", theme.Leader, "The leader's main goroutine (leaderLoop) takes it from applyCh, with others that wait there, gives it " +
				"its index and term, and stores it on its own disk before anybody else hears of it (dispatchLogs). Machines: entry, append."},
			{"replicate", theme.Working, "One goroutine for each other node sends AppendEntries with the new entries, and with the index and " +
				"term of the entry before them (replicateTo, pipelineSend). Machine: append-rpc."},
			{"follower main", theme.Follower, "The follower's main goroutine (appendEntries) rejects the request if its term is old or its log " +
				"does not hold the entry before. It deletes what conflicts, stores what is new, and only then answers. Machines: append-follower, truncate, append, entry."},
			{"commit", theme.OK, "When a majority has the entry on disk, the leader included, the leader's commit index moves past it: it is " +
				"safe for ever. The others learn that with the next message, or after CommitTimeout. State committed of entry and apply."},
			{"fsm", theme.Machine, "On each node the FSM goroutine (runFSM) applies what is committed, in the order of the log. States applying and APPLIED of entry."},
			{"respond", theme.Client, "On the leader the future is answered and the client is told ok. A client that is told an error does not " +
				"always know that the write is lost. State DONE or FAILED of apply and exec."},
		},
	},
	{
		head: "the two facts of a write", about: "They may differ for a while, and each is shown.",
		entries: []helpEntry{
			{"told", theme.Client, "What its client was told: ok, the error, or nothing so far."},
			{"fate", theme.Text, "What became of its entry: applied, committed, truncated, undecided, or never stored."},
		},
	},
	{
		head: "who leads",
		entries: []helpEntry{
			{"term", theme.Text, "A number that only grows. In each term at most one node leads. A message of an older term is rejected."},
			{"election", theme.Candidate, "A follower that hears nothing from a leader for its election timeout asks first whether it would be " +
				"elected (pre-vote), then takes the next term and asks for votes. Machines: election, prevote-rpc, vote-rpc, vote, meta."},
			{"heartbeat", theme.Text, "An empty AppendEntries, by which followers know that the leader lives. Quiet ones are hidden."},
			{"lease", theme.Text, "A leader that has not heard from a majority for LeaderLeaseTimeout steps down."},
			{"conflict", theme.Failed, "Two logs that hold entries of different terms at one index. The leader's is right; the other node truncates its own from there on."},
		},
	},
	{
		head: "time",
		entries: []helpEntry{
			{"instant", theme.Time, "One value of virtual time at which something visible happened. A step goes to the next one; between two nothing moves."},
			{"now", theme.Live, "The newest event of a cluster that can go on: the header says LIVE. Before it is HISTORY; a recording is REPLAY."},
			{"machine", theme.Machine, "Anything that takes time and has states: a write, an entry, a message, a disk operation, an election, a node's life. " +
				"Its name is its kind and number: append#57."},
			{"rests", theme.OK, "A machine rests in a state from which it need not go on. States in capitals are the usual ends."},
		},
	},
}

// kindBlocks explain the kinds of machines and their states.
func kindBlocks() (all []helpBlock) {
	for _, k := range catalog.All() {
		b := helpBlock{head: k.Name(), about: k.Doc()}
		for _, s := range k.States() {
			b.entries = append(b.entries, helpEntry{s.Name, theme.Machine, s.Doc})
		}
		all = append(all, b)
	}
	return all
}

// commandBlocks list all commands.
func commandBlocks() []helpBlock {
	scenario := helpBlock{head: "of the cluster", stacked: true,
		about: "These are the language of scenarios, too; docs/grammar.md explains it. Several stand in a line with ; between them."}
	for _, v := range grammar.Verbs() {
		scenario.entries = append(scenario.entries, helpEntry{v.Usage, theme.Key, v.Doc})
	}
	viewer := helpBlock{head: "of the cockpit", stacked: true, about: "These change what is shown, and nothing in the cluster."}
	for _, v := range command.Verbs() {
		viewer.entries = append(viewer.entries, helpEntry{v.Usage, theme.Key, v.Doc})
	}
	return []helpBlock{scenario, viewer, {head: "what stands for what", entries: placeholders}}
}

// commandPage explains one command and what its usage speaks of.
func commandPage(verb string) (helpPage, bool) {
	usage, doc := "", ""
	for _, v := range grammar.Verbs() {
		if v.Name == verb {
			usage, doc = v.Usage, v.Doc
		}
	}
	for _, v := range command.Verbs() {
		if v.Name == verb {
			usage, doc = v.Usage, v.Doc
		}
	}
	if usage == "" {
		return helpPage{}, false
	}
	blocks := []helpBlock{{entries: []helpEntry{{usage, theme.Key, doc}}, stacked: true}}
	if named := named(usage); len(named) > 0 {
		blocks = append(blocks, helpBlock{head: "where", entries: named})
	}
	return helpPage{name: verb, narrow: true, blocks: func(*theme.Theme) []helpBlock { return blocks }}, true
}

// named returns the placeholders that a usage has, in their order in it.
func named(usage string) (all []helpEntry) {
	seen := map[string]bool{}
	for _, word := range strings.FieldsFunc(usage, func(r rune) bool { return !unicode.IsUpper(r) }) {
		for _, p := range placeholders {
			if !seen[p.word] && word == p.word {
				seen[word] = true
				all = append(all, p)
			}
		}
	}
	return all
}

// placeholders are the words in capitals in the usage of commands.
var placeholders = []helpEntry{
	{"NODE", theme.Node, "a node by its name: n1"},
	{"MACHINE", theme.Machine, "by its number: exec#12; the newest of its kind: exec@last, or on a node: append@n2; an entry by node, term and index: entry n3:2/4"},
	{"CONDITION", theme.Text, "what is true of a moment: leader, answered, idle, commit n2 >= 5, append@n2 writing, logs equal; or of an event: " +
		"node:n2 kind:append state:writing slow>5ms text:\"lost\"; joined with and, or, not and brackets"},
	{"DURATION", theme.Time, "of virtual time: 500ms, 1.5s, 100us"},
	{"TIME", theme.Time, "of virtual time since the start of the run: 1.318s"},
	{"KIND", theme.Machine, "a kind of machine, as the page of words lists them; message, disk and fsm stand for several"},
	{"FROM", theme.Node, "the node that sends a request, or all"},
	{"TO", theme.Node, "the node that gets it, or all"},
	{"OPTION", theme.Text, "of a rule: skip=N lets the first N pass, count=N fires N times at most, p=P fires with that probability; or what the command's completion lists"},
	{"ERROR", theme.Failed, "EIO, ENOSPC, EROFS, ETIMEDOUT, ECONNRESET"},
	{"INDEX", theme.Text, "the place of an entry in the log, from 1"},
	{"N", theme.Text, "a number: how many; or that of a breakpoint, a rule, a client, a view or an event"},
	{"KEY", theme.Client, "a key of the store that the cluster replicates"},
	{"VALUE", theme.Client, "what a key holds, or what an option is given"},
	{"TEXT", theme.Client, "a text; between double quotes if it has blanks"},
	{"FILE", theme.Text, "the name of a file; between double quotes if it has blanks"},
}
