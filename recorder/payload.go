package recorder

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"raftscope/sm"
)

// ErrPayload: the text says no Payload.
var ErrPayload = errors.New("expected whole, off or prefix=N")

// Payload says how much of users' data a recording keeps. The zero Payload
// keeps all of it.
//
// Payload is in: the labels of exec, read, apply and entry machines; the
// attributes result, result-hash and told; the reasons why an exec or a read failed; and
// what follows the node's name in write and read commands of the journal. Such
// a text is cut to a prefix, then its full size is told: "set p...[16 bytes]",
// or "[16 bytes]" if nothing is kept. Texts that raft and raftscope use
// themselves ("ok", "no-op", "leadership lost ...") stay. Sizes, hashes of the
// state machine's contents, notes and raft's log lines stay too.
type Payload struct {
	limited bool
	bytes   int
}

// PayloadPrefix keeps the first n bytes of each text; 0 keeps nothing.
func PayloadPrefix(n int) Payload { return Payload{limited: true, bytes: max(n, 0)} }

const (
	payloadWhole  = "whole"
	payloadOff    = "off"
	payloadPrefix = "prefix="
)

// ParsePayload parses whole, off or prefix=N. It fails with ErrPayload.
func ParsePayload(s string) (Payload, error) {
	switch {
	case s == payloadWhole:
		return Payload{}, nil
	case s == payloadOff:
		return PayloadPrefix(0), nil
	}
	if digits, ok := strings.CutPrefix(s, payloadPrefix); ok {
		if n, err := strconv.ParseUint(digits, 10, 31); err == nil {
			return PayloadPrefix(int(n)), nil
		}
	}
	return Payload{}, fmt.Errorf("payload %q: %w", s, ErrPayload)
}

// String returns what ParsePayload parses.
func (p Payload) String() string {
	switch {
	case !p.limited:
		return payloadWhole
	case p.bytes == 0:
		return payloadOff
	}
	return payloadPrefix + strconv.Itoa(p.bytes)
}

// plain are texts in the place of payload that hold none: labels of raft's own
// entries, and what raft and raftscope answer clients.
var plain = map[string]bool{
	"": true, "ok": true, "(none)": true, "no-op": true, "barrier": true, "configuration": true,
	"node is down":                           true,
	"connection lost: the node went down":    true,
	"node is not the leader":                 true,
	"leadership lost while committing log":   true,
	"leadership transfer in progress":        true,
	"raft is already shutdown":               true,
	"timed out enqueuing operation":          true,
	"snapshot restored while committing log": true,
	"nothing new to snapshot":                true,
	"node is the leader":                     true,
}

// cutter takes payload out of events.
type cutter struct {
	payload Payload
	clients map[sm.ID]bool // execs and reads that have not ended yet
}

// cut returns e without the payload that is not to be kept. Only its texts
// change.
func (c *cutter) cut(e sm.Event) sm.Event {
	switch e.Type {
	case sm.Born:
		client := e.Kind == "exec" || e.Kind == "read"
		if client {
			c.clients[e.Machine] = true
		}
		if client || e.Kind == "apply" || e.Kind == "entry" {
			e.Text = c.text(e.Text)
		}
	case sm.Attributed:
		if e.IsText && (e.Key == "result" || e.Key == "result-hash" || e.Key == "told") {
			e.Text = c.text(e.Text)
		}
	case sm.Failed:
		if c.clients[e.Machine] {
			e.Text = c.text(e.Text)
			delete(c.clients, e.Machine)
		}
	case sm.Closed, sm.Abandoned:
		delete(c.clients, e.Machine)
	case sm.Command:
		e.Text = c.command(e.Text)
	}
	return e
}

// command cuts what a client's command says behind the node's name.
func (c *cutter) command(line string) string {
	verb, rest, _ := strings.Cut(line, " ")
	node, what, ok := strings.Cut(rest, " ")
	if !ok || verb != "write" && verb != "read" {
		return line
	}
	return verb + " " + node + " " + c.text(what)
}

func (c *cutter) text(s string) string {
	if plain[s] || c.payload.bytes >= len(s) {
		return s
	}
	kept := s[:c.payload.bytes]
	for len(kept) > 0 && !utf8.ValidString(kept) && utf8.ValidString(s) {
		kept = kept[:len(kept)-1] // the cut went through a character
	}
	if kept != "" {
		kept += "..."
	}
	return kept + "[" + strconv.Itoa(len(s)) + " bytes]"
}
