package certify_test

import (
	"testing"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
)

// TestStatusList_full: a school begins a new list before one is 90 % full, and
// both go on being served.
func TestStatusList_full(t *testing.T) {
	const mostGiven = credential.StatusListSize * 9 / 10
	each(t, public, func(t *testing.T, w *certifytest.World) {
		w.Earn(w.Enrollment, w.Student, "kinesiology", 60)
		issue := func() core.Credential { return transcripts(t, w, 1)[0] }
		first := issue()
		w.Tamper("status_lists", "UPDATE status_lists SET used = ?", mostGiven-1)
		last := issue()
		if last.StatusListID != first.StatusListID {
			t.Errorf("a new list was begun with %d entries given out", mostGiven-1)
		}
		next := issue()
		if next.StatusListID == first.StatusListID {
			t.Errorf("no new list was begun with %d entries given out", mostGiven)
		}
		if again := issue(); again.StatusListID != next.StatusListID {
			t.Error("every certificate begins a list")
		}
		for _, c := range []core.Credential{first, last, next} {
			stands(t, w, c, credential.Valid, credential.Valid, "")
		}
	})
}
