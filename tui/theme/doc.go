// Package theme says how what is on the screen looks: styles named after what
// they mean, and the characters of frames and marks.
//
// It owns all colours and all marks. It refuses to say anything by colour alone:
// each meaning has a mark or a word of its own wherever it is drawn, and the
// theme without colours uses bold, faint and reverse text only.
package theme
