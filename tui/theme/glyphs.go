package theme

// Glyphs are the characters of frames and marks. Each takes one column, on every
// terminal; see docs of the two sets.
type Glyphs struct {
	H, V        rune    // lines between panes
	Down, Up    rune    // where a line down meets a line across, and ends on it
	Leader      rune    // a node that leads
	Deposed     rune    // one that leads in an older term, and does not know it yet
	Candidate   rune    // one that asks for votes
	Unborn      rune    // one that has never started
	Nonvoter    rune    // a member without a vote
	Outside     rune    // a node that is no member
	Compacted   rune    // a place of a log whose entry a snapshot stands for
	Gone        rune    // an entry that was removed from its log just now
	Cut         rune    // a node that some other cannot hear
	Folded      rune    // a machine whose effects are hidden
	Unfolded    rune    // one whose effects are shown
	Leaf        rune    // one without effects
	Pointer     rune    // what is selected
	Done        rune    // rested well
	Bad         rune    // failed
	Stopped     rune    // time stands
	Running     rune    // time goes on
	Held        rune    // held by the user
	Arrow       rune    // from a node to a node
	Bars        [9]rune // activity, from none to most
	Truncate    rune    // marks of the overview
	Reject      rune
	Crash       rune
	Error       rune
	Violation   rune
	Fault       rune
	Cursor      rune
	StateBar    rune // between the states of a bar
	StateFill   rune // the time a state took
	Recording   rune
	Break       rune // a breakpoint
	MoreAbove   rune
	MoreBelow   rune
	Middle, End rune // of a tree

	TopLeft, TopRight, BottomLeft, BottomRight rune // of a dialog

	Earlier rune // before what is shown of time
	Later   rune // after it
	Above   rune // a machine that is shown further up
}

// Unicode needs a terminal and a font with box drawing and geometric shapes.
var Unicode = Glyphs{
	H: '─', V: '│', Down: '┬', Up: '┴', Leader: '★', Deposed: '☆', Candidate: '?', Unborn: '·', Nonvoter: '○', Outside: '-', Compacted: '·', Gone: '×', Cut: '✂', Folded: '▸', Unfolded: '▾', Leaf: '•', Pointer: '›',
	Done: '✓', Bad: '✗', Stopped: '■', Running: '▶', Held: '◆', Arrow: '→',
	Bars:     [9]rune{'·', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'},
	Truncate: '✂', Reject: '✗', Crash: '☠', Error: '!', Violation: '‼', Fault: '◆', Cursor: '┃',
	StateBar: '│', StateFill: '─', Recording: '●', Break: '●', MoreAbove: '↑', MoreBelow: '↓', Middle: '├', End: '└', Earlier: '«', Later: '»', Above: '↑',
	TopLeft: '┌', TopRight: '┐', BottomLeft: '└', BottomRight: '┘',
}

// ASCII needs nothing.
var ASCII = Glyphs{
	H: '-', V: '|', Down: '+', Up: '+', Leader: '*', Deposed: 'o', Candidate: '?', Unborn: '.', Nonvoter: 'n', Outside: '-', Compacted: '.', Gone: 'x', Cut: 'x', Folded: '+', Unfolded: '-', Leaf: '.', Pointer: '>',
	Done: 'v', Bad: 'x', Stopped: '=', Running: '>', Held: 'H', Arrow: '>',
	Bars:     [9]rune{'.', ',', ':', ';', '=', '+', '%', '&', '#'},
	Truncate: 'T', Reject: 'R', Crash: 'X', Error: '!', Violation: 'V', Fault: 'F', Cursor: '|',
	StateBar: '|', StateFill: '-', Recording: 'o', Break: 'o', MoreAbove: '^', MoreBelow: 'v', Middle: '|', End: '`', Earlier: '<', Later: '>', Above: '^',
	TopLeft: '+', TopRight: '+', BottomLeft: '+', BottomRight: '+',
}
