//go:build unix

package tuitest

import (
	"fmt"
	"image/color"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
)

// programEnv makes the test binary the program that the stories play.
const programEnv = "TUITEST_PROGRAM"

func TestMain(m *testing.M) {
	switch os.Getenv(programEnv) {
	case "keys":
		os.Exit(showKeys(os.Args[1:]))
	case "sleep":
		time.Sleep(time.Minute)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// shown is a program that shows what it is given. Its arguments are the ways
// in which it misbehaves.
type shown struct {
	cols, rows int
	dark       string
	log        []string
	ticks      int
	misbehave  map[string]bool
}

// childDied tells that the program's child ended.
type childDied struct{}

func showKeys(args []string) int {
	m := &shown{misbehave: map[string]bool{}, dark: "background unknown"}
	program := tea.NewProgram(m)
	for _, a := range args {
		m.misbehave[a] = true
	}
	if m.misbehave["child"] || m.misbehave["orphan"] || m.misbehave["watch"] {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), programEnv+"=sleep")
		child.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // or the terminal's end would end it
		if err := child.Start(); err != nil {
			return 1
		}
		go func() {
			child.Wait()
			switch {
			case m.misbehave["child"]:
				os.Exit(3) // without tidying up
			case m.misbehave["watch"]:
				program.Send(childDied{})
			}
		}()
	}
	if m.misbehave["folder"] {
		os.MkdirTemp(os.Getenv("RAFTSCOPE_DATA"), "raftscope-1-")
	}
	if _, err := program.Run(); err != nil {
		fmt.Println("ended:", err)
		return 2
	}
	if m.misbehave["mouse"] {
		fmt.Print("\x1b[?1002h")
	}
	if m.misbehave["gibberish"] {
		fmt.Print("\x1b[?4711h")
	}
	fmt.Println("goodbye")
	return 0
}

func (m *shown) Init() tea.Cmd { return tea.Batch(tea.RequestBackgroundColor, m.tick()) }

// tickMsg comes again and again to a program that never stands still.
type tickMsg struct{}

func (m *shown) tick() tea.Cmd {
	if !m.misbehave["restless"] {
		return nil
	}
	return tea.Tick(20*time.Millisecond, func(time.Time) tea.Msg { return tickMsg{} })
}

func (m *shown) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	say := func(format string, args ...any) { m.log = append(m.log, fmt.Sprintf(format, args...)) }
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.cols, m.rows = msg.Width, msg.Height
		// Of two sizes in a row a program may learn the second alone. If that
		// is the one it had, it must draw all the same: rows were lost. And the
		// renderer, until it knows of the size, ends what it scrolls with a
		// region of the old height, which then stays.
		return m, tea.Sequence(tea.Raw("\x1b[r"), tea.ClearScreen)
	case tea.BackgroundColorMsg:
		m.dark = map[bool]string{true: "background dark", false: "background light"}[msg.IsDark()]
	case tea.KeyPressMsg:
		switch msg.String() {
		case "q":
			return m, tea.Quit
		case "ctrl+c":
			return m, tea.Interrupt
		case "y":
			return m, tea.SetClipboard("copied\n✂ text")
		case "h":
			time.Sleep(time.Minute)
		case "!":
			panic("asked to")
		}
		say("key %s", msg.String())
	case tickMsg:
		m.ticks++
		return m, m.tick()
	case childDied:
		say("the child died")
	case tea.PasteMsg:
		say("paste %q", msg.Content)
	case tea.MouseClickMsg:
		say("click %d at %d,%d", msg.Button, msg.X+1, msg.Y+1)
	case tea.MouseReleaseMsg:
		say("release at %d,%d", msg.X+1, msg.Y+1)
	case tea.MouseMotionMsg:
		say("motion at %d,%d", msg.X+1, msg.Y+1)
	case tea.MouseWheelMsg:
		say("wheel %d at %d,%d", msg.Button, msg.X+1, msg.Y+1)
	}
	return m, nil
}

func (m *shown) View() tea.View {
	var rows []string
	add := func(s string) { rows = append(rows, s) }
	add(fmt.Sprintf("%dx%d %s%s", m.cols, m.rows, m.dark, strings.Repeat(".", m.ticks%4)))
	reverse := lipgloss.NewStyle().Reverse(true).Foreground(lipgloss.Color("2"))
	add(reverse.Render(" button ") + " " + lipgloss.NewStyle().Faint(true).Foreground(color.RGBA{0, 0, 9, 255}).Render("dim") + " 日本 e\u0301 ▂▃")
	add(strings.Repeat("─", max(m.cols, 0)))
	first := max(len(m.log)-max(m.rows-4, 0), 0)
	rows = append(rows, m.log[first:]...)
	for len(rows) < m.rows-1 {
		add("")
	}
	add(strings.Repeat("=", max(m.cols-3, 0)) + "end")
	view := tea.NewView(strings.Join(rows, "\n"))
	view.AltScreen, view.MouseMode, view.WindowTitle = true, tea.MouseModeCellMotion, "shows keys"
	return view
}

func programs() map[string]Program {
	exe, err := os.Executable()
	if err != nil {
		panic(err)
	}
	return map[string]Program{"keys": {Path: exe, Env: []string{programEnv + "=keys"}}}
}
