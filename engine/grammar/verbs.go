package grammar

import "raftscope/replay/cond/words"

// Verb describes a command for help, completion and documentation.
type Verb struct {
	Name  string // the command's first word
	Usage string // the whole command
	Doc   string // one sentence

	parse func(*script, *words.Cursor, Pos) (Command, error)
}

// Verbs lists all commands, in the order in which a scenario needs them.
func Verbs() []Verb {
	return []Verb{
		{"cluster", "cluster [NAME=VALUE ...]", "what runs, and how fast; the first command if there is one", (*script).cluster},
		{"run", "run until CONDITION [timeout=DURATION]", "let time go on until the condition holds", (*script).run},
		{"write", "write leader|NODE set KEY VALUE | del KEY | incr KEY [N] | cas KEY OLD NEW | append KEY TEXT [wait]", "have a client send a write", (*script).write},
		{"read", "read leader|NODE get KEY [stale] [wait]", "have a client read a key", (*script).read},
		{"step", "step [N | MACHINE]", "go on to the next visible instant, by N of them, or until the machine moves", (*script).step},
		{"finish", "finish MACHINE", "go on until the machine rests", (*script).finish},
		{"advance", "advance DURATION", "go on for a stretch of virtual time", (*script).advance},
		{"cut", "cut NODE ... | NODE ... or cut NODE ... > NODE ...", "stop messages between two sides, or in one direction", (*script).cut},
		{"heal", "heal [NODE ... | NODE ... or NODE ... > NODE ...]", "undo all cuts, or those between two sides or in one direction", (*script).heal},
		{"stop", "stop NODE", "shut a node down in good order", (*script).stop},
		{"crash", "crash NODE", "end a node's life at once", (*script).crash},
		{"restart", "restart NODE", "start a stopped or crashed node on its own files", (*script).restart},
		{"expect", "expect CONDITION", "fail the run if the condition does not hold now", (*script).expect},
		{"print", "print tree MACHINE | logs | nodes | digest | events | outcomes | history | log [OPTION ...]", "print what is known at this moment", (*script).print},
		{noteVerb, "note TEXT", "put a remark, the rest of the line, into the run's events", nil},
	}
}
