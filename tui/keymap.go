package tui

import "raftscope/tui/keys"

// Verbs of the cockpit: what its keys do wherever the focus is.
const (
	verbStep       keys.Verb = "step"
	verbStepThis   keys.Verb = "step this"
	verbFinish     keys.Verb = "finish"
	verbRun        keys.Verb = "run"
	verbFaster     keys.Verb = "faster"
	verbSlower     keys.Verb = "slower"
	verbBack       keys.Verb = "back"
	verbForth      keys.Verb = "forth"
	verbWriteBack  keys.Verb = "previous write"
	verbWriteForth keys.Verb = "next write"
	verbEventBack  keys.Verb = "previous event"
	verbEventForth keys.Verb = "next event"
	verbNotable    keys.Verb = "notable"
	verbNotableUp  keys.Verb = "previous notable"
	verbGoTo       keys.Verb = "go to"
	verbHome       keys.Verb = "home"
	verbEnd        keys.Verb = "end"
	verbWrite      keys.Verb = "write"
	verbFaults     keys.Verb = "faults"
	verbTruncate   keys.Verb = "truncate"
	verbHold       keys.Verb = "hold"
	verbBreak      keys.Verb = "break"
	verbBreaks     keys.Verb = "breakpoints"
	verbPrompt     keys.Verb = "prompt"
	verbFilter     keys.Verb = "filter"
	verbNext       keys.Verb = "next"
	verbPrevious   keys.Verb = "previous"
	verbRoot       keys.Verb = "root"
	verbWayBack    keys.Verb = "way back"
	verbWayForth   keys.Verb = "way forth"
	verbFocus      keys.Verb = "focus"
	verbFocusBack  keys.Verb = "focus back"
	verbZoom       keys.Verb = "zoom"
	verbMain       keys.Verb = "main"
	verbLogs       keys.Verb = "logs"
	verbEvents     keys.Verb = "events"
	verbCopy       keys.Verb = "copy"
	verbHelp       keys.Verb = "help"
	verbClose      keys.Verb = "close"
	verbQuit       keys.Verb = "quit"
	verbInterrupt  keys.Verb = "interrupt"
)

// timeKeys let time go on, or move the cursor through what has happened.
var timeKeys = keys.Map{Name: "time", Bindings: []keys.Binding{
	{Verb: verbStep, Keys: []string{"s"}, Short: "step", Help: "to the next visible instant: now the cluster goes on, in the past the cursor moves"},
	{Verb: verbStepThis, Keys: []string{"S"}, Short: "step this", Help: "until the selected machine moves"},
	{Verb: verbFinish, Keys: []string{"f"}, Short: "finish", Help: "until the selected machine rests"},
	{Verb: verbRun, Keys: []string{"space"}, Short: "run", Help: "let time go on at a pace, or stop it"},
	{Verb: verbFaster, Keys: []string{"+", "="}, Help: "run faster"},
	{Verb: verbSlower, Keys: []string{"-"}, Help: "run slower"},
	{Verb: verbBack, Keys: []string{"["}, Short: "back", Help: "an instant back, into history"},
	{Verb: verbForth, Keys: []string{"]"}, Short: "forth", Help: "an instant forth, up to now"},
	{Verb: verbEventBack, Keys: []string{","}, Help: "an event back"},
	{Verb: verbEventForth, Keys: []string{"."}, Help: "an event forth"},
	{Verb: verbWriteBack, Keys: []string{"{"}, Help: "to the write or read before"},
	{Verb: verbWriteForth, Keys: []string{"}"}, Help: "to the next write or read"},
	{Verb: verbNotable, Keys: []string{"e"}, Short: "notable", Help: "to the next notable event: a leader, a rejection, a truncation, an error, a crash"},
	{Verb: verbNotableUp, Keys: []string{"E"}, Short: "notable", Help: "to the notable event before"},
	{Verb: verbGoTo, Keys: []string{"t"}, Help: "go to a time (1.5s) or an event (412)"},
	{Verb: verbHome, Keys: []string{"home"}, Help: "to the beginning of the run"},
	{Verb: verbEnd, Keys: []string{"end"}, Short: "newest", Help: "back to now, or to the end of the recording"},
}}

// actKeys do something to the cluster.
var actKeys = keys.Map{Name: "acting", Bindings: []keys.Binding{
	{Verb: verbWrite, Keys: []string{"w"}, Short: "write", Help: "write: the prompt with the leader filled in"},
	{Verb: verbFaults, Keys: []string{"x"}, Short: "faults", Help: "what can go wrong here: each item shows its command"},
	{Verb: verbTruncate, Keys: []string{"X"}, Short: "truncate", Help: "bring about a truncation: shows the plan, then does it"},
	{Verb: verbHold, Keys: []string{"H"}, Short: "hold", Help: "hold the selected operation where it is, or release it"},
	{Verb: verbBreak, Keys: []string{"b"}, Help: "a breakpoint on the selected machine's kind and node"},
	{Verb: verbBreaks, Keys: []string{"B"}, Help: "all breakpoints: switch, delete, add"},
	{Verb: verbPrompt, Keys: []string{":"}, Short: "command", Help: "any command, with completion"},
}}

// lookKeys choose what is shown.
var lookKeys = keys.Map{Name: "looking", Bindings: []keys.Binding{
	{Verb: verbMain, Keys: []string{"1"}, Help: "the main view"},
	{Verb: verbLogs, Keys: []string{"2"}, Help: "the logs view"},
	{Verb: verbEvents, Keys: []string{"6"}, Help: "the events view"},
	{Verb: verbFocus, Keys: []string{"tab"}, Help: "the next pane"},
	{Verb: verbFocusBack, Keys: []string{"shift+tab"}, Help: "the pane before"},
	{Verb: verbZoom, Keys: []string{"z"}, Help: "the focused pane alone, or all again"},
	{Verb: verbRoot, Keys: []string{"r"}, Help: "root the tree at the selected machine"},
	{Verb: verbWayBack, Keys: []string{"ctrl+o"}, Help: "back to the machine selected before"},
	{Verb: verbWayForth, Keys: []string{"ctrl+p"}, Help: "forth again"},
	{Verb: verbFilter, Keys: []string{"/"}, Help: "show only machines and events that meet a condition, and search for them"},
	{Verb: verbNext, Keys: []string{"n"}, Help: "the next event found; else the next line of the scenario"},
	{Verb: verbPrevious, Keys: []string{"N"}, Help: "the event found before"},
	{Verb: verbCopy, Keys: []string{"y"}, Help: "copy what is selected as text"},
	{Verb: verbHelp, Keys: []string{"?", "f1"}, Short: "help", Help: "all keys"},
	{Verb: verbClose, Keys: []string{"esc"}, Help: "close; interrupt what runs; end a search; back to now"},
	{Verb: verbQuit, Keys: []string{"q"}, Help: "quit; asks if the run is not saved"},
	{Verb: verbInterrupt, Keys: []string{"ctrl+c"}, Help: "interrupt what runs, else quit"},
}}

// globalVerb returns what a key does wherever the focus is.
func globalVerb(key string) keys.Verb {
	for _, m := range []*keys.Map{&timeKeys, &actKeys, &lookKeys} {
		if v := m.Verb(key); v != "" {
			return v
		}
	}
	return ""
}
