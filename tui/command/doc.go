// Package command holds what can be typed at the cockpit's prompt: the viewer's
// own commands beside those of the grammar.
//
// It owns the text of the viewer's commands: those that change what is on the
// screen and nothing in the cluster, hence are not journalled and stand in no
// scenario. Each is a plain value, parses from text with the exact place of
// whatever is wrong, and prints itself as text that parses to the same value. It
// refuses to carry anything out, and to shadow a command of the grammar.
//
//	all, err := command.ParserOf(timeline).Line("filter kind:append ; run until idle")
package command
