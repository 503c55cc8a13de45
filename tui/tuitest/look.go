//go:build unix

package tuitest

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	// pollEvery is how often the screen is looked at.
	pollEvery = 10 * time.Millisecond
	// quiet is how long a program that has settled has not written.
	quiet = 60 * time.Millisecond
	// unmoved is how long a program that does not answer what was typed is
	// waited for: it may have nothing to say.
	unmoved = 300 * time.Millisecond
	// updateQuiet is the same for a screen that becomes the golden one.
	updateQuiet = 600 * time.Millisecond
)

// mark remembers that the program was given something to do.
func (p *player) mark() {
	if p.term != nil {
		p.typedAt, _ = p.term.Activity()
	}
	p.typed = time.Now()
}

// settled says whether the program has written what it has to write.
func (p *player) settled(quiet, unmoved time.Duration) bool {
	written, since := p.term.Activity()
	if _, ended := p.term.Ended(); ended {
		return true
	}
	return since >= quiet && (written != p.typedAt || time.Since(p.typed) >= unmoved)
}

// until looks at the screen until it is as wanted; only at settled ones, if so
// told. The last look is at whatever is there.
func (p *player) until(settled bool, wanted func(Screen) error) error {
	deadline := time.Now().Add(p.limit)
	for {
		late := time.Now().After(deadline)
		_, ended := p.term.Ended()
		if late || !settled || p.settled(quiet, unmoved) {
			s, err := p.term.Screen()
			if err != nil {
				return err
			}
			if err = wanted(s); err == nil {
				return nil
			}
			if late {
				return fmt.Errorf("%w, for %s", err, p.limit)
			}
			if ended {
				return err
			}
		}
		time.Sleep(pollEvery)
	}
}

// sought is a text that is looked for.
type sought struct {
	text   string
	row    int // 0: any
	styles []string
}

func parseSought(args []word) (sought, error) {
	w := sought{text: args[0].text}
	for i := 1; i < len(args); i++ {
		if args[i].text == "row" && i+1 < len(args) {
			n, err := strconv.Atoi(args[i+1].text)
			if err != nil || n < 1 {
				return w, fmt.Errorf("got row %q, expected a number from 1", args[i+1].text)
			}
			w.row = n
			i++
			continue
		}
		if _, known := (Style{}).has(args[i].text); !known {
			return w, fmt.Errorf("got %q, expected row N or a style: some of plain %s fg=COLOUR bg=COLOUR", args[i].text, strings.Join(attrNames, " "))
		}
		w.styles = append(w.styles, args[i].text)
	}
	if w.text == "" {
		return w, errors.New("got an empty text, expected one to look for")
	}
	return w, nil
}

// in says whether the text is on the screen, and if not, what comes nearest.
func (w sought) in(s Screen) error {
	places := s.Find(w.text, w.row)
	if len(places) == 0 {
		where := "on the screen"
		if w.row != 0 {
			where = fmt.Sprintf("in row %d", w.row)
		}
		return fmt.Errorf("%q is not %s", w.text, where)
	}
	var other Style
	for _, at := range places {
		fits := true
		for col := at.From; col <= at.To; col++ {
			style := s.Cell(col, at.Row).Style
			for _, name := range w.styles {
				if ok, _ := style.has(name); !ok {
					fits, other = false, style
				}
			}
		}
		if fits {
			return nil
		}
	}
	return fmt.Errorf("%q is not %s but %s", w.text, strings.Join(w.styles, " "), other)
}

// notIn is the opposite.
func (w sought) notIn(s Screen) error {
	if w.in(s) == nil {
		return fmt.Errorf("%q is on the screen", w.text)
	}
	return nil
}

func (p *player) look(settled, not bool, args []word) error {
	w, err := parseSought(args)
	if err != nil {
		return err
	}
	if not {
		return p.until(settled, w.notIn)
	}
	return p.until(settled, w.in)
}

func (p *player) await(not bool, args []word) error  { return p.look(false, not, args) }
func (p *player) awaitNot(_ bool, args []word) error { return p.look(false, true, args) }
func (p *player) expect(not bool, args []word) error { return p.look(true, not, args) }
func (p *player) settle(bool, []word) error          { return p.until(true, func(Screen) error { return nil }) }
func (p *player) clipboard(not bool, args []word) error {
	return p.holds("the clipboard", p.term.Clipboard, not, args)
}

func (p *player) title(not bool, args []word) error {
	return p.holds("the title", func() (string, bool) { return p.term.Title(), true }, not, args)
}

// holds waits until something is the text that is given.
func (p *player) holds(what string, get func() (string, bool), not bool, args []word) error {
	return p.until(false, func(Screen) error {
		switch got, ok := get(); {
		case !ok && !not:
			return fmt.Errorf("%s was not set, expected %q", what, args[0].text)
		case (got == args[0].text) == not:
			return fmt.Errorf("%s is %q, expected %q%s", what, got, args[0].text, map[bool]string{true: " not to be it"}[not])
		}
		return nil
	})
}

// mask is what screens are not compared in.
type mask struct{ *regexp.Regexp }

func (p *player) setMasks(_ bool, args []word) error {
	p.masks = nil
	for _, w := range args {
		re, err := regexp.Compile(w.text)
		if err != nil {
			return fmt.Errorf("got %q, expected a regular expression: %w", w.text, err)
		}
		p.masks = append(p.masks, mask{re})
	}
	return nil
}

// masked returns a golden text with as many ? as there were characters where
// something is not compared.
func (p *player) masked(text string) string {
	for _, m := range p.masks {
		text = m.ReplaceAllStringFunc(text, func(s string) string { return strings.Repeat("?", len([]rune(s))) })
	}
	return text
}

// compare holds the whole screen against a file of the archive.
func (p *player) compare(_ bool, args []word) error {
	name, styles := args[0].text, false
	if len(args) > 1 {
		if styles = args[1].text == "styles"; !styles {
			return fmt.Errorf("got %q, expected styles", args[1].text)
		}
	}
	i, ok := p.file(name)
	if p.options.Update && !p.options.Tmux {
		return p.record(name, styles)
	}
	if !ok {
		return fmt.Errorf("the archive has no file %q; -update makes it", name)
	}
	want := string(p.archive.Files[i].Data)
	return p.until(true, func(s Screen) error {
		return difference(name, want, p.masked(s.golden(styles)))
	})
}

// record makes the screen the golden one.
func (p *player) record(name string, styles bool) error {
	deadline := time.Now().Add(p.limit)
	for !p.settled(updateQuiet, updateQuiet) && time.Now().Before(deadline) {
		time.Sleep(pollEvery)
	}
	s, err := p.term.Screen()
	if err != nil {
		return err
	}
	p.setFile(name, p.masked(s.golden(styles)))
	return nil
}

// difference tells the first rows in which two golden texts differ.
func difference(name, want, got string) error {
	if want == got {
		return nil
	}
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	var b strings.Builder
	fmt.Fprintf(&b, "the screen is not %s; - what that has, + what is seen", name)
	told := 0
	for i := range max(len(w), len(g)) {
		var a, c string
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			c = g[i]
		}
		if a == c {
			continue
		}
		if told++; told > 10 {
			b.WriteString("\n    …")
			break
		}
		fmt.Fprintf(&b, "\n%3d -%s\n    +%s", i+1, a, c)
	}
	return errors.New(b.String())
}
