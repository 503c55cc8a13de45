package command

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"raftscope/replay/cond/words"
	"raftscope/sm"
)

// Form says which kind of place a Place is.
type Form uint8

// The forms, each with an example.
const (
	AtTime  Form = 1 + iota // 1.318s, 1318ms, or 1.318 as columns show it
	AtEvent                 // event 412, or 412
	ByTime                  // +5ms, -3.2ms
	AtHome                  // home: before the first event
	AtEnd                   // end: the newest event
)

// Place is a moment of a run.
type Place struct {
	Form Form
	Time sm.Time // AtTime: since the start of the run; ByTime: from here on, perhaps below zero
	Seq  uint64  // AtEvent: the event's number, from 1
}

// placeExpected is what errors say.
const placeExpected = "a time like 1.318s, a stretch from here like -5ms, an event's number, home or end"

// ParsePlace reads a place that is the whole text of a line, as a dialog asks
// for it. There an event may also be called #412, which begins a comment in a
// command. The error is an *words.Error.
func ParsePlace(text string) (Place, error) {
	if rest, ok := strings.CutPrefix(strings.TrimSpace(text), "#"); ok {
		text = strings.Replace(text, "#", " ", 1)
		if n, ok := words.ParseUint(words.Word{Text: strings.TrimSpace(rest)}, 1, eventMax); ok {
			return Place{Form: AtEvent, Seq: n}, nil
		}
	}
	scanner, err := words.NewScanner(1, text)
	if err != nil {
		return Place{}, err
	}
	c, err := words.ReadCommand(scanner)
	if err != nil {
		return Place{}, err
	}
	at := scanner.Column()
	if scanner.Separator() {
		return Place{}, &words.Error{Line: 1, Column: at, Word: ";", Expected: "the end of the line"}
	}
	p, err := readPlace(c)
	if err == nil {
		err = c.End(nothingMore)
	}
	if err != nil {
		return Place{}, err
	}
	return p, nil
}

// eventMax is more than a run ever numbers.
const eventMax = 1<<63 - 1

// readPlace takes a place from the cursor.
func readPlace(c *words.Cursor) (Place, error) {
	w := c.Peek()
	switch {
	case c.Accept("home"):
		return Place{Form: AtHome}, nil
	case c.Accept("end"):
		return Place{Form: AtEnd}, nil
	case c.Accept("event"):
		n, err := c.Uint("the number of an event", 1, eventMax)
		return Place{Form: AtEvent, Seq: n}, err
	}
	if n, ok := words.ParseUint(w, 1, eventMax); ok {
		c.Take()
		return Place{Form: AtEvent, Seq: n}, nil
	}
	p, err := parseTime(w.Text)
	if err != nil || w.Quoted {
		return Place{}, c.Unknown(w, placeExpected, []string{"home", "end", "event"})
	}
	c.Take()
	return p, nil
}

// parseTime reads a time, or a stretch of time that begins with a sign.
func parseTime(text string) (Place, error) {
	text = strings.Replace(text, "−", "-", 1) // as the header shows it
	p := Place{Form: AtTime}
	if strings.HasPrefix(text, "+") || strings.HasPrefix(text, "-") {
		p.Form = ByTime
	}
	if strings.Contains(text, ".") && strings.Trim(text, "+-0123456789.") == "" {
		text += "s" // columns of times leave it out
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return Place{}, errors.New("not a time")
	}
	p.Time = sm.Time(d)
	return p, nil
}

// String returns the place as it is written.
func (p Place) String() string {
	switch p.Form {
	case AtTime:
		return time.Duration(p.Time).String()
	case AtEvent:
		return "event " + strconv.FormatUint(p.Seq, 10)
	case ByTime:
		if p.Time >= 0 {
			return "+" + time.Duration(p.Time).String()
		}
		return time.Duration(p.Time).String()
	case AtHome:
		return "home"
	case AtEnd:
		return "end"
	}
	return ""
}
