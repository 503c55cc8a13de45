package narrate

import (
	"strconv"

	"raftscope/replay/rules"
)

// tellBroken tells of the first rule that was found broken, and how many more
// there were. What the catalogue does not allow is told by its own events.
func (s *scene) tellBroken() {
	more, first := 0, ""
	for i := s.from; i < s.to; i++ {
		for _, v := range s.t.BrokenAt(i) {
			switch {
			case v.Rule == rules.Catalogue:
			case first == "":
				first = "the rule " + v.Rule + " is broken: " + clip(v.Sentence, reasonMax)
			default:
				more++
			}
		}
	}
	if more > 0 {
		first += " (and " + strconv.Itoa(more) + " more)"
	}
	if first != "" {
		s.say(rankViolation, first)
	}
}
