package tui

import (
	"fmt"
	"io"

	"raftscope/tui/keys"
	"raftscope/tui/pane"
)

// KeyMaps returns all keys of the cockpit, for help and for documentation: those
// that work everywhere first, then those of each pane.
func KeyMaps() []keys.Map {
	maps := []keys.Map{timeKeys, actKeys, lookKeys, pane.Motion}
	for _, p := range newPanes() {
		if k := p.Keys(); len(k.Bindings) > 0 {
			maps = append(maps, *k)
		}
	}
	return maps
}

// KeysText writes all keys as plain text. It returns w's error.
func KeysText(w io.Writer) error {
	for _, m := range KeyMaps() {
		if _, err := fmt.Fprintf(w, "%s\n", m.Name); err != nil {
			return err
		}
		for _, b := range m.Bindings {
			if _, err := fmt.Fprintf(w, "  %-14s %s\n", b.Shown(), b.Help); err != nil {
				return err
			}
		}
	}
	return nil
}
