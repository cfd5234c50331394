package renewal_test

import (
	"context"
	"errors"
	"testing"

	"github.com/palmar/palmar/pkg/career/renewal"
)

// What someone does about their renewals is told of their record and of no school.
func TestService_Audit(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, me := context.Background(), d.Student.TherapistID
		l := d.license("MD", "R1", "2027-01-22")
		_, set := d.SetPreferences(ctx, d.Student, me, 0, renewal.PreferencesInput{Days: []int{7}})
		_, made := d.MakeCalendar(ctx, d.Student, me)
		revoked := d.RevokeCalendar(ctx, d.Student, me)
		_, ticked := d.Tick(ctx, d.Student, l.ID, renewal.StepFee, renewal.TickInput{DoneOn: date("2026-11-20")})
		_, unticked := d.Untick(ctx, d.Student, l.ID, renewal.StepFee)
		if err := errors.Join(set, made, revoked, ticked, unticked); err != nil {
			t.Fatal(err)
		}
		for action, target := range map[string]string{
			"reminder.settings": "therapist " + me.String(), "calendar.make": "therapist " + me.String(), "calendar.revoke": "therapist " + me.String(),
			"renewal.tick": "license " + l.ID.String(), "renewal.untick": "license " + l.ID.String(),
		} {
			var told, therapist string
			err := d.SQL.QueryRow(`SELECT target_kind || ' ' || target_id, CAST(therapist_id AS text) FROM audit_events
				WHERE organization_id IS NULL AND action = '`+action+`'`).Scan(&told, &therapist)
			if err != nil || told != target || therapist != me.String() {
				t.Errorf("%s was told of %s of %s, %v", action, told, therapist, err)
			}
		}
	})
}
