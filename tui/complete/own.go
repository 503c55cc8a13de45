package complete

import (
	"strings"
)

// ends are what words of a user's own may end in, so that one can tell whether
// what was typed could become such a word. That one is missing makes a word seem
// wrong while it is typed.
func ends(typed string) []string {
	all := []string{"1", "5", nonsense, "1ms", "9ms", "n1:1/1", "x2", "x3", "0.5", "+1ms", "=", ">", "@1", `"zq"`}
	if strings.ContainsAny(typed, "0123456789:=") {
		all = append(all, "1000000", "0", "s", "ms", "m", "1h", "24h", "23h59m59s", "9s", "59s", "m59s", "9m59s", "59m59s", "h59m59s",
			".5", ".9s", ".999999999s", "..9s", "..10s", ".10s", "..1h", ".1h", "..24h", ".24h", "0s", "9m", "1/1", "/1", ":1/1")
	}
	return all
}

// own says whether a word that begins like the one at the cursor and is none of
// those found may stand there.
func (p *place) own(found []match) bool {
	isFound := func(word string) bool {
		for _, m := range found {
			if m.text == word {
				return true
			}
		}
		return false
	}
	if p.verb() == "" {
		return false
	}
	p.budget = max(p.budget, len(ends(p.partial)))
	for _, end := range ends(p.partial) {
		word := p.partial + end
		if _, ok := p.fits(word); ok && !isFound(word) {
			return true
		}
	}
	for _, k := range p.s.Parser.Kinds {
		if p.begins(k.Name, "@1") {
			return true
		}
	}
	for _, n := range p.nodes() {
		if p.begins(n, ":1/1") {
			return true
		}
	}
	return false
}

// begins says whether what was typed is the beginning of a name that fits with an
// end.
func (p *place) begins(name, end string) bool {
	for _, start := range p.starts() {
		if !strings.HasPrefix(name, p.partial[start:]) || p.budget <= 0 {
			continue
		}
		if _, ok := p.fits(p.partial[:start] + name + end); ok {
			return true
		}
	}
	return false
}
