package grammar

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"raftscope/replay/cond"
)

// unplaced returns the command without its place.
func unplaced(c Command) Command {
	v := reflect.New(reflect.TypeOf(c)).Elem()
	v.Set(reflect.ValueOf(c))
	v.FieldByName("Pos").SetZero()
	return v.Interface().(Command)
}

// cluster returns the default cluster after a change.
func cluster(change func(*Cluster)) Cluster {
	c := DefaultCluster()
	change(&c)
	return c
}

func TestParseLine(t *testing.T) {
	exec1 := cond.Ref{Form: cond.ByID, Kind: "exec", ID: 1}
	last := cond.Ref{Form: cond.Newest, Kind: "exec"}
	entry := cond.Ref{Form: cond.EntryAt, Kind: "entry", Node: "n3", Term: 2, Index: 4}
	leader := cond.Leader{}
	tests := []struct {
		text  string
		want  Command
		print string // empty: text
	}{
		{text: "cluster", want: DefaultCluster()},
		{text: "cluster nodes=5 seed=18446744073709551615 net=5ms", want: cluster(func(c *Cluster) {
			c.Nodes, c.Seed, c.Net = 5, 1<<64-1, Range{5 * time.Millisecond, 5 * time.Millisecond}
		})},
		{text: "cluster disk=1.5ms..1s exec=1us..2µs quiet=off inflight=130", want: cluster(func(c *Cluster) {
			c.Disk, c.Exec = Range{1500 * time.Microsecond, time.Second}, Range{time.Microsecond, 2 * time.Microsecond}
			c.Quiet, c.Inflight = false, 130
		}), print: "cluster disk=1.5ms..1s exec=1us..2us inflight=130 quiet=off"},
		{text: "cluster LogLevel=warn PreVoteDisabled=true HeartbeatTimeout=500ms nodes=3", want: cluster(func(c *Cluster) {
			c.LogLevel, c.PreVoteDisabled, c.HeartbeatTimeout = "WARN", true, 500*time.Millisecond
		}), print: "cluster HeartbeatTimeout=500ms LogLevel=WARN PreVoteDisabled=true"},
		{text: "cluster SnapshotInterval=60m", want: cluster(func(c *Cluster) { c.SnapshotInterval = time.Hour }), print: "cluster SnapshotInterval=1h"},
		{text: "run until leader", want: RunUntil{Cond: leader, Timeout: DefaultTimeout}},
		{text: "run until leader timeout=30s", want: RunUntil{Cond: leader, Timeout: DefaultTimeout}, print: "run until leader"},
		{text: "run until commit n2>=5 and (idle or leader n1) timeout=90s", want: RunUntil{
			Cond: cond.And{A: cond.Index{What: cond.Commit, Node: "n2", Op: cond.GreaterEqual, N: 5},
				B: cond.Or{A: cond.Idle{}, B: cond.Leader{Node: "n1"}}}, Timeout: 90 * time.Second},
			print: "run until commit n2 >= 5 and (idle or leader n1) timeout=1m30s"},
		{text: "write leader set x 1", want: Write{Node: "leader", Op: Set, Key: "x", Args: []string{"1"}}},
		{text: "write leader set x wait", want: Write{Node: "leader", Op: Set, Key: "x", Args: []string{"wait"}}},
		{text: "write leader set x wait wait", want: Write{Node: "leader", Op: Set, Key: "x", Args: []string{"wait"}, Wait: true}},
		{text: `write n1 set "a key" "" wait`, want: Write{Node: "n1", Op: Set, Key: "a key", Args: []string{""}, Wait: true}},
		{text: `write n1 set k "a\tb\x1b\u00e9;#"`, want: Write{Node: "n1", Op: Set, Key: "k", Args: []string{"a\tb\x1bé;#"}}, print: `write n1 set k "a\tb\x1bé;#"`},
		{text: `write n1 set k "\xff"`, want: Write{Node: "n1", Op: Set, Key: "k", Args: []string{"\xff"}}},
		{text: `write n1 set a=b (c>d)|e#f`, want: Write{Node: "n1", Op: Set, Key: "a=b", Args: []string{"(c>d)|e#f"}}},
		{text: "write n1 del x", want: Write{Node: "n1", Op: Del, Key: "x"}},
		{text: "write n1 del wait wait", want: Write{Node: "n1", Op: Del, Key: "wait", Wait: true}},
		{text: "write n1 incr x", want: Write{Node: "n1", Op: Incr, Key: "x"}},
		{text: "write n1 incr x wait", want: Write{Node: "n1", Op: Incr, Key: "x", Wait: true}},
		{text: "write n1 incr x -05 wait", want: Write{Node: "n1", Op: Incr, Key: "x", Args: []string{"-5"}, Wait: true}, print: "write n1 incr x -5 wait"},
		{text: "write n1 cas x 1 2", want: Write{Node: "n1", Op: CAS, Key: "x", Args: []string{"1", "2"}}},
		{text: `write n1 append x ", more"`, want: Write{Node: "n1", Op: Append, Key: "x", Args: []string{", more"}}},
		{text: "write n1 set x x5", want: Write{Node: "n1", Op: Set, Key: "x", Args: []string{"x5"}}},
		{text: "write n1 set x 1 x2", want: Write{Node: "n1", Op: Set, Key: "x", Args: []string{"1"}, Times: 2}},
		{text: "write n1 set x 1 wait retry x10000", want: Write{Node: "n1", Op: Set, Key: "x", Args: []string{"1"}, Times: 10000, Retry: true, Wait: true}, print: "write n1 set x 1 x10000 retry wait"},
		{text: "write n1 incr x x005", want: Write{Node: "n1", Op: Incr, Key: "x", Times: 5}, print: "write n1 incr x x5"},
		{text: "write n1 incr x retry", want: Write{Node: "n1", Op: Incr, Key: "x", Retry: true}},
		{text: "write n1 incr x 5 retry x7", want: Write{Node: "n1", Op: Incr, Key: "x", Args: []string{"5"}, Times: 7, Retry: true}, print: "write n1 incr x 5 x7 retry"},
		{text: "write n1 del x5 x5", want: Write{Node: "n1", Op: Del, Key: "x5", Times: 5}},
		{text: "read leader get x wait retry", want: Read{Node: "leader", Op: Get, Key: "x", Retry: true, Wait: true}, print: "read leader get x retry wait"},
		{text: "client", want: DefaultClient()},
		{text: "client set=50 get=50 rate=10", want: DefaultClient(), print: "client"},
		{text: "client rate=200 keys=10 set=80 incr=20", want: Client{Rate: 200, Keys: 10, Mix: Mix{Set: 80, Incr: 20}, Node: LeaderNode}, print: "client rate=200 set=80 incr=20"},
		{text: "client get=1", want: Client{Rate: 10, Keys: 10, Mix: Mix{Get: 1}, Node: LeaderNode}},
		{text: "client node=n2 retry=on calls=5 cas=0 append=3", want: Client{Rate: 10, Keys: 10, Mix: Mix{Append: 3}, Retry: true, Node: "n2", Calls: 5}, print: "client append=3 retry=on node=n2 calls=5"},
		{text: "client stop", want: ClientStop{}},
		{text: "client stop 12", want: ClientStop{N: 12}},
		{text: "read leader get x", want: Read{Node: "leader", Op: Get, Key: "x"}},
		{text: "read n2 get x stale wait", want: Read{Node: "n2", Op: Get, Key: "x", Stale: true, Wait: true}},
		{text: "read n2 get stale wait stale", want: Read{Node: "n2", Op: Get, Key: "stale", Stale: true, Wait: true}, print: "read n2 get stale stale wait"},
		{text: "step", want: Step{N: 1}, print: "step 1"},
		{text: "step 3", want: Step{N: 3}},
		{text: "step exec#1", want: Step{Machine: exec1}},
		{text: "step entry n3:2/4", want: Step{Machine: entry}},
		{text: "finish exec@last", want: Finish{Machine: last}},
		{text: "finish n3:2/4", want: Finish{Machine: entry}, print: "finish entry n3:2/4"},
		{text: "advance 500ms", want: Advance{Duration: 500 * time.Millisecond}},
		{text: "advance 1h0m1s", want: Advance{Duration: time.Hour + time.Second}},
		{text: "cut n1 | n2 n3", want: Cut{Left: []string{"n1"}, Right: []string{"n2", "n3"}}},
		{text: "cut n1 n2|n3", want: Cut{Left: []string{"n1", "n2"}, Right: []string{"n3"}}, print: "cut n1 n2 | n3"},
		{text: "cut n1>n3", want: Cut{Left: []string{"n1"}, Right: []string{"n3"}, OneWay: true}, print: "cut n1 > n3"},
		{text: "heal", want: Heal{}},
		{text: "heal n1 | n2", want: Heal{Left: []string{"n1"}, Right: []string{"n2"}}},
		{text: "heal n1 > n2 n3", want: Heal{Left: []string{"n1"}, Right: []string{"n2", "n3"}, OneWay: true}},
		{text: "stop n2", want: Stop{Node: "n2"}},
		{text: "crash n2", want: Crash{Node: "n2"}},
		{text: "restart n9", want: Restart{Node: "n9"}},
		{text: "expect not logs equal", want: Expect{Cond: cond.Not{C: cond.LogsEqual{}}}},
		{text: "print tree exec@last", want: Print{What: PrintTree, Machine: last}},
		{text: "print tree entry n3:2/4 --moves --depth 2 --kind entry,append --json --real", want: Print{What: PrintTree, Machine: entry,
			Options: PrintOptions{Moves: true, Depth: 2, Kinds: []string{"entry", "append"}, JSON: true, Real: true}}},
		{text: "print tree exec#1 --kind=entry --depth=1", want: Print{What: PrintTree, Machine: exec1,
			Options: PrintOptions{Depth: 1, Kinds: []string{"entry"}}}, print: "print tree exec#1 --depth 1 --kind entry"},
		{text: "print logs", want: Print{What: PrintLogs}},
		{text: "print nodes", want: Print{What: PrintNodes}},
		{text: "run", want: Run{Timeout: DefaultTimeout}},
		{text: "run timeout=2m", want: Run{Timeout: 2 * time.Minute}},
		{text: "break leader", want: Break{Cond: cond.Leader{}}},
		{text: "break kind:append node:n2 ignore=3 once", want: Break{Cond: cond.And{A: cond.KindIs{Kind: "append"}, B: cond.NodeIs{Node: "n2"}}, Once: true, Ignore: 3},
			print: "break kind:append node:n2 once ignore=3"},
		{text: `break text:"a ; b"`, want: Break{Cond: cond.Says{Text: "a ; b"}}},
		{text: `break attr exec#1 told = "once"`, want: Break{Cond: cond.Attr{Machine: exec1, Key: "told", Op: cond.Equal, Value: cond.Text("once")}},
			print: "break (attr exec#1 told = once)"},
		{text: `break attr:told = "ignore=5"`, want: Break{Cond: cond.HasAttr{Key: "told", Op: cond.Equal, Value: cond.Text("ignore=5")}}},
		{text: "enable 1", want: Enable{N: 1}},
		{text: "disable 7", want: Disable{N: 7}},
		{text: "delete 7", want: Delete{N: 7}},
		{text: "delete all", want: Delete{}},
		{text: "print breaks", want: Print{What: PrintBreaks}},
		{text: "print log --json", want: Print{What: PrintLog, Options: PrintOptions{JSON: true}}},
		{text: "print digest", want: Print{What: PrintDigest}},
		{text: "print events --real", want: Print{What: PrintEvents, Options: PrintOptions{Real: true}}},
		{text: "print outcomes", want: Print{What: PrintOutcomes}},
		{text: "print history --json", want: Print{What: PrintHistory, Options: PrintOptions{JSON: true}}},
		{text: "print log", want: Print{What: PrintLog}},
		{text: `note  it's "here"; see #4 `, want: Note{Text: `it's "here"; see #4`}, print: `note it's "here"; see #4`},
	}
	for _, tt := range tests {
		all, err := ParseLine(1, tt.text)
		if err != nil || len(all) != 1 {
			t.Errorf("ParseLine(%q) = %v, %v", tt.text, all, err)
			continue
		}
		if got := unplaced(all[0]); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("ParseLine(%q) = %#v, want %#v", tt.text, got, tt.want)
		}
		print := tt.print
		if print == "" {
			print = tt.text
		}
		if got := all[0].String(); got != print {
			t.Errorf("ParseLine(%q) prints %q, want %q", tt.text, got, print)
		}
		again, err := ParseLine(1, print)
		if err != nil || len(again) != 1 || !reflect.DeepEqual(unplaced(again[0]), tt.want) {
			t.Errorf("ParseLine(%q) = %v, %v", print, again, err)
		}
	}
}

