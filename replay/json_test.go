package replay_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestJSON: the forms programs read. A change of this golden that is not an
// addition breaks them.
func TestJSON(t *testing.T) {
	tl := eventful(t).timeline()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	put := func(v any) {
		t.Helper()
		if err := enc.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	seen := make(map[string]bool)
	for i := range tl.Events() {
		e := tl.EventJSON(i, false)
		if key := e.Type + e.Kind + e.Key + e.Level; !seen[key] { // one of each sort
			seen[key] = true
			put(e)
		}
	}
	truncate, v := tl.Nth("truncate", 1), tl.View()
	put(truncate.Now().JSON(false))
	put(truncate.Now().JSON(true))
	put(tl.At(truncate.BornEvent() + 2).Of(truncate).JSON(false))
	put(v.NodesJSON([]string{"n1", "n9"}, true))
	put(v.NodesJSON([]string{"n3"}, false))
	golden(t, "json.txt", b.String())
}
