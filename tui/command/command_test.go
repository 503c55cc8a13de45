package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/replay/cond"
	"raftscope/replay/cond/words"
	"raftscope/sm"
	"raftscope/tui/theme"
)

var parser = Parser{Kinds: grammar.Kinds()}

func at(column int) grammar.Pos { return grammar.Pos{Line: 1, Column: column} }

func mustFilter(t *testing.T, text string) replay.Filter {
	t.Helper()
	c, err := cond.ParseFilter(1, text, cond.Scope{Kinds: grammar.Kinds()})
	if err != nil {
		t.Fatal(err)
	}
	return replay.Filter{Cond: c}
}

func TestEveryCommandPrintsItself(t *testing.T) {
	exec := cond.Ref{Form: cond.ByID, Kind: "exec", ID: 12}
	entry := cond.Ref{Form: cond.EntryAt, Kind: "entry", Node: "n2", Term: 2, Index: 5}
	all := []Command{
		Quit{}, Save{File: "run.rsc"}, Save{File: "a b;c", Force: true}, Save{File: "force"},
		GoTo{Place: Place{Form: AtTime, Time: 1318420 * 1000}}, GoTo{Place: Place{Form: AtEvent, Seq: 412}},
		GoTo{Place: Place{Form: ByTime, Time: sm.Time(-3200 * time.Microsecond)}}, GoTo{Place: Place{Form: ByTime, Time: 5}}, GoTo{Place: Place{Form: ByTime}},
		GoTo{Place: Place{Form: AtHome}}, GoTo{Place: Place{Form: AtEnd}}, GoTo{Place: Place{Form: AtTime}},
		Find{What: mustFilter(t, `kind:append writing or "a;b # c"`)}, Filter{}, Filter{What: mustFilter(t, "node:n2 append#57 slow>5ms not leader n1")},
		View{Name: "main"}, View{Name: "logs"}, View{Name: "events"}, Root{Machine: exec}, Root{Machine: entry}, Select{Machine: entry},
		Theme{Name: "dark"}, Pace{}, Pace{PerSecond: 4}, Zoom{}, Help{}, Help{About: KeysTopic}, Help{About: "write"}, Help{About: "filter"},
	}
	tried := map[string]bool{}
	for _, want := range all {
		text := want.String()
		tried[strings.Fields(text)[0]] = true
		got, err := parser.Line(text)
		if err != nil || len(got) != 1 || !reflect.DeepEqual(unplaced(got[0]), want) {
			t.Errorf("%#v prints as %q, which parses to %#v, %v", want, text, got, err)
		}
	}
	for _, v := range Verbs() {
		if !tried[v.Name] || !strings.HasPrefix(v.Usage, v.Name) || v.Doc == "" {
			t.Errorf("%+v: tried %t", v, tried[v.Name])
		}
	}
}

// unplaced returns a command as if it had not been parsed.
func unplaced(c Command) Command {
	v := reflect.New(reflect.TypeOf(c)).Elem()
	v.Set(reflect.ValueOf(c))
	v.FieldByName("Pos").SetZero()
	return v.Interface().(Command)
}

func TestNothingIsShadowed(t *testing.T) {
	theirs := map[string]bool{}
	for _, v := range grammar.Verbs() {
		theirs[v.Name] = true
	}
	for _, v := range Verbs() {
		if theirs[v.Name] {
			t.Errorf("%s is a command of the grammar", v.Name)
		}
	}
	// Every line of the scenarios and of the documentation means at the prompt
	// what it means there.
	lines := corpus(t)
	if len(lines) < 300 {
		t.Fatalf("only %d lines", len(lines))
	}
	for _, line := range lines {
		want, err := grammar.ParseLine(1, line)
		if err != nil {
			continue // an example of what is wrong
		}
		got, err := parser.Line(line)
		if err != nil || len(got) != len(want) {
			t.Errorf("%q: %v, %v", line, got, err)
			continue
		}
		for i, c := range want {
			if !reflect.DeepEqual(got[i], Command(c)) {
				t.Errorf("%q: %#v, want %#v", line, got[i], c)
			}
		}
	}
}

