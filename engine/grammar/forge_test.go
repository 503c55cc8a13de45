package grammar

import (
	"reflect"
	"strings"
	"testing"
)

func TestForgeParses(t *testing.T) {
	for _, tt := range []struct {
		text  string
		want  Command
		print string // text if empty
	}{
		{"forge n3 terms=1,1,1,4,4", Forge{Nodes: []string{"n3"}, Terms: []uint64{1, 1, 1, 4, 4}}, ""},
		{"forge n2 n1 terms=1 term=5 vote=n2@4", Forge{Nodes: []string{"n2", "n1"}, Terms: []uint64{1}, Term: 5, Vote: "n2", VoteTerm: 4}, ""},
		{"forge n1 vote=n1@4 terms=1x3,2", Forge{Nodes: []string{"n1"}, Terms: []uint64{1, 1, 1, 2}, Vote: "n1", VoteTerm: 4}, "forge n1 terms=1,1,1,2 vote=n1@4"},
		{"forge n1 terms=1x6,2,2 snapshot=3 from-index=4", Forge{Nodes: []string{"n1"}, Terms: []uint64{1, 1, 1, 1, 1, 1, 2, 2}, Snapshot: 3, FirstIndex: 4}, ""},
		{"forge n1 terms=2 snapshot=1 from-index=2", Forge{Nodes: []string{"n1"}, Terms: []uint64{2}, Snapshot: 1, FirstIndex: 2}, ""},
		{"forge n1 empty", Forge{Nodes: []string{"n1"}, Empty: true}, ""},
		{"forge n1 vote=none", Forge{Nodes: []string{"n1"}, NoVote: true}, ""},
		{"forge n1 vote=n3", Forge{Nodes: []string{"n1"}, Vote: "n3"}, ""},
		{"forge n1 from=../a/raft.db servers=a,b-1,c", Forge{Nodes: []string{"n1"}, From: "../a/raft.db", Servers: []string{"a", "b-1", "c"}}, ""},
		{`forge n1 from="two words.db" term=9`, Forge{Nodes: []string{"n1"}, From: "two words.db", Term: 9}, ""},
		{"start n1 n3", Start{Nodes: []string{"n1", "n3"}}, ""},
		{"start all", Start{}, ""},
		{"timeouts n3 x2.5", Timeouts{Node: "n3", Factor: 2.5}, ""},
		{"timeouts n3 x0.10", Timeouts{Node: "n3", Factor: 0.1}, "timeouts n3 x0.1"},
	} {
		all, err := ParseLine(1, tt.text)
		if err != nil || len(all) != 1 || !reflect.DeepEqual(unplaced(all[0]), tt.want) {
			t.Errorf("%q parses to %#v, %v, want %#v", tt.text, all, err, tt.want)
			continue
		}
		print := tt.print
		if print == "" {
			print = tt.text
		}
		if got := all[0].String(); got != print {
			t.Errorf("%q prints as %q, want %q", tt.text, got, print)
		}
	}
}

// What no node can hold is refused before anything runs, in one line.
func TestForgeRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"forge":                               `1:6: got the end of the command, expected a node`,
		"forge n1":                            "terms=1,1,2, from=PATH, empty, term=TERM or vote=NODE@TERM",
		"forge n1 n1 terms=1":                 "a node that is not named yet",
		"forge n1 terms=":                     "a term, from 1 to 2^62",
		"forge n1 terms=0":                    "a term, from 1 to 2^62",
		"forge n1 terms=1,,2":                 "a term, from 1 to 2^62",
		"forge n1 terms=2,1":                  `1:18: got "1", expected a term of at least 2: terms never go down along a log`,
		"forge n1 terms=1x20000":              "N from 1 to 10000",
		"forge n1 terms=1x9999,2x9":           "at most 10000 entries",
		"forge n1 terms=1,4 term=3":           "a term of at least 4, which is the last entry's",
		"forge n1 terms=1 vote=n99@1":         "NODE or NODE@TERM",
		"forge n1 terms=1 vote=n2@0":          "a term, from 1 to 2^62",
		"forge n1 terms=1 vote=n2@":           "a term, from 1 to 2^62",
		"forge n1 term=3 vote=n2@4":           "a vote in a term of at most 3, which is the node's",
		"forge n1 terms=1,1 snapshot=3":       "a snapshot of at most 2 entries",
		"forge n1 terms=1,1 snapshot=0":       "the last index that the snapshot covers, from 1",
		"forge n1 terms=1,1 from-index=2":     "a log from index 1 at the latest: what is before it must be in the snapshot",
		"forge n1 term=1 snapshot=1":          "terms= beside snapshot=",
		"forge n1 terms=1 empty":              "only one of terms=, from=, empty",
		"forge n1 empty term=3":               "nothing beside empty",
		"forge n1 terms=1 servers=a":          "from= beside servers=",
		"forge n1 from=a servers=a,a":         "each once",
		"forge n1 from=":                      "the path of a raft.db",
		"forge n1 terms=1 terms=1":            "every option only once",
		"forge n1 trems=1":                    "an option: one of terms=",
		"forge n1 terms=99999999999999999999": "a term, from 1 to 2^62",
		"start":                               "a node",
		"start n1 n1":                         "a node that is not named yet",
		"timeouts n1":                         "a factor from x0.01 to x100, like x0.5",
		"timeouts n1 x0":                      "a factor",
		"timeouts n1 2":                       "a factor",
		"timeouts n1 x1e1":                    "a factor",
		"timeouts n1 xInf":                    "a factor",
		"timeouts n1 x101":                    "a factor",
	} {
		_, err := ParseLine(1, text)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// forge makes a forge that is right.
func (m maker) forge() Forge {
	f := Forge{Nodes: pick(m, []string{m.node()}, []string{"n1", "n3", "n2"})}
	switch m.Intn(4) {
	case 0:
		f.Empty = true
		return f
	case 1:
		f.From = m.text()
		if m.yes() {
			f.Servers = []string{"a", "10.0.0.1:8300", m.node()}
		}
	case 2:
		f.NoVote = true
	default:
		term := uint64(1)
		for range 1 + m.Intn(20) {
			f.Terms = append(f.Terms, term)
			term += uint64(m.Intn(3) / 2)
		}
		if m.yes() {
			f.Snapshot = 1 + uint64(m.Intn(len(f.Terms)))
			f.FirstIndex = 1 + uint64(m.Intn(int(f.Snapshot)+1))
		}
	}
	if m.yes() {
		f.Term = f.LastTerm() + 1 + uint64(m.Intn(9))
	}
	if m.yes() && !f.NoVote {
		f.Vote, f.VoteTerm = m.node(), 1
	}
	return f
}
