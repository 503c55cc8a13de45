package complete

import (
	"slices"
	"strings"
	"testing"
	"time"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/replay/cond"
	"raftscope/replay/cond/words"
	"raftscope/sm"
	"raftscope/tui/command"
)

// run returns a scope over a run in which an append of n2 is held and another one
// goes on.
func run(t testing.TB) Scope {
	t.Helper()
	c := recordertest.NewCluster()
	for range 3 {
		c.Write()
	}
	exec := c.Born("exec", "n1", 1, "", "4", "set x 1")
	held := c.Born("append", "n2", 1, "pending", "", "5..5")
	c.Attr(held, "held", 1)
	c.AttrText(held, "held-by", "hand")
	c.Born("append", "n3", 1, "writing", "", "5..5\x1b[2J")
	c.Wait(time.Millisecond)
	c.AttrText(exec, "told", "ok")
	tl := replay.NewTimeline()
	if err := tl.AddKinds(recordertest.Kinds()); err != nil {
		t.Fatal(err)
	}
	if err := tl.Append(c.Events); err != nil {
		t.Fatal(err)
	}
	return Scope{Parser: command.ParserOf(tl), View: tl.View(), Breaks: []Number{{2, "kind:append"}, {14, "leader"}}, Rules: []Number{{3, "hold append n2"}}, Clients: []Number{{1, "rate=10"}}}
}

// TestComplete: | is the cursor, the candidates are the first ones, all of them
// if they end in a dot.
func TestComplete(t *testing.T) {
	s := run(t)
	held, going := "append#"+id(t, s, "append@n2"), "append#"+id(t, s, "append@n3")
	for _, tt := range []struct{ line, want, hint string }{
		{"wr|", "write .", "a command (help lists all)"},
		{"fi|", "finish find filter .", ""},
		{"write | set x 1", "leader n1 n2 n3 .", "leader or a node: one of n1, n2, n3"},
		{"write leader |", "set incr append cas del .", "one of set, del, incr, cas, append"},
		{"write leader set |", "x key3 key2 key1 .", ""}, {"write leader set x wa|", "", "the new value, of at most 65536 bytes with all of its line"}, {"write leader set x 1 |", "wait retry x2 .", ""},
		{"read n2 get x |", "wait retry stale .", ""},
		{"step 3 ; cras|", "crash .", ""}, {"step 3;|", "run write read", "a command (help lists all)"},
		{"run until le|", "leader .", ""}, {"run until (lea|)", "leader .", ""}, {"run until leader|", "", ""}, {"run until commit n|", "n1 n2 n3 .", ""},
		{"run until commit n1|", "", ""}, {"run until commit n1>|", ">= .", ""}, {"run time|out=5s", "timeout .", ""}, {"run |", "until timeout= .", ""},
		{"expect append@n2 |", "start pending writing DONE FAILED .", "a state of append: one of start, pending, writing, DONE, FAILED"}, {"expect append@n2 pen|", "pending .", ""},
		{"break kind:app|", "apply append append-rpc append-follower .", ""}, {"break kind:append state:wri|", "writing .", ""}, {"break kind:exec state:wri|", "", ""},
		{"break move:pend|", "pending> .", ""}, {"break move:pending>wri|", "writing .", ""}, {"break type:f|", "fail .", ""}, {"break node:|", "n1 n2 n3 .", ""},
		{"break leader |", "once ignore=", ""}, {"break leader once |", "ignore= .", ""}, {"break leader ignore=1 |", "once .", ""},
		{"fail append n1 with=E|", "EIO ENOSPC EROFS ECONNRESET ETIMEDOUT .", "an error: one of EIO, ENOSPC, EROFS, ECONNRESET, ETIMEDOUT"}, {"fail append n1 |", "with= after wrote= count= skip= p= .", ""},
		{"hold |", going + " " + held + " append@n3 append@n2 message disk fsm", "a machine like append#57, or what the rule is for"},
		{"release |", held + " append@n2 all", ""}, {"drop |", "message", ""}, {"hold append-rpc n1|", "", ""}, {"hold append-rpc n1>|", "all n2 n3 .", ""},
		{"hold append@|", "append@n3 append@n2 append@last append@n1 .", ""}, {"hold append#|", going + " " + held + " .", ""},
		{"finish |", "exec#" + id(t, s, "exec@last"), ""}, {"finish append@|", "append@n3 append@n2 append@n1 append@last .", ""},
		{"enable |", "2 14 .", "the number of a breakpoint from 1 to 1000000"}, {"delete |", "2 14 all .", ""}, {"clear |", "3 all .", ""}, {"client stop |", "1 .", ""},
		{"print t|", "tree .", ""}, {"print tree exec@last --mo|", "--moves .", ""}, {"print tree exec@last --kind exec,en|", "entry .", ""}, {"print logs |", "--views .", ""},
		{"cluster nodes=|", "3 1 9 .", ""}, {"cluster Heart|", "HeartbeatTimeout= .", ""}, {"cluster quiet=|", "on off .", ""}, {"cluster LogLevel=W|", "WARN .", ""},
		{"step ; cluster nod|", "", ""}, {"zoom ; cluster nod|", "nodes= .", ""},
		{"expect attr exec@last to|", "told .", ""}, {"break attr:tol|", "told .", ""},
		{"filter lead|", "leader .", "a condition, or a text to look for"}, {"filter kind:append wri|", "", ""}, {"find node:n|", "n1 n2 n3 .", ""},
		{"theme |", "auto dark light none .", ""}, {"view |", "main logs events .", ""}, {"help KE|", "KEYS .", ""}, {"help wri|", "write .", ""},
		{"goto |", "event home end .", ""}, {"pace |", "max .", "max or a number of instants a second from 1 to 1000"}, {"save |", "", "the name of a file, and perhaps force"}, {"save a |", "force .", ""},
		{"note wri|", "", ""}, {"step # wri|", "", "a comment"}, {`write leader set "a wri|`, "", ""}, {"truncate n1 |", "from= plan .", ""}, {"cut n1 |", "| > n2 n3 .", ""},
		{"cut n1|n|", "n2 n3 .", ""}, {"help trunc|ate now", "truncate .", ""}, {"print tree rpc@l|", "append-rpc@last .", ""}, {"QUI|", "quit .", ""},
	} {
		at := strings.LastIndexByte(tt.line, '|')
		if strings.Count(tt.line, "|") > 1 {
			at = len(tt.line) - 1
		}
		line := tt.line[:at] + tt.line[at+1:]
		r := Complete(line, at, s)
		got := texts(r)
		want, all := strings.CutSuffix(tt.want, ".")
		w := strings.Fields(want)
		if all && len(got) != len(w) || len(got) < len(w) || tt.want == "" && len(got) > 0 || !slices.Equal(got[:len(w)], w) {
			t.Errorf("%s: %v, want %s", tt.line, got, tt.want)
		}
		if r.From > at || r.To < at || tt.hint != "" && r.Hint != tt.hint {
			t.Errorf("%s: %d..%d, hint %q", tt.line, r.From, r.To, r.Hint)
		}
		for _, c := range r.Candidates {
			if words.CheckLine(1, c.Text+c.Doc) != nil {
				t.Errorf("%s: %q", tt.line, c)
			}
		}
	}
}

