package scenario

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"raftscope/engine"
	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/replay/cond"
	"raftscope/replay/frames"
	"raftscope/replay/history"
	"raftscope/replay/narrate"
	"raftscope/sm"
)

// Options say how a scenario is run.
type Options struct {
	Print grammar.PrintOptions // for prints that do not say otherwise
	Pause time.Duration        // see engine.SessionOptions
	Out   sm.Sink              // takes all events too; may be nil

	// Explain tells each instant in a sentence, what happened and why, instead
	// of the notable events alone.
	Explain bool
}

// Verdict is how a run ended.
type Verdict struct {
	Expectations int             // met or not
	Failed       int             // expectations that did not hold
	Broken       int             // rules found broken, as often as they were
	Violations   int             // those of them that no expectation of the scenario names
	History      history.Verdict // of all clients' calls
	Digest       string
	Events       int
	Status       engine.Status
	Kept         *replay.Timeline // everything that happened
}

// OK says that nothing failed, no rule was broken that the scenario does not
// expect to be, and no client was told what cannot be.
func (v Verdict) OK() bool { return v.Failed == 0 && v.Violations == 0 && v.History.OK() }

// PlaceError is an error of a command at its place in the file.
type PlaceError struct {
	File string
	Pos  grammar.Pos
	Err  error
}

// Error returns "FILE:LINE:COLUMN: what is wrong".
func (e *PlaceError) Error() string {
	return frames.Clean(fmt.Sprintf("%s:%d:%d: %s", e.File, e.Pos.Line, e.Pos.Column, e.Err))
}

// Unwrap returns the error without its place.
func (e *PlaceError) Unwrap() error { return e.Err }

// Run runs a scenario and writes its transcript. An error of a command is a
// *PlaceError and ends the run; a failed expectation does not. When ctx ends,
// so does the run, at once. Nothing of the cluster is left afterwards.
func Run(ctx context.Context, f *grammar.File, out io.Writer, opt Options) (Verdict, error) {
	s, err := engine.Start(f.Cluster, engine.SessionOptions{Pause: opt.Pause, Out: opt.Out, Base: filepath.Dir(f.Name)})
	if err != nil {
		return Verdict{}, err
	}
	defer s.Close()
	stop := context.AfterFunc(ctx, s.Interrupt)
	defer stop()
	r := &runner{ctx: ctx, session: s, file: f, opt: opt, w: newTranscript(out)}
	err = r.run()
	if e := s.Close(); err == nil {
		err = e
	}
	v := r.verdict
	v.Broken, v.Violations = r.broken()
	v.Digest, v.Events, v.Status, v.Kept = s.Digest().String(), s.Timeline().Events(), s.Status(), s.Timeline()
	if errors.Is(err, context.Canceled) {
		r.w.stopped(err)
		return v, err
	}
	h := history.Of(s.Timeline().View())
	v.History = h.Check()
	r.w.history(v.History)
	if err != nil {
		r.w.stopped(err)
		return v, err
	}
	r.w.unused(v.Status.Rules)
	r.clients()
	r.w.end(v)
	return v, r.w.err
}

type runner struct {
	ctx     context.Context
	session *engine.Session
	file    *grammar.File
	opt     Options
	w       *transcript
	verdict Verdict
	told    int      // events narrated so far
	expects []string // rules that the scenario expects to be broken, "" for any
	planned bool     // a plan's lines are commands that nobody typed: they are told
}

func (r *runner) run() error {
	for _, line := range r.file.Lines {
		r.w.line(line)
		for _, cmd := range line.Commands {
			if err := r.command(cmd); err != nil {
				return &PlaceError{File: r.file.Name, Pos: cmd.Position(), Err: err}
			}
			if r.w.err != nil {
				return r.w.err
			}
		}
	}
	return nil
}

func (r *runner) command(cmd grammar.Command) error {
	switch c := cmd.(type) {
	case grammar.Cluster:
		r.narrate()
		return nil
	case grammar.Expect:
		r.expect(c)
		return nil
	case grammar.Print:
		return r.print(c)
	}
	before, rules := r.session.Timeline().Events(), r.session.Status().Rules
	_, r.planned = cmd.(grammar.Truncate)
	err := r.session.Do(cmd)
	if ctxErr := r.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if step, ok := cmd.(grammar.Step); ok && step.N > 0 && !r.opt.Explain {
		r.steps(before)
	} else {
		r.narrate()
	}
	if errors.Is(err, engine.ErrDied) {
		return err
	}
	r.stop(cmd)
	if c, ok := cmd.(grammar.Fault); ok && err == nil {
		r.ruleNumber(c)
	}
	if _, ok := cmd.(grammar.Clear); ok {
		r.cleared(rules)
	}
	if movesTime(cmd) {
		r.w.at(r.session.Status().At)
	}
	if c, ok := cmd.(grammar.Break); ok && err == nil {
		r.isSet(c)
	}
	return err
}

// clients tells what became of the calls of clients in the background, and of
// calls made again.
func (r *runner) clients() {
	var b strings.Builder
	r.session.Timeline().ClientsText(&b) // a Builder takes everything
	for line := range strings.Lines(b.String()) {
		r.w.summary(strings.TrimSuffix(line, "\n"))
	}
}

