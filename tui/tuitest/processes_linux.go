package tuitest

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// process is a process that runs.
type process struct {
	pid, parent, session int
	name                 string
}

// processes returns those of a session: a program in a terminal leads one, and
// what it starts stays in it, in whatever group.
func processes(session int) []process {
	var out []process
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended meanwhile
		}
		// pid (name) state parent group session; the name may hold anything.
		open, shut := bytes.IndexByte(text, '('), bytes.LastIndexByte(text, ')')
		if open < 0 || shut < open {
			continue
		}
		fields := strings.Fields(string(text[shut+1:]))
		if len(fields) < 4 || fields[0] == "Z" || fields[0] == "X" {
			continue
		}
		p := process{name: string(text[open+1 : shut])}
		p.pid, _ = strconv.Atoi(strings.TrimSpace(string(text[:open])))
		p.parent, _ = strconv.Atoi(fields[1])
		p.session, _ = strconv.Atoi(fields[3])
		if p.session == session {
			out = append(out, p)
		}
	}
	return out
}
