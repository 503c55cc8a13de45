package cond

import (
	"strings"

	"raftscope/replay/cond/words"
)

// Scope says which names a condition may use. A nil field admits every
// well-formed name, as for a recording whose nodes and kinds are still unknown.
type Scope struct {
	Nodes []string
	Kinds []Kind
}

// Kind is a kind of machine as far as conditions name it.
type Kind struct {
	Name   string   // required
	States []string // nil: any well-formed name
}

// kind returns the known kind of that name.
func (s Scope) kind(name string) (Kind, bool) {
	for _, k := range s.Kinds {
		if k.Name == name {
			return k, true
		}
	}
	return Kind{}, false
}

func (s Scope) checkKind(c *words.Cursor, w words.Word) error {
	if s.Kinds == nil {
		if !isName(w.Text) || strings.ToLower(w.Text) != w.Text {
			return c.Fail(w, "a kind of machine, like exec or append-rpc")
		}
		return nil
	}
	if _, ok := s.kind(w.Text); ok && !w.Quoted {
		return nil
	}
	names := make([]string, len(s.Kinds))
	for i, k := range s.Kinds {
		names[i] = k.Name
	}
	return c.Unknown(w, "a kind of machine: "+words.OneOf(names), names)
}

// checkState checks the name of a state of a kind; or is what else might have
// stood there.
func (s Scope) checkState(c *words.Cursor, w words.Word, kind, or string) error {
	k, known := s.kind(kind)
	if !known || k.States == nil {
		if w.Quoted || !isName(w.Text) {
			return c.Fail(w, or+"a state")
		}
		return nil
	}
	for _, name := range k.States {
		if !w.Quoted && strings.EqualFold(name, w.Text) {
			return nil
		}
	}
	return c.Unknown(w, or+"a state of "+kind+": "+words.OneOf(k.States), k.States)
}

// checkNode checks a node's name; or is what else might have stood there.
func (s Scope) checkNode(c *words.Cursor, w words.Word, or string) error {
	if s.hasNode(w) {
		return nil
	}
	if s.Nodes == nil {
		return c.Fail(w, or+"a node, like n1")
	}
	return c.Fail(w, or+"a node: "+words.OneOf(s.Nodes))
}

func (s Scope) hasNode(w words.Word) bool {
	if w.Quoted {
		return false
	}
	if s.Nodes == nil {
		return isName(w.Text) && w.Text != AllNodes && w.Text != lastWord && w.Text != "leader"
	}
	for _, n := range s.Nodes {
		if n == w.Text {
			return true
		}
	}
	return false
}

// ReadNode takes a node's name from the cursor; or is what else might stand
// there, for the error, which is an *Error.
func (s Scope) ReadNode(c *words.Cursor, or string) (string, error) {
	w := c.Peek()
	if err := s.checkNode(c, w, or); err != nil {
		return "", err
	}
	c.Take()
	return w.Text, nil
}

// looksLikeNode says whether a word reads as the name of a node of a
// raftscope cluster. No state is called so.
func looksLikeNode(s string) bool {
	return len(s) > 1 && s[0] == 'n' && strings.Trim(s[1:], "0123456789") == ""
}

// isName says whether s is a name: an ASCII letter, then letters, digits,
// hyphens, underscores and dots.
func isName(s string) bool {
	for i, r := range s {
		switch {
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
		case i > 0 && (r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.'):
		default:
			return false
		}
	}
	return s != ""
}

// ReadKinds reads the names of kinds, joined by commas, out of one word. The
// error, made by the cursor that the word was taken from, is an *Error.
func ReadKinds(c *words.Cursor, w words.Word, s Scope) ([]string, error) {
	if w.Quoted {
		return nil, c.Fail(w, "kinds of machines, joined by commas")
	}
	kinds, at := strings.Split(w.Text, ","), 0
	for _, kind := range kinds {
		if err := s.checkKind(c, part(w, at, kind)); err != nil {
			return nil, err
		}
		at += len(kind) + 1
	}
	return kinds, nil
}
