package grant_test

import (
	"context"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Who saw a record before there were grants: both sides are told once.
func TestService_Former(t *testing.T) {
	each(t, func(w town) {
		w.Write(func(_ context.Context, tx *store.Tx) error {
			for _, org := range []core.OrganizationID{w.School.ID, w.Employer.ID} {
				if err := tx.Gorm().Exec("INSERT INTO former_sights (therapist_id, organization_id) VALUES (?, ?)", w.Student.TherapistID, org).Error; err != nil {
					return err
				}
			}
			return nil
		})
		admin := w.Person("Ava Admin", "ava@example.org", w.Employer, core.RoleAdmin)
		work := w.s.Works()[0]
		due := func() (items []string) {
			w.ok(work.Due(t.Context(), func(ids ...string) error {
				items = append(items, ids...)
				return nil
			}))
			return items
		}
		items := due()
		if len(items) != 3 {
			t.Fatalf("due are %q", items)
		}
		before := len(w.Mails())
		for range 2 {
			for _, item := range items {
				w.ok(work.Do(t.Context(), item))
			}
		}
		told := map[string]string{}
		for _, m := range w.Mails()[before:] {
			if told[m.To] != "" {
				t.Errorf("%s is told twice", m.To)
			}
			told[m.To] = m.Text
		}
		if !strings.Contains(told[w.Student.Email], w.School.Name) || !strings.Contains(told[w.Student.Email], w.Employer.Name) || !strings.Contains(told[admin.Email], "1") {
			t.Errorf("told is %q", told)
		}
		if left := due(); len(left) != 0 {
			t.Errorf("still due are %q", left)
		}
	})
}
