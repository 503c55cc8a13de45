// Package boltfile reads what raft-boltdb keeps out of a raft.db of anybody's,
// which may be damaged, made to mislead, or no such file at all. It walks the
// pages of bbolt's file format itself, because bbolt trusts its files: a damaged
// page makes it panic, and a page that leads back to itself makes it walk for
// ever. Every page is looked at once, and everything in it must lie within it.
//
// It owns the reading and its limits, and holds the file's shared lock while it
// reads, so that no process writes to it meanwhile. It refuses to judge what the
// entries mean, and never writes.
package boltfile
