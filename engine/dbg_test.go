package engine
import ("testing";"fmt";"time")
func TestDbg(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader", "write leader set x 1")
		for i := range 60 {
			from := w.timeline.Events()
			err := w.Do(commandsOf(t, "step")[0])
			for ; from < w.timeline.Events(); from++ { e:=w.timeline.Event(from); fmt.Println(i, time.Duration(e.At), w.timeline.Describe(from,false)) }
			if err != nil { fmt.Println(err); return }
		}
	})
}
func TestDbg2(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader", "write leader set x 1")
		from := w.timeline.Events()
		err := w.Do(commandsOf(t, "run until exec@1 executed timeout=20ms")[0])
			for ; from < w.timeline.Events(); from++ { e:=w.timeline.Event(from); fmt.Println(time.Duration(e.At), w.timeline.Describe(from,false)) }
			fmt.Println(err)
	})
}
