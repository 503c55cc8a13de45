package history

// Work is counted, in units of about what comparing two short texts takes, so
// that a bound on it is one on time too and yet the same on every computer.
// What grows with the history faster than in a line is counted before it is
// done.
const (
	perStep    = 64          // work of one operation tried
	perCall    = 64          // work of making one call ready for a search
	perSegment = 4 * perStep // work of beginning to look for an order
)

// Shares of what is left of the budget: one part of so many.
const (
	keyShare   = 2 // that deciding about one key may use
	blameShare = 4 // that naming its calls may use then
)

// checker holds what is left of the budget of a history.
type checker struct {
	left     int // work that may yet be done; below 0 by what the last search overshot
	stepsMax int // operations tried, for one search
}

// afford takes work from what is left. It reports false, and leaves nothing, if
// that is too much: what is asked for next would be too much as well, and often.
func (c *checker) afford(work int) bool {
	if work >= c.left {
		c.left = min(c.left, 0)
		return false
	}
	c.left -= work
	return true
}

// sharing does what may use one part of so many of what is left.
func (c *checker) sharing(parts int, do func()) {
	kept := c.left - c.left/parts
	c.left -= kept
	do()
	c.left += kept
}

// longer is the work with a text of n bytes that there is not with a short one:
// a recording that was not made by us may have texts of any length.
func longer(n int) int { return max(0, n-headMax) / 8 }

// weight is the work of making a call ready for a search.
func (c *Call) weight() int {
	work := perCall + longer(len(c.saw.text))
	for _, a := range c.args {
		work += longer(len(a.text))
	}
	return work
}
