package narrate

import (
	"strings"

	"raftscope/replay"
)

// The attributes of a node that tell what is wrong with its disk.
const (
	keyDiskFull   = "disk-full"
	keyUnreadable = "unreadable"
)

// tellBadDisks tells of disks that are full or cannot read an entry, when that
// begins and when it ends.
func (s *scene) tellBadDisks() {
	for _, c := range s.changes {
		if c.kind != "node" || c.ends() != "" || c.born {
			continue
		}
		if e, ok := c.set(keyDiskFull); ok && !e.IsText && e.Num != 0 {
			s.say(rankUser, c.node, "'s disk is full: whatever would be written to it fails from now on, until it is healed")
		} else if ok {
			s.say(rankUser, c.node, "'s disk has room again")
		}
		if e, ok := c.set(keyUnreadable); ok && e.Text != "" {
			s.say(rankUser, c.node, "'s disk cannot read what it holds at index ", clip(e.Text, labelMax), ", until it is healed")
		} else if ok {
			s.say(rankUser, c.node, "'s disk can read everything again")
		}
	}
}

// crashAt says that a node crashes at an operation of its disk because a user
// wants it to; empty if it does not.
func (s *scene) crashAt(c *change) string {
	for _, o := range s.changes {
		if !o.over || o.node != c.node || o.m.Life() != c.m.Life() || !isDisk(o.kind) {
			continue
		}
		d, ok := parseDeed(text(o.m, keyFault))
		if !ok || d.verb != "crashes" && d.verb != "crashed" {
			continue
		}
		what := "writing " + spanned(o.m.Subject())
		switch o.kind {
		case "truncate", "compact":
			what = "removing " + spanned(o.m.Subject())
		case "meta":
			what = "writing " + metaWords(o.m, o.node)
		}
		if strings.HasPrefix(d.how, "before") {
			return " right before its disk is done with " + what + ": nothing of that is there when it starts again"
		}
		return " right after its disk is done with " + what + ": that is there when it starts again, though it never got to say so"
	}
	return ""
}

// failing says what a rule or a user makes of an operation of a disk.
func failing(t touch, by string, node string) string {
	switch {
	case t.verb == "crashes" && strings.HasPrefix(t.how, "before"):
		return by + " will have " + node + " crash before that is done"
	case t.verb == "crashes":
		return by + " will have " + node + " crash when that is done"
	case strings.HasPrefix(t.how, "since the disk is full"):
		return "that will fail, since the disk is full"
	case strings.HasPrefix(t.how, "when it is done"):
		return by + " makes that fail when it is done" + strings.TrimPrefix(t.how, "when it is done")
	case strings.HasPrefix(t.how, "with "):
		return by + " makes that fail " + t.how
	}
	return by + " makes that fail" + colon(t.how)
}

// kept says what is on the disk of a write that failed.
func kept(append replay.MachineView) string {
	n := num(append, "wrote")
	first, last, ok := span(append.Subject())
	if n == 0 || !ok {
		return ""
	}
	return "; what raft does not know: " + entries(first, min(last, first+n-1)) + were(int(n), " is", " are") + " on the disk all the same"
}
