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

// british are words that are written otherwise in the United States.
var british = regexp.MustCompile(`(?i)\b(licen` + `ce[sd]?|practi` + `s(e|es|ed|ing)|cancel` + `led|enrol(s|ment|ments)?|catalog` + `ues?|judg` + `ements?|colou` + `r(s|ed|ing)?|` +
	`neighbou` + `rs?|behaviou` + `r|favou` + `r|honou` + `r|organis` + `ations?|recognis` + `ed?|capit` + `alised|authoris` + `(e|ed|ation)|immunis` + `ations?|` +
	`cent` + `red|centre|program` + `mes?|after` + `wards|to` + `wards|learnt|whilst|amongst|e-` + `mails?)\b`)

// stems are what such words have in common; a file without one need not be read closely.
var stems = []string{
	"licen" + "c", "practi" + "s", "cancel" + "l", "enrol", "catalog" + "u", "judg" + "em", "colou" + "r", "neighbou" + "r", "behaviou" + "r", "favou" + "r", "honou" + "r", "organis" + "a",
	"recognis" + "e", "capit" + "alis", "authoris" + "e", "authoris" + "a", "immunis", "cent" + "re", "program" + "m", "after" + "ward", "to" + "ward", "learn" + "t", "whils" + "t", "among" + "st", "e-" + "mail",
}

// TestSpelling reads every text of the project as an American does. The names that
// libraries and standards have stay theirs.
func TestSpelling(t *testing.T) {
	err := filepath.WalkDir("..", func(file string, d fs.DirEntry, err error) error {
		switch name := d.Name(); {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{".git", "node_modules", "vendor", "fonts", "data", "tmp"}, name):
			return fs.SkipDir
		case d.IsDir(), slices.Contains([]string{".sum", ".png", ".pdf", ".ttf", ".db"}, filepath.Ext(file)), name == "package-lock.json", name == "LICENSE", name == "spelling_test.go":
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
			if found := british.FindString(line); found != "" && !strings.Contains(line, "NormalisationAlgorithm") {
				t.Errorf("%s:%d says %q", file, n+1, found)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
