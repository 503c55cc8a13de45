package keys

import "testing"

var sample = []Map{
	{Name: "time", Bindings: []Binding{
		{Verb: "step", Keys: []string{"s"}, Help: "to the next visible instant"},
		{Verb: "page", Keys: []string{"pgdown", "ctrl+d", "shift+left"}, Help: "a page down"},
		{Verb: "bar", Keys: []string{"|", "`"}, Help: "a <b> | *c*"},
	}},
	{Name: "without any"},
	{Name: "looking", Bindings: []Binding{{Verb: "up", Keys: []string{"k", "up", "u"}, Help: "up"}}},
}

func TestText(t *testing.T) {
	const want = `time
  s                    to the
                       next
                       visible
                       instant
  PgDn ctrl+d shift+←  a page
                       down
  | ` + "`" + `                  a <b> |
                       *c*

looking
  k ↑ u                up
`
	if got := Text(31, sample...); got != want {
		t.Errorf("got\n%s\nexpected\n%s", got, want)
	}
}

func TestMarkdown(t *testing.T) {
	const want = "**Time**\n\n| key | does |\n|---|---|\n" +
		"| `s` | to the next visible instant |\n" +
		"| `PgDn` `ctrl+d` `shift+←` | a page down |\n" +
		"| `\\|` `` ` `` | a &lt;b> \\| \\*c\\* |\n" +
		"\n**Looking**\n\n| key | does |\n|---|---|\n| `k` `↑` `u` | up |\n"
	if got := Markdown(sample...); got != want {
		t.Errorf("got\n%s\nexpected\n%s", got, want)
	}
}

func TestCheck(t *testing.T) {
	if got := Check(sample...); got != "" {
		t.Error(got)
	}
	again := Map{Name: "again", Bindings: []Binding{{Verb: "x", Keys: []string{"s"}, Help: "x"}}}
	if got := Check(append(sample, again)...); got != "s: time step and again x" {
		t.Errorf("%q", got)
	}
}
