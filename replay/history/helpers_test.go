package history

import (
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/sm"
)

// script makes events of clients' calls.
type script struct {
	*recordertest.Script
	calls int
}

func newScript() *script { return &script{Script: recordertest.New()} }

// begin begins a call on n1: "get x", or a write.
func (s *script) begin(command string) sm.ID {
	s.calls++
	s.Wait(1_000_000)
	kind := "exec"
	if len(command) > 4 && command[:4] == "get " {
		kind = "read"
	}
	return s.Born(kind, "n1", 1, "", itoa(s.calls), command)
}

// end tells a client ok, and a result unless it is empty.
func (s *script) end(id sm.ID, result string) {
	s.Wait(1_000_000)
	if result != "" {
		s.AttrText(id, "result", result)
	}
	s.AttrText(id, "told", "ok")
	s.AttrText(id, "stored", "yes")
	s.Move(id, "DONE")
}

// fail tells a client an error.
func (s *script) fail(id sm.ID, told, stored string) {
	s.Wait(1_000_000)
	s.AttrText(id, "told", told)
	s.AttrText(id, "stored", stored)
	s.Fail(id, "FAILED", 0, told)
}

// do makes a call that is alone.
func (s *script) do(command, result string) sm.ID {
	id := s.begin(command)
	s.end(id, result)
	return id
}

func (s *script) view(t testing.TB) replay.View {
	t.Helper()
	tl := replay.NewTimeline()
	if err := tl.AddKinds(recordertest.Kinds()); err != nil {
		t.Fatal(err)
	}
	if err := tl.Append(s.Events); err != nil {
		t.Fatal(err)
	}
	return tl.View()
}
