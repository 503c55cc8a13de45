package words

import "strings"

// comparedBytesMax bounds the work on a word that is no word at all.
const comparedBytesMax = 64

// Nearest returns the known word that is most like the given one, or the empty
// string if none is like it: one letter, or two in words of six and more, may
// be wrong, missing, too many or swapped. The first of equals wins.
func Nearest(word string, known []string) string {
	if word == "" || len(word) > comparedBytesMax {
		return ""
	}
	best, bestDistance := "", 1+min(2, max(1, len(word)/3))
	for _, k := range known {
		if strings.EqualFold(word, k) {
			return k
		}
		if len(k) > comparedBytesMax {
			continue
		}
		if d := distance(strings.ToLower(word), strings.ToLower(k)); d < bestDistance {
			best, bestDistance = k, d
		}
	}
	return best
}

// distance counts the single-byte changes between a and b, where swapping two
// neighbours is one change.
func distance(a, b string) int {
	before, previous, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(previous[j]+1, row[j-1]+1, previous[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, previous, row = previous, row, before
	}
	return previous[len(b)]
}
