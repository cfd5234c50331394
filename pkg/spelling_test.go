package pkg_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// american are the words of this project that are written otherwise elsewhere: how a
// piece of each is written here and there.
var american = []struct{ here, there, words string }{
	{"or", "our", "color colors colored coloring neighbor neighbors behavior favor honor"},
	{"iz", "is", "organization organizations recognize recognized capitalized authorize authorized authorization immunization immunizations"},
	{"ns", "nc", "license licenses licensed"},
	{"ic", "is", "practice practices practiced practicing"},
	{"el", "ell", "canceled"},
	{"ll", "l", "enroll enrolls enrollment enrollments"},
	{"log", "logue", "catalog catalogs"},
	{"gm", "gem", "judgment judgments"},
	{"ter", "tre", "center"}, {"ter", "tr", "centered"},
	{"gram", "gramme", "program programs"},
	{"ward", "wards", "afterward toward"},
	{"em", "e-m", "email emails"},
	{"ed", "t", "learned"}, {"ong", "ongst", "among"}, {"ile", "ilst", "while"},
}

// foreign finds those words as they are written there, and the stems that a text must
// have for one of them to be in it.
var foreign, stems = func() (*regexp.Regexp, []string) {
	var all []string
	for _, a := range american {
		for _, word := range strings.Fields(a.words) {
			i := strings.LastIndex(word, a.here)
			all = append(all, word[:i]+a.there+word[i+len(a.here):])
		}
	}
	all = append(all, stilted...)
	return regexp.MustCompile(`(?i)\b(` + strings.Join(all, "|") + `)\b`), all
}()

// stilted are words that nobody at a school says.
var stilted = func() (all []string) {
	for _, halves := range [][2]string{{"an", "ew"}, {"me", "nd"}, {"me", "nded"}, {"me", "nds"}, {"some", "body"}, {"who", "ever"}} {
		all = append(all, halves[0]+halves[1])
	}
	return all
}()

// fixed are words that stand in the contract, in addresses and in names of libraries.
var fixed = regexp.MustCompile(`"some` + `body"|me,? some` + `body|some` + `body@|"Some` + `body"|NormalisationAlgorithm`)

// TestSpelling reads every text of the project as an American does. The names that
// libraries and standards have stay theirs.
func TestSpelling(t *testing.T) {
	err := filepath.WalkDir("..", func(file string, d fs.DirEntry, err error) error {
		switch name := d.Name(); {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{".git", "node_modules", "vendor", "fonts", "data", "tmp"}, name):
			return fs.SkipDir
		case d.IsDir(), slices.Contains([]string{".sum", ".png", ".pdf", ".ttf", ".db"}, filepath.Ext(file)), name == "package-lock.json", name == "LICENSE", strings.HasSuffix(file, ".gen.go"):
			return nil
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if low := strings.ToLower(string(text)); !slices.ContainsFunc(stems, func(stem string) bool { return strings.Contains(low, stem) }) {
			return nil
		}
		for n, line := range strings.Split(string(text), "\n") {
			if found := foreign.FindString(line); found != "" && !fixed.MatchString(line) {
				t.Errorf("%s:%d says %q", file, n+1, found)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
