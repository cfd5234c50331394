// Package fold has the one form in which names are searched, matched and held
// against each other: without case, accents, punctuation and ways to write the same
// letter. It is of Go alone, so that both databases find the same people; what they
// keep of it are words to be found by.
package fold

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// NFC is a text in the form in which it is kept: letters and their accents are one
// character where there is one.
func NFC(s string) string { return norm.NFC.String(s) }

// letters are those of Latin script that no normal form takes apart, and the two
// ways in which keyboards write one Arabic letter; in lower case.
var letters = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'þ': "th", 'ð': "d", 'đ': "d", 'ħ': "h", 'ı': "i", 'ł': "l", 'ŋ': "n", 'ŧ': "t", 'ĸ': "k",
	'ƀ': "b", 'ɓ': "b", 'ƈ': "c", 'ȼ': "c", 'ɖ': "d", 'ɗ': "d", 'ƌ': "d", 'ȡ': "d", 'ə': "e", 'ǝ': "e", 'ɛ': "e", 'ɇ': "e", 'ƒ': "f", 'ǥ': "g", 'ɠ': "g", 'ɣ': "g",
	'ɨ': "i", 'ɩ': "i", 'ɉ': "j", 'ȷ': "j", 'ƙ': "k", 'ⱪ': "k", 'ƚ': "l", 'ɫ': "l", 'ȴ': "l", 'ⱡ': "l", 'ƞ': "n", 'ɲ': "n", 'ȵ': "n", 'ɔ': "o", 'ɵ': "o", 'ƥ': "p", 'ᵽ': "p",
	'ɋ': "q", 'ɍ': "r", 'ɽ': "r", 'ȿ': "s", 'ƭ': "t", 'ʈ': "t", 'ⱦ': "t", 'ȶ': "t", 'ʉ': "u", 'ʋ': "v", 'ⱱ': "v", 'ⱳ': "w", 'ƴ': "y", 'ɏ': "y", 'ƶ': "z", 'ȥ': "z", 'ɀ': "z", 'ⱬ': "z",
	'ک': "ك", 'ی': "ي", 'ى': "ي", 'ہ': "ه", 'ە': "ه",
}

// joins tells of what stands within a word and is no letter of it: apostrophes of
// any kind, and the line that makes an Arabic word longer.
func joins(r rune) bool {
	switch r {
	case '\'', '`', '\u00b4', '\u2018', '\u2019', '\u201b', '\u2032', '\u2035', '\u055a', '\u05f3', '\u05f4', '\u0640', '\u1fbd', '\u1fbf', '\u1ffe', '\ua78b', '\ua78c':
		return true
	}
	return r >= '\u02b9' && r <= '\u02c1' || r == '\u02c8' || r == '\u02ee'
}

// accent tells of a mark that a name is known without: those that any script may
// have, and those above and below the letters of one. Vowels that are written as
// marks are none, nor are the two marks that make another kana.
func accent(r rune) bool {
	if !unicode.In(r, unicode.Mn, unicode.Me) {
		return false
	}
	switch class := norm.NFD.PropertiesString(string(r)).CCC(); class {
	case 0:
		return unicode.Is(unicode.Inherited, r) || unicode.Is(unicode.Me, r) || unicode.Is(unicode.Variation_Selector, r)
	case 8, 9, 84, 91, 103, 118, 129, 130, 132: // kana; without a vowel; vowels of Telugu, Thai, Lao and Tibetan
		return false
	}
	return true
}

// Words are the words of a name as it is compared, in their order: "Łukasz O’Neill-Cruz"
// is "lukasz", "oneill", "cruz". It has none where nothing is a letter or a number.
func Words(name string) []string { return split(name, "") }

// split is Words with something else for what joins.
func split(name, joint string) []string {
	var out strings.Builder
	for _, r := range norm.NFKD.String(apart(norm.NFC.String(name), joint)) {
		if accent(r) || unicode.Is(unicode.Cf, r) {
			continue
		}
		r = lower(r)
		plain, other := letters[r]
		switch {
		case other:
			out.WriteString(plain)
		case joins(r):
			out.WriteString(joint)
		case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r):
			out.WriteRune(r)
		default:
			out.WriteByte(' ')
		}
	}
	return strings.Fields(norm.NFC.String(out.String()))
}

// apart writes joint for what joins; some of it would be taken apart to a space.
func apart(name, joint string) string {
	if strings.IndexFunc(name, joins) < 0 {
		return name
	}
	var out strings.Builder
	for _, r := range name {
		if joins(r) {
			out.WriteString(joint)
		} else {
			out.WriteRune(r)
		}
	}
	return out.String()
}

// lower is a letter without case: that of all letters that have one capital.
func lower(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }

// Index are the words by which a name is found, each once: its Words, and the parts
// around an apostrophe, since O’Neill is looked for as Neill too.
func Index(name string) []string {
	words := Words(name)
	if strings.IndexFunc(name, joins) >= 0 {
		words = append(words, split(name, " ")...)
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// Found tells whether a search finds a name: every word of it is the beginning of a
// word of the name, wherever that stands. A search without a word finds nothing.
func Found(search, name string) bool {
	words, index := Words(search), Index(name)
	for _, word := range words {
		if !slices.ContainsFunc(index, func(of string) bool { return strings.HasPrefix(of, word) }) {
			return false
		}
	}
	return len(words) > 0
}

// beside is what follows a name and is no part of it.
var beside = []string{"jr", "sr", "ii", "iii", "iv", "lmt", "cmt"}

// Key is what two spellings of a name have in common: the first and the last of its
// words, whichever comes first, without those between them and what follows a name.
// "Example, Ada M." is "ada example", and so is "Example Ada".
func Key(name string) string {
	words := strings.Join(Words(name), " ")
	if last, first, ok := strings.Cut(name, ","); ok && !slices.Contains(beside, strings.Join(Words(first), " ")) {
		words = strings.Join(append(Words(first), Words(last)...), " ")
	}
	parts := slices.DeleteFunc(strings.Fields(words), func(part string) bool { return slices.Contains(beside, part) })
	if len(parts) > 2 {
		parts = []string{parts[0], parts[len(parts)-1]}
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}