// expect checks a condition now.
func (r *runner) expect(c grammar.Expect) {
	r.verdict.Expectations++
	t := r.session.Timeline()
	if t.Holds(c.Cond) {
		r.expects = append(r.expects, cond.Expects(c.Cond, t.Holds)...)
		r.w.say("ok")
		return
	}
	r.verdict.Failed++
	r.w.say("FAILED at %s:%d:%d: saw %s", r.file.Name, c.Line, c.Column, t.Saw(c.Cond))
}

// narrate tells the notable events since it was called last.
func (r *runner) narrate() {
	t := r.session.Timeline()
	if r.opt.Explain {
		r.explain(t)
		return
	}
	for ; r.told < t.Events(); r.told++ {
		e := t.Event(r.told)
		if e.Type == sm.Command && r.planned && !strings.HasPrefix(e.Text, "note ") {
			r.w.event(e.At, "> "+e.Text)
		} else if text, ok := t.Story(r.told); ok {
			r.w.event(e.At, text)
		}
		r.tellBroken(r.told)
	}
}

// explain tells what happened at each instant since narrate was called last.
func (r *runner) explain(t *replay.Timeline) {
	for from := r.told; from < t.Events(); from = r.told {
		_, r.told = narrate.Bounds(t, from)
		for part := range narrate.Parts(t, from, r.told) {
			if e := t.Event(part.From); !part.Command {
				r.explainPart(t, part.From, part.To)
			} else if r.planned {
				r.w.event(e.At, "> "+e.Text)
			}
			for i := part.From; i < part.To; i++ {
				r.tellBroken(i)
			}
		}
	}
}

// explainPart tells what happened at positions from (included) to (excluded).
// A plan is told as it is: it is no event of the cluster, and may be long.
func (r *runner) explainPart(t *replay.Timeline, from, to int) {
	for i := from; r.planned && i < to; i++ {
		if t.Event(i).Type != sm.Note {
			continue
		}
		if i > from {
			r.explainPart(t, from, i)
		}
		if text, ok := t.Story(i); ok {
			r.w.event(t.Event(i).At, text)
		}
		from = i + 1
	}
	if text := narrate.Instant(t, from, to); text != "" {
		r.w.event(t.Event(from).At, text)
	}
}

// steps tells every event of the instants that were stepped.
func (r *runner) steps(from int) {
	t := r.session.Timeline()
	for i := from; i < t.Events(); i++ {
		if e := t.Event(i); r.visible(e) {
			r.w.event(e.At, t.Describe(i, r.opt.Print.Real))
		}
		r.tellBroken(i)
	}
	r.told = t.Events()
}

// visible says whether an event is told when every one is: the journal repeats
// the scenario, raft's log is printed when asked for, and real durations are
// never the same.
func (r *runner) visible(e sm.Event) bool {
	real := e.Type == sm.Attributed && sm.IsReal(e.Key)
	return e.Type != sm.Command && e.Type != sm.Log && (!real || r.opt.Print.Real)
}

// transcript writes what a run prints. The first error of the writer stays.
type transcript struct {
	w   io.Writer
	err error
}

func newTranscript(w io.Writer) *transcript { return &transcript{w: w} }

func (t *transcript) printf(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.w, format, args...)
	}
}

// line repeats a line of the scenario: comments and blanks as they are,
// commands behind a prompt.
func (t *transcript) line(l grammar.Line) {
	text := frames.Clean(strings.TrimRight(l.Text, " \t"))
	if len(l.Commands) > 0 {
		text = "> " + text
	}
	t.printf("%s\n", text)
}

// indent stands before everything a command says.
const indent = "  "

// say writes one line, in which nothing can command a terminal.
func (t *transcript) say(format string, args ...any) {
	t.printf("%s%s\n", indent, frames.Clean(fmt.Sprintf(format, args...)))
}

func (t *transcript) event(at sm.Time, text string) { t.say("%s  %s", replay.Seconds(at), text) }

func (t *transcript) at(now sm.Time) { t.say("%s  now", replay.Seconds(now)) }

// history tells whether the history of the run's clients is linearizable.
func (t *transcript) history(v history.Verdict) {
	for _, line := range v.Lines() {
		t.printf("= %s\n", frames.Clean(line))
	}
}

// stopped closes the transcript of a run that an error ended.
func (t *transcript) stopped(err error) {
	if errors.Is(err, context.Canceled) {
		t.printf("= interrupted\n")
		return
	}
	t.printf("= stopped: %s\n", frames.Clean(err.Error()))
}

// summary writes a line above the verdict.
func (t *transcript) summary(text string) { t.printf("= %s\n", frames.Clean(text)) }

// end closes the transcript with its verdict.
func (t *transcript) end(v Verdict) {
	verdict := "nothing expected"
	switch {
	case v.Failed > 0:
		verdict = fmt.Sprintf("%d of %d expectations FAILED", v.Failed, v.Expectations)
	case v.Expectations > 0:
		verdict = fmt.Sprintf("%d of %d expectations met", v.Expectations, v.Expectations)
	}
	verdict += brokenText(v)
	t.printf("= %s; %d events, digest %s\n", verdict, v.Events, v.Digest)
}
