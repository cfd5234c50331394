package e2e

import (
	"testing"

	"github.com/palmar/palmar/pkg/platform/render"
	"github.com/palmar/palmar/templates"
)

// unseen are the pages that no story visits, with the reason.
var unseen = map[string]string{
	"certify/held": "a graduate has it of a school that closed on another site and whose certificates were taken in here; its table is that of certify/credential",
	"home/person":  "it stands within licensure/therapist, which is visited",
}

// complete wants that the stories have been on every page that there is, and so
// that axe-core has looked at each.
func (l *looks) complete(t *testing.T) {
	t.Helper()
	r, err := render.New(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range r.Names() {
		_, seen := l.pages.Load(page)
		switch why := unseen[page]; {
		case seen && why != "":
			t.Errorf("%s is visited; take it from the list of the unseen", page)
		case !seen && why == "":
			t.Errorf("no story visits %s", page)
		}
	}
}
