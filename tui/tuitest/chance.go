//go:build unix

package tuitest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// Input is one thing that is done at a terminal: exactly one of its fields
// counts, the first that is set.
type Input struct {
	Key        Key
	Paste      string
	Mouse      []Mouse // a gesture
	Cols, Rows int     // a new size
}

// String returns the input as a line of a script.
func (in Input) String() string {
	switch {
	case in.Key != "":
		if strings.ContainsAny(string(in.Key), "#'\"*") {
			return "keys " + strconv.Quote(string(in.Key))
		}
		return "keys " + string(in.Key)
	case in.Paste != "":
		return "paste " + strconv.Quote(in.Paste)
	case in.Mouse != nil:
		for name, reports := range gestures {
			if len(reports) == len(in.Mouse) && reports[0].Kind == in.Mouse[0].Kind && reports[0].Button == in.Mouse[0].Button {
				return fmt.Sprintf("mouse %s %d %d", name, in.Mouse[0].Col, in.Mouse[0].Row)
			}
		}
	}
	return fmt.Sprintf("resize %dx%d", in.Cols, in.Rows)
}

// Do does it. A program that does not listen to the mouse is not at fault.
func (in Input) Do(t Terminal) error {
	switch {
	case in.Key != "":
		return t.Key(in.Key)
	case in.Paste != "":
		return t.Paste(in.Paste)
	case in.Mouse != nil:
		for _, m := range in.Mouse {
			if _, err := t.Mouse(m); err != nil {
				return err
			}
		}
		return nil
	}
	return t.Resize(in.Cols, in.Rows)
}

// Sizes are the sizes that chance takes: impossible, tiny, usual and large ones.
var Sizes = [][2]int{{1, 1}, {7, 2}, {20, 5}, {59, 16}, {60, 15}, {60, 16}, {80, 24}, {80, 24}, {100, 30}, {120, 36}, {120, 36}, {200, 60}, {300, 20}, {40, 90}}

// Hostile are texts that nobody should paste.
var Hostile = []string{
	"\x1b[2J\x1b[H\x1b]0;taken\x07", "\x1b[201~q\x1b[201~", "\x1b]52;c;aGFja2Vk\x07", "\u009b31m",
	"a\nb\r\nc\n", "\t\t\t", "\x00\x07\x08\x7f", "\u202egnihtyreve\u2066\u200f", "e" + strings.Repeat("\u0301", 200),
	"日本語テキスト", "👩\u200d👩\u200d👧🇩🇪\ufe0f", "\uFFFD\uFEFF\u2028", strings.Repeat("x", 70_000), strings.Repeat("long words ", 500),
	"set x 1", "'", `"`, "\\", "%s%d%n", "$(reboot)", "-1", "18446744073709551616", "n1:9/99999999999",
}

// DefaultKeys returns the keys that chance presses, with their weights: what a
// cockpit has, and what it has not. Ctrl+c, ctrl+z, ctrl+s and ctrl+q are not
// among them: typed behind a key that quits, they end or stop the program by way
// of the line, which is then no longer raw.
func DefaultKeys() map[Key]int {
	keys := map[Key]int{}
	for r := '!'; r <= '~'; r++ {
		keys[Key(r)] = 2
	}
	for r := 'a'; r <= 'z'; r++ {
		if !strings.ContainsRune("czsq", r) {
			keys["ctrl+"+Key(r)] = 1
		}
		keys["alt+"+Key(r)] = 1
	}
	for name := range namedKeys {
		keys[Key(name)], keys["shift+"+Key(name)], keys["ctrl+"+Key(name)] = 4, 1, 1
	}
	for _, often := range []Key{"up", "down", "left", "right", "enter", "esc", "tab", "space"} {
		keys[often] = 30
	}
	for _, r := range "é日\u0301🙂" {
		keys[Key(r)] = 1
	}
	return keys
}

// Chance makes inputs from a seed: the same from the same, on every machine.
type Chance struct {
	rng        *rand.Rand
	keys       []Key // in the order of their names
	until      []int // sums of the weights
	cols, rows int
}

// NewChance returns a source of inputs at a terminal of a size; nil keys are
// [DefaultKeys].
func NewChance(seed uint64, keys map[Key]int, cols, rows int) *Chance {
	if keys == nil {
		keys = DefaultKeys()
	}
	c := &Chance{rng: rand.New(rand.NewPCG(seed, 0)), cols: cols, rows: rows}
	sum := 0
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		if keys[k] > 0 {
			sum += keys[k]
			c.keys, c.until = append(c.keys, k), append(c.until, sum)
		}
	}
	return c
}

// Next returns the next input: mostly a key.
func (c *Chance) Next() Input {
	switch n := c.rng.IntN(1000); {
	case n < 12:
		return c.Resize()
	case n < 30:
		return Input{Paste: Hostile[c.rng.IntN(len(Hostile))]}
	case n < 130 || len(c.keys) == 0:
		return c.gesture()
	}
	i, _ := slices.BinarySearch(c.until, c.rng.IntN(c.until[len(c.until)-1])+1)
	return Input{Key: c.keys[i]}
}

// Resize returns a size other than the last.
func (c *Chance) Resize() Input {
	for {
		size := Sizes[c.rng.IntN(len(Sizes))]
		if size != [2]int{c.cols, c.rows} {
			c.cols, c.rows = size[0], size[1]
			return Input{Cols: c.cols, Rows: c.rows}
		}
	}
}

// gesture returns something that the mouse does, on the screen or just beside it.
func (c *Chance) gesture() Input {
	names := slices.Sorted(maps.Keys(gestures))
	reports := slices.Clone(gestures[names[c.rng.IntN(len(names))]])
	col, row := 1+c.rng.IntN(c.cols+2), 1+c.rng.IntN(c.rows+2)
	for i := range reports {
		reports[i].Col, reports[i].Row = col, row
	}
	return Input{Mouse: reports}
}
