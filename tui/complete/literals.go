package complete

import (
	"strings"

	"raftscope/engine/grammar"
	"raftscope/replay/cond"
	promises "raftscope/replay/rules"
	"raftscope/sm"
	"raftscope/tui/command"
)

// word is a word of the language, and behind which first words of commands it can
// stand at all: where it is, is the parser's to say.
type word struct {
	text, doc string
	verbs     string // with blanks between them
}

// The commands in which words of one sort stand.
const (
	conditions = "run expect break filter find"
	messages   = "hold fail drop delay duplicate reorder"
	disks      = "hold fail delay crash"
	rules      = messages + " crash"
	asks       = "add promote demote remove transfer elect"
	references = "step finish print root select hold fail drop delay duplicate release crash " + conditions
)

// literals are the words that no table of the grammar lists.
func literals() []word {
	return append([]word{
		{"until", "let time go on until a condition holds", "run"},
		{"timeout=", "how much virtual time to give it; 30s if left out", "run"},
		{"once", "delete the breakpoint when it stops time", "break"},
		{"ignore=", "pass it so many times first", "break"},
		{"all", "all breakpoints", "delete"}, {"all", "everything that is held but not frozen", "release"}, {"all", "all rules", "clear"},
		{grammar.LeaderNode, "whichever node leads then", "write read client snapshot"},
		{string(grammar.Set), "KEY VALUE: set a key", "write"}, {string(grammar.Incr), "KEY [N]: add N, or 1, to a key", "write"},
		{string(grammar.Append), "KEY TEXT: put a text behind what a key holds", "write"},
		{string(grammar.CAS), "KEY OLD NEW: set a key to NEW if it holds OLD", "write"}, {string(grammar.Del), "KEY: remove a key", "write"},
		{grammar.Get, "KEY: read a key", "read"},
		{"wait", "let time go on until the answer", "write read snapshot " + asks}, {"voter", "one that votes", "add"}, {"nonvoter", "one that is only sent the log", "add"}, {"retry", "make the call again after an error that may pass", "write read"},
		{"x2", "so many clients send it at once, to x10000", "write"}, {"stale", "read what the node has, whether or not it leads", "read"},
		{"stop", "stop one client, or all", "client"},
		{"|", "both directions", "cut heal"}, {">", "only from these to those", "cut heal"}, {">", "to", messages},
		{"answers", "the answers to such requests", "hold fail drop delay"},
		{"by=", "how long: 200ms, or LO..HI", "delay duplicate"}, {"with=", "the error", "fail"},
		{"after", "it is done all the same", "fail"}, {"wrote=", "so many of its entries are written", "fail"},
		{"before", "when it would be done", "crash"}, {"after", "when it is done", "crash"},
		{"count=", "so often at most", rules}, {"skip=", "let so many pass first", rules}, {"p=", "with this probability: 0.25", rules},
		{grammar.AnyMessage, "any request between two nodes", messages}, {grammar.AnyDisk, "any operation of a disk", disks},
		{grammar.FSM, "the apply of entries", "hold delay"}, {cond.AllNodes, "any node", rules},
		{string(grammar.DiskFull), "whatever would be written to it fails", "disk"}, {string(grammar.DiskUnreadable), "INDEX: an entry cannot be read", "disk"},
		{string(grammar.DiskHeal), "it is a good disk again", "disk"},
		{"from=", "the first index to go", "truncate disk-queue"}, {"to=", "the last index to go", "disk-queue"},
		{string(grammar.QueueAppend), "N: a write of entries", "disk-queue"}, {string(grammar.QueueTruncate), "from=INDEX: the removal of the log's end", "disk-queue"},
		{string(grammar.QueueCompact), "to=INDEX: the removal of its beginning", "disk-queue"}, {string(grammar.QueueClose), "what has not begun fails", "disk-queue"}, {"plan", "only tell the plan", "truncate"},
		{"terms=", "1,1,2: the terms of the log's entries, from index 1; 2x9 for nine of term 2", "forge"}, {"from=", "PATH: a copy of a real raft.db", "forge"},
		{"empty", "nothing at all, as a node has that is new", "forge"}, {"term=", "the current term", "forge"}, {"vote=", "NODE@TERM, or none", "forge"},
		{"none", "it has forgotten its vote", "forge"}, {"snapshot=", "the last index that a snapshot covers", "forge"},
		{"from-index=", "the first index left in the log", "forge"}, {"servers=", "the names of the store's servers, in the order of our nodes", "forge"},
		{cond.AllNodes, "all that do not run", "start"}, {"x0.5", "twice as fast", "timeouts"}, {"x2", "twice as slow", "timeouts"},
		{"event", "N: the event of this number", "goto"}, {"home", "before the first event", "goto"}, {"end", "the newest event", "goto"},
		{"max", "as fast as it can", "pace"}, {"force", "also over a file that exists", "save"}, {command.KeysTopic, "what the keys do", "help"},
	}, conditionWords()...)
}

