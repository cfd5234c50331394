package specialtydb

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Place is someone in a section, or in its line.
type Place struct {
	SectionID    core.SectionID       `gorm:"primaryKey"`
	TherapistID  core.TherapistID     `gorm:"primaryKey"`
	State        specialty.PlaceState `gorm:"not null"`
	Queued       int64                `gorm:"not null"`
	Since        store.Moment         `gorm:"not null"`
	CompletionID core.CourseCompletionID
	Reason       string `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Place) TableName() string { return "section_places" }

type shownPlace struct {
	Place
	Name     string
	Email    string
	Reach    string
	Language string
	Attended core.Minutes
	Passed   int
	Attempts int
}

func (p shownPlace) toCore() specialty.Place {
	return specialty.Place{
		SectionID: p.SectionID, TherapistID: p.TherapistID, Name: p.Name, Email: p.Email, Reach: p.Reach, Language: p.Language, State: p.State, Queued: p.Queued, Since: p.Since.Time,
		CompletionID: p.CompletionID, Reason: p.Reason, Attended: p.Attended, Passed: p.Passed > 0, Attempts: p.Attempts,
	}
}

const placeColumns = `section_places.*, a.name, a.email, a.reach, a.language,
	COALESCE((SELECT SUM(m.minutes) FROM section_marks m JOIN section_sessions n ON n.id = m.session_id
		WHERE n.section_id = section_places.section_id AND m.therapist_id = section_places.therapist_id), 0) AS attended,
	(SELECT COUNT(*) FROM exam_results r
		WHERE r.section_id = section_places.section_id AND r.therapist_id = section_places.therapist_id AND r.passed) AS passed,
	(SELECT COUNT(*) FROM exam_results r
		WHERE r.section_id = section_places.section_id AND r.therapist_id = section_places.therapist_id) AS attempts`

// places are those of a section, who came first before the others.
func (t Sections) places(section core.SectionID) *gorm.DB {
	return t.Gorm().Select(placeColumns).Joins("JOIN people a ON a.id = section_places.therapist_id").Where("section_places.section_id = ?", section).Order("section_places.queued")
}

// PlacesOf are all places of a section, who came first before the others.
func (t Sections) PlacesOf(_ context.Context, section core.SectionID) ([]specialty.Place, error) {
	found, err := store.All[shownPlace](t.places(section))
	return store.Each(found, shownPlace.toCore), err
}

// Place is someone's place in a section.
func (t Sections) Place(_ context.Context, section core.SectionID, therapist core.TherapistID) (specialty.Place, error) {
	p, err := store.One[shownPlace](t.places(section).Where(accountdb.OfPerson("section_places.therapist_id", therapist)), "place")
	return p.toCore(), err
}

// FirstWaiting are at most limit of those who wait longest.
func (t Sections) FirstWaiting(_ context.Context, section core.SectionID, limit int) ([]specialty.Place, error) {
	found, err := store.All[shownPlace](t.places(section).Where("section_places.state = 'waiting'").Limit(limit))
	return store.Each(found, shownPlace.toCore), err
}

// over writes columns of a place that there is already.
func over(columns ...string) clause.OnConflict {
	return clause.OnConflict{
		Columns: []clause.Column{{Name: "section_id"}, {Name: "therapist_id"}}, DoUpdates: clause.AssignmentColumns(columns),
	}
}

// QueuePlace puts someone at the end of the line of a locked section, again
// where they were withdrawn. More seated than there are seats give seats_taken.
func (t Sections) QueuePlace(_ context.Context, p specialty.Place) error {
	last := t.Gorm().Table("section_places q").Select("COALESCE(MAX(q.queued), 0) + 1").Where("q.section_id = ?", p.SectionID)
	return store.Insert(t.Gorm().Model(&Place{}).Clauses(over("state", "queued", "since")), map[string]any{
		"section_id": p.SectionID, "therapist_id": p.TherapistID, "state": p.State, "queued": gorm.Expr("(?)", last),
		"since": store.At(p.Since), "reason": "",
	})
}

// SetPlaces writes the state of some places.
func (t Sections) SetPlaces(_ context.Context, section core.SectionID, therapists []core.TherapistID, state specialty.PlaceState, now time.Time) error {
	return store.ChangeAll(t.Gorm().Model(&Place{}).Where("section_id = ?", section).Where(store.In(t.Tx, "therapist_id", therapists)).
		Updates(map[string]any{"state": state, "since": store.At(now)}), int64(len(therapists)))
}

// ClosePlaces writes what became of places when their section ended.
func (t Sections) ClosePlaces(_ context.Context, all []specialty.Place) error {
	return store.Insert(t.Gorm().Clauses(over("state", "completion_id", "reason")), store.Each(all, func(p specialty.Place) Place {
		return Place{
			SectionID: p.SectionID, TherapistID: p.TherapistID, State: p.State, Queued: p.Queued, Since: store.At(p.Since),
			CompletionID: p.CompletionID, Reason: p.Reason,
		}
	}))
}
