package account

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/palmar/palmar/pkg/core"
)

// Lengths of a password in characters.
const (
	ShortestPassword = 12
	LongestPassword  = 128
)

//go:embed common_passwords.txt
var commonText string

var common = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for _, w := range strings.Fields(commonText) {
		words[plain(w)] = true
	}
	return words
})

// sequences are what fingers walk along; reading backwards counts too.
var sequences = []string{
	"01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm",
	"qwertzuiop", "yxcvbnm", "azertyuiop", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik", "1q2w3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgbyhnujm",
}

// CheckPassword refuses a new password for the person with an address and a
// name: password_too_short, password_too_long, password_personal (it holds the
// address, a name of theirs or the product's), password_common (one of the
// well-known ones, or made of two of their parts).
func CheckPassword(password, email, name string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password):
		return core.InvalidField("password", "bad_character.password")
	case n < ShortestPassword:
		return core.InvalidField("password", "password_too_short", "shortestPassword", ShortestPassword)
	case n > LongestPassword:
		return core.InvalidField("password", "password_too_long", "longestPassword", LongestPassword)
	case personal(password, email, name):
		return core.InvalidField("password", "password_personal")
	case parts(simplified(password), 2), parts(strings.ToLower(password), 2):
		return core.InvalidField("password", "password_common")
	}
	return nil
}

// personal tells whether what is left without name, address and product is
// still long enough to count as a secret of its own.
func personal(password, email, name string) bool {
	rest := strings.ToLower(password)
	local, domain, _ := strings.Cut(strings.ToLower(email), "@")
	host, _, _ := strings.Cut(domain, ".")
	words := append(strings.FieldsFunc(strings.ToLower(name), notLetter), strings.ToLower(email), local, host, "palmar")
	words = append(words, strings.FieldsFunc(local, notLetter)...)
	for _, w := range words {
		if len(w) >= 4 {
			rest = strings.ReplaceAll(rest, w, "")
		}
	}
	return len(rest) < len(password) && utf8.RuneCountInString(rest) < ShortestPassword
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

// plain is lower case with the usual disguises of letters undone.
func plain(s string) string {
	return disguises.Replace(strings.ToLower(s))
}

var disguises = strings.NewReplacer("0", "o", "3", "e", "4", "a", "@", "a", "$", "s", "5", "s", "7", "t", "1", "i", "!", "i")

// simplified undoes the disguises between the first and the last letter, and
// drops spaces and punctuation.
func simplified(s string) string {
	runes := []rune(strings.ToLower(s))
	first, last := -1, -1
	for i, r := range runes {
		if unicode.IsLetter(r) || r == '@' || r == '$' {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return keep(string(runes))
	}
	return keep(string(runes[:first]) + plain(string(runes[first:last+1])) + string(runes[last+1:]))
}

func keep(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// parts tells whether s is at most n well-known parts in a row: a common
// word, a number, a walk along the keys, or the same text again and again.
func parts(s string, n int) bool {
	if s == "" || repeated(s) {
		return true
	}
	if n == 0 {
		return false
	}
	for end := len(s); end >= 3; end-- {
		if known(s[:end]) && parts(s[end:], n-1) {
			return true
		}
	}
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	return digits > 0 && parts(s[digits:], n-1)
}

func known(s string) bool {
	return common()[s] || strings.Trim(s, "0123456789") == "" || repeated(s) || sequence(s)
}

// repeated tells whether s is a text of at most four characters, or a common
// word, several times.
func repeated(s string) bool {
	for size := 1; size <= len(s)/2; size++ {
		if len(s)%size == 0 && strings.Repeat(s[:size], len(s)/size) == s && (size <= 4 || common()[s[:size]]) {
			return true
		}
	}
	return false
}

func sequence(s string) bool {
	if len(s) < 4 {
		return false
	}
	runes := []byte(s)
	for i, j := 0, len(runes)-1; i < j; i, j = i+1, j-1 {
		runes[i], runes[j] = runes[j], runes[i]
	}
	for _, keys := range sequences {
		if strings.Contains(keys, s) || strings.Contains(keys, string(runes)) {
			return true
		}
	}
	return false
}
