package dialog

import (
	"raftscope/tui/grid"
	"raftscope/tui/theme"
)

// marksPage is the name of the page that explains marks.
const marksPage = "marks"

// markBlocks explain the marks and colours on the screen. No meaning is in a
// colour alone, so a colour stands beside the mark or word it goes with.
func markBlocks(t *theme.Theme) []helpBlock {
	g := &t.Glyphs
	is := func(style grid.Style, text string, marks ...rune) helpEntry {
		return helpEntry{string(marks), style, text}
	}
	return []helpBlock{
		{head: "entries in logs", about: "The number is the entry's term, and so is its colour.", entries: []helpEntry{
			{"[2]", theme.Term2, "committed, or applied as well"},
			{"2", theme.Term2, "on disk, and not known to be committed"},
			{"~2", theme.Term2, "being written"},
			{"2!", theme.Failed, "in conflict with the leader's log"},
			is(theme.Failed, "truncated just now; behind a number: what came in its place", g.Gone),
			is(theme.Dim, "compacted: a snapshot stands for it", g.Compacted, g.Compacted),
		}},
		{head: "nodes", entries: []helpEntry{
			is(theme.Leader, "leads", g.Leader),
			is(theme.Dim, "leads in an older term, and does not know it yet", g.Deposed),
			is(theme.Candidate, "asks for votes", g.Candidate),
			is(theme.Fault, "cut off from others", g.Cut),
			is(theme.Held, "frozen", g.Held),
			is(theme.Down, "crashed", g.Crash),
			is(theme.Down, "stopped", g.Bad),
			is(theme.Dim, "never started", g.Unborn),
			is(theme.Warn, "behind the name: a member of the cluster without a vote", g.Nonvoter),
			is(theme.Warn, "behind the name: no member of the cluster", g.Outside),
			is(theme.Warn, "behind a word or the number of a configuration: not committed", '?'),
		}},
		{head: "machines", entries: []helpEntry{
			is(theme.Working, "under way", g.Running),
			is(theme.OK, "rests well", g.Done),
			is(theme.Failed, "failed, was rejected or lost", g.Bad),
			is(theme.Failed, "truncated: an entry that lost against another", g.Truncate),
			is(theme.Held, "held where it is", g.Held),
			is(theme.Down, "gone with its node", g.Crash),
		}},
		{head: "the tree", entries: []helpEntry{
			is(theme.Dim, "its effects are shown", g.Unfolded),
			is(theme.Dim, "its effects are hidden", g.Folded),
			is(theme.Dim, "it has none", g.Leaf),
			is(theme.Dim, "it stands further up already", g.Above),
			is(theme.Dim, "the bar begins before what is shown of time", g.Earlier),
			is(theme.Dim, "the bar goes on behind it", g.Later),
		}},
		{head: "the overview", entries: []helpEntry{
			is(theme.Text, "how much happened", g.Bars[1], g.Bars[4], g.Bars[8]),
			is(theme.Leader, "who leads from here on, and in which term", g.Leader),
			is(theme.Failed, "a truncation", g.Truncate),
			is(theme.Failed, "a rejection", g.Reject),
			is(theme.Failed, "a client was told an error", g.Error),
			is(theme.Down, "a crash", g.Crash),
			is(theme.Fault, "a fault that was brought about", g.Fault),
			is(theme.Failed, "a violation of what raft promises", g.Violation),
			is(theme.Key, "the moment that is shown", g.Cursor),
		}},
		{head: "the header", entries: []helpEntry{
			{"LIVE", theme.Live, "the newest event; the cluster can go on from it"},
			{"HISTORY", theme.History, "an earlier moment; end goes back to now"},
			{"REPLAY", theme.Replay, "a recording; there is no cluster"},
			is(theme.Warn, "time stands", g.Stopped),
			is(theme.OK, "time goes on", g.Running),
			is(theme.Failed, "the run is being recorded to that file; with a number: breakpoints", g.Recording),
		}},
		{head: "lists", entries: []helpEntry{
			is(theme.Text, "the cursor", g.Pointer),
			is(theme.Dim, "there is more above, below", g.MoreAbove, ' ', g.MoreBelow),
			is(theme.Dim, "text was cut off", grid.Ellipsis),
			{`"\x1b"`, theme.Warn, "what could disturb the terminal is shown as escapes, in quotes"},
		}},
	}
}
