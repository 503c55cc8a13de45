package theme

// The colours are chosen so that terms are told apart by people who do not tell
// red from green, and that all of them can be read on their background.

var darkLooks = [stylesEnd]look{
	Text: {}, Dim: {fg: "#7f8793"}, Title: {fg: "#9fb4c7", bold: true}, Rule: {fg: "#4a525e"}, Key: {fg: "#ffd166", bold: true},
	Live: {fg: "#0b1a12", bg: "#5fd38d", bold: true}, History: {fg: "#1a1400", bg: "#ffb454", bold: true}, Replay: {fg: "#08131f", bg: "#7cb7ff", bold: true},
	Leader: {fg: "#ffd166", bold: true}, Follower: {}, Candidate: {fg: "#c792ea", bold: true}, Down: {fg: "#ff6b6b", bold: true},
	OK: {fg: "#5fd38d"}, Failed: {fg: "#ff6b6b", bold: true}, Warn: {fg: "#ffb454", bold: true}, Working: {fg: "#7cb7ff"},
	Held: {fg: "#1a1400", bg: "#ffb454"}, Fault: {fg: "#ff8fab", bold: true}, Machine: {fg: "#a5d6ff"}, Node: {bold: true}, Time: {fg: "#9fb4c7"},
	Client: {fg: "#f0e6c8"}, Found: {fg: "#1a1400", bg: "#ffe08a"}, Badge: {fg: "#ff6b6b", bold: true},
	Term1: {fg: "#8ecae6"}, Term2: {fg: "#ffb703"}, Term3: {fg: "#c792ea"}, Term4: {fg: "#80ed99"}, Term5: {fg: "#ff8fab"}, Term6: {fg: "#d4d4aa"},
}

var lightLooks = [stylesEnd]look{
	Text: {}, Dim: {fg: "#6b7280"}, Title: {fg: "#1f4e79", bold: true}, Rule: {fg: "#b6bcc6"}, Key: {fg: "#8a4b00", bold: true},
	Live: {fg: "#ffffff", bg: "#1b7f4b", bold: true}, History: {fg: "#ffffff", bg: "#a65b00", bold: true}, Replay: {fg: "#ffffff", bg: "#1f5fa8", bold: true},
	Leader: {fg: "#8a4b00", bold: true}, Follower: {}, Candidate: {fg: "#7b3fa0", bold: true}, Down: {fg: "#b3261e", bold: true},
	OK: {fg: "#1b7f4b"}, Failed: {fg: "#b3261e", bold: true}, Warn: {fg: "#a65b00", bold: true}, Working: {fg: "#1f5fa8"},
	Held: {fg: "#ffffff", bg: "#a65b00"}, Fault: {fg: "#a81e55", bold: true}, Machine: {fg: "#0b5394"}, Node: {bold: true}, Time: {fg: "#3d5a73"},
	Client: {fg: "#4a3f1a"}, Found: {fg: "#1a1400", bg: "#ffe08a"}, Badge: {fg: "#b3261e", bold: true},
	Term1: {fg: "#0b6e99"}, Term2: {fg: "#9a6700"}, Term3: {fg: "#7b3fa0"}, Term4: {fg: "#1b7f4b"}, Term5: {fg: "#a81e55"}, Term6: {fg: "#5c5c2e"},
}

var plainLooks = [stylesEnd]look{
	Dim: {faint: true}, Title: {bold: true}, Rule: {faint: true}, Key: {bold: true},
	Live: {reverse: true}, History: {reverse: true}, Replay: {reverse: true},
	Leader: {bold: true}, Candidate: {bold: true}, Down: {bold: true}, Failed: {bold: true}, Warn: {bold: true},
	Held: {reverse: true}, Fault: {bold: true}, Node: {bold: true}, Found: {reverse: true}, Badge: {bold: true},
}
