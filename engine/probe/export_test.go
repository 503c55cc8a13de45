package probe

// Observe is what raft's observer calls; raft does not let a test call it.
func (p *Probe) Observe(data any) { p.observe(data) }
