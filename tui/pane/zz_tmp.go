package pane

import (
	"raftscope/replay"
	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/theme"
)

type blank struct {
	name string
	m    keys.Map
}

func (b *blank) Name() string                { return b.name }
func (b *blank) Title(*Scene) string         { return b.name }
func (b *blank) Keys() *keys.Map             { return &b.m }
func (b *blank) Do(keys.Verb, *Scene) Action { return nil }
func (b *blank) Click(int, int, *Scene) Action {
	return nil
}
func (b *blank) Wheel(int, *Scene) Action { return nil }
func (b *blank) Version() uint64          { return 0 }
func (b *blank) Copy(*Scene) string       { return b.name }
func (b *blank) Draw(c grid.Canvas, s *Scene, f bool) {
	c.Text(1, 0, theme.Dim, b.name)
}

type Overview = blank
type WriteLine = blank

func NewOverview() *blank  { return &blank{name: "overview"} }
func NewWriteLine() *blank { return &blank{name: "write"} }
func NewLogs() Pane        { return &blank{name: "logs"} }
func NewTree() Pane        { return &blank{name: "tree"} }
func NewDetail() Pane      { return &blank{name: "detail"} }
func NewNext() Pane        { return &blank{name: "next"} }
func NewLogsFull() Pane    { return &blank{name: "logs in full"} }
func NewEvents() Pane      { return &blank{name: "events"} }

type Item struct {
	Label, Command string
	Prompt         bool
}

func FaultsFor(v replay.View, m *replay.Machine) []Item { return nil }
func NodeFaults(v replay.View, n string) []Item         { return nil }
func WorldFaults(v replay.View) []Item                  { return nil }
