package engine

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"raftscope/replay/frames"
	"raftscope/sm"
)

// Death is how a debuggee died.
type Death struct {
	Reason string // one line
	Stacks string // what it wrote to its standard error
}

// died finds out why the debuggee ended, and makes that the last event.
func (s *Session) died(cause error) error {
	if s.death != nil || s.over {
		return ErrDied
	}
	closed := s.Close()
	s.death = &Death{Reason: s.stderr.reason(), Stacks: s.stderr.String()}
	if s.death.Reason == "" {
		s.death.Reason = s.cmd.ProcessState.String()
	}
	var d *frames.Damage
	if errors.As(cause, &d) && !d.Cut {
		s.death.Reason += ": " + d.Error()
	}
	last := sm.Event{Seq: s.timeline.LastSeq() + 1, At: s.timeline.Now(), Type: sm.Log, Key: "PANIC", Text: frames.Clean(s.death.Reason)}
	s.digest.Add(&last)
	err := s.timeline.Append([]sm.Event{last})
	if s.opt.Out != nil {
		err = errors.Join(err, s.opt.Out.Take([]sm.Event{last}))
	}
	return errors.Join(fmt.Errorf("%w: %s", ErrDied, s.death.Reason), closed, err)
}

// stuck asks a silent debuggee for its stacks, which ends it.
func (s *Session) stuck() error {
	askForStacks(s.cmd.Process)
	return errors.Join(fmt.Errorf("%w: it reached no instant for %s of real time", ErrStuck, s.opt.Stuck), s.died(nil))
}

// tail keeps the end of what the debuggee writes to its standard error.
type tail struct {
	mu   sync.Mutex
	head []byte
	rest []byte
}

// tailMax bounds what is kept of each end.
const tailMax = 64 << 10

// Write implements io.Writer.
func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(b)
	if room := tailMax - len(t.head); room > 0 {
		room = min(room, len(b))
		t.head = append(t.head, b[:room]...)
		b = b[room:]
	}
	t.rest = append(t.rest, b...)
	if len(t.rest) > 2*tailMax {
		t.rest = append(t.rest[:0], t.rest[len(t.rest)-tailMax:]...)
	}
	return n, nil
}

// String returns what was kept.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.head) + string(t.rest)
}

// reason returns the line that says why a Go program died.
func (t *tail) reason() string {
	for line := range strings.Lines(t.String()) {
		line = strings.TrimSpace(line)
		for _, begin := range []string{"panic: ", "fatal error: ", "raftscope: ", "SIG", "runtime: "} {
			if strings.HasPrefix(line, begin) {
				return line
			}
		}
	}
	return ""
}
