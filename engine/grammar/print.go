package grammar

import (
	"strconv"
	"strings"
	"time"

	"raftscope/replay/cond/words"
)

// String returns the command as it is written.
func (c RunUntil) String() string {
	return "run until " + c.Cond.String() + timeoutWord(c.Timeout)
}

// timeoutWord returns the option behind a run, empty for the default.
func timeoutWord(d time.Duration) string {
	if d == DefaultTimeout {
		return ""
	}
	return " " + timeoutPrefix + formatDuration(d)
}

// String returns the command as it is written.
func (c Write) String() string {
	all := []string{"write", c.Node, string(c.Op), words.Quote(c.Key)}
	for _, a := range c.Args {
		all = append(all, words.Quote(a))
	}
	if c.Times != 0 {
		all = append(all, "x"+strconv.Itoa(c.Times))
	}
	return strings.Join(appendIf(appendIf(all, c.Retry, retryWord), c.Wait, waitWord), " ")
}

// String returns the command as it is written.
func (c Read) String() string {
	all := []string{"read", c.Node, c.Op, words.Quote(c.Key)}
	all = appendIf(appendIf(all, c.Stale, staleWord), c.Retry, retryWord)
	return strings.Join(appendIf(all, c.Wait, waitWord), " ")
}

// String returns the command as it is written.
func (c Step) String() string {
	if c.N == 0 {
		return "step " + c.Machine.String()
	}
	return "step " + strconv.Itoa(c.N)
}

// String returns the command as it is written.
func (c Finish) String() string { return "finish " + c.Machine.String() }

// String returns the command as it is written.
func (c Advance) String() string { return "advance " + formatDuration(c.Duration) }

// String returns the command as it is written.
func (c Cut) String() string { return "cut " + sides(c.Left, c.Right, c.OneWay) }

// String returns the command as it is written.
func (c Heal) String() string {
	if len(c.Left) == 0 {
		return "heal"
	}
	return "heal " + sides(c.Left, c.Right, c.OneWay)
}

func sides(left, right []string, oneWay bool) string {
	between := " | "
	if oneWay {
		between = " > "
	}
	return strings.Join(left, " ") + between + strings.Join(right, " ")
}

// String returns the command as it is written.
func (c Stop) String() string { return "stop " + c.Node }

// String returns the command as it is written.
func (c Crash) String() string { return "crash " + c.Node }

// String returns the command as it is written.
func (c Restart) String() string { return "restart " + c.Node }

// String returns the command as it is written.
func (c Expect) String() string { return "expect " + c.Cond.String() }

// String returns the command as it is written.
func (c Print) String() string {
	all := []string{"print", string(c.What)}
	if c.What == PrintTree {
		all = append(all, c.Machine.String())
	}
	o := c.Options
	all = appendIf(appendIf(all, o.Moves, "--moves"), o.Views, "--views")
	if o.Depth != 0 {
		all = append(all, "--depth", strconv.Itoa(o.Depth))
	}
	if len(o.Kinds) != 0 {
		all = append(all, "--kind", strings.Join(o.Kinds, ","))
	}
	all = appendIf(all, o.JSON, "--json")
	return strings.Join(appendIf(all, o.Real, "--real"), " ")
}

// String returns the command as it is written.
func (c Note) String() string { return "note " + c.Text }

func appendIf(all []string, yes bool, word string) []string {
	if yes {
		return append(all, word)
	}
	return all
}

// formatDuration prints a duration without the zeros that time.Duration puts
// behind whole minutes and hours, and in ASCII.
func formatDuration(d time.Duration) string {
	s := strings.Replace(d.String(), "µs", "us", 1)
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-2]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-2]
	}
	return s
}
