package history

import (
	"math/rand/v2"
	"strings"
	"testing"

	"raftscope/engine/kv"
)

func randomText(rnd *rand.Rand) string {
	parts := []string{"a", "0", " ", "\t", `"`, `\`, "é", "值", "\u202e", "\x00", "\xff", "\ufffd", "...(", "...(70 B)", "[16 bytes]", kv.None, "...", "long long long long long long long"}
	var b strings.Builder
	for n := rnd.IntN(6); n > 0; n-- {
		b.WriteString(parts[rnd.IntN(len(parts))])
	}
	return b.String()
}

// What the engine shows of keys and values is read back, and never taken for
// another text.
func TestShownTexts(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	whole := 0
	for range 20_000 {
		a, b, c := randomText(rnd), randomText(rnd), randomText(rnd)
		if a == "" {
			continue
		}
		call := Call{Command: "cas " + kv.Show(a) + " " + kv.Show(b) + " " + kv.Show(c)}
		call.parse(false)
		if call.Key != kv.Show(a) {
			t.Fatalf("%q: key %q, %s", call.Command, call.Key, call.problem)
		}
		if kv.Clipped(a) || kv.Clipped(b) || kv.Clipped(c) {
			if call.problem == "" {
				t.Fatalf("%q: no problem", call.Command)
			}
			continue
		}
		whole++
		if call.problem != "" || call.args[0].text != b || call.args[1].text != c {
			t.Fatalf("%q: got %+v, %s, want %q and %q", call.Command, call.args, call.problem, b, c)
		}
	}
	if whole < 5000 {
		t.Errorf("only %d were whole", whole)
	}
}

// A value that grows is compared with what the engine shows of it.
func TestShownResults(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 5000 {
		var text string
		v := value{}
		for range 1 + rnd.IntN(5) {
			part := randomText(rnd)
			text += part
			v = v.plus(part)
		}
		c := Call{Result: kv.Show(text)}
		c.see(kv.Sum(text))
		if c.problem != "" || !c.saw.fits(v) || v != valueOf(text) {
			t.Fatalf("%q is shown as %s: %s %+v, have %+v", text, c.Result, c.problem, c.saw, v)
		}
		if other := v.plus("x"); c.saw.fits(other) || c.saw.fits(value{}) {
			t.Fatalf("%s fits another value", c.Result)
		}
		if last := text; last != "" && text[len(text)-1] != 'x' {
			if changed := valueOf(text[:len(text)-1] + "x"); c.saw.fits(changed) {
				t.Fatalf("%s fits a value whose last byte differs", c.Result)
			}
		}
	}
}

// Labels of strangers do no harm.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"set x 1", "cas x 1 2", `get "a b"`, "incr x -5", "set a...(70 B) b", "[16 bytes]", "set x...[9 bytes]", `append "`, "del ...(3 B)", "set x ...(99999999999 B)"} {
		f.Add(s, "1", "")
	}
	f.Fuzz(func(t *testing.T, label, result, hash string) {
		for _, read := range []bool{false, true} {
			c := Call{Command: label, Result: result}
			c.parse(read)
			c.see(hash)
			if c.Key == "" && c.problem == "" {
				t.Errorf("%q: neither a key nor a problem", label)
			}
			if c.problem == "" {
				o := newOperation(&c, open-1, false)
				o.apply(valueOf(result))
			}
		}
	})
}
