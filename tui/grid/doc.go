// Package grid is a screen of cells that is drawn into and becomes one string.
//
// It owns columns: every cell is one column wide, a wide character takes two,
// and whatever could change how a terminal shows what follows is quoted before
// it gets here. It refuses to know colours: a style is a number, and the palette
// says which escape sequence that is.
//
//	g := grid.New(120, 36)
//	c := g.All()
//	c.Text(0, 0, theme.Title, "logs")
//	screen := g.String(palette)
//
// Drawing does not allocate; String allocates the string alone.
package grid
