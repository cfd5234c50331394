package license

import (
	"slices"
	"strings"
)

// Kind is what a title lets its holder do.
type Kind string

// The kinds. Only Full lets one practice massage without someone else. Unlisted is a
// title of massage that no list has; Establishment is of a place, and Other of another
// profession.
const (
	Full          Kind = "full"
	Student       Kind = "student"
	Apprentice    Kind = "apprentice"
	Temporary     Kind = "temporary"
	Assistant     Kind = "assistant"
	Instructor    Kind = "instructor"
	Unlisted      Kind = "unlisted"
	Establishment Kind = "establishment"
	Other         Kind = "other"
)

// Kinds are those that a list of titles may have.
var Kinds = []Kind{Full, Student, Apprentice, Temporary, Assistant, Instructor, Establishment, Other}

// Massage tells whether a kind is of a person who practices massage in some way, so
// that a discipline of it is told of.
func (k Kind) Massage() bool { return k != Establishment && k != Other }

// titles are those of every jurisdiction, folded. A jurisdiction's own come first.
var titles = map[string]Kind{}

func init() {
	for kind, all := range map[Kind][]string{
		Full: {
			"massage therapist", "massage practitioner", "massage therapy practitioner", "massage and bodywork therapist", "massage bodywork therapist", "bodywork therapist",
			"massage therapist or bodywork therapist", "massage therapist and bodywork therapist", "myotherapist", "myomassologist",
			"lmt", "lmp", "lmbt", "rmt", "rmp", "cmt", "cmp", "mmp", "mt",
		},
		Student:       {"student massage therapist", "massage student", "massage therapy student", "massage therapist student", "massage trainee", "massage therapy trainee", "massage therapist trainee", "massage intern", "massage therapy intern", "massage therapist intern"},
		Apprentice:    {"massage apprentice", "massage therapy apprentice", "massage therapist apprentice", "apprentice massage therapist"},
		Assistant:     {"massage assistant", "massage therapy assistant", "massage therapist assistant", "massage assistant in training"},
		Temporary:     {"temporary massage therapist", "massage therapist temporary", "provisional massage therapist", "massage therapist provisional", "temporary massage and bodywork therapist", "provisional massage and bodywork therapist"},
		Instructor:    {"massage instructor", "massage therapy instructor", "massage therapist instructor"},
		Establishment: {"massage establishment", "massage therapy establishment", "massage business", "massage therapy business", "massage facility", "massage therapy facility", "massage school", "massage therapy school", "school of massage", "school of massage therapy"},
	} {
		for _, title := range all {
			titles[title] = kind
		}
	}
}

// Words that make no other title: a therapist who is licensed, and the license of one.
var titleTrimmings = []string{"licensed", "license", "registered", "registration", "certified", "certificate", "certification", "state"}

// A title that has one of titleWords is of massage, listed or not.
var titleWords = []string{"massage", "bodywork", "myotherap"}

var titleMarks = strings.NewReplacer(".", "", "&", " and ", "-", " ", "/", " ", ",", " ", "(", " ", ")", " ")

// FoldTitle is a title as it is compared: in small letters, without marks and trimmings.
func FoldTitle(title string) string {
	words := strings.Fields(titleMarks.Replace(strings.ToLower(title)))
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return slices.Contains(titleTrimmings, w) }), " ")
}

// KindOf reads a title, by the jurisdiction's own list and then by that of all. One that
// is in neither is Unlisted, or Other: a list of all professions has nurses of the same
// name.
func (r Regime) KindOf(title string) Kind {
	folded := FoldTitle(title)
	if kind, ok := r.Titles[folded]; ok {
		return kind
	}
	if kind, ok := titles[folded]; ok {
		return kind
	}
	if slices.ContainsFunc(titleWords, func(word string) bool { return strings.Contains(folded, word) }) {
		return Unlisted
	}
	return Other
}
