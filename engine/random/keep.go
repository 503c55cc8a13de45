package random

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"raftscope/engine/grammar"
	"raftscope/engine/scenario"
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
	f.Again = showsAgain(r.ctx, f.Scenario, text.Bytes())
	r.result.Found = append(r.result.Found, f)
	r.w.found(&f)
	return nil
}

// showsAgain reports whether a run of a scenario fails, or its cluster dies.
func showsAgain(ctx context.Context, name string, text []byte) bool {
	file, err := grammar.ParseFile(name, bytes.NewReader(text))
	if err != nil {
		return false
	}
	v, err := scenario.Run(ctx, file, io.Discard, scenario.Options{})
	var place *scenario.PlaceError
	if errors.As(err, &place) {
		return strings.Contains(err.Error(), "died")
	}
	return err == nil && !v.OK()
}

// commandLine is how the run was started, as far as it follows from the options.
func (r *runner) commandLine(number int) string {
	var names []string
	for _, f := range r.families {
		names = append(names, f.name)
	}
	return fmt.Sprintf("raftscope run --random %s --seed %d --faults=%s, in epoch %d", formatSeconds(r.opt.Length), r.opt.Seed, strings.Join(names, ","), number)
}
