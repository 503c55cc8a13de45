package probe

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"

	"raftscope/sm"
)

// Logger returns a logger for raft.Config.Logger that records raft's lines
// from level on as events. It holds no lock while it is called and writes to
// no stream. A nil probe returns a logger that discards.
func (p *Probe) Logger(level hclog.Level) hclog.Logger {
	if p == nil {
		return hclog.NewNullLogger()
	}
	return &logger{Logger: hclog.NewNullLogger(), probe: p, level: level}
}

// logger overrides what raft uses of hclog's null logger.
type logger struct {
	hclog.Logger
	probe   *Probe
	level   hclog.Level
	implied []any
}

func (l *logger) Log(level hclog.Level, msg string, args ...any) {
	l.probe.logged(level >= l.level, level, msg, append(l.implied[:len(l.implied):len(l.implied)], args...))
}
func (l *logger) Trace(msg string, args ...any) { l.Log(hclog.Trace, msg, args...) }
func (l *logger) Debug(msg string, args ...any) { l.Log(hclog.Debug, msg, args...) }
func (l *logger) Info(msg string, args ...any)  { l.Log(hclog.Info, msg, args...) }
func (l *logger) Warn(msg string, args ...any)  { l.Log(hclog.Warn, msg, args...) }
func (l *logger) Error(msg string, args ...any) { l.Log(hclog.Error, msg, args...) }

func (l *logger) IsTrace() bool             { return l.level <= hclog.Trace }
func (l *logger) IsDebug() bool             { return l.level <= hclog.Debug }
func (l *logger) IsInfo() bool              { return l.level <= hclog.Info }
func (l *logger) IsWarn() bool              { return l.level <= hclog.Warn }
func (l *logger) IsError() bool             { return true }
func (l *logger) GetLevel() hclog.Level     { return l.level }
func (l *logger) ImpliedArgs() []any        { return l.implied }
func (l *logger) Named(string) hclog.Logger { return l }

func (l *logger) With(args ...any) hclog.Logger {
	return &logger{Logger: l.Logger, probe: l.probe, level: l.level,
		implied: append(l.implied[:len(l.implied):len(l.implied)], args...)}
}

// logged records a line, and learns from raft's words what no interface tells:
// that a candidate begins a round, and why a vote was refused.
func (p *Probe) logged(show bool, level hclog.Level, msg string, args []any) {
	p.settle()
	p.mu.Lock()
	if err, _ := argument(args, "error").(error); p.stopped.Load() || errors.Is(err, ErrOver) {
		p.mu.Unlock()
		return
	}
	switch {
	case msg == "starting leadership transfer":
		p.transferBegins()
	case msg == "entering candidate state":
		p.beginElection(fmt.Sprint(argument(args, "term")))
	case strings.HasPrefix(msg, "snapshot complete up to"):
		p.tookSnapshot(nil)
	case msg == "failed to take snapshot":
		err, _ := argument(args, "error").(error)
		p.tookSnapshot(err)
	case strings.HasPrefix(msg, "rejecting ") || strings.HasPrefix(msg, "duplicate requestVote for"):
		p.refused(msg, args)
	case msg == "failed to get previous log", msg == "failed to get log entry",
		msg == "failed to get last vote term", msg == "failed to get last vote candidate":
		p.unread(args)
	}
	if show {
		p.opt.Buffer.Log(p.logLane(msg, args), strings.ToUpper(level.String()), WithoutAddress(line(msg, args)))
	}
	p.mu.Unlock()
	if p.opt.OnLog != nil {
		p.opt.OnLog(msg, peerOf(args))
	}
}

func (p *Probe) refused(msg string, args []any) {
	if p.inHand == nil {
		return
	}
	if _, why, ok := strings.Cut(msg, " since "); ok {
		msg = why
	} else if strings.HasPrefix(msg, "duplicate") {
		msg = "already voted in this term"
	}
	if leader := argument(args, "leader-id"); leader != nil {
		msg += fmt.Sprintf(" (%v)", leader)
	}
	p.inHand.said = msg
}

// unread keeps the error of a store that could not be read on behalf of the
// request main has in hand (raft.go, appendEntries and requestVote). An entry
// that is simply not there is no fault of the store's. p.mu is held.
func (p *Probe) unread(args []any) {
	err, _ := argument(args, "error").(error)
	switch {
	case p.inHand == nil || err == nil:
	case !errors.Is(err, raft.ErrLogNotFound):
		p.inHand.storeErr = err
	case argument(args, "index") != nil:
		p.inHand.said = fmt.Sprintf("entry %v is missing, which raft takes for stored", argument(args, "index"))
	}
}

// logLane guesses the goroutine a line comes from: lines that name a peer come
// from that peer's replication, which raft starts and stops in map order.
func (p *Probe) logLane(msg string, args []any) sm.Lane {
	if peer := peerOf(args); peer != "" {
		return p.outLane(peer)
	}
	if strings.Contains(msg, "snapshot") || strings.Contains(msg, "compacting") || msg == "no logs to truncate" {
		return laneSnap
	}
	return laneMain
}

// peerOf is the node that a line names, empty if none.
func peerOf(args []any) string {
	for _, key := range []string{"peer", "target"} {
		switch peer := argument(args, key).(type) {
		case raft.Server:
			return string(peer.ID)
		case raft.ServerID:
			return string(peer)
		case raft.ServerAddress:
			return string(peer)
		}
	}
	return ""
}

func argument(args []any, key string) any {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == key {
			return args[i+1]
		}
	}
	return nil
}

// pointed returns what a pointer to a node's name points to: raft logs some as
// pointers (raft.go, leaderLoop), which are others in every run.
func pointed(value any) any {
	switch p := value.(type) {
	case *raft.ServerID:
		if p != nil {
			return *p
		}
	case *raft.ServerAddress:
		if p != nil {
			return *p
		}
	}
	return value
}

// line formats a message as hclog does: the message, then key=value pairs.
func line(msg string, args []any) string {
	var b strings.Builder
	b.WriteString(msg)
	for i := 0; i < len(args); i += 2 {
		if i == 0 {
			b.WriteByte(':')
		}
		if i+1 == len(args) {
			fmt.Fprintf(&b, " %v", args[i])
			break
		}
		value := args[i+1]
		if f, ok := value.(hclog.Format); ok && len(f) > 0 {
			value = fmt.Sprintf(fmt.Sprint(f[0]), f[1:]...)
		}
		text := fmt.Sprint(pointed(value))
		if strings.ContainsAny(text, " \t\n\"") {
			text = fmt.Sprintf("%q", text)
		}
		fmt.Fprintf(&b, " %v=%s", args[i], text)
	}
	return b.String()
}
