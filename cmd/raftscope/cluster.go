package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"raftscope/engine/grammar"
	"raftscope/replay/cond/words"
)

// clusterFlags are the options of the cluster line, as flags of the same names.
type clusterFlags struct {
	cluster grammar.Cluster
	newest  string // the option that was given last
}

// clusterFlag is one of them. It implements pflag.Value.
type clusterFlag struct {
	option grammar.Option
	all    *clusterFlags
}

// add makes a flag of every option that there is.
func (f *clusterFlags) add(c *cobra.Command) {
	f.cluster = grammar.DefaultCluster()
	for _, o := range grammar.Options() {
		flag := c.Flags().VarPF(&clusterFlag{o, f}, o.Name, "", o.Doc+" "+o.Range)
		flag.DefValue = o.Default
		if values := optionWords(o); values != nil {
			c.RegisterFlagCompletionFunc(o.Name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
		} else {
			c.RegisterFlagCompletionFunc(o.Name, cobra.NoFileCompletions)
		}
	}
	c.Flags().SortFlags = false // what is asked for most comes first
}

// optionWords returns the values of an option that has few.
func optionWords(o grammar.Option) []string {
	if yes, no, ok := strings.Cut(o.Range, " or "); ok {
		return []string{yes, no}
	}
	if o.Unit == "level" {
		return strings.Split(o.Range, ", ")
	}
	return nil
}

// value returns the cluster once all flags were given.
func (f *clusterFlags) value() (grammar.Cluster, error) {
	if err := f.cluster.Check(); err != nil {
		return grammar.Cluster{}, fmt.Errorf("--%s: %w", f.newest, err)
	}
	return f.cluster, nil
}

// Set implements pflag.Value.
func (f *clusterFlag) Set(value string) error {
	f.all.newest = f.option.Name
	return f.option.Set(&f.all.cluster, value)
}

// String implements pflag.Value.
func (f *clusterFlag) String() string {
	if f.all == nil {
		return "" // of a zero flag, which pflag makes to compare with
	}
	return f.option.Value(f.all.cluster)
}

// Type implements pflag.Value: what the help calls the value.
func (f *clusterFlag) Type() string {
	switch unit := f.option.Unit; {
	case strings.HasPrefix(unit, "LO..HI"):
		return "LO..HI"
	case unit == "duration":
		return "DURATION"
	case strings.Contains(unit, " or "):
		return strings.ReplaceAll(unit, " or ", "|")
	case unit == "level":
		return "LEVEL"
	}
	return "N"
}

// flagError says which flag is wrong, in the words of whoever refused it, and
// offers the nearest one if there is none of that name.
func flagError(c *cobra.Command, err error) error {
	var value *pflag.InvalidValueError
	var none *pflag.NotExistError
	switch {
	case errors.As(err, &value):
		if _, ours := value.GetFlag().Value.(*clusterFlag); ours {
			err = fmt.Errorf("--%s: %w", value.GetFlag().Name, value.Unwrap())
		}
	case errors.As(err, &none) && none.GetSpecifiedShortnames() == "":
		if near := nearestFlag(c, none.GetSpecifiedName()); near != "" {
			err = fmt.Errorf("%w; did you mean --%s?", err, near)
		}
	}
	return &usageError{command: c.CommandPath(), err: err}
}

func nearestFlag(c *cobra.Command, name string) string {
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return words.Nearest(name, names)
}
