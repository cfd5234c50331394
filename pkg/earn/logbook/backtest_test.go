package logbook_test

import (
	"slices"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept/kepttest"
)

func TestService_BackTest(t *testing.T) {
	each(t, func(t *testing.T, f *kepttest.Fixture) {
		f.Signed(t, f.Session(t, 0), f.Session(t, 1))
		before, after := standard.Demo(), standard.Demo()
		after.Rules = append(slices.Clone(after.Rules), standard.Rule{ID: "week", Kind: standard.WeekCap, Minutes: 60, Text: "At most an hour a week counts.", Source: "A draft"})
		test := func(org core.OrganizationID, before, after standard.Standard) logbook.BackTest {
			return ok[logbook.BackTest](t)(f.Logbook.BackTest(bg, org, before, after))
		}
		if same := test(f.School.ID, before, before); same.Enrollments != 2 || same.Changed != nil {
			t.Errorf("nothing changes: %+v", same)
		}
		found := test(f.School.ID, before, after)
		if len(found.Changed) != 1 {
			t.Fatalf("only who has hours changes: %+v", found)
		}
		c := found.Changed[0]
		if c.Enrollment.ID != f.Enrollment || c.Old.Valid != 240 || c.New.Valid >= 240 || !slices.Contains(c.Gained, "Not everything counts: At most an hour a week counts.") {
			t.Errorf("%+v", c)
		}
		if none := test(core.OrganizationID{1}, before, after); none.Enrollments != 0 {
			t.Errorf("another school has none of them: %+v", none)
		}
	})
}
