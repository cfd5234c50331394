package core

import (
	"slices"
	"strings"
	"unicode"
)

var plainLetters = strings.NewReplacer(
	"á", "a", "à", "a", "â", "a", "ä", "a", "ã", "a", "å", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "í", "i", "ì", "i", "î", "i", "ï", "i",
	"ñ", "n", "ó", "o", "ò", "o", "ô", "o", "ö", "o", "õ", "o", "ø", "o", "ú", "u", "ù", "u", "û", "u", "ü", "u", "ý", "y", "ß", "ss", "’", "", "'", "", "-", " ",
)

var suffixes = []string{"jr", "sr", "ii", "iii", "iv", "lmt", "cmt"}

// NameKey is what two spellings of a name have in common: the first and the last
// of its parts, without case, accents, middle names and what follows a name.
// "Example, Ada M." is "ada example".
func NameKey(name string) string {
	name = plainLetters.Replace(strings.Map(unmarked, strings.ToLower(name)))
	if last, first, ok := strings.Cut(name, ","); ok && !slices.Contains(suffixes, strings.Trim(first, " .")) {
		name = first + " " + last
	}
	parts := strings.FieldsFunc(name, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	parts = slices.DeleteFunc(parts, func(part string) bool { return slices.Contains(suffixes, part) })
	switch len(parts) {
	case 0:
		return ""
	case 1:
		return parts[0]
	}
	return parts[0] + " " + parts[len(parts)-1]
}

// unmarked leaves out accents that are characters of their own.
func unmarked(c rune) rune {
	if unicode.Is(unicode.Mn, c) {
		return -1
	}
	return c
}
