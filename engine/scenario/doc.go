// Package scenario runs scenario files: it sends their commands to a session,
// answers those that only look (expect, print) from the session's timeline, and
// writes a transcript that is equal to the byte on every run.
//
// It owns the transcript's form, exit-worthy verdicts, the comparison of
// repeated runs and the counting of what scenarios reach. It refuses to parse
// (grammar does), to run raft (the debuggee does) and to know how trees look
// (replay does).
package scenario
