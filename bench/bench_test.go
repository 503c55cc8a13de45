package bench

import (
	"context"
	"testing"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"raftscope/sm"
	"raftscope/sm/catalog"
)

// movesPerFlush is how many moves one flush takes.
const movesPerFlush = 64

type clock struct{ at sm.Time }

func (c *clock) Now() (sm.Time, int64) {
	c.at += 1000
	return c.at, int64(c.at)
}

type discardEvents struct{}

func (discardEvents) Take([]sm.Event) error { return nil }

func BenchmarkMove(b *testing.B) {
	t := sm.NewTracker(sm.Options{Clock: &clock{}, Sink: discardEvents{}})
	m := t.Buffer("n1", 1).Born(catalog.Node, catalog.NodeFollower, 1, "n1", "")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.Move(catalog.NodeCandidate - sm.State(i&1)) // candidate, follower, ...
		if i%movesPerFlush == movesPerFlush-1 {
			if _, err := t.Flush(); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.StopTimer()
	if n := t.Totals().Violations; n != 0 {
		b.Fatalf("%d violations", n)
	}
}

type discardSpans struct{}

func (discardSpans) ExportSpans(context.Context, []sdk.ReadOnlySpan) error { return nil }
func (discardSpans) Shutdown(context.Context) error                        { return nil }

func tracer(b *testing.B, processor sdk.TracerProviderOption) trace.Tracer {
	b.Helper()
	p := sdk.NewTracerProvider(sdk.WithSampler(sdk.AlwaysSample()), processor)
	b.Cleanup(func() {
		if err := p.Shutdown(context.Background()); err != nil {
			b.Error(err)
		}
	})
	return p.Tracer("bench")
}

func benchSpan(b *testing.B, processor sdk.TracerProviderOption) {
	t := tracer(b, processor)
	ctx, root := t.Start(context.Background(), "write")
	defer root.End()
	b.ReportAllocs()
	for b.Loop() {
		_, span := t.Start(ctx, "append")
		span.End()
	}
}

func BenchmarkOTelSpan(b *testing.B) { benchSpan(b, sdk.WithBatcher(discardSpans{})) }

func BenchmarkOTelSpanSimple(b *testing.B) { benchSpan(b, sdk.WithSyncer(discardSpans{})) }

func BenchmarkOTelEvent(b *testing.B) {
	t := tracer(b, sdk.WithBatcher(discardSpans{}))
	_, span := t.Start(context.Background(), "write")
	defer span.End()
	b.ReportAllocs()
	for b.Loop() {
		span.AddEvent("committed")
	}
}
