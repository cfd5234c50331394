package license

import (
	"slices"
	"strings"
)

// Kind is what a title lets its holder do.
type Kind string

// The kinds. Only Full lets one practice massage without someone else. What is
// Establishment is of a place, and Other of another profession, or not known.
const (
	Full          Kind = "full"
	Student       Kind = "student"
	Apprentice    Kind = "apprentice"
	Temporary     Kind = "temporary"
	Assistant     Kind = "assistant"
	Instructor    Kind = "instructor"
	Establishment Kind = "establishment"
	Other         Kind = "other"
)

// Massage tells whether a kind is of a person who practices massage in some way, so
// that a discipline of it is told of.
func (k Kind) Massage() bool { return k != Establishment && k != Other }

// Words of titles, in small letters. A title is one to practice massage if it has one of
// titleWords, or is one of the abbreviations; what it has of titleKinds says how.
var (
	titleWords         = []string{"massage", "bodywork", "myotherap"}
	titleAbbreviations = []string{"lmt", "lmp", "lmbt", "rmt", "cmt", "cmp", "mmp", "mt"}
	titleKinds         = []struct {
		word string
		kind Kind
	}{
		{"establishment", Establishment}, {"business", Establishment}, {"facility", Establishment}, {"school", Establishment},
		{"instructor", Instructor}, {"student", Student}, {"trainee", Student}, {"intern", Student}, {"apprentice", Apprentice},
		{"assistant", Assistant}, {"temporary", Temporary}, {"provisional", Temporary},
	}
)

// KindOf reads a title. One that is not known is Other: a list of all professions has
// nurses of the same name.
func KindOf(title string) Kind {
	title = strings.ToLower(strings.Join(strings.Fields(title), " "))
	has := func(word string) bool { return strings.Contains(title, word) }
	if !slices.ContainsFunc(titleWords, has) && !slices.Contains(titleAbbreviations, strings.ReplaceAll(title, ".", "")) {
		return Other
	}
	for _, k := range titleKinds {
		if has(k.word) {
			return k.kind
		}
	}
	return Full
}
