package renewal_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/renewal"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/platform/jobs/jobstest"
	"github.com/palmar/palmar/pkg/platform/store"
)

// illegible is a database in which the row of one person cannot be read.
type illegible struct {
	kept.Tx
	person core.TherapistID
	fixed  *atomic.Bool
}

func (i illegible) ReminderPeople(ctx context.Context, people []core.TherapistID) ([]renewal.Person, error) {
	if slices.Contains(people, i.person) && !i.fixed.Load() {
		return nil, errors.New("the settings of bob@example.org cannot be read")
	}
	return i.Tx.ReminderPeople(ctx, people)
}

// One person's broken row keeps nobody else from being reminded, and after a fix
// they are reminded as well.
func TestWorks_broken(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		first, bob := d.Student, d.Person("Bob Broken", "bob@example.org", d.School, core.RoleStudent)
		last := d.Person("Cal After", "cal@example.org", d.School, core.RoleStudent)
		d.Enroll(bob)
		d.Enroll(last)
		for i, person := range []core.TherapistID{first.TherapistID, bob.TherapistID, last.TherapistID} {
			_, err := d.Licensure.RecordLicense(context.Background(), d.Registrar, person, licensure.LicenseInput{
				Jurisdiction: "FL", Number: "MA" + string(rune('1'+i)), IssuedOn: date("2024-09-01"), ExpiresOn: date("2027-01-22"), Status: "active",
				Method: core.MethodPrimarySource, Source: "the board's register", CheckedOn: date("2026-11-20"),
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		var fixed atomic.Bool
		s := renewal.New(store.Bind(d.DB, func(tx *store.Tx) renewal.Tx { return illegible{kept.On(tx), bob.TherapistID, &fixed} }), d.Src, renewal.Options{BaseURL: base})
		b := jobstest.Start(t, d.DB, d.Src, time.Now, s.Works())
		b.Await([]string{"reminders", "reminders"}, []string{"reminders"})
		d.mailed("FL Massage Therapist MA1 expires in 60 days", "FL Massage Therapist MA3 expires in 60 days")
		parked := b.Parked()
		if len(parked) != 1 || parked[0].ID != bob.TherapistID.String() || parked[0].Tries != 5 || strings.Contains(parked[0].Message, "bob") {
			t.Errorf("parked %+v", parked)
		}
		fixed.Store(true)
		b.Retry()
		b.Await([]string{"reminders"}, nil)
		d.mailed("FL Massage Therapist MA2 expires in 60 days")
	})
}
