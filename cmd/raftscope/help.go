package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"raftscope/replay/cond/words"
	"raftscope/tui"
)

// keysTopic is what help has besides the commands: the keys of the cockpit.
const keysTopic = "KEYS"

func newHelp(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND | " + keysTopic + "]",
		Short: "Help about a command, or the keys of the cockpit",
		RunE: func(c *cobra.Command, args []string) error {
			root := c.Root()
			switch {
			case len(args) == 0:
				return root.Help()
			case len(args) > 1:
				return &usageError{root.CommandPath(), fmt.Errorf("got %d arguments, expected a command or %s", len(args), keysTopic)}
			case args[0] == keysTopic || args[0] == "keys":
				return tui.KeysText(s.out)
			}
			for _, sub := range root.Commands() {
				if sub.Name() == args[0] {
					sub.InitDefaultHelpFlag()
					return sub.Help()
				}
			}
			return unknownTopic(root, args[0])
		},
		ValidArgsFunction: func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return append(commandNames(c.Root()), keysTopic), cobra.ShellCompDirectiveNoFileComp
		},
	}
}

func unknownTopic(root *cobra.Command, word string) error {
	names := append(commandNames(root), keysTopic)
	err := fmt.Errorf("there is no help about %q, expected %s", word, words.OneOf(names))
	if near := words.Nearest(word, names); near != "" {
		err = fmt.Errorf("%w; did you mean %q?", err, near)
	}
	return &usageError{root.CommandPath(), err}
}

// shells are those for which there is a completion.
var shells = []string{"bash", "zsh", "fish", "powershell"}

func newCompletion(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print a script that completes commands, flags, scenarios and recordings in a shell",
		Long: "Print a script that completes raftscope's commands, flags, scenarios and recordings in a shell: bash, zsh, fish or\n" +
			"powershell. It is to be read by the shell as it starts:\n\n" +
			"  bash        source <(raftscope completion bash), which needs the package bash-completion\n" +
			"  zsh         source <(raftscope completion zsh), behind compinit\n" +
			"  fish        raftscope completion fish | source\n" +
			"  powershell  raftscope completion powershell | Out-String | Invoke-Expression",
		Args:      arguments(1, 1, "one SHELL: "+words.OneOf(shells)),
		ValidArgs: shells,
		RunE: func(c *cobra.Command, args []string) error {
			root := c.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(s.out, true)
			case "zsh":
				return root.GenZshCompletion(s.out)
			case "fish":
				return root.GenFishCompletion(s.out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(s.out)
			}
			err := fmt.Errorf("got %q, expected %s", args[0], words.OneOf(shells))
			if near := words.Nearest(args[0], shells); near != "" {
				err = fmt.Errorf("%w; did you mean %q?", err, near)
			}
			return &usageError{c.CommandPath(), err}
		},
	}
}