// conditionWords are those of conditions.
func conditionWords() []word {
	all := []word{
		{"leader", "somebody leads and a majority knows it; or NODE leads", ""}, {"answered", "every request so far has its answer", ""},
		{"idle", "answered, and nothing is under way", ""}, {"logs", "equal: all nodes that are up have the same log", ""},
		{"states", "equal: all state machines hold the same", ""}, {"equal", "on all nodes that are up", ""},
		{"commit", "NODE OP N: compares a node's commit index", ""}, {"applied", "NODE OP N: compares the last entry applied", ""},
		{"last", "NODE OP N: compares the last entry of the log", ""}, {"term", "NODE OP N: compares a node's term", ""},
		{"config", "NODE OP N: compares the index of a node's newest configuration", ""}, {"voters", "NODE OP N: compares how many vote by it", ""},
		{"state", "NODE ROLE: what a node is", ""}, {"told", "MACHINE ok, error or nothing: what a client was told", ""},
		{"fate", "MACHINE FATE: what became of a write's entry", ""}, {"count", "KIND [NODE] [STATE] OP N: how many there are", ""},
		{"attr", "MACHINE KEY OP VALUE: compares an attribute", ""}, {"order", "A STATE < B STATE: what came first", ""},
		{"violation", "[RULE]: a rule was found broken", ""}, {"violations", "[RULE] OP N: how many violations were found", ""},
		{"kind:", "the event's machine is of the kind", ""}, {"node:", "the event is of the node", ""}, {"state:", "the event's machine enters the state", ""},
		{"move:", "FROM>TO: the event is this move", ""}, {"type:", "the event is of the type", ""}, {"slow>", "a move out of a state that took longer", ""},
		{"attr:", "KEY OP VALUE: the event's machine has the attribute", ""}, {"text:", "the event's line holds the text", ""},
		{"not", "what follows does not hold", ""}, {"(", "brackets bind first", ""}, {")", "", ""}, {cond.AllNodes, "every node that is up", ""},
	}
	compares := [...]string{cond.Equal: "equal to", cond.NotEqual: "not equal to", cond.Less: "less than", cond.LessEqual: "at most", cond.Greater: "more than", cond.GreaterEqual: "at least"}
	for o := cond.Equal; o <= cond.GreaterEqual; o++ {
		all = append(all, word{text: o.String(), doc: compares[o]})
	}
	for _, r := range cond.Roles() {
		all = append(all, word{r, "what a node can be", ""})
	}
	for a := cond.ToldOK; a <= cond.ToldNothing; a++ {
		all = append(all, word{a.String(), "what a client can be told", ""})
	}
	for _, f := range cond.Fates() {
		all = append(all, word{f, "what can become of an entry", ""})
	}
	for _, r := range promises.All() {
		doc, _, _ := strings.Cut(r.Doc, ". ")
		all = append(all, word{r.Name, "a rule: " + tidy(strings.TrimSuffix(doc, ".")), ""})
	}
	for t := sm.Born; t <= sm.Violation; t++ {
		all = append(all, word{t.String(), "a type of event", ""})
	}
	for i := range all {
		all[i].verbs = conditions
	}
	return all
}

// among says whether a verb is one of those listed with blanks between them.
func among(verbs, verb string) bool {
	for v := range strings.FieldsSeq(verbs) {
		if v == verb {
			return true
		}
	}
	return false
}
