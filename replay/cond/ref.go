package cond

import (
	"strconv"
	"strings"

	"raftscope/replay/cond/words"
)

// Form is the way in which a Ref names its machine.
type Form uint8

// The forms, each with an example.
const (
	ByID     Form = 1 + iota // exec#57: the machine with this id
	Newest                   // exec@last: the newest of the kind
	Nth                      // exec@3: the third of the kind by birth; of execs and reads: the third of both
	NewestOn                 // append@n2: the newest of the kind on the node
	NthOn                    // append@n2@3: the third of the kind on the node
	EntryAt                  // entry n3:2/4: the newest entry of this term and index on the node
)

// Ref names a machine. String returns text that parses to the same value.
type Ref struct {
	Form  Form
	Kind  string // required; "entry" for EntryAt
	ID    uint64 // ByID
	Node  string // NewestOn, NthOn, EntryAt
	N     uint64 // Nth, NthOn: from 1
	Term  uint64 // EntryAt
	Index uint64 // EntryAt
}

// String returns the reference as it is written.
func (r Ref) String() string {
	switch r.Form {
	case ByID:
		return r.Kind + "#" + decimal(r.ID)
	case Newest:
		return r.Kind + "@" + lastWord
	case Nth:
		return r.Kind + "@" + decimal(r.N)
	case NewestOn:
		return r.Kind + "@" + r.Node
	case NthOn:
		return r.Kind + "@" + r.Node + "@" + decimal(r.N)
	case EntryAt:
		return entryKind + " " + r.Node + ":" + decimal(r.Term) + "/" + decimal(r.Index)
	}
	return ""
}

func decimal(n uint64) string { return strconv.FormatUint(n, 10) }

const (
	lastWord    = "last"
	entryKind   = "entry"
	refExpected = "a machine: KIND#ID, KIND@last, KIND@N, KIND@NODE, KIND@NODE@N or entry NODE:TERM/INDEX"
)

// IsRef says whether a word begins a reference to a machine.
func IsRef(w words.Word) bool {
	return w.Is(entryKind) || !w.Quoted && strings.ContainsAny(w.Text, "#@:")
}

// ReadRef takes a reference from the cursor. The error is an *Error.
func ReadRef(c *words.Cursor, s Scope) (Ref, error) {
	w := c.Peek()
	if w.Quoted {
		return Ref{}, c.Fail(w, refExpected)
	}
	if w.Is(entryKind) {
		c.Take()
		return readEntry(c, s)
	}
	if kind, id, ok := strings.Cut(w.Text, "#"); ok {
		return readByID(c, s, kind, id)
	}
	if kind, rest, ok := strings.Cut(w.Text, "@"); ok {
		return readNewest(c, s, kind, rest)
	}
	if strings.Contains(w.Text, ":") {
		return readEntry(c, s)
	}
	return Ref{}, c.Fail(w, refExpected)
}

// readByID reads KIND#ID.
func readByID(c *words.Cursor, s Scope, kind, id string) (Ref, error) {
	w := c.Take()
	if err := s.checkKind(c, part(w, 0, kind)); err != nil {
		return Ref{}, err
	}
	n, err := position(c, part(w, len(kind)+1, id), "the number of a machine")
	if err != nil {
		return Ref{}, err
	}
	return Ref{Form: ByID, Kind: kind, ID: n}, nil
}

// readNewest reads what may follow KIND@: last, N, NODE or NODE@N.
func readNewest(c *words.Cursor, s Scope, kind, rest string) (Ref, error) {
	w := c.Take()
	if err := s.checkKind(c, part(w, 0, kind)); err != nil {
		return Ref{}, err
	}
	after := part(w, len(kind)+1, rest)
	switch {
	case rest == lastWord:
		return Ref{Form: Newest, Kind: kind}, nil
	case rest != "" && strings.Trim(rest, "0123456789") == "":
		n, err := position(c, after, "a position")
		if err != nil {
			return Ref{}, err
		}
		return Ref{Form: Nth, Kind: kind, N: n}, nil
	}
	node, number, numbered := rest, "", false
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		node, number, numbered = rest[:at], rest[at+1:], true
	}
	if err := s.checkNode(c, part(after, 0, node), "last, a number or "); err != nil {
		return Ref{}, err
	}
	if !numbered {
		return Ref{Form: NewestOn, Kind: kind, Node: node}, nil
	}
	n, err := position(c, part(after, len(node)+1, number), "a position")
	if err != nil {
		return Ref{}, err
	}
	return Ref{Form: NthOn, Kind: kind, Node: node, N: n}, nil
}

// readEntry reads NODE:TERM/INDEX.
func readEntry(c *words.Cursor, s Scope) (Ref, error) {
	const expected = "an entry as NODE:TERM/INDEX, like n3:2/4"
	w := c.Peek()
	colon := strings.LastIndexByte(w.Text, ':')
	if w.Quoted || colon < 0 {
		return Ref{}, c.Fail(w, expected)
	}
	if err := s.checkNode(c, part(w, 0, w.Text[:colon]), ""); err != nil {
		return Ref{}, err
	}
	at := w.Text[colon+1:]
	term, index, ok := strings.Cut(at, "/")
	if !ok {
		return Ref{}, c.Fail(w, expected)
	}
	if err := s.checkKind(c, words.Word{Text: entryKind, Column: w.Column}); err != nil {
		return Ref{}, err
	}
	t, err := position(c, part(w, colon+1, term), "a term")
	if err != nil {
		return Ref{}, err
	}
	i, err := position(c, part(w, colon+1+len(term)+1, index), "an index")
	if err != nil {
		return Ref{}, err
	}
	c.Take()
	return Ref{Form: EntryAt, Kind: entryKind, Node: w.Text[:colon], Term: t, Index: i}, nil
}

// part returns the piece of a word that begins at a byte, with its column, so
// that an error points into the word.
func part(w words.Word, at int, text string) words.Word {
	return words.Word{Text: text, Column: w.Column + len([]rune(w.Text[:at]))}
}

// position reads a number from 1.
func position(c *words.Cursor, w words.Word, what string) (uint64, error) {
	n, ok := words.ParseUint(w, 1, 1<<63-1)
	if !ok {
		return 0, c.Fail(w, what+" from 1 to 9223372036854775807")
	}
	return n, nil
}
