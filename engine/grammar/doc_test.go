package grammar

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write generated parts of the documentation")

const (
	docFile      = "../../docs/grammar.md"
	optionsBegin = "<!-- options: this table is written by go test ./engine/grammar -run Doc -update -->\n"
	optionsEnd   = "<!-- end of options -->"

	clientOptionsBegin = "<!-- client options: this table is written by go test ./engine/grammar -run Doc -update -->\n"
	clientOptionsEnd   = "<!-- end of client options -->"
)

func readDoc(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(docFile)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// blocks returns the fenced blocks of the documentation in one language.
func blocks(doc, language string) []string {
	var all []string
	for _, rest := range strings.Split(doc, "\n```"+language+"\n")[1:] {
		block, _, _ := strings.Cut(rest, "```")
		all = append(all, block)
	}
	return all
}

func TestDocExamplesParse(t *testing.T) {
	examples := blocks(readDoc(t), "raftscope")
	if len(examples) < 8 {
		t.Fatalf("%d blocks of examples", len(examples))
	}
	verbs := map[string]bool{}
	for _, block := range examples {
		if _, err := ParseFile("docs/grammar.md", strings.NewReader(block)); err != nil {
			t.Errorf("%v in:\n%s", err, block)
		}
		for _, line := range strings.Split(block, "\n") {
			all, err := ParseLine(1, line)
			if err != nil {
				t.Errorf("%q: %v", line, err)
			}
			for _, c := range all {
				verbs[strings.Fields(c.String())[0]] = true
			}
		}
	}
	for _, v := range Verbs() {
		if !verbs[v.Name] {
			t.Errorf("no example of %s", v.Name)
		}
	}
	wrong := blocks(readDoc(t), "raftscope-error")
	if len(wrong) != 1 {
		t.Fatalf("%d blocks of wrong lines", len(wrong))
	}
	for _, line := range strings.Split(strings.TrimSpace(wrong[0]), "\n") {
		if _, err := ParseFile("a.txt", strings.NewReader(line)); err == nil {
			t.Errorf("%q is shown as wrong but is not", line)
		}
	}
}

func TestDocOptionsAreCurrent(t *testing.T) {
	var table strings.Builder
	table.WriteString("| option | default | values | meaning |\n|---|---|---|---|\n")
	for _, o := range Options() {
		values := o.Range
		if o.Unit == "LO..HI, or one duration" {
			values = o.Unit + "; " + values
		}
		fmt.Fprintf(&table, "| `%s` | `%s` | %s | %s |\n", o.Name, o.Default, values, o.Doc)
	}
	current(t, optionsBegin, table.String(), optionsEnd)
}

func TestDocClientOptionsAreCurrent(t *testing.T) {
	var table strings.Builder
	table.WriteString("| option | default | values | meaning |\n|---|---|---|---|\n")
	for _, o := range ClientOptions() {
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s |\n", o.Name, o.Default, o.Range, o.Doc)
	}
	current(t, clientOptionsBegin, table.String(), clientOptionsEnd)
}

// current insists that the documentation has the table between the two marks,
// or puts it there.
func current(t *testing.T, begin, table, end string) {
	t.Helper()
	doc := readDoc(t)
	before, rest, ok := strings.Cut(doc, begin)
	_, after, alsoOK := strings.Cut(rest, end)
	if !ok || !alsoOK {
		t.Fatal("the documentation has no place for the options")
	}
	current := before + begin + table + end + after
	if current == doc {
		return
	}
	if !*update {
		t.Fatal("a table of options in docs/grammar.md is stale: run go test ./engine/grammar -run Doc -update")
	}
	if err := os.WriteFile(docFile, []byte(current), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestOptionDefaults(t *testing.T) {
	c := DefaultCluster()
	seen := map[string]bool{}
	for _, o := range Options() {
		if o.Name == "" || o.Unit == "" || o.Range == "" || o.Doc == "" || seen[o.Name] {
			t.Errorf("option %q is incomplete or twice there", o.Name)
		}
		seen[o.Name] = true
		if got := o.get(&c); got != o.Default {
			t.Errorf("%s: the default %q prints as %q", o.Name, o.Default, got)
		}
		for _, wrong := range []string{"", "x", "-1", "0x10", "1e400", "99999999999999999999999", "1,5s"} {
			if o.set(&c, wrong) {
				t.Errorf("%s=%s is accepted", o.Name, wrong)
			}
		}
	}
	if c.String() != "cluster" || strings.Join(c.NodeNames(), " ") != "n1 n2 n3" {
		t.Errorf("default cluster is %q of %v", c, c.NodeNames())
	}
}

func TestClientOptionDefaults(t *testing.T) {
	c := DefaultClient()
	for _, o := range ClientOptions() {
		if o.Name == "" || o.Range == "" || o.Doc == "" {
			t.Errorf("option %q is incomplete", o.Name)
		}
		if got := o.get(&c); got != o.Default {
			t.Errorf("%s: the default %q prints as %q", o.Name, o.Default, got)
		}
		for _, wrong := range []string{"", "x", "-1", "0x10", "1e400", "99999999999999999999999", "1,5"} {
			if _, err := ParseLine(1, "client "+o.Name+"="+wrong); err == nil {
				t.Errorf("%s=%s is accepted", o.Name, wrong)
			}
		}
	}
}
