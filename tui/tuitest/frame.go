//go:build unix

package tuitest

import (
	"errors"
	"fmt"
)

// CheckFrame says whether a frame, before it is drawn, is exactly of a size:
// rows parted by line feeds and no control characters or sequences in them but
// styles and links. It is for programs whose renderer would cut off what is too
// wide or too high, so that the screen does not tell.
func CheckFrame(frame string, cols, rows int) error {
	f := frameChecker{cols: cols, row: 1}
	p := parser{h: &f}
	p.feed([]byte(frame))
	if p.state != inGround {
		f.invalid("a sequence that is not whole")
	}
	f.line()
	if f.err == nil && f.row != rows {
		f.err = fmt.Errorf("the frame has %d rows, expected %d", f.row, rows)
	}
	return f.err
}

// frameChecker measures rows and keeps the first thing that is wrong.
type frameChecker struct {
	cols, col, row int
	err            error
}

func (f *frameChecker) fail(format string, args ...any) {
	if f.err == nil {
		f.err = errors.New(fmt.Sprintf("row %d, behind column %d: ", f.row, f.col) + fmt.Sprintf(format, args...))
	}
}

func (f *frameChecker) line() {
	if f.col != f.cols {
		f.fail("the row has %d columns, expected %d", f.col, f.cols)
	}
}

func (f *frameChecker) print(r rune) {
	if r >= 0x80 && r < 0xa0 {
		f.fail("control character %U", r)
	}
	f.col += runeWidth(r)
}

func (f *frameChecker) control(c byte) {
	if c != '\n' {
		f.fail("control character %U", c)
		return
	}
	f.line()
	f.row++
	f.col = 0
}

func (f *frameChecker) sequence(s sequence) {
	style := s.kind == '[' && s.final == 'm' && s.prefix == 0 && s.inter == ""
	link := s.kind == ']' && len(s.params) > 1 && s.params[:2] == "8;"
	if !style && !link {
		f.fail("a control sequence %c%q%c", s.kind, s.params, s.final)
	}
}

func (f *frameChecker) invalid(what string) { f.fail("%s", what) }
