//go:build !unix

package engine

import "time"

// lockDir does nothing: an open database cannot be removed here anyway.
func lockDir(string) error { return nil }

// abandonedAge is how old a folder must be to count as left behind where there
// are no locks.
const abandonedAge = 7 * 24 * time.Hour

func isAbandoned(_ string, age time.Duration) bool { return age > abandonedAge }
