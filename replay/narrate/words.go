package narrate

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"raftscope/replay"
)

const (
	labelMax  = 48 // characters of a label: a user's keys and values
	reasonMax = 160
	namesMax  = 5 // machines or nodes listed by name
)

// clip cuts a text to n bytes at most, between characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	n -= len("...")
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "..."
}

func itoa(n uint64) string { return strconv.FormatUint(n, 10) }

// list joins names: "n1", "n1 and n2", "n1, n2 and n3"; of many the first ones.
func list(names []string) string {
	if len(names) > namesMax {
		return strings.Join(names[:namesMax-1], ", ") + " and " + strconv.Itoa(len(names)-namesMax+1) + " more"
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// add appends a name unless it is there.
func add(names []string, name string) []string {
	if slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}

// entries names the entries of a range: "entry 4", "entries 4..6".
func entries(first, last uint64) string {
	if first == last {
		return "entry " + itoa(first)
	}
	return "entries " + itoa(first) + ".." + itoa(last)
}

// set names the entries of these indexes: "entry 4", "entries 4..6 and 9".
func set(indexes []uint64) string {
	slices.Sort(indexes)
	indexes = slices.Compact(indexes)
	if len(indexes) == 0 {
		return "no entry"
	}
	var runs []string
	for i := 0; i < len(indexes); {
		k := i
		for k+1 < len(indexes) && indexes[k+1] == indexes[k]+1 {
			k++
		}
		run := itoa(indexes[i])
		if k > i {
			run += ".." + itoa(indexes[k])
		}
		runs = append(runs, run)
		i = k + 1
	}
	if len(indexes) == 1 {
		return "entry " + runs[0]
	}
	return "entries " + list(runs)
}

// span reads a range of indexes, "4..6".
func span(s string) (first, last uint64, ok bool) {
	a, b, found := strings.Cut(s, "..")
	first, err1 := strconv.ParseUint(a, 10, 64)
	last, err2 := strconv.ParseUint(b, 10, 64)
	return first, last, found && err1 == nil && err2 == nil && first <= last
}

// spanned names the entries of a range as machines have it for subject.
func spanned(subject string) string {
	if first, last, ok := span(subject); ok {
		return entries(first, last)
	}
	return "entries"
}

// place reads an entry's subject, "TERM/INDEX".
func place(m replay.MachineView) (term, index uint64, ok bool) {
	a, b, found := strings.Cut(m.Subject(), "/")
	term, err1 := strconv.ParseUint(a, 10, 64)
	index, err2 := strconv.ParseUint(b, 10, 64)
	return term, index, found && err1 == nil && err2 == nil
}

// numbers returns the numbers in a text, in order; digits of a name like n3 are
// none.
func numbers(s string) (out []uint64) {
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,:;()", r) }) {
		if n, err := strconv.ParseUint(word, 10, 64); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// named is a machine with what it is about: "exec#30 (set x 1)".
func named(m replay.MachineView) string {
	if m.Label() == "" {
		return m.Name()
	}
	return m.Name() + " (" + clip(m.Label(), labelMax) + ")"
}

// firstClause is the beginning of a doc, up to where its first clause ends.
func firstClause(doc string) string {
	end := len(doc)
	for _, stop := range []string{". ", ": ", "; ", " ("} {
		if i := strings.Index(doc, stop); i > 0 {
			end = min(end, i)
		}
	}
	return clip(strings.TrimSuffix(doc[:end], "."), reasonMax)
}

// lower makes the first letter of a sentence small, unless it begins with a
// word in capitals or a name of code.
func lower(s string) string {
	if len(s) < 2 || s[0] < 'A' || s[0] > 'Z' {
		return s
	}
	word, _, _ := strings.Cut(s, " ")
	if strings.ToLower(word[1:]) != word[1:] {
		return s
	}
	return string(s[0]+'a'-'A') + s[1:]
}
