package license

import (
	"slices"
	"strings"
)

// Words of titles, in small letters. A title is one to practice massage if it has one of
// the first, or is one of the abbreviations, and none of the others, which say that it
// is of a place, of a teacher, or of someone who practices under another alone.
var (
	titleWords         = []string{"massage", "bodywork", "myotherap"}
	titleAbbreviations = []string{"lmt", "lmp", "lmbt", "rmt", "cmt", "cmp", "mmp", "mt"}
	titleOthers        = []string{"establishment", "business", "facility", "school", "instructor", "student", "apprentice", "assistant", "trainee", "intern", "temporary", "provisional"}
)

// Practices tells whether a title is known to let its holder practice massage. Any other
// never answers the question, however active the license is: a list of all professions
// has nurses of the same name.
func Practices(title string) bool {
	title = strings.ToLower(strings.Join(strings.Fields(title), " "))
	has := func(word string) bool { return strings.Contains(title, word) }
	if slices.ContainsFunc(titleOthers, has) {
		return false
	}
	return slices.ContainsFunc(titleWords, has) || slices.Contains(titleAbbreviations, strings.ReplaceAll(title, ".", ""))
}
