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
		{"run", "run [until CONDITION] [timeout=DURATION]", "let time go on until the condition holds, or until a breakpoint is met", (*script).run},
		{"write", "write leader|NODE set KEY VALUE | del KEY | incr KEY [N] | cas KEY OLD NEW | append KEY TEXT [xN] [retry] [wait]", "have a client send a write, or N clients one each at once", (*script).write},
		{"read", "read leader|NODE get KEY [stale] [retry] [wait]", "have a client read a key", (*script).read},
		{"client", "client [NAME=VALUE ...] or client stop [N]", "start a client that goes on making calls, or stop one or all", (*script).client},
		{"step", "step [N | MACHINE]", "go on to the next visible instant, by N of them, or until the machine moves", (*script).step},
		{"finish", "finish MACHINE", "go on until the machine rests", (*script).finish},
		{"advance", "advance DURATION", "go on for a stretch of virtual time", (*script).advance},
		{breakVerb, "break CONDITION [once] [ignore=N]", "set a breakpoint: time stops where the condition is met", (*script).breakpoint},
		{"enable", "enable N", "switch a breakpoint on again", (*script).enable},
		{"disable", "disable N", "switch a breakpoint off", (*script).disable},
		{"delete", "delete N | all", "remove a breakpoint, or all", (*script).delete},
		{"cut", "cut NODE ... | NODE ... or cut NODE ... > NODE ...", "stop messages between two sides, or in one direction", (*script).cut},
		{"heal", "heal [NODE ... | NODE ... or NODE ... > NODE ...]", "undo all cuts, or those between two sides or in one direction", (*script).heal},
		{"hold", "hold MACHINE | KIND FROM>TO [answers] | KIND NODE [OPTION ...]", "keep an operation, or by a rule those of a kind, where it is", faultOf(Hold)},
		{"fail", "fail MACHINE | KIND FROM>TO [answers] | KIND NODE [with=ERROR] [after | wrote=N] [OPTION ...]", "end operations with an error", faultOf(Fail)},
		{"drop", "drop MACHINE | KIND FROM>TO [answers] [OPTION ...]", "lose messages", faultOf(Drop)},
		{"delay", "delay MACHINE | KIND FROM>TO [answers] | KIND NODE by=DURATION [OPTION ...]", "make operations take longer", faultOf(Delay)},
		{"duplicate", "duplicate MACHINE | KIND FROM>TO [by=DURATION] [OPTION ...]", "have requests arrive twice", faultOf(Duplicate)},
		{"reorder", "reorder KIND FROM>TO [OPTION ...]", "have requests overtaken by later ones", faultOf(Reorder)},
		{"release", "release MACHINE | all", "let what is held go on", (*script).release},
		{"clear", "clear N | all", "remove a rule, or all; what they hold goes on", (*script).clear},
		{"truncate", "truncate [NODE] [from=INDEX] [plan]", "bring about a truncation, by a plan of other commands", (*script).truncate},
		{"freeze", "freeze NODE", "hold all messages, the disk and the state machine of a node", (*script).freeze},
		{"thaw", "thaw NODE", "end a freeze", (*script).thaw},
		{"snapshot", "snapshot leader|NODE [wait]", "have a node take a snapshot of its state machine", (*script).snapshot},
		{"stop", "stop NODE", "shut a node down in good order", (*script).stop},
		{"crash", "crash NODE or crash MACHINE | KIND NODE before|after [OPTION ...]", "end a node's life at once, or at an operation of its disk", (*script).crash},
		{"disk", "disk NODE full | unreadable INDEX | heal", "fill a node's disk, have it lose an entry, or make it a good one again", (*script).disk},
		{"disk-queue", "disk-queue NODE append N | truncate from=INDEX | compact to=INDEX | close", "put operations into the queue of the disk of a node that does not run", (*script).diskQueue},
		{"restart", "restart NODE", "start a stopped or crashed node on its own files", (*script).restart},
		{forgeVerb, "forge NODE ... [terms=T,T,... | from=PATH | empty] [term=T] [vote=NODE[@T] | none] [snapshot=INDEX] [from-index=INDEX] [servers=NAME,...]", "write the log, term, vote and snapshot of nodes that do not run", (*script).forge},
		{"start", "start NODE ... | all", "start nodes that do not run, or all of them", (*script).start},
		{"timeouts", "timeouts NODE xFACTOR", "scale the heartbeat and election timeouts of a node", (*script).timeouts},
		{"add", "add voter|nonvoter NODE [wait]", "ask the leader to make a node a member", (*script).add},
		{"promote", "promote NODE [wait]", "ask the leader to give a non-voter a vote", (*script).promote},
		{"demote", "demote NODE [wait]", "ask the leader to take a node's vote away", (*script).demote},
		{"remove", "remove NODE [wait]", "ask the leader to take a node out of the cluster, itself too", (*script).remove},
		{"transfer", "transfer [NODE] [wait]", "ask the leader to hand over its leadership", (*script).transfer},
		{"elect", "elect NODE [wait]", "have a node start an election at once, by a TimeoutNow message", (*script).elect},
		{"expect", "expect CONDITION", "fail the run if the condition does not hold now", (*script).expect},
		{"print", "print tree MACHINE | logs | nodes | digest | events | outcomes | history | log | held | rules | breaks [OPTION ...]", "print what is known at this moment", (*script).print},
		{noteVerb, "note TEXT", "put a remark, the rest of the line, into the run's events", nil},
	}
}
