// Package wire is the byte format of recordings and of the pipe between
// debuggee and session: what package recorder writes and package
// replay/frames reads. It owns the layout, both ways, and the limits. It
// refuses to touch files, to trust a single byte it decodes, and to give
// meaning to events.
//
// A stream is one header and then frames. All fixed numbers are little
// endian; "uvarint" and "varint" are those of encoding/binary, the second one
// zigzag; a string is a uvarint length and that many bytes. CRC is CRC-32C
// (Castagnoli).
//
// # Header
//
//	 0               8     10    12         16
//	+---------------+-----+-----+----------+--------------+----------+
//	| magic         | ver | 0   | length   | body         | CRC      |
//	| 89 R S C      | u16 | u16 | of body  | length bytes | of all   |
//	| 0D 0A 1A 0A   |     |     | u32      |              | before it|
//	+---------------+-----+-----+----------+--------------+----------+
//
// The magic catches transfers that change line ends or cut the eighth bit.
// The body is: seed (u64), UTC time of event 0 (i64, nanoseconds since 1970),
// number of versions (uvarint), and for each its name and value (strings,
// sorted by name); then, unless all payload is kept, what is kept of it
// (string). Bytes after these belong to later versions and are ignored.
//
// # Frame
//
//	 0      4        8      9      10    12      16         20
//	+------+--------+------+------+-----+-------+----------+---------+
//	| F5 R | length | kind | com- | 0   | count | unpacked | strings |
//	| S F  | u32    | u8   | pr.  | u16 | u32   | u32      | u32     |
//	+------+--------+------+------+-----+-------+----------+---------+
//	 20 is strings; then
//	 24       32        40       48         52        56
//	+--------+---------+--------+----------+---------+-------------+
//	| first  | from    | to     | CRC of   | CRC of  | payload     |
//	| seq    | time    | time   | payload  | 0..51   | length bytes|
//	| u64    | i64     | i64    | u32      | u32     |             |
//	+--------+---------+--------+----------+---------+-------------+
//
// The second CRC covers the first, so both together cover header and payload;
// that there are two means that a reader who finds the payload damaged may
// still trust length, count and times: it skips exactly this frame and knows
// which events are missing. If the header itself is damaged the reader looks
// for the next magic with a true header.
//
// length is what follows on the wire, unpacked what it is after unpacking
// (equal when the compression is 0; 1 is one zstd frame). count is the number
// of events, kinds or index entries. A walk over the headers alone rebuilds an
// index, since they hold first sequence and time range.
//
// A file that was closed ends with its index frames and one end frame, whose
// last bytes say how long it is; see docs/format.md, which also describes the
// payloads below for somebody who writes a reader in another language.
//
// # Payload of an events frame
//
// First the string table, strings strings, numbered from 1 (0 is the empty
// string, which is not stored); then count rows:
//
//	head     u8       bits 0..3 type, 15: the type follows
//	                  bit 4 time, bit 5 place, bit 6 machine, bit 7 mask: the field is present
//	[type]   u8
//	[mask]   u8       which of the fields below are present; without it the usual ones of the type
//	wall     varint   difference to the row before; the first to 0
//	[time]   varint   difference to the row before; the first to the frame's from
//	[place]  uvarint string, uvarint life
//	[machine] varint  difference to the row before; the first to 0
//	[due]    varint   difference to this row's time      mask bit 0
//	[states] u8 u8    from, state                        mask bit 1
//	[other]  varint   difference to this row's machine   mask bit 2
//	[kind]   uvarint  string                             mask bit 3
//	[key]    uvarint  string                             mask bit 4
//	[text]   uvarint  string                             mask bit 5
//	[num]    varint                                      mask bit 6
//	         (nothing) the value is text                 mask bit 7
//
// The sequence numbers of the rows are first, first+1 and so on. from is the
// time of the first row, and no row is earlier; to is that of the latest.
//
// # Payload of a kinds frame
//
// count records, each a uvarint length and: name, doc (strings), number of
// states (uvarint), and for each state again a uvarint length and: name, doc
// (strings), flags (u8), number of next states (uvarint), their names,
// unreached (string). Bytes left over at the end of a record belong to later
// versions and are ignored.
//
// # Payload of a status frame
//
// Opaque to this package.
package wire
