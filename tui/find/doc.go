// Package find looks for the events of a run that a filter wants, however long
// the run is, without ever keeping the screen waiting: all of its work is done in
// slices that end when their time is up.
//
// It owns how far a search has come. It refuses to decide when it goes on: that
// is for whoever draws the screen. [Next] finds one event, [Index] knows them all
// after a while, and those around a place at once.
//
//	for {
//		i, state := find.Next(t, filter, from, 1, 10*time.Millisecond)
//		if state != find.More {
//			break
//		}
//		from = i // the screen may be drawn here, and say how far it is
//	}
package find