func TestParseLineOfSeveral(t *testing.T) {
	tests := []struct {
		text string
		want []string
		at   []Pos
	}{
		{"", nil, nil},
		{"  \t", nil, nil},
		{"# stop n1; stop n2", nil, nil},
		{" ; ;; ", nil, nil},
		{"step;step 2 ; step 3 # and so on", []string{"step 1", "step 2", "step 3"}, []Pos{{4, 1}, {4, 6}, {4, 15}}},
		{`write n1 set é "# ; x" ; stop n2`, []string{`write n1 set é "# ; x"`, "stop n2"}, []Pos{{4, 1}, {4, 26}}},
		{"stop n1 ; note stop ; stop n2", []string{"stop n1", "note stop ; stop n2"}, []Pos{{4, 1}, {4, 11}}},
		{"cluster nodes=2 ; stop n2", []string{"cluster nodes=2", "stop n2"}, []Pos{{4, 1}, {4, 19}}},
	}
	for _, tt := range tests {
		all, err := ParseLine(4, tt.text)
		var texts []string
		var at []Pos
		for _, c := range all {
			texts = append(texts, c.String())
			at = append(at, c.Position())
		}
		if err != nil || !reflect.DeepEqual(texts, tt.want) || !reflect.DeepEqual(at, tt.at) {
			t.Errorf("ParseLine(%q) = %q at %v, %v; want %q at %v", tt.text, texts, at, err, tt.want, tt.at)
		}
	}
}

