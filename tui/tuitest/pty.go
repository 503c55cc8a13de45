//go:build unix

package tuitest

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// inputLimit is how long a program may take to read what was typed.
const inputLimit = 30 * time.Second

// Pty is an emulator behind a pty.
type Pty struct {
	emu     *Emulator
	cmd     *exec.Cmd
	file    *os.File
	input   chan []byte   // what is typed and answered, on its way to the program
	unsent  atomic.Int64  // how many of these are not yet written
	stop    chan struct{} // closed by Close and Hangup
	stopped sync.Once
	written atomic.Int64 // bytes that the program wrote
	last    atomic.Int64 // when it wrote last, in nanoseconds
	read    chan struct{}
	done    chan struct{} // closed when the program has ended
	end     End
	begin   *unix.Termios // of the line, before the program
}

// StartPty starts a program behind a pty.
func StartPty(c Command) (*Pty, error) {
	p := &Pty{
		cmd:   exec.Command(c.Path, c.Args...),
		input: make(chan []byte, 1024),
		stop:  make(chan struct{}),
		read:  make(chan struct{}),
		done:  make(chan struct{}),
	}
	p.cmd.Env, p.cmd.Dir = c.Env, c.Dir
	p.emu = NewEmulator(c.Cols, c.Rows, c.Features, answers{p})
	file, tty, err := pty.Open()
	if err != nil {
		return nil, fmt.Errorf("open a pty: %w", err)
	}
	defer tty.Close()
	if file, err = closable(file); err != nil {
		return nil, fmt.Errorf("open a pty: %w", err)
	}
	p.file = file
	if err := setSize(file, c.Cols, c.Rows); err != nil {
		file.Close()
		return nil, fmt.Errorf("set the pty's size: %w", err)
	}
	if p.begin, err = lineSettings(file); err != nil {
		file.Close()
		return nil, fmt.Errorf("read the pty's settings: %w", err)
	}
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = tty, tty, tty
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	p.last.Store(time.Now().UnixNano())
	if err := p.cmd.Start(); err != nil {
		file.Close()
		return nil, fmt.Errorf("start the program: %w", err)
	}
	go p.readOutput()
	go p.writeInput()
	go func() {
		p.cmd.Wait()
		p.end = endOf(p.cmd.ProcessState)
		close(p.done)
	}()
	return p, nil
}

func (p *Pty) readOutput() {
	defer close(p.read)
	buf := make([]byte, 64<<10)
	for {
		n, err := p.file.Read(buf)
		p.emu.Write(buf[:n])
		p.last.Store(time.Now().UnixNano())
		p.written.Add(int64(n))
		if err != nil {
			return // EIO when nobody has the other side open
		}
	}
}

// writeInput is apart from the reader: a program that does not read its answers
// must not keep its screen from being read.
func (p *Pty) writeInput() {
	for {
		select {
		case data := <-p.input:
			p.file.Write(data)
			p.unsent.Add(-1)
		case <-p.stop:
			return
		}
	}
}

// answers queues what the emulator answers; it must not wait.
type answers struct{ p *Pty }

func (a answers) Write(data []byte) (int, error) {
	a.p.unsent.Add(1)
	select {
	case a.p.input <- append([]byte(nil), data...):
	default: // a flood of questions that nobody listens to the answers of
		a.p.unsent.Add(-1)
	}
	return len(data), nil
}

// send types, and waits until the line has taken it.
func (p *Pty) send(text string) error {
	if text == "" {
		return nil
	}
	limit := time.NewTimer(inputLimit)
	defer limit.Stop()
	p.unsent.Add(1)
	select {
	case p.input <- []byte(text):
	case <-p.done:
		p.unsent.Add(-1)
		return fmt.Errorf("the program has ended: %s", p.end)
	case <-limit.C:
		p.unsent.Add(-1)
		return fmt.Errorf("the program has not read its input for %s", inputLimit)
	}
	for p.unsent.Load() > 0 {
		select {
		case <-limit.C:
			return fmt.Errorf("the program has not read its input for %s", inputLimit)
		case <-p.done:
			return nil
		case <-time.After(100 * time.Microsecond):
		}
	}
	return nil
}

// Screen implements [Terminal].
func (p *Pty) Screen() (Screen, error) { return p.emu.Screen(), nil }

// Activity implements [Terminal].
func (p *Pty) Activity() (int64, time.Duration) {
	return p.written.Load(), time.Duration(time.Now().UnixNano() - p.last.Load())
}

// Key implements [Terminal].
func (p *Pty) Key(k Key) error {
	data := p.emu.Bytes(k)
	if err := p.send(data); err != nil {
		return err
	}
	if data == "\x1b" {
		time.Sleep(escGap)
	}
	return nil
}

// Text implements [Terminal].
func (p *Pty) Text(text string) error {
	for _, r := range text {
		if err := p.send(p.emu.Bytes(Key(r))); err != nil {
			return err
		}
	}
	return nil
}

// Paste implements [Terminal].
func (p *Pty) Paste(text string) error { return p.send(p.emu.Pasted(text)) }

// Mouse implements [Terminal].
func (p *Pty) Mouse(m Mouse) (bool, error) {
	data := p.emu.Moused(m)
	return data != "", p.send(data)
}

// Focus implements [Terminal].
func (p *Pty) Focus(in bool) error { return p.send(p.emu.Focused(in)) }

// Resize implements [Terminal].
func (p *Pty) Resize(cols, rows int) error {
	p.emu.Resize(cols, rows)
	return setSize(p.file, cols, rows)
}

// Hangup implements [Terminal].
func (p *Pty) Hangup() error {
	p.stopped.Do(func() { close(p.stop) })
	return p.file.Close()
}

// Pid implements [Terminal].
func (p *Pty) Pid() int { return p.cmd.Process.Pid }

// Ended implements [Terminal].
func (p *Pty) Ended() (End, bool) {
	select {
	case <-p.done:
	default:
		return End{}, false
	}
	select { // what it wrote last is still to be read
	case <-p.read:
	case <-time.After(time.Second): // a process of its keeps the terminal
	}
	return p.end, true
}

// Left implements [Terminal].
func (p *Pty) Left() []string {
	now, err := lineSettings(p.file)
	if err != nil {
		return nil // closed by Hangup: there is no terminal to be sane
	}
	left := p.emu.Left()
	if now.Iflag != p.begin.Iflag || now.Oflag != p.begin.Oflag || now.Lflag != p.begin.Lflag {
		left = append(left, "the line in raw mode")
	}
	return left
}

// Complaints implements [Terminal].
func (p *Pty) Complaints() []string { return p.emu.Complaints() }

// Clipboard implements [Terminal].
func (p *Pty) Clipboard() (string, bool) { return p.emu.Clipboard() }

// Title implements [Terminal].
func (p *Pty) Title() string { return p.emu.Title() }

// Close implements [Terminal].
func (p *Pty) Close() error {
	if _, ended := p.Ended(); !ended {
		killSession(p.Pid())
		<-p.done
	}
	p.stopped.Do(func() { close(p.stop) })
	p.file.Close()
	return nil
}
