package cond

import (
	"cmp"
	"strconv"
	"strings"

	"raftscope/replay/cond/words"
)

// Op compares two values.
type Op uint8

// The operators.
const (
	Equal Op = 1 + iota
	NotEqual
	Less
	LessEqual
	Greater
	GreaterEqual
)

var opNames = [...]string{Equal: "=", NotEqual: "!=", Less: "<", LessEqual: "<=", Greater: ">", GreaterEqual: ">="}

// String returns the operator as it is written.
func (o Op) String() string {
	if int(o) < len(opNames) {
		return opNames[o]
	}
	return ""
}

// Compare says whether a OP b; an operator that does not exist never holds.
func Compare[T cmp.Ordered](a T, o Op, b T) bool {
	switch o {
	case Equal:
		return a == b
	case NotEqual:
		return a != b
	case Less:
		return a < b
	case LessEqual:
		return a <= b
	case Greater:
		return a > b
	case GreaterEqual:
		return a >= b
	}
	return false
}

// Value is what an attribute is compared with. Number and Text make one.
type Value struct {
	Text  string // always: a number in decimal digits
	Num   int64  // if IsNum
	IsNum bool
}

// Number returns a value that compares as a number.
func Number(n int64) Value {
	return Value{Text: strconv.FormatInt(n, 10), Num: n, IsNum: true}
}

// Text returns a value that compares as text, also if it looks like a number.
func Text(s string) Value { return Value{Text: s} }

// operatorRunes are those that end an unquoted word of a condition.
const operatorRunes = "()<>=!"

// String returns the value as it is written: text that a number, an operator
// or a bracket could be seen in is quoted.
func (v Value) String() string {
	if v.IsNum {
		return v.Text
	}
	if isNumber(v.Text) || strings.ContainsAny(v.Text, operatorRunes) {
		return strconv.Quote(v.Text)
	}
	return words.Quote(v.Text)
}

// isNumber says whether a bare word is read as a number: digits, perhaps with
// a minus before them.
func isNumber(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	return digits != "" && strings.Trim(digits, "0123456789") == ""
}