func TestParseLineErrors(t *testing.T) {
	key, value := strings.Repeat("k", KeyBytesMax+1), strings.Repeat("v", 300)
	tests := []struct {
		text    string
		column  int
		message string // a part of it
	}{
		{"wirte leader set x 1", 1, `got "wirte", expected a command: one of cluster, run, write`},
		{"wirte leader set x 1", 1, `did you mean "write"?`},
		{"step ; stpe 3", 8, `did you mean "step"?`},
		{`"step"`, 1, "expected a command"},
		{value, 1, `vvvv...", expected a command`},
		{"cluster node=3", 9, `got "node", expected NAME=VALUE, where NAME is one of nodes, voters,`},
		{"cluster node=3", 9, `did you mean "nodes"?`},
		{"cluster heartbeattimeout=1s", 9, `did you mean "HeartbeatTimeout"?`},
		{"cluster nodes", 9, "expected nodes=VALUE, as in nodes=3"},
		{"cluster nodes = 3", 9, "expected nodes=VALUE"},
		{"cluster nodes=", 15, `got "\"\"", expected a value of nodes: 1 to 9`},
		{"cluster nodes=0", 15, `got "0", expected a value of nodes: 1 to 9`},
		{"cluster nodes=10", 15, "1 to 9"},
		{"cluster nodes=-1", 15, "1 to 9"},
		{"cluster nodes=99999999999999999999", 15, "1 to 9"},
		{"cluster nodes=3 nodes=3", 17, "every option only once"},
		{"cluster seed=18446744073709551616", 14, "0 to 18446744073709551615"},
		{"cluster net=0..1ms", 13, "1us to 10s"},
		{"cluster net=3ms..1ms", 13, "LO not above HI"},
		{"cluster net=1ms..11s", 13, "1us to 10s"},
		{"cluster net=1ms...3ms", 13, "1us to 10s"},
		{"cluster net=5", 13, "1us to 10s"},
		{"cluster net=-1ms", 13, "1us to 10s"},
		{"cluster net=9999999999h", 13, "1us to 10s"},
		{"cluster inflight=131", 18, "1 to 130"},
		{"cluster quiet=true", 15, "on or off"},
		{"cluster BatchApplyCh=on", 22, "true or false"},
		{"cluster LogLevel=LOUD", 18, "TRACE, DEBUG, INFO"},
		{"cluster MaxAppendEntries=1025", 26, "1 to 1024"},
		{"cluster ProtocolVersion=4", 25, "1 to 3"},
		{"cluster CommitTimeout=1us", 23, "1ms to 24h"},
		{"cluster ElectionTimeout=4ms", 25, "5ms to 24h"},
		{"cluster HeartbeatTimeout=200ms", 9, `got "HeartbeatTimeout=200ms", expected LeaderLeaseTimeout, which is 500ms, to be at most HeartbeatTimeout, which is 200ms`},
		{"cluster LeaderLeaseTimeout=2s nodes=1", 9, "to be at most HeartbeatTimeout, which is 1s"},
		{"cluster LeaderLeaseTimeout=400ms HeartbeatTimeout=300ms", 34, "LeaderLeaseTimeout, which is 400ms"},
		{"cluster HeartbeatTimeout=2s", 9, "to be at most ElectionTimeout, which is 1s"},
		{"cluster ElectionTimeout=1s HeartbeatTimeout=2s", 28, "to be at most ElectionTimeout"},
		{"stop n1 ; cluster", 11, "cluster must be the first command"},
		{"cluster ; cluster", 11, "and there is only one"},
		{"cluster nodes=2 ; stop n3", 24, `got "n3", expected a node: one of n1, n2`},
		{"run untill leader", 5, `expected until, timeout=DURATION or the end of the command; did you mean "until"?`},
		{"run leader", 5, `got "leader", expected until, timeout=DURATION`},
		{"run timeout=1s 5", 16, `got "5"`},
		{"run 5 timeout=1s", 5, `got "5", expected until`},
		{"run timeout=", 13, "a duration from 1us to 24h"},
		{"run until timeout=", 19, "a duration from 1us"},
		{"run until kind:append state:proposed", 29, `got "proposed", expected a state of append: one of start`},
		{`run until text: "x"`, 16, "expected a text"},
		{`write n1 set text:"x"`, 19, "a blank before the double quote"},
		{"break", 6, "expected a condition: one of leader,"},
		{"break once", 7, "expected a condition"},
		{"break ignore=5 once", 7, "expected a condition"},
		{"break leader once once", 14, "each of once and ignore=N only once"},
		{"break leader ignore=1 once ignore=2", 14, "each of once and ignore=N only once"},
		{"break leader ignore=", 21, `got the end of the command, expected how many times to ignore it, from 1 to 1000000`},
		{"break leader ignore=0", 21, `got "0", expected how many times to ignore it`},
		{"break leader ignore=-1", 21, `got "-1", expected how many times`},
		{"break leader ignore=1000001", 21, "from 1 to 1000000"},
		{"break leader ignore 5", 14, `got "ignore", expected and, or`},
		{"break leader onec", 14, `got "onec", expected and, or`},
		{"break kind:apend", 12, `did you mean "append"?`},
		{"break attr exec@1 told = once", 26, "a number or a text"},
		{"braek leader", 1, `did you mean "break"?`},
		{"enable", 7, "the number of a breakpoint from 1 to 1000000"},
		{"enable 0", 8, "the number of a breakpoint from 1 to 1000000"},
		{"enable all", 8, "the number of a breakpoint"},
		{"disable x", 9, "the number of a breakpoint"},
		{"disable 1 2", 11, "the end of the command"},
		{"delete", 7, "expected all or the number of a breakpoint from 1 to 1000000"},
		{"delete all 1", 12, "the end of the command"},
		{"delete 1000001", 8, "from 1 to 1000000"},
		{"print breaks --json", 14, "the end of the command"},
		{"run until", 10, "expected a condition"},
		{"run until timeout=3s", 11, "expected a condition"},
		{"run until leader timeout=", 26, "a duration from 1us to 24h"},
		{"run until leader timeout=0s", 26, "a duration from 1us to 24h"},
		{"run until leader timeout=25h", 26, "a duration from 1us to 24h"},
		{"run until timeout=3s leader", 11, "expected a condition"},
		{"run until leader n10", 18, "a node: one of n1"},
		{"run until exec#1 DOEN", 18, `did you mean "DONE"?`},
		{"run until leader # timeout=3s ; foo", 0, ""},
		{"write", 6, "got the end of the command, expected leader or a node"},
		{"write leadr set x 1", 7, `got "leadr", expected leader or a node`},
		{"write n1", 9, "one of set, del, incr, cas, append"},
		{"write n1 st x 1", 10, `did you mean "set"?`},
		{"write n1 get x", 10, `expected one of set, del`},
		{"write n1 set", 13, "a key of 1 to 1024 bytes"},
		{`write n1 set "" 1`, 14, `got "\"\"", expected a key`},
		{"write n1 set " + key + " 1", 14, "a key of 1 to 1024 bytes"},
		{"write n1 set x", 15, "the new value"},
		{"write n1 set é # 1 ; stop n2", 15, "the new value"},
		{"write n1 set x 1 2", 18, "wait or the end of the command"},
		{"write n1 set x 1 wait wait", 23, "the end of the command"},
		{"write n1 incr x y", 17, "a number to add, x2 to x10000, retry, wait or the end of the command, each once"},
		{"write n1 set x 1 x1", 18, `got "x1", expected x2 to x10000, retry, wait or the end of the command, each once`},
		{"write n1 set x 1 x10001", 18, `got "x10001", expected x2 to x10000, retry`},
		{"write n1 set x 1 x", 18, `got "x", expected x2 to x10000`},
		{"write n1 set x 1 x-5", 18, "x2 to x10000"},
		{"write n1 set x 1 X5", 18, "x2 to x10000"},
		{`write n1 set x 1 "x5"`, 18, "x2 to x10000"},
		{`write n1 set x 1 "retry"`, 18, "x2 to x10000, retry"},
		{"write n1 set x 1 x5 wait x5", 26, "each once"},
		{"write n1 set x 1 retry retry", 24, "each once"},
		{"write n1 incr x x3 5", 20, `got "5", expected x2 to x10000`},
		{"write n1 incr x x99999999999999999999", 17, "a number to add, x2 to x10000"},
		{"client rat=5", 8, `got "rat", expected stop or NAME=VALUE, where NAME is one of rate, keys, set, del, incr, cas, append, get, retry, node, calls; did you mean "rate"?`},
		{"client stp", 8, `did you mean "stop"?`},
		{`client "rate=5"`, 8, "expected stop or NAME=VALUE"},
		{"client rate", 8, `got "rate", expected rate=VALUE, where VALUE is 1 to 10000`},
		{"client rate=0", 13, `got "0", expected a value of rate: 1 to 10000`},
		{"client rate=10001", 13, "1 to 10000"},
		{"client rate=0.5", 13, "1 to 10000"},
		{"client rate=-1", 13, "1 to 10000"},
		{"client rate=", 13, `got "\"\"", expected a value of rate: 1 to 10000`},
		{"client rate=5 rate=5", 15, `got "rate=5", expected every option only once`},
		{"client keys=0", 13, "a value of keys: 1 to 1000000"},
		{"client keys=1000001", 13, "1 to 1000000"},
		{"client set=1001", 12, "a value of set: 0 to 1000"},
		{"client set=0", 8, `got "set=0", expected at least one of set, del, incr, cas, append and get above 0`},
		{"client get=0 rate=3 del=0", 21, `got "del=0", expected at least one of set`},
		{"client retry=yes", 14, "a value of retry: on or off"},
		{"client retry=ON", 14, "a value of retry: on or off"},
		{"client node=n10", 13, "a value of node: leader or a node"},
		{"client node=all", 13, "a value of node: leader or a node"},
		{"cluster nodes=2 ; client node=n3", 31, "a value of node: leader or a node"},
		{"client calls=0", 14, "a value of calls: 1 to 1000000"},
		{"client calls=1000001", 14, "1 to 1000000"},
		{"client stop 0", 13, "the number of a client, or the end of the command"},
		{"client stop x", 13, "the number of a client, or the end of the command"},
		{"client stop -1", 13, "the number of a client"},
		{"client stop 1 2", 15, "the end of the command"},
		{"client stop rate=3", 13, "the number of a client"},
		{"client rate=3 stop", 15, "NAME=VALUE"},
		{"write n1 incr x 9223372036854775808", 17, "a number to add"},
		{"write n1 cas x 1", 17, "the new value"},
		{`write n1 set x "1`, 16, "a closing double quote"},
		{"read leader x", 13, "expected get"},
		{"read leader get", 16, "a key"},
		{"read leader get x wait wait", 24, "each once"},
		{"read leader get x now", 19, "stale, retry, wait or"},
		{"step 0", 6, "from 1 to 1000000"},
		{"step 1000001", 6, "from 1 to 1000000"},
		{"step -1", 6, "from 1 to 1000000"},
		{"step 3 4", 8, "the end of the command"},
		{"step exce#1", 6, `did you mean "exec"?`},
		{"finish", 7, "expected a machine: KIND#ID"},
		{"finish exec", 8, "expected a machine"},
		{"finish exec#1 DONE", 15, "the end of the command"},
		{"advance", 8, "a duration"},
		{"advance 5", 9, "like 500ms or 2s"},
		{"advance -5s", 9, "a duration"},
		{`advance "5s"`, 9, "a duration"},
		{"cut", 4, "a node"},
		{"cut n1", 7, "| or > and the nodes of the other side"},
		{"cut n1 |", 9, "a node"},
		{"cut | n1", 5, "a node"},
		{"cut n1 | n1", 10, "a node that is not named yet"},
		{"cut n1 n1 | n2", 8, "a node that is not named yet"},
		{"cut n1 > n2 > n3", 13, "a node"},
		{"cut n1 < n2", 8, "a node"},
		{"heal n1", 8, "| or >"},
		{"heal all", 6, "a node"},
		{"stop", 5, "a node"},
		{"stop n10", 6, "a node"},
		{"stop leader", 6, "a node"},
		{"crash n1 n2", 10, "the end of the command"},
		{"restart n0", 9, "a node"},
		{"expect", 7, "a condition"},
		{"print", 6, "one of tree, logs"},
		{"print tre exec#1", 7, `did you mean "tree"?`},
		{"print tree", 11, "a machine"},
		{"print tree exec#1 --move", 19, `did you mean "--moves"?`},
		{"print tree exec#1 --moves=1", 19, "an option"},
		{"print tree exec#1 --depth", 26, "a number of levels"},
		{"print tree exec#1 --depth 0", 27, "a number of levels from 1 to 1000"},
		{"print tree exec#1 --depth=1001", 27, "a number of levels from 1 to 1000"},
		{"print tree exec#1 --kind entry,apend", 32, `did you mean "append"?`},
		{"print events --moves", 14, "expected an option: one of --json, --real; or the end"},
		{"print logs --json", 12, "expected an option: --views; or the end of the command"},
		{"print nodes --json", 13, "expected the end of the command"},
		{"print digest --json", 14, "expected the end of the command"},
		{"note", 5, "the text of the note"},
		{"note   ", 8, "the text of the note"},
		{"stop n1 \x00", 9, "is not a text file: NUL byte"},
		{"stop \xc3\x28", 6, "is not a text file: byte 0xc3 is not UTF-8"},
		{"# \x1b[2J", 3, "control character U+001B"},
		{"note \u202ereversed", 6, "control character U+202E"},
		{strings.Repeat("é", 40000), 32769, "the line is longer than 65536 bytes"},
	}
	for _, tt := range tests {
		all, err := ParseLine(7, tt.text)
		if tt.column == 0 {
			if err != nil {
				t.Errorf("ParseLine(%.60q): %v", tt.text, err)
			}
			continue
		}
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("ParseLine(%.60q) = %v, %v; want an *Error", tt.text, all, err)
			continue
		}
		if e.Line != 7 || e.Column != tt.column || !strings.Contains(e.Message(), tt.message) {
			t.Errorf("ParseLine(%.60q): %v; want 7:%d and %q", tt.text, err, tt.column, tt.message)
		}
		if all != nil {
			t.Errorf("ParseLine(%.60q) returns commands beside its error", tt.text)
		}
		if len(err.Error()) > 900 || strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' }) {
			t.Errorf("ParseLine(%.60q): unprintable or endless error %q", tt.text, err)
		}
	}
}

func TestParserKnowsItsNodes(t *testing.T) {
	p := Parser{Nodes: []string{"alpha", "beta"}}
	all, err := p.Line(1, "cut alpha | beta ; step anything@beta")
	if err != nil || len(all) != 2 {
		t.Errorf("Line = %v, %v", all, err)
	}
	if _, err := p.Line(1, "stop n1"); err == nil || !strings.Contains(err.Error(), "one of alpha, beta") {
		t.Errorf("Line with an unknown node: %v", err)
	}
}
