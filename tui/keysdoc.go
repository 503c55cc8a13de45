package tui

import (
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

// keysWidth is how wide the keys are written.
const keysWidth = 100

// KeysText writes all keys as plain text. It returns w's error.
func KeysText(w io.Writer) error {
	_, err := io.WriteString(w, keys.Text(keysWidth, KeyMaps()...))
	return err
}

// KeysMarkdown returns all keys as tables for the README.
func KeysMarkdown() string { return keys.Markdown(KeyMaps()...) }
