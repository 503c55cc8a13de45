//go:build unix

package tuitest

import (
	"errors"
	"fmt"
	"strconv"

	"golang.org/x/tools/txtar"
)

func (p *player) keys(_ bool, args []word) error {
	inputs, err := parseKeys(args)
	if err != nil {
		return err
	}
	for _, in := range inputs {
		p.mark()
		if in.key != "" {
			err = p.term.Key(in.key)
		} else {
			err = p.term.Text(in.text)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *player) paste(_ bool, args []word) error {
	p.mark()
	return p.term.Paste(args[0].text)
}

func (p *player) focus(_ bool, args []word) error {
	if args[0].text != "in" && args[0].text != "out" {
		return fmt.Errorf("got %q, expected in or out", args[0].text)
	}
	p.mark()
	return p.term.Focus(args[0].text == "in")
}

func (p *player) resize(_ bool, args []word) error {
	cols, rows, err := parseSize(args[0].text)
	if err != nil {
		return err
	}
	p.mark()
	return p.term.Resize(cols, rows)
}

// gestures are what mouse can do, as reports.
var gestures = map[string][]Mouse{
	"click":     {{Kind: MousePress}, {Kind: MouseRelease}},
	"right":     {{Kind: MousePress, Button: 2}, {Kind: MouseRelease, Button: 2}},
	"press":     {{Kind: MousePress}},
	"release":   {{Kind: MouseRelease}},
	"drag":      {{Kind: MouseDrag}},
	"move":      {{Kind: MouseMove}},
	"wheelup":   {{Kind: MousePress, Button: 64}},
	"wheeldown": {{Kind: MousePress, Button: 65}},
}

func (p *player) mouse(_ bool, args []word) error {
	reports, ok := gestures[args[0].text]
	if !ok {
		return fmt.Errorf("got %q, expected one of click right press release drag move wheelup wheeldown", args[0].text)
	}
	col, row, err := p.place(args[1:])
	if err != nil {
		return err
	}
	p.mark()
	for _, m := range reports {
		m.Col, m.Row = col, row
		heard, err := p.term.Mouse(m)
		if err != nil {
			return err
		}
		if !heard {
			return errors.New("the program does not listen to that of the mouse")
		}
	}
	return nil
}

// place returns what two numbers say, or where a text begins, once it is there.
func (p *player) place(args []word) (col, row int, err error) {
	if args[0].quoted {
		w, err := parseSought(args)
		if err != nil {
			return 0, 0, err
		}
		err = p.until(false, func(s Screen) error {
			if err := w.in(s); err != nil {
				return err
			}
			at := s.Find(w.text, w.row)[0]
			col, row = at.From, at.Row
			return nil
		})
		return col, row, err
	}
	if len(args) != 2 {
		return 0, 0, errors.New("expected a column and a row, or a text in quotes")
	}
	col, err1 := strconv.Atoi(args[0].text)
	row, err2 := strconv.Atoi(args[1].text)
	if err1 != nil || err2 != nil || col < 1 || row < 1 {
		return 0, 0, fmt.Errorf("got %s %s, expected a column and a row, counted from 1", args[0].text, args[1].text)
	}
	return col, row, nil
}

// setFile puts a file into the archive.
func (p *player) setFile(name, text string) {
	if i, ok := p.file(name); ok {
		p.archive.Files[i].Data = []byte(text)
		return
	}
	p.used[name] = true
	p.archive.Files = append(p.archive.Files, txtar.File{Name: name, Data: []byte(text)})
}
