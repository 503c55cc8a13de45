package tui

import (
	"fmt"
	"strings"

	"raftscope/replay"
	"raftscope/tui/grid"
	"raftscope/tui/theme"
)

// standings are the nodes by what they are to the cluster, and those that have
// never started.
type standings struct {
	of      [3][]string // as standingWords has them
	unborn  []string
	nodes   int
	pending uint64 // index of the newest configuration if that is not committed
}

// standingWords are what nodes are to a cluster, and what one of them is called and
// several.
var standingWords = [3][3]string{
	{replay.Voter, "voter", "voters"}, {replay.Nonvoter, "nonvoter", "nonvoters"}, {replay.Outside, "outside", "outside"},
}

// standings finds out who votes, who does not, who is outside and who has not
// started: nothing of the first three while all vote.
func (m *Model) standings() (s standings) {
	v := m.scene.View
	config, all := v.Configuration(), v.AllVote()
	if config.Pending() {
		s.pending = config.Newest.Index
	}
	for _, name := range v.Roster() {
		s.nodes++
		shown := grid.Clean(m.scene.Alias.Of(name))
		for i, words := range standingWords {
			if !all && words[0] == config.Of(name) {
				s.of[i] = append(s.of[i], shown)
			}
		}
		if v.Node(name).Life == 0 {
			s.unborn = append(s.unborn, shown)
		}
	}
	return s
}

// texts say it by the nodes' names, or by how many there are.
func (s *standings) texts(named bool) (out []string) {
	say := func(one, many string, nodes []string) {
		word := many
		if len(nodes) == 1 {
			word = one
		}
		switch {
		case len(nodes) == 0:
		case named:
			out = append(out, word+" "+strings.Join(nodes, " "))
		default:
			out = append(out, fmt.Sprintf("%d %s", len(nodes), word))
		}
	}
	for i, words := range standingWords {
		say(words[1], words[2], s.of[i])
	}
	say("not started", "not started", s.unborn)
	if s.pending > 0 {
		out = append(out, fmt.Sprintf("config %d not committed", s.pending))
	}
	return out
}

// brief is for little room: how many vote.
func (s *standings) brief() (out []string) {
	if voters := len(s.of[0]); voters > 0 {
		out = append(out, fmt.Sprintf("%d of %d vote", voters, s.nodes))
	}
	if s.pending > 0 {
		out = append(out, fmt.Sprintf("config %d?", s.pending))
	}
	if len(s.unborn) > 0 {
		out = append(out, fmt.Sprintf("%d not started", len(s.unborn)))
	}
	return out
}

// memberParts say who belongs to the cluster: by names if the other parts have
// room beside them, else by numbers, which go before the others.
func (m *Model) memberParts(room int, others []headerPart) (parts []headerPart) {
	s := m.standings()
	texts := s.texts(true)
	for _, p := range others {
		room -= 2 + grid.Width(p.text)
	}
	if partsWidth(texts) > room {
		for _, p := range others {
			room += 2 + grid.Width(p.text)
		}
		if texts = s.texts(false); partsWidth(texts) > room {
			texts = s.brief()
		}
	}
	for _, text := range texts {
		parts = append(parts, headerPart{text, theme.Warn})
	}
	return parts
}

// partsWidth is how many columns parts take, each with the blanks before it.
func partsWidth(texts []string) (w int) {
	for _, text := range texts {
		w += 2 + grid.Width(text)
	}
	return w
}
