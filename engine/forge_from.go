package engine

import "raftscope/engine/grammar"

func (w *World) forgeFrom(f *forgery, c grammar.Forge) error { return refuse("not yet") }
