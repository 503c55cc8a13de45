// Package frames reads what package recorder writes, from a file or a pipe.
// It owns the distrust: limits before allocation, checksums, every number
// checked, and control characters taken out of every string, here and once.
// It refuses to panic, to hold more than one frame, to go back, and to give
// meaning to events.
//
//	r := frames.NewReader(src)
//	for {
//		f, err := r.Next()
//		if errors.Is(err, frames.ErrDamaged) {
//			continue // said once; the next call goes on behind the damage
//		}
//		if err != nil {
//			break // io.EOF: the end
//		}
//		use(f)
//	}
package frames
