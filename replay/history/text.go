package history

import (
	"regexp"
	"strconv"
	"strings"
)

// headMax is how many bytes of a long value are compared as text. The engine
// shows as many.
const headMax = 60

// none is how a read is told that there is no such key.
const none = "(none)"

// shown is a key or value as a label or a result shows it.
type shown struct {
	text  string // all of it, or its beginning
	size  int    // in bytes, of all of it
	whole bool   // text is all of it
}

// clippedTail is what stands behind the beginning of a text that was too long.
var clippedTail = regexp.MustCompile(`^\.\.\.\((\d{1,9}) B\)(?: |$)`)

// scan reads the first text of a label and returns what follows it; false if
// the label does not begin with a text.
func scan(s string) (t shown, rest string, ok bool) {
	end := 0
	if strings.HasPrefix(s, `"`) {
		quoted, err := strconv.QuotedPrefix(s)
		if err != nil {
			return shown{}, s, false
		}
		if t.text, err = strconv.Unquote(quoted); err != nil {
			return shown{}, s, false
		}
		end = len(quoted)
	} else {
		if end = strings.IndexByte(s, ' '); end < 0 {
			end = len(s)
		}
		// A text that holds the mark itself would have been quoted.
		if i := strings.Index(s[:end], "...("); i >= 0 {
			end = i
		}
		if t.text = s[:end]; t.text == "" {
			return shown{}, s, false
		}
	}
	t.size, t.whole, rest = len(t.text), true, s[end:]
	if m := clippedTail.FindStringSubmatch(rest); m != nil {
		size, _ := strconv.Atoi(m[1]) // at most nine digits
		if size < t.size {
			return shown{}, s, false
		}
		t.size, t.whole = size, false
		return t, rest[len(m[0]):], true
	}
	if rest != "" && rest[0] != ' ' {
		return shown{}, s, false
	}
	return t, strings.TrimPrefix(rest, " "), true
}

// leftOut is what a recording that keeps no payload has in its place.
var leftOut = regexp.MustCompile(`(?:^|\.\.\.)\[\d+ bytes\]$`)

// withoutPayload reports whether s was cut when it was recorded, and returns
// what was kept.
func withoutPayload(s string) (kept string, cut bool) {
	at := leftOut.FindStringIndex(s)
	if at == nil {
		return s, false
	}
	return s[:at[0]], true
}

// sumOf returns the value of the attribute result-hash: 64-bit FNV-1a of the
// whole value.
func sumOf(s string) (sum uint64, ok bool) {
	sum, err := strconv.ParseUint(s, 16, 64)
	return sum, err == nil && len(s) == 16
}
