package keys

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Text returns the maps as plain text for people, in lines of at most w columns
// as far as words allow: each map under its name, a key and what it does in each
// line. Maps without keys are left out.
func Text(w int, maps ...Map) string {
	column := 0
	for _, m := range maps {
		for _, b := range m.Bindings {
			column = max(column, ansi.StringWidth(b.Shown()))
		}
	}
	column += 4 // two blanks on each side
	var out strings.Builder
	for _, m := range maps {
		if len(m.Bindings) == 0 {
			continue
		}
		if out.Len() > 0 {
			out.WriteByte('\n')
		}
		out.WriteString(m.Name + "\n")
		for _, b := range m.Bindings {
			shown := b.Shown()
			out.WriteString("  " + shown + strings.Repeat(" ", column-2-ansi.StringWidth(shown)))
			out.WriteString(hang(b.Help, w-column, column) + "\n")
		}
	}
	return out.String()
}

// hang breaks a text between words into lines of w columns, all but the first
// behind so many blanks.
func hang(text string, w, blanks int) string {
	var out strings.Builder
	at := 0
	for i, word := range strings.Fields(text) {
		n := ansi.StringWidth(word)
		switch {
		case i == 0:
		case at+1+n > w:
			out.WriteString("\n" + strings.Repeat(" ", blanks))
			at = 0
		default:
			out.WriteByte(' ')
			at++
		}
		out.WriteString(word)
		at += n
	}
	return out.String()
}

// Markdown returns the maps as tables of Markdown, each under its name in bold.
// Maps without keys are left out.
func Markdown(maps ...Map) string {
	var out strings.Builder
	for _, m := range maps {
		if len(m.Bindings) == 0 {
			continue
		}
		if out.Len() > 0 {
			out.WriteByte('\n')
		}
		out.WriteString("**" + strings.ToUpper(m.Name[:1]) + m.Name[1:] + "**\n\n| key | does |\n|---|---|\n")
		for _, b := range m.Bindings {
			var shown []string
			for _, k := range b.Keys {
				shown = append(shown, code((Binding{Keys: []string{k}}).Shown()))
			}
			out.WriteString("| " + strings.Join(shown, " ") + " | " + cell.Replace(b.Help) + " |\n")
		}
	}
	return out.String()
}

// cell escapes what means something in a table of Markdown.
var cell = strings.NewReplacer("|", `\|`, "<", "&lt;", "*", `\*`, "_", `\_`, "`", "\\`")

// code puts a key between backquotes, as many as it needs.
func code(key string) string {
	if strings.Contains(key, "`") {
		return "`` " + key + " ``"
	}
	return "`" + strings.ReplaceAll(key, "|", `\|`) + "`"
}
