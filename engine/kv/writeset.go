package kv

import (
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Op is what a write set does to its key.
type Op string

// The operations of a write set. Read-modify-write commands (incr, cas,
// append) are executed on the leader and reach the log as OpSet, as dqlite's
// frames and SQLite's pages do: the log carries effects, not programs.
const (
	OpSet Op = "set"
	OpDel Op = "del"
)

// WriteSet is the effect of one executed command: what the log carries.
type WriteSet struct {
	Op    Op
	Key   string
	Value string // OpSet only
}

// ErrWriteSet is wrapped by every error of Decode.
var ErrWriteSet = errors.New("not a write set")

// Encode returns the write set as one line of text, never empty, in memory of
// its own: raft's LogStore wrapper finds an entry's request by the identity of
// these bytes.
func (w WriteSet) Encode() []byte {
	if w.Op == OpDel {
		return []byte(string(w.Op) + " " + strconv.Quote(w.Key))
	}
	return []byte(string(w.Op) + " " + strconv.Quote(w.Key) + " " + strconv.Quote(w.Value))
}

// String shows the write set as a label: "set x=1".
func (w WriteSet) String() string {
	if w.Op == OpDel {
		return "del " + Show(w.Key)
	}
	return string(w.Op) + " " + Show(w.Key) + "=" + Show(w.Value)
}

// showMax is how many bytes of a key or value a label shows.
const showMax = 60

// None is how a read is told that there is no such key.
const None = "(none)"

// Show makes a key or value fit for a label: quoted if it holds anything but
// visible characters or could be taken for something else, and cut if it is
// long. What is not cut can be read back, and no two texts are shown alike:
// package history of replay checks what clients were told by these texts.
func Show(s string) string {
	rest := ""
	if Clipped(s) {
		s, rest = strings.ToValidUTF8(s[:showMax], ""), fmt.Sprintf("...(%d B)", len(s))
	}
	if s == "" || s == None || strings.Contains(s, "...(") || strings.ContainsFunc(s, needsQuotes) {
		s = strconv.Quote(s)
	}
	return s + rest
}

func needsQuotes(r rune) bool {
	return r == ' ' || r == '"' || r == '\\' || !unicode.IsGraphic(r) || r == utf8.RuneError
}

// Clipped reports whether Show shows only the beginning of s.
func Clipped(s string) bool { return len(s) > showMax }

// Sum returns 16 hex digits for a value that Show clips: its 64-bit FNV-1a
// hash, by which two long values can be told apart.
func Sum(s string) string {
	h := fnv.New64a()
	h.Write([]byte(s))
	return fmt.Sprintf("%016x", h.Sum64())
}

// Decode parses what Encode wrote.
func Decode(data []byte) (WriteSet, error) {
	op, rest, _ := strings.Cut(string(data), " ")
	key, rest, err := unquote(rest)
	if err != nil {
		return WriteSet{}, fmt.Errorf("%w: key: %w", ErrWriteSet, err)
	}
	w := WriteSet{Op: Op(op), Key: key}
	switch w.Op {
	case OpSet:
		if w.Value, rest, err = unquote(strings.TrimPrefix(rest, " ")); err != nil {
			return WriteSet{}, fmt.Errorf("%w: value: %w", ErrWriteSet, err)
		}
	case OpDel:
	default:
		return WriteSet{}, fmt.Errorf("%w: operation %q, expected set or del", ErrWriteSet, op)
	}
	if rest != "" {
		return WriteSet{}, fmt.Errorf("%w: %d bytes too many", ErrWriteSet, len(rest))
	}
	return w, nil
}

func unquote(s string) (value, rest string, err error) {
	quoted, err := strconv.QuotedPrefix(s)
	if err != nil {
		return "", "", err
	}
	value, err = strconv.Unquote(quoted)
	return value, s[len(quoted):], err
}
