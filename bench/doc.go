// Package bench compares recording with raftscope against tracing with
// OpenTelemetry. It is a module of its own, so that its dependencies stay out of
// raftscope's, and holds nothing but benchmarks:
//
//	cd bench && go test -bench . -benchmem
//
// BenchmarkMove is one recorded move of a machine with its share of the flush
// into a sink that discards. BenchmarkOTelSpan is one span, started and ended,
// that is always sampled and exported to an exporter that discards, through the
// batch processor that production uses; BenchmarkOTelSpanSimple uses the simple
// processor, and BenchmarkOTelEvent adds an event to a span that goes on, which
// is the nearest thing OpenTelemetry has to a move.
package bench
