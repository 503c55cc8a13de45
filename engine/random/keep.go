package random

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"raftscope/engine/grammar"
	"raftscope/engine/scenario"
	"raftscope/replay/rules"
)

// keep writes the scenario of a violation and runs it, to say whether it shows
// the violation again.
func (r *runner) keep(number int, e *epoch) error {
	f := Found{Violation: *e.found, Epoch: number, Seed: e.cluster.Seed}
	f.Scenario = filepath.Join(r.opt.Dir, fmt.Sprintf("violation-%s-seed%d-epoch%d.txt", f.Rule, r.opt.Seed, number))
	var text bytes.Buffer
	if err := e.writeScenario(&text, r.commandLine(number)); err != nil {
		return err
	}
	if err := os.WriteFile(f.Scenario, text.Bytes(), 0o600); err != nil {
		return fmt.Errorf("keep the scenario of a violation: %w", err)
	}
	f.Again = showsAgain(r.ctx, &f, text.Bytes())
	r.result.Found = append(r.result.Found, f)
	r.w.found(&f)
	return nil
}

// showsAgain reports whether a run of a scenario breaks the same rule again; other
// rules that it breaks are not what was found.
func showsAgain(ctx context.Context, f *Found, text []byte) bool {
	file, err := grammar.ParseFile(f.Scenario, bytes.NewReader(text))
	if err != nil {
		return false
	}
	v, err := scenario.Run(ctx, file, io.Discard, scenario.Options{})
	switch {
	case err != nil:
		return f.Rule == ruleDied && strings.Contains(err.Error(), "died")
	case f.Expect != "":
		return v.Failed > 0
	case f.Rule == ruleHistory:
		return !v.History.OK()
	}
	return slices.ContainsFunc(v.Kept.BrokenRules(), func(again rules.Violation) bool { return again.Rule == f.Rule })
}

// commandLine is how the run was started.
func (r *runner) commandLine(number int) string {
	var names []string
	for _, f := range r.families {
		names = append(names, f.name)
	}
	line := fmt.Sprintf("raftscope run --random %s --seed %d --faults=%s", formatSeconds(r.opt.Length), r.opt.Seed, strings.Join(names, ","))
	if r.opt.Epoch != EpochDefault {
		line += " --epoch " + r.opt.Epoch.String()
	}
	for _, o := range grammar.Options() {
		if slices.Contains(r.opt.Given, o.Name) {
			line += fmt.Sprintf(" --%s=%s", o.Name, o.Value(r.opt.Cluster))
		}
	}
	if r.opt.GoOn {
		line += " --keep-going"
	}
	return fmt.Sprintf("%s, in epoch %d", line, number)
}
