// Package complete says how a line of the prompt may go on.
//
// It owns the words that are offered, their order and what is said of them. It
// refuses to know the grammar a second time: where a word may stand, the parser
// alone decides. Every word there is, is put in place of the one at the cursor, and is
// offered if the parser finds nothing wrong up to its end. So what is offered
// parses, and a word can only be missing; a test holds every word of the
// documentation, of the scenarios and of generated lines against that.
//
//	r := complete.Complete("run until le", 12, complete.Scope{Parser: command.ParserOf(t), View: t.View()})
package complete
