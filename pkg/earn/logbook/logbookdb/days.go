package logbookdb

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/store"
)

// SessionsOn are the drafts of students at a school, and what waits or is signed of
// them, on some local dates.
func (t Entries) SessionsOn(_ context.Context, org core.OrganizationID, students []core.TherapistID, dates []core.Date) ([]logbook.OnDay, error) {
	q := t.Gorm().Model(&Entry{}).Select("id, therapist_id, state, local_date, minutes, corrects_id").
		Where("enrollment_id IN (?)", t.Gorm().Model(&Enrollment{}).Select("id").Where("organization_id = ?", org).Where(store.In(t.Tx, "therapist_id", students))).
		Where("local_date IN ? AND state IN ('draft', 'submitted', 'signed')", dates)
	found, err := store.All[Entry](q)
	return store.Each(found, func(e Entry) logbook.OnDay {
		return logbook.OnDay{ID: e.ID, TherapistID: e.TherapistID, State: e.State, Date: e.LocalDate, Minutes: e.Minutes, Corrects: e.CorrectsID}
	}), err
}
