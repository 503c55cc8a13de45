package words

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Quote returns text as one word that scans back to it: bare where that is
// possible, else in double quotes with Go's escapes.
func Quote(text string) string {
	if text == "" || strings.HasPrefix(text, "#") || !utf8.ValidString(text) {
		return strconv.Quote(text)
	}
	for _, r := range text {
		if r == '"' || r == ';' || unicode.IsSpace(r) || !unicode.IsPrint(r) {
			return strconv.Quote(text)
		}
	}
	return text
}
