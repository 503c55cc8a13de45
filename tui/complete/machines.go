package complete

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/replay/cond"
	"raftscope/replay/cond/words"
)

const (
	machinesMax = 20   // how many machines are offered
	lookedMax   = 1000 // how many of the newest are looked at for them
	docMax      = 60   // how many runes of foreign text are shown
)

// machines adds the names of machines: the selected one, what is held if that is
// to be released, then the newest open ones, then, if what has ended can be
// meant, the newest.
func (p *place) machines(add func(text, doc string)) {
	v := p.s.View
	if v.Timeline() == nil || p.verb() == "reorder" {
		return
	}
	f := finder{v: v, verb: p.verb(), seen: map[*replay.Machine]bool{}}
	starts := p.starts()
	f.typed = p.partial
	for _, s := range starts {
		if s < len(p.partial) && !strings.ContainsAny(p.partial[s:], "(") {
			f.typed = p.partial[s:]
			break
		}
	}
	f.take(v.Machine(p.s.Selected))
	if f.verb == "release" {
		for _, h := range v.Held() {
			f.take(v.Of(h.Machine))
		}
	}
	if w := v.LastExec(); w.Known() && w.Open() {
		f.take(w)
	}
	all := f.newest()
	for _, m := range all {
		if m.Open() {
			f.take(m)
		}
	}
	if !f.onlyOpen() {
		for _, m := range all {
			f.take(m)
		}
	}
	for _, m := range f.found {
		add(nameOf(v, m), docOf(m))
	}
	said := map[string]bool{}
	for _, m := range f.found {
		name := m.Kind().Name() + "@" + m.Node()
		if !said[name] && m.Node() != "" && v.Newest(m.Kind().Name(), m.Node()).Machine == m.Machine {
			said[name] = true
			add(name, "now "+docOf(m))
		}
	}
}

// finder looks for the machines that are likely meant.
type finder struct {
	v     replay.View
	verb  string
	typed string
	seen  map[*replay.Machine]bool
	found []replay.MachineView
}

// onlyOpen says whether the command is about operations under way.
func (f *finder) onlyOpen() bool { return f.verb == "release" || among(messages, f.verb) }

// newest returns the newest machines of the kinds that what was typed can name,
// newest first.
func (f *finder) newest() (out []replay.MachineView) {
	kind, _, named := strings.Cut(f.typed, "#")
	if !named {
		kind, _, named = strings.Cut(f.typed, "@")
	}
	all := f.v.Machines()
	if named {
		all = f.v.ByKind(kind)
	}
	for i := len(all) - 1; i >= max(0, len(all)-lookedMax); i-- {
		out = append(out, f.v.Of(all[i]))
	}
	return out
}

// take adds a machine if it is one that can be meant.
func (f *finder) take(m replay.MachineView) {
	if !m.Known() || f.seen[m.Machine] || len(f.found) == machinesMax || f.onlyOpen() && !f.faulty(m) {
		return
	}
	if f.typed != "" && rankOf(nameOf(f.v, m), f.typed) == worst && rankOf(m.Kind().Name()+"@"+m.Node(), f.typed) == worst {
		return
	}
	f.seen[m.Machine] = true
	f.found = append(f.found, m)
}

// faulty says whether something can be done to a machine's operation.
func (f *finder) faulty(m replay.MachineView) bool {
	if f.verb == "release" {
		return m.IsHeld()
	}
	return m.Open() && (operable(f.verb, m.Kind().Name()) || m.StateName() == "applying" && operable(f.verb, "append"))
}

// operable says whether a command can do something to operations of a kind.
func operable(verb, kind string) bool {
	if slices.Contains(grammar.MessageKinds(), kind) {
		return verb != "crash"
	}
	return slices.Contains(grammar.DiskKinds(), kind) && !among("drop duplicate reorder", verb)
}

// nameOf returns the name of a machine as it is written: an entry's by its place
// in the log, if that is the newest there.
func nameOf(v replay.View, m replay.MachineView) string {
	if m.Kind().Name() == "entry" && m.Node() != "" {
		name := m.Node() + ":" + m.Subject()
		if r, err := cond.ParseRef(1, name, cond.Scope{}); err == nil && v.Find(r).Machine == m.Machine {
			return name
		}
	}
	return m.Name()
}

// docOf says in a few words what a machine is.
func docOf(m replay.MachineView) string {
	doc := m.StateName()
	if m.Node() != "" {
		doc = m.Node() + " " + doc
	}
	if l := m.Label(); l != "" {
		doc += ", " + l
	}
	return tidy(doc)
}

// tidy returns foreign text as it can be shown: one short line without control
// characters.
func tidy(text string) string {
	n := 0
	for i := range text {
		if n == docMax {
			text = text[:i] + "…"
			break
		}
		n++
	}
	clean := strings.IndexFunc(text, words.IsControl) < 0 && utf8.ValidString(text)
	if clean {
		return text
	}
	q := strconv.Quote(text)
	return q[1 : len(q)-1]
}

// attributesMax and keysMax are how many are offered.
const (
	attributesMax = 30
	keysMax       = 10
)

// attributes adds the names of attributes where one may stand: behind the machine
// of an attr, or in attr:KEY.
func (p *place) attributes(add func(text, doc string)) {
	v := p.s.View
	if v.Timeline() == nil {
		return
	}
	var of []replay.MachineView
	n := len(p.before)
	switch {
	case strings.Contains(p.partial, "attr:"):
	case n > 1 && p.before[n-2].Text == "attr", n > 2 && p.before[n-3].Text == "attr" && p.before[n-2].Text == "entry":
		r, err := cond.ParseRef(1, p.before[n-1].Text, cond.Scope{})
		if err != nil {
			return
		}
		of = append(of, v.Find(r))
	default:
		return
	}
	if of == nil {
		all := v.Machines()
		for i := len(all) - 1; i >= max(0, len(all)-100); i-- {
			of = append(of, v.Of(all[i]))
		}
	}
	seen := map[string]bool{}
	for _, m := range of {
		if !m.Known() {
			continue
		}
		for _, a := range m.Attrs() {
			if !seen[a.Key] && len(seen) < attributesMax && !replay.IsReal(a.Key) {
				seen[a.Key] = true
				add(a.Key, tidy("as in "+m.Name()+": "+a.String()))
			}
		}
	}
}

// keys adds the keys of the newest writes where the key of a write or read stands.
func (p *place) keys(add func(text, doc string)) {
	v := p.s.View
	if v.Timeline() == nil || len(p.before) != 3 || p.verb() != "write" && p.verb() != "read" {
		return
	}
	seen := map[string]bool{}
	all := v.ByKind("exec")
	for i := len(all) - 1; i >= max(0, len(all)-lookedMax) && len(seen) < keysMax; i-- {
		m := v.Of(all[i])
		if !m.Known() {
			continue
		}
		label := strings.Fields(m.Label())
		if len(label) < 2 || seen[label[1]] || words.Quote(label[1]) != label[1] {
			continue
		}
		seen[label[1]] = true
		add(label[1], tidy("last "+m.Label()))
	}
}
