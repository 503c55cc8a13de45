package pane

import (
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

type WriteLine = blank

func NewWriteLine() *blank { return &blank{name: "write"} }
func NewEvents() Pane      { return &blank{name: "events"} }
