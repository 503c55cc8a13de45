// Package bench compares raftscope with what else could have been used. It is
// a module of its own, so that its dependencies stay out of raftscope's, and
// holds nothing but benchmarks and the tests that keep them honest:
//
//	cd bench && go test -bench . -benchmem
//
// Recording a run, against tracing with OpenTelemetry: BenchmarkMove is one
// recorded move of a machine with its share of the flush into a sink that
// discards. BenchmarkOTelSpan is one span, started and ended, that is always
// sampled and exported to an exporter that discards, through the batch
// processor that production uses; BenchmarkOTelSpanSimple uses the simple
// processor, and BenchmarkOTelEvent adds an event to a span that goes on, which
// is the nearest thing OpenTelemetry has to a move.
//
// Keeping it in a file, against MCAP, newline JSON and OTLP: BenchmarkWrite
// writes b.N events to a new file and syncs it, BenchmarkRead reads all of one
// back; both report what one event takes. README.md has figures, how they were
// made and what they do not say.
package bench
