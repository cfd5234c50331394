package license

import (
	"strings"
)

// numberRule is how a jurisdiction's own numbers are written in more than one way.
type numberRule struct {
	prefixes []string // letters that may be left out
	zeros    bool     // zeros before the other digits say nothing
	source   string
}

// numberRules are what is known of numbers, by jurisdiction. Where there is none, two
// numbers that differ in a letter or a digit are two numbers.
var numberRules = map[string]numberRule{
	"FL": {
		prefixes: []string{"MA", "MT"}, zeros: true,
		source: "Florida Board of Massage Therapy, Massage Therapy FAQs (floridasmassagetherapy.gov/massage-therapy-faqs): a therapist's license number is one with MA, an establishment's one with MM; that MT and zeros are written too, and mean the same number, is the choice of this project",
	},
}

// dropped is what no jurisdiction tells numbers apart by.
var dropped = strings.NewReplacer(" ", "", "-", "", ".", "", "/", "")

// Canonical is a license number as numbers of a jurisdiction are compared: in upper case,
// without spaces, hyphens, dots and slashes, and by the jurisdiction's own rule, where it
// is known. It is never shown, and a register is asked for the number as it was recorded.
// Migration 0023 has the same rules in SQL, for what was recorded before.
func Canonical(jurisdiction, number string) string {
	plain := strings.Map(upper, dropped.Replace(number))
	rule := numberRules[jurisdiction]
	digits := plain
	for _, p := range rule.prefixes {
		if rest, has := strings.CutPrefix(plain, p); has {
			digits = rest
			break
		}
	}
	if !allDigits(digits) { // a number of another form
		return nonEmpty(plain, number)
	}
	if rule.zeros {
		digits = nonEmpty(strings.TrimLeft(digits, "0"), digits)
	}
	return digits
}

// upper is that of ASCII alone, as databases have it.
func upper(r rune) rune {
	if 'a' <= r && r <= 'z' {
		return r - 'a' + 'A'
	}
	return r
}

// nonEmpty is a form of a number, or the number itself where nothing is left of it.
func nonEmpty(form, number string) string {
	if form == "" {
		return number
	}
	return form
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// SameTitle tells whether two titles are one, whatever their case and spaces.
func SameTitle(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}
