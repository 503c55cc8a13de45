//go:build unix

package tuitest

import "unicode/utf8"

// maxSequence bounds what is kept of one control sequence; a clipboard of 1 MB
// is 1.4 MB in base64.
const maxSequence = 4 << 20

// sequence is a control sequence: ESC, CSI, or a string such as OSC.
type sequence struct {
	kind   byte   // the byte behind ESC: '[' CSI, ']' OSC, 'P' DCS, 'X' '^' '_' other strings; 0 a plain ESC sequence
	prefix byte   // one of < = > ? at the start of a CSI's parameters, or 0
	params string // parameters of a CSI, text of a string
	inter  string // intermediate bytes
	final  byte
}

// handler takes what a program wrote, piece by piece.
type handler interface {
	print(r rune)
	control(c byte)
	sequence(s sequence)
	invalid(what string)
}

// parser splits a terminal's input into text and control sequences, as ECMA-48
// has it. It keeps what is not yet whole for the next call.
type parser struct {
	h     handler
	state parserState
	seq   sequence
	buf   []byte // parameters or text of the sequence under way
	rune  []byte // a rune under way
}

type parserState uint8

const (
	inGround parserState = iota
	inEscape
	inCSI
	inString
	inStringEscape // an ESC inside a string: its end, if \ follows
)

// feed takes the next bytes.
func (p *parser) feed(data []byte) {
	for _, c := range data {
		p.byte(c)
	}
}

func (p *parser) byte(c byte) {
	if len(p.rune) > 0 || (p.state == inGround && c >= utf8.RuneSelf) {
		p.runeByte(c)
		return
	}
	if p.state == inString || p.state == inStringEscape {
		p.stringByte(c)
		return
	}
	switch {
	case c == 0x1b:
		if p.state != inGround {
			p.h.invalid("an escape inside a control sequence")
		}
		p.state, p.seq, p.buf = inEscape, sequence{}, p.buf[:0]
	case c < 0x20 || c == 0x7f:
		p.h.control(c) // inside sequences too, as terminals do
	case p.state == inEscape:
		p.escapeByte(c)
	case p.state == inCSI:
		p.csiByte(c)
	default:
		p.h.print(rune(c))
	}
}

// runeByte collects a rune; a broken one is told and what follows it stands.
func (p *parser) runeByte(c byte) {
	if len(p.rune) > 0 && utf8.RuneStart(c) {
		p.rune = p.rune[:0]
		p.h.invalid("broken UTF-8")
		p.h.print(utf8.RuneError)
		p.byte(c)
		return
	}
	p.rune = append(p.rune, c)
	if !utf8.FullRune(p.rune) {
		return
	}
	r, _ := utf8.DecodeRune(p.rune)
	if r == utf8.RuneError && string(p.rune) != "\uFFFD" {
		p.h.invalid("broken UTF-8")
	}
	p.rune = p.rune[:0]
	p.h.print(r)
}

func (p *parser) escapeByte(c byte) {
	switch {
	case c >= 0x20 && c <= 0x2f:
		p.buf = append(p.buf, c)
	case len(p.buf) == 0 && c == '[':
		p.state = inCSI
		p.seq.kind = c
	case len(p.buf) == 0 && (c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_'):
		p.state = inString
		p.seq.kind = c
	default:
		p.seq.inter, p.seq.final = string(p.buf), c
		p.end()
	}
}

func (p *parser) csiByte(c byte) {
	switch {
	case c >= 0x40 && c <= 0x7e:
		p.seq.params, p.seq.final = string(p.buf), c
		p.end()
	case c >= 0x20 && c <= 0x2f:
		p.seq.inter += string(c)
	case c >= '<' && c <= '?' && len(p.buf) == 0 && p.seq.prefix == 0:
		p.seq.prefix = c
	case len(p.buf) < maxSequence:
		p.buf = append(p.buf, c)
	}
}

func (p *parser) stringByte(c byte) {
	switch {
	case p.state == inStringEscape && c == '\\', p.state == inString && c == 0x07:
		p.seq.params = string(p.buf)
		p.end()
	case p.state == inStringEscape: // the string was cut off by another sequence
		p.h.invalid("a control string that does not end")
		p.state, p.seq, p.buf = inEscape, sequence{}, p.buf[:0]
		p.byte(c)
	case c == 0x1b:
		p.state = inStringEscape
	case c == 0x18 || c == 0x1a:
		p.state = inGround // cancelled
	case len(p.buf) < maxSequence:
		p.buf = append(p.buf, c)
	}
}

func (p *parser) end() {
	p.state = inGround
	s := p.seq
	p.seq, p.buf = sequence{}, p.buf[:0]
	p.h.sequence(s)
}
