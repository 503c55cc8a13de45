package replay

import (
	"unicode"
	"unicode/utf8"
)

// containsFold reports whether sub is in line, in capitals or not.
func containsFold(line []byte, sub string) bool {
	for len(line) > 0 {
		if hasPrefixFold(line, sub) {
			return true
		}
		_, size := utf8.DecodeRune(line)
		line = line[size:]
	}
	return sub == ""
}

func hasPrefixFold(line []byte, prefix string) bool {
	for _, want := range prefix {
		got, size := utf8.DecodeRune(line)
		if size == 0 || got != want && unicode.ToLower(got) != unicode.ToLower(want) {
			return false
		}
		line = line[size:]
	}
	return true
}
