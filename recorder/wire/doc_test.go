package wire

import (
	"encoding/hex"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"raftscope/sm"
)

func formatDoc(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("../../docs/format.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// table returns the two columns of the first table below a line.
func table(t *testing.T, doc, below string) map[string]string {
	t.Helper()
	_, rest, ok := strings.Cut(doc, below)
	if !ok {
		t.Fatalf("docs/format.md has no %q", below)
	}
	rest = strings.TrimLeft(rest, "\n")
	rest, _, _ = strings.Cut(rest, "\n\n")
	rows := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\| ([^|]+) \| ([^|]+) \|$`).FindAllStringSubmatch(rest, -1)[1:] {
		rows[m[1]] = m[2]
	}
	return rows
}

func same(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s: docs/format.md says %s is %q, the code %q", what, name, got[name], value)
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s: docs/format.md has %s, the code does not", what, name)
		}
	}
}

func TestFormatDocNumbers(t *testing.T) {
	doc := formatDoc(t)
	numbers := map[string]uint64{
		"version": Version, "header fixed length": HeaderFixedLen, "header body max": HeaderBodyMax, "versions max": VersionsMax,
		"frame header length": FrameHeaderLen, "payload max, packed and unpacked": PayloadMax,
		"events in a frame max": EventsMax, "strings an event max": StringsPerEvent, "sequence number max": SeqMax,
		"kinds in a frame max": KindsMax, "index entries in a frame max": IndexEntriesMax, "frames in a recording max": FramesMax,
		"end frame max": EndMax, "trailer length": TrailerLen,
		"frame kind kinds": uint64(FrameKinds), "frame kind events": uint64(FrameEvents), "frame kind status": uint64(FrameStatus),
		"frame kind index": uint64(FrameIndex), "frame kind end": uint64(FrameEnd),
		"compression none": uint64(CompressionNone), "compression zstd": uint64(CompressionZstd),
	}
	want, masks := map[string]string{}, map[string]string{}
	for name, n := range numbers {
		want[name] = fmt.Sprint(n)
	}
	for typ := sm.Born; typ <= sm.Violation; typ++ {
		want["event "+typ.String()] = fmt.Sprint(uint8(typ))
		masks[typ.String()] = fmt.Sprintf("%02x", usual[typ])
	}
	same(t, "numbers", table(t, doc, "## Numbers\n"), want)
	same(t, "masks", table(t, doc, "Masks of types that bring none:\n"), masks)
	for _, magic := range []string{Magic, FrameMagic, EndMagic} {
		if text := fmt.Sprintf("`% X`", magic); !strings.Contains(doc, text) {
			t.Errorf("docs/format.md lacks the magic %s", text)
		}
	}
}

// TestFormatDocBits holds the bits of head and mask against the row's fields.
func TestFormatDocBits(t *testing.T) {
	doc := formatDoc(t)
	for text, bit := range map[string]int{
		"bits 0 to 3 (`%02x`)": headType, "`%02x`: time follows": headTime, "`%02x`: place": headPlace,
		"`%02x`: machine": headMachine, "`%02x`: mask": headMask,
		"| due | varint | mask `%02x`": maskDue, "| states | u8, u8 | mask `%02x`": maskStates,
		"| other | varint | mask `%02x`": maskOther, "| kind | uvarint | mask `%02x`": maskKind,
		"| key | uvarint | mask `%02x`": maskKey, "| text | uvarint | mask `%02x`": maskText,
		"| num | varint | mask `%02x`": maskNum, "| is text | nothing | mask `%02x`": maskIsText,
	} {
		if line := fmt.Sprintf(text, bit); !strings.Contains(doc, line) {
			t.Errorf("docs/format.md lacks %q", line)
		}
	}
}

// TestFormatDocExample writes the example anew.
func TestFormatDocExample(t *testing.T) {
	b, err := AppendHeader(nil, Header{Seed: 7, Start: time.Unix(0, 0), Versions: map[string]string{"raft": "v1"}})
	if err != nil {
		t.Fatal(err)
	}
	start := len(b)
	if b, err = AppendKinds(b, nil); err != nil {
		t.Fatal(err)
	}
	var w EventsWriter
	w.Add(&sm.Event{Seq: 1, At: 5, Wall: 3, Type: sm.Command, Text: "heal"})
	b = append(b, w.Finish()...)
	var entries []IndexEntry
	for at := start; at < len(b); {
		h, err := ParseFrameHeader(b[at:])
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, EntryOf(h))
		at += FrameHeaderLen + int(h.Length)
	}
	s := Summary{Index: int64(len(b)), Frames: 2, Events: 1, Seed: 7, Digest: 0x1122334455667788, Last: 5}
	if b, err = AppendIndex(b, int64(start), entries); err != nil {
		t.Fatal(err)
	}
	b = AppendEnd(b, s)
	var lines []string
	for digits := hex.EncodeToString(b); digits != ""; {
		n := min(64, len(digits))
		lines = append(lines, digits[:n])
		digits = digits[n:]
	}
	if example := "```hex\n" + strings.Join(lines, "\n") + "\n```"; !strings.Contains(formatDoc(t), example) {
		t.Errorf("the example of docs/format.md should be\n%s", example)
	}
}