// id returns the number of the machine that a name names.
func id(t testing.TB, s Scope, name string) string {
	t.Helper()
	r, err := cond.ParseRef(1, name, cond.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(s.View.Find(r).Name(), "#")[1]
}

func TestWhatIsReplaced(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{"wri|te leader", "write leader"}, {"run until le|", "run until leader"}, {"run until (le|) or idle", "run until (leader) or idle"}, {"run time|out=5s", "run timeout=5s"},
		{"hold append n|", "hold append n1"}, {"break kind:tru|nc node:n1", "break kind:truncate node:n1"}, {"é ; wri|", ""}, {"note é ; x", ""},
	} {
		runes := []rune(tt.line)
		at := slices.Index(runes, '|')
		if at < 0 {
			continue
		}
		runes = slices.Delete(runes, at, at+1)
		r := Complete(string(runes), at, Scope{Parser: parser})
		if tt.want == "" {
			if r.Err == nil || r.Err.Column != 1 {
				t.Errorf("%s: %v", tt.line, r.Err)
			}
			continue
		}
		if len(r.Candidates) == 0 {
			t.Errorf("%s: nothing", tt.line)
			continue
		}
		if got := string(runes[:r.From]) + r.Candidates[0].Text + string(runes[r.To:]); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.line, got, tt.want)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, tt := range []struct {
		line    string
		column  int
		message string
	}{
		{"wirte", 1, `did you mean "write"?`}, {"write n4x", 7, "leader or a node"}, {"step ; stop n99", 13, "a node"}, {"step ; zoom x ; ste", 13, "the end of the command"},
		{"run until commit n1 >= five", 24, "a number"}, {"view sequ", 6, "the name or number of a view"}, {"step 3 4", 8, "the end of the command"},
		{"zoom ; goto 1.5x", 13, "a time"}, {"break leader ignore=1 ignore=", 30, ""}, {"hold append n1 cuont=", 16, `did you mean "count="?`}, {"x\x1b", 2, "control character"},
		{`write leader set "a\q`, 18, "Go's escapes"}, {"cluster nodes=3 nodes=4", 17, "only once"}, {"client set=0 del=0 x", 20, "NAME=VALUE"},
	} {
		r := Complete(tt.line, len([]rune(tt.line)), Scope{Parser: parser})
		if r.Err == nil || r.Err.Column != tt.column && tt.message != "" || !strings.Contains(r.Err.Message(), tt.message) || len(r.Candidates) > 0 || r.Own && !strings.Contains(tt.line, `"`) {
			t.Errorf("%q: %v, %v, %t; want column %d and %q", tt.line, r.Err, texts(r), r.Own, tt.column, tt.message)
		}
	}
}

