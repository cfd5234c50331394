package credential

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// Code is what a person reads out, types or scans to look up a credential:
// 135 random bits and a check character in Crockford's base32, written in
// seven groups of four. The alphabet has no I, L, O and U. The check character
// finds every single wrong character and every exchange of two.
type Code string

const (
	codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	codePayload  = 27 // characters of 5 bits
	codeGroup    = 4
)

// ErrCode is returned by ParseCode for text that is no code. Its message tells
// a person what to look at.
var ErrCode = errors.New("not a code")

// NewCode draws a code from the given source of randomness.
func NewCode(random io.Reader) (Code, error) {
	raw := make([]byte, codePayload)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("draw a code: %w", err)
	}
	values := make([]byte, codePayload)
	for i, b := range raw {
		values[i] = b & 31
	}
	return writeCode(values), nil
}

// ParseCode reads a code as people write it: in any case, with any spaces and
// hyphens, O for 0, I or L for 1. Errors wrap ErrCode.
func ParseCode(text string) (Code, error) {
	values := make([]byte, 0, codePayload+1)
	for _, r := range text {
		if strings.ContainsRune(" \t\r\n\u00a0-\u2010\u2011\u2012\u2013\u2014_.", r) {
			continue
		}
		value := codeValue(r)
		if value < 0 {
			return "", fmt.Errorf("%w: the character %q does not occur in codes", ErrCode, r)
		}
		if len(values) > codePayload {
			return "", fmt.Errorf("%w: it has more than %d characters", ErrCode, codePayload+1)
		}
		values = append(values, byte(value))
	}
	if len(values) != codePayload+1 {
		return "", fmt.Errorf("%w: it has %d characters, not %d", ErrCode, len(values), codePayload+1)
	}
	payload, check := values[:codePayload], values[codePayload]
	if checkValue(payload) != check {
		return "", fmt.Errorf("%w: a character is wrong, or two are exchanged", ErrCode)
	}
	return writeCode(payload), nil
}

// Compact returns the code without hyphens, as it stands in links.
func (c Code) Compact() string { return strings.ReplaceAll(string(c), "-", "") }

func writeCode(payload []byte) Code {
	var b strings.Builder
	for i, value := range append(payload[:codePayload:codePayload], checkValue(payload)) {
		if i > 0 && i%codeGroup == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(codeAlphabet[value])
	}
	return Code(b.String())
}

func codeValue(r rune) int {
	switch {
	case r >= 'a' && r <= 'z':
		r -= 'a' - 'A'
	case r > 'Z':
		return -1
	}
	switch r {
	case 'O':
		r = '0'
	case 'I', 'L':
		r = '1'
	}
	return strings.IndexRune(codeAlphabet, r)
}

// checkValue is the payload taken as a polynomial over the field of 32
// elements (x^5 + x^2 + 1), at the generator x. As the payload is shorter than
// the 31 powers of x, each place has a weight of its own.
func checkValue(payload []byte) byte {
	var sum byte
	for _, value := range payload {
		sum = timesX(sum ^ value)
	}
	return sum
}

func timesX(value byte) byte {
	value <<= 1
	if value&32 != 0 {
		value ^= 0b100101
	}
	return value
}
