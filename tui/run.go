package tui

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	tea "charm.land/bubbletea/v2"

	"raftscope/tui/theme"
)

// ErrPanic: the cockpit itself failed; the terminal has been put right.
var ErrPanic = errors.New("the cockpit failed")

// Run shows the cockpit until the user quits or ctx ends, and leaves the terminal
// as it was. It fails with ErrPanic, or if the terminal cannot be used. It does
// not close what Source gives it.
func Run(ctx context.Context, src Source, opt Options) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	opt.withDefaults()
	m := New(ctx, src, opt)
	m.stats.on = opt.Stats != nil
	p := tea.NewProgram(m,
		tea.WithInput(opt.In), tea.WithOutput(opt.Out), tea.WithEnvironment(opt.Env),
		tea.WithFilter(calm()),
		tea.WithoutSignalHandler(), // ctx ends by signals, also those Bubble Tea does not know
		tea.WithFPS(60),
	)
	stop := context.AfterFunc(ctx, p.Quit)
	defer stop()
	_, err = p.Run()
	m.entered.Save() // lines that are not kept keep nobody from work
	if opt.Stats != nil {
		m.stats.write(opt.Stats, m)
	}
	switch {
	case m.failure != nil:
		return m.failure
	case errors.Is(err, tea.ErrProgramPanic):
		return fmt.Errorf("%w: %w", ErrPanic, err)
	case errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil:
		return nil
	case err != nil:
		return fmt.Errorf("show the cockpit: %w", err)
	}
	return nil
}

// guarded has a panic on a goroutine of ours end the cockpit in good order
// instead of leaving the terminal as it is.
func guarded(do func() tea.Msg) tea.Cmd {
	return func() (msg tea.Msg) {
		defer func() {
			if r := recover(); r != nil {
				msg = panicMsg{fmt.Errorf("%w: %v\n%s", ErrPanic, r, debug.Stack())}
			}
		}()
		return do()
	}
}

// panicMsg carries a panic to where the terminal can be put right.
type panicMsg struct{ err error }

// chooseTheme changes the colours.
func (m *Model) chooseTheme(name string) {
	m.opt.Theme = name
	m.scene.Theme = theme.New(name, m.opt.ASCII)
	m.touch()
}
