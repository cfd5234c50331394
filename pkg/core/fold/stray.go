package fold

import "unicode"

// joined are the scripts in which a letter looks otherwise beside one that it joins,
// which a character without width between them decides.
var joined = []*unicode.RangeTable{
	unicode.Arabic, unicode.Syriac, unicode.Mandaic, unicode.Mongolian, unicode.Nko, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya,
	unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer, unicode.Myanmar, unicode.Tibetan, unicode.Balinese, unicode.Javanese,
}

// leftward are the scripts that are written from right to left.
var leftward = []*unicode.RangeTable{unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Samaritan, unicode.Mandaic, unicode.Adlam, unicode.Hanifi_Rohingya}

// Stray tells whether a text has a character of no width, or a mark of direction,
// where it does not belong: what joins or parts letters belongs after one of a script
// that joins them, or after the parts of a picture, and a mark of direction into a
// text that has letters from right to left.
func Stray(s string) bool {
	before, marks, turned := rune(0), false, false
	for _, r := range s {
		switch r {
		case '\u200c', '\u200d':
			pictured := r == '\u200d' && unicode.In(before, unicode.So, unicode.Sk, unicode.Variation_Selector)
			if !pictured && !unicode.In(before, joined...) {
				return true
			}
		case '\u200e', '\u200f', '\u061c':
			marks = true
		case '\u00ad', '\u034f', '\u180e':
			return true
		default:
			turned = turned || unicode.In(r, leftward...)
		}
		before = r
	}
	return marks && !turned
}