func TestWithout(t *testing.T) {
	r := Complete("", 0, Scope{Parser: parser, Without: []string{"cluster", "write"}})
	if got := texts(r); slices.Contains(got, "write") || got[0] != "run" {
		t.Errorf("%v", got)
	}
	if r := Complete("write leader ", 13, Scope{Parser: parser, Without: []string{"write"}}); r.Err != nil || len(r.Candidates) != 5 {
		t.Errorf("%v, %v", r.Err, texts(r))
	}
}

// TestMomentIsThatOfTheView: what is born later is not offered.
func TestMomentIsThatOfTheView(t *testing.T) {
	s := run(t)
	going := "append#" + id(t, s, "append@n3")
	early := s
	early.View = s.View.Timeline().At(s.View.Events() - 2)
	early.Selected = s.View.Newest("node", "n2").ID()
	if got := texts(Complete("finish ", 7, s)); !slices.Contains(got, going) {
		t.Errorf("%v", got)
	}
	if got := texts(Complete("finish ", 7, early)); slices.Contains(got, going) || got[0] != "node#"+id(t, s, "node@n2") {
		t.Errorf("%v", got)
	}
}

// TestManyNames: a recording may hold any number of kinds, states and nodes.
func TestManyNames(t *testing.T) {
	var kinds []sm.KindSpec
	for i := range 1000 {
		k := sm.KindSpec{Name: "kind" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + strings.Repeat("y", i/26)}
		for j := range 200 {
			k.States = append(k.States, sm.StateSpec{Name: "s" + strings.Repeat("z", j)})
		}
		kinds = append(kinds, k)
	}
	tl := replay.NewTimeline()
	for _, k := range kinds {
		_ = tl.AddKinds([]sm.KindSpec{k}) // some are refused
	}
	s := Scope{Parser: command.ParserOf(tl), View: tl.View()}
	for _, line := range []string{"expect ", "break state:q", "break kind:kind", "hold ", "expect count "} {
		begun := time.Now()
		Complete(line, len(line), s)
		if d := time.Since(begun); d > 3*time.Second {
			t.Errorf("%q took %v", line, d)
		}
	}
}

func FuzzComplete(f *testing.F) {
	for _, line := range []string{"write leader set x 1 ; hold append@n2 ", `filter (kind:append or "a`, "cluster nodes=3 seed=", "expect order append#3 DONE < entry n1:2/5 ", "\xff;\x1b"} {
		f.Add(line, len(line))
	}
	f.Add("cluster nodes=1 s0ed=", 9) // the = of a word that is completed is there already
	s := run(f)
	f.Fuzz(func(t *testing.T, line string, cursor int) {
		if len(line) > 300 {
			return
		}
		n := len([]rune(line))
		r := Complete(line, cursor, s)
		at := max(0, min(cursor, n))
		if r.From < 0 || r.From > at || r.To < at || r.To > n || r.Err != nil && (r.Err.Column < 1 || r.Err.Column > at+2) {
			t.Fatalf("%q at %d: %+v", line, cursor, r)
		}
		for _, c := range r.Candidates {
			if words.CheckLine(1, c.Text+c.Doc) != nil {
				t.Errorf("%q: %q", line, c)
			}
			whole := string([]rune(line)[:r.From]) + c.Text
			err := wrongAt(s.Parser, whole)
			if err != nil && r.To < n && strings.ContainsRune(splitRunes, []rune(line)[r.To]) {
				err = wrongAt(s.Parser, whole+string([]rune(line)[r.To])) // trimTwice has left it out of the word
			}
			if err != nil {
				t.Errorf("%q at %d: %q is offered: %v", line, cursor, c.Text, err)
			}
		}
	})
}

// wrongAt returns what is wrong with a line before its end; nil while it could
// still become right.
func wrongAt(p command.Parser, line string) error {
	_, err := p.Line(line)
	if err == nil || asError(err).Column > len([]rune(line)) || strings.Contains(asError(err).Word, "=") {
		return nil
	}
	return err
}