// corpus returns all lines of the scenarios and of the documentation's examples.
func corpus(t *testing.T) (lines []string) {
	t.Helper()
	files, err := filepath.Glob("../../testdata/scenarios/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	findings, err := filepath.Glob("../../testdata/scenarios/findings/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(append(files, findings...), "../../docs/grammar.md") {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		if strings.HasSuffix(name, ".md") {
			blocks := strings.Split(text, "```raftscope\n")
			text = ""
			for _, b := range blocks[1:] {
				text += strings.Split(b, "```")[0]
			}
		}
		lines = append(lines, strings.Split(text, "\n")...)
	}
	return lines
}

func TestLine(t *testing.T) {
	p1318 := Place{Form: AtTime, Time: 1318 * 1000 * 1000}
	for _, tt := range []struct {
		text string
		want []Command
	}{
		{"", nil}, {" ; ;; # quit", nil},
		{"goto 1.318s", []Command{GoTo{at(1), p1318}}}, {"goto 1318ms", []Command{GoTo{at(1), p1318}}}, {"goto 1.318", []Command{GoTo{at(1), p1318}}},
		{"goto 412", []Command{GoTo{at(1), Place{Form: AtEvent, Seq: 412}}}}, {"goto event 412", []Command{GoTo{at(1), Place{Form: AtEvent, Seq: 412}}}},
		{"goto −3.2ms", []Command{GoTo{at(1), Place{Form: ByTime, Time: -3_200_000}}}},
		{"step 3 ; zoom; note a ; quit # b", []Command{grammar.Step{Pos: at(1), N: 3}, Zoom{at(10)}, grammar.Note{Pos: at(16), Text: "a ; quit # b"}}},
		{`filter text:"a;b" ; view 6;quit`, []Command{Filter{at(1), mustFilter(t, `text:"a;b"`)}, View{at(21), "events"}, Quit{at(28)}}},
		{"filter # nothing", []Command{Filter{Pos: at(1)}}},
		{"help keys ; pace max", []Command{Help{at(1), KeysTopic}, Pace{Pos: at(13)}}},
		{"zoom ; cluster nodes=5", nil}, // checked below: cluster may stand behind what is the viewer's
	} {
		got, err := parser.Line(tt.text)
		if tt.text == "zoom ; cluster nodes=5" {
			if err != nil || len(got) != 2 {
				t.Errorf("%q: %v, %v", tt.text, got, err)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%q: %#v, %v; want %#v", tt.text, got, err, tt.want)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, tt := range []struct {
		text    string
		column  int
		message string
	}{
		{"fliter kind:append", 1, `got "fliter", expected a command (help lists all); did you mean "filter"?`},
		{"wirte leader set x 1", 1, `did you mean "write"?`},
		{"é ; quit", 1, `a command (help lists all)`},
		{"step x ; quit now", 6, "a number of instants"},
		{"step ; quit now ; step x", 13, `got "now", expected the end of the command`},
		{"step ; zzz ; step x", 8, `got "zzz"`},
		{"goto", 5, "got the end of the command, expected a time like 1.318s"},
		{"goto hom", 6, `did you mean "home"?`},
		{"goto #412", 5, "an event's number"}, {"goto event 0", 12, "the number of an event from 1"}, {`goto "5ms"`, 6, "a time"},
		{"goto 1h junk", 9, "the end of the command"},
		{"save", 5, "the name of a file"}, {"save force", 6, "the name of a file"}, {`save ""`, 6, `got "\"\""`}, {"save a forced", 8, "force or the end"},
		{`save "a`, 6, "closing double quote"},
		{"find", 5, "what to find"}, {"step ; find  node:n77", 19, "a node"}, {"find (a", 8, "a closing bracket"},
		{"filter kind:apend", 13, `did you mean "append"?`},
		{"view sequence", 6, "the name or number of a view: one of main, logs, events"}, {"view 3", 6, "view"},
		{"root exec", 6, "a machine: KIND#ID"}, {"select entry n2", 14, "NODE:TERM/INDEX"}, {"root exec#1 append#2", 13, "the end of the command"},
		{"theme drak", 7, `did you mean "dark"?`}, {"pace 0", 6, "max or a number of instants a second from 1 to 1000"}, {"pace", 5, "max or"},
		{"zoom x", 6, "the end"}, {"help wrte", 6, `did you mean "write"?`}, {"help write now", 12, "the end"},
		{"quit\x1b", 5, "control character"}, {`"quit"`, 1, "a command"}, {`qu"it"`, 1, "a command"},
	} {
		got, err := parser.Line(tt.text)
		var e *words.Error
		if !errors.As(err, &e) || e.Column != tt.column || !strings.Contains(e.Message(), tt.message) || got != nil {
			t.Errorf("%q: %v, %v; want column %d and %q", tt.text, got, err, tt.column, tt.message)
		}
	}
}

func TestParsePlace(t *testing.T) {
	for text, want := range map[string]Place{
		"#412": {Form: AtEvent, Seq: 412}, " # 7 ": {Form: AtEvent, Seq: 7}, "1.5s": {Form: AtTime, Time: 1_500_000_000}, "end": {Form: AtEnd},
		" event 9 ": {Form: AtEvent, Seq: 9}, "+2ms": {Form: ByTime, Time: 2_000_000},
	} {
		if got, err := ParsePlace(text); err != nil || got != want {
			t.Errorf("%q: %+v, %v; want %+v", text, got, err, want)
		}
	}
	for text, column := range map[string]int{"": 1, "#": 1, "#x": 2, "5s ; 6s": 4, "5s 6s": 4, "x\x00": 2} {
		_, err := ParsePlace(text)
		var e *words.Error
		if !errors.As(err, &e) || e.Column != column {
			t.Errorf("%q: %v, want column %d", text, err, column)
		}
	}
}

func TestThemesAreThoseOfTheScreen(t *testing.T) {
	var got []string
	for _, th := range Themes() {
		got = append(got, th.Name)
	}
	if !slices.Equal(got, theme.Names()) {
		t.Errorf("%v, want %v", got, theme.Names())
	}
}

func TestJoin(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "step": "step", "step\nstep 2\n": "step ; step 2", "# a scenario\r\n\r\n  cluster nodes=3 ;  # five\r\nstep": "cluster nodes=3 ; step",
		"step\nnote a # b": "step ; note a # b", `write leader set x "a # b"` + "\nstep": `write leader set x "a # b" ; step`,
	} {
		if got, err := Join(text); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
	}
	for text, line := range map[string]int{"step\nnote a\n\nstep": 2, "write leader set x \"a\nstep": 1} {
		_, err := Join(text)
		var e *words.Error
		if !errors.As(err, &e) || e.Line != line {
			t.Errorf("%q: %v, want line %d", text, err, line)
		}
	}
}

// TestSplitIsTheGrammars: as many spans hold words as the grammar finds commands.
func TestSplitIsTheGrammars(t *testing.T) {
	for _, line := range corpus(t) {
		checkSplit(t, line)
	}
	for line, want := range map[string]string{
		`a "b;c" ; d # e ; f`: `[0:8 [a "b;c"]] [9:12 [d] comment 12]`, `x="a ; b`: `[0:8 [x="a ; b open]]`, "a#b;": `[0:3 [a#b]] [4:4 []]`,
		` note  a ; b `: `[0:13 [note a ; b]]`, `"\";" ;`: `[0:6 ["\";"]] [7:7 []]`, "": "[0:0 []]",
	} {
		if got := shown(Split(line)); got != want {
			t.Errorf("%q: %s, want %s", line, got, want)
		}
	}
}

func shown(all []Span) string {
	var out []string
	for _, s := range all {
		var ws []string
		for _, w := range s.Words {
			if w.Open {
				w.Text += " open"
			}
			ws = append(ws, w.Text)
		}
		text := fmt.Sprintf("%d:%d %v", s.From, s.To, ws)
		if s.Comment >= 0 {
			text += fmt.Sprintf(" comment %d", s.Comment)
		}
		out = append(out, "["+text+"]")
	}
	return strings.Join(out, " ")
}

func checkSplit(t *testing.T, line string) {
	t.Helper()
	spans, n := Split(line), 0
	for i, s := range spans {
		if len(s.Words) > 0 {
			n++
		}
		if i > 0 && s.From != spans[i-1].To+1 {
			t.Errorf("%q: %+v", line, spans)
		}
	}
	if all, err := grammar.ParseLine(1, line); err == nil && len(all) != n {
		t.Errorf("%q: %d commands, split into %d", line, len(all), n)
	}
}

func FuzzLine(f *testing.F) {
	for _, s := range []string{"goto 5 ; filter a b ; note x", `find "a;b" ; step`, "save x force", "help run", "select entry n1:2/3 ; root exec@last", "filter not (a or kind:append) # c", "\xff\x1b", "note ; filter a", "note # a", "note;a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		checkSplit(t, line)
		all, err := parser.Line(line)
		if err != nil {
			var e *words.Error
			if !errors.As(err, &e) || e.Column < 1 || e.Column > len([]rune(line))+1 || words.CheckLine(1, err.Error()) != nil {
				t.Errorf("%q: %v", line, err)
			}
			return
		}
		for _, c := range all {
			text := c.String()
			again, err := parser.Line(text)
			if len(text) < words.LineBytesMax && (err != nil || len(again) != 1 || !reflect.DeepEqual(unplaced(again[0]), unplaced(c))) {
				t.Errorf("%q prints as %q, which parses to %#v, %v", line, text, again, err)
			}
		}
	})
}

// TestNodesOfARun: before a node has started its name is known, and who is a
// member at first, as the grammar's cluster says it.
func TestNodesOfARun(t *testing.T) {
	for nodes := 1; nodes <= grammar.NodesMax; nodes++ {
		for others := range nodes {
			for voters := range nodes - others + 1 {
				c := grammar.DefaultCluster()
				c.Nodes, c.Voters, c.Nonvoters = nodes, voters, others
				tl := replay.NewTimeline()
				if err := tl.Append([]sm.Event{{Seq: 1, Type: sm.Command, Text: c.String()}}); err != nil {
					t.Fatal(err)
				}
				if got := ParserOf(tl).Nodes; !slices.Equal(got, c.NodeNames()) {
					t.Errorf("%s: the prompt knows %v", c, got)
				}
				v, o := c.Members()
				if m := tl.View().Cluster(); m == nil || !slices.Equal(m.Voters, v) || !slices.Equal(m.Others, o) {
					t.Errorf("%s: the members are %v", c, tl.View().Cluster())
				}
			}
		}
	}
}
