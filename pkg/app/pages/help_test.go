package pages

import (
	"net/http"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/testkit"
)

// Anyone reads what the words mean, and each page leads there.
func TestHelp(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, b := range map[string]*browser{"a stranger": s.stranger(), "a student": s.as(s.Student.Email)} {
		res := b.get("/help")
		wants(t, res, http.StatusOK, testkit.Says("home.help.title"), testkit.Says("home.help.cohort"), testkit.Says("home.help.primary_source"))
		for _, want := range []string{`id="cohort"`, `id="not-valid"`, `<a href="/help">` + testkit.Says("footer.help") + `</a>`} {
			if !strings.Contains(res.Body.String(), want) {
				t.Errorf("%s does not get %s", name, want)
			}
		}
	}
}
