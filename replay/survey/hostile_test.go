package survey_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"raftscope/recorder/recordertest"
	"raftscope/replay/survey"
	"raftscope/sm"
)

// TestHostile: of nonsense too there is an answer, short and in one line. The
// machines are of the catalogue's kinds, and all else is drawn at random.
func TestHostile(t *testing.T) {
	subjects := []string{"", "1", "2/5", "n1>n2", "n2>n1", "n1>n1", ">", "4..6", "99999999999999999999/1", "1/18446744073709551615", strings.Repeat("long", 400)}
	labels := []string{"", "set x 1", "incr x", "set", strings.Repeat("a long label ", 100)}
	keys := []string{"term", "prev-index", "entries", "pipelined", "held", "due", "held-by", "reason", "told", "frozen", "leader", "fault"}
	texts := []string{"", "its log ends at 3 or differs before", "its log ends at ", "rule 1", "ok", "n1", strings.Repeat("why ", 500)}
	roles := []string{"", "proposes", "barrier", "becomes", "stored by", "sent by", "arrives as"}
	journal := []string{"cut n1 | n2 n3", "heal", "cut n2 > n1", "cut", "heal n1 | n2"}
	for seed := range uint64(12) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		s := recordertest.New()
		kinds := recordertest.Kinds()
		pick := func(of []string) string { return of[rnd.IntN(len(of))] }
		var all []sm.ID
		for len(s.Events) < 3000 {
			s.Wait(time.Duration(rnd.IntN(2)))
			id := sm.ID(0)
			if len(all) > 0 {
				id = all[max(0, len(all)-1-rnd.IntN(30))]
			}
			switch k := rnd.IntN(20); {
			case k < 4 || id == 0:
				kind := kinds[rnd.IntN(len(kinds))]
				all = append(all, s.Born(kind.Name, pick([]string{"n1", "n2", "n3", ""}), uint32(rnd.IntN(3)), kind.States[rnd.IntN(len(kind.States))].Name, pick(subjects), pick(labels)))
			case k < 7:
				s.Attr(id, pick(keys), []int64{0, 1, 3, -1, math.MaxInt64, math.MinInt64}[rnd.IntN(6)])
			case k < 9:
				s.AttrText(id, pick(keys), pick(texts))
			case k < 13:
				if other := all[rnd.IntN(len(all))]; other != id {
					s.Link(id, other, pick(roles))
				}
			case k < 14:
				s.Add(sm.Event{Type: sm.Command, Text: pick(journal)})
			case k < 15:
				s.End(id, []sm.EventType{sm.Closed, sm.Abandoned}[rnd.IntN(2)])
			default:
				for _, kind := range kinds {
					if kind.Name == s.Kind(id) {
						s.MoveDue(id, kind.States[rnd.IntN(len(kind.States))].Name, time.Duration(rnd.IntN(2)))
					}
				}
			}
		}
		look(t, s.Events)
	}
}

func look(t *testing.T, events []sm.Event) {
	tl := timeline(t, events)
	o := survey.NewOverview(tl)
	check := func(text string, most int) {
		if len(text) > most || strings.ContainsAny(text, "\n\x1b") {
			t.Fatalf("%d characters in %q", len(text), text)
		}
	}
	for n := 0; n <= tl.Events(); n += 7 {
		v := tl.At(n)
		for _, kind := range []string{"exec", "read"} {
			all := v.ByKind(kind)
			for _, m := range all[max(0, len(all)-5):] {
				check(survey.Write(v, m).Text(), 1000)
			}
		}
		for _, name := range v.Nodes() {
			check(survey.Doing(v, name).Text, 100)
			survey.Peers(v, name)
		}
		o.Cells(v, 0, v.Now(), 3, nil)
	}
	m := tl.Machine(1)
	if text := survey.Write(tl.At(0), m).Text(); text != "" {
		t.Errorf("before its birth it is %q", text)
	}
	if text := survey.Write(tl.View(), nil).Text(); text != "" {
		t.Errorf("nothing is %q", text)
	}
	if text := survey.Doing(tl.View(), "nobody").Text; text != "not started" {
		t.Errorf("nobody is %q", text)
	}
}
