package store

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/specialty"
)

type sectionRow struct {
	ID             core.SectionID      `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	CourseID       core.CourseID       `gorm:"not null"`
	InstructorID   core.MemberID       `gorm:"not null"`
	State          core.SectionState   `gorm:"not null"`
	StartsOn       core.Date           `gorm:"not null"`
	EndsOn         core.Date           `gorm:"not null"`
	Place          string              `gorm:"not null"`
	Seats          int                 `gorm:"not null"`
	Taken          int                 `gorm:"not null"`
	Exam           bool                `gorm:"not null"`
	CreatedAt      moment              `gorm:"not null"`
	CreatedBy      core.AccountID      `gorm:"not null"`
	Version        int                 `gorm:"not null"`
}

type sectionView struct {
	sectionRow     `gorm:"embedded"`
	CourseCode     string
	CourseTitle    string
	Minutes        core.Minutes
	InstructorName string
	Waiting        int
}

func (r sectionView) noun() core.Section {
	return core.Section{
		ID: r.ID, OrganizationID: r.OrganizationID, CourseID: r.CourseID, CourseCode: r.CourseCode, CourseTitle: r.CourseTitle, Minutes: r.Minutes,
		InstructorID: r.InstructorID, InstructorName: r.InstructorName, State: r.State, StartsOn: r.StartsOn, EndsOn: r.EndsOn, Place: r.Place,
		Seats: r.Seats, Taken: r.Taken, Waiting: r.Waiting, Exam: r.Exam, CreatedAt: r.CreatedAt.Time, CreatedBy: r.CreatedBy, Version: r.Version,
	}
}

const selectSections = `SELECT s.*, k.code AS course_code, k.title AS course_title, k.minutes, ia.name AS instructor_name,
	(SELECT COUNT(*) FROM section_places w WHERE w.section_id = s.id AND w.state = 'waiting') AS waiting
	FROM sections s JOIN courses k ON k.id = s.course_id JOIN members i ON i.id = s.instructor_id JOIN accounts ia ON ia.id = i.account_id`

// InsertSection writes a section without places.
func (tx *Tx) InsertSection(_ context.Context, s core.Section) error {
	return tx.insert("sections", &sectionRow{
		ID: s.ID, OrganizationID: s.OrganizationID, CourseID: s.CourseID, InstructorID: s.InstructorID, State: s.State, StartsOn: s.StartsOn,
		EndsOn: s.EndsOn, Place: s.Place, Seats: s.Seats, Exam: s.Exam, CreatedAt: at(s.CreatedAt), CreatedBy: s.CreatedBy, Version: s.Version,
	})
}

// UpdateSection writes a section over the version before; another is stale. The
// seats that are taken are counted by the database.
func (tx *Tx) UpdateSection(_ context.Context, s core.Section) error {
	return tx.changeOne(`UPDATE sections SET instructor_id = ?, state = ?, starts_on = ?, ends_on = ?, place = ?, seats = ?, exam = ?, version = version + 1
		WHERE id = ? AND version = ?`, s.InstructorID, s.State, s.StartsOn, s.EndsOn, s.Place, s.Seats, s.Exam, s.ID, s.Version)
}

// Section finds a section.
func (tx *Tx) Section(_ context.Context, id core.SectionID) (core.Section, error) {
	r, err := one[sectionView](tx.g, "section", selectSections+` WHERE s.id = ?`, id)
	return r.noun(), err
}

// LockSection is Section, locked until the transaction ends. It is read after
// the lock is held, so that who waits is counted then.
func (tx *Tx) LockSection(ctx context.Context, id core.SectionID) (core.Section, error) {
	type row struct{ ID core.SectionID }
	if _, err := one[row](tx.g, "section", tx.forUpdate(`SELECT id FROM sections WHERE id = ?`), id); err != nil {
		return core.Section{}, err
	}
	return tx.Section(ctx, id)
}

// FindSections lists a school's sections, those that begin last first.
func (tx *Tx) FindSections(_ context.Context, q specialty.SectionQuery) ([]core.Section, error) {
	where, args := ` WHERE s.organization_id = ?`, []any{q.Organization}
	if !q.Course.IsZero() {
		where, args = where+` AND s.course_id = ?`, append(args, q.Course)
	}
	if !q.After.IsZero() {
		where, args = where+` AND (s.starts_on, s.id) < (?, ?)`, append(args, q.AfterDate, q.After)
	}
	rows, err := many[sectionView](tx.g, selectSections+where+` ORDER BY s.starts_on DESC, s.id DESC LIMIT ?`, append(args, q.Limit)...)
	return mapped(rows, sectionView.noun), err
}

// MySections are the sections in which a therapist is, was or waits, those that
// begin last first.
func (tx *Tx) MySections(_ context.Context, q specialty.SectionQuery) ([]core.MySection, error) {
	type view struct {
		sectionView `gorm:"embedded"`
		Mine        core.PlaceState
	}
	where, args := `mine.therapist_id = ?`, []any{q.Therapist}
	if !q.After.IsZero() {
		where, args = where+` AND (x.starts_on, x.id) < (?, ?)`, append(args, q.AfterDate, q.After)
	}
	rows, err := many[view](tx.g, `SELECT x.*, mine.state AS mine FROM (`+selectSections+`) x JOIN section_places mine ON mine.section_id = x.id
		WHERE `+where+` ORDER BY x.starts_on DESC, x.id DESC LIMIT ?`, append(args, q.Limit)...)
	return mapped(rows, func(r view) core.MySection { return core.MySection{Section: r.noun(), Place: r.Mine} }), err
}

type sectionPlaceRow struct {
	SectionID    core.SectionID   `gorm:"primaryKey"`
	TherapistID  core.TherapistID `gorm:"primaryKey"`
	State        core.PlaceState  `gorm:"not null"`
	Queued       int64            `gorm:"not null"`
	Since        moment           `gorm:"not null"`
	CompletionID core.CourseCompletionID
	Reason       string `gorm:"not null"`
}

type sectionPlaceView struct {
	sectionPlaceRow `gorm:"embedded"`
	Name            string
	Email           string
	Attended        core.Minutes
	Passed          int
	Attempts        int
}

func (r sectionPlaceView) noun() core.Place {
	return core.Place{
		SectionID: r.SectionID, TherapistID: r.TherapistID, Name: r.Name, Email: r.Email, State: r.State, Queued: r.Queued, Since: r.Since.Time,
		CompletionID: r.CompletionID, Reason: r.Reason, Attended: r.Attended, Passed: r.Passed > 0, Attempts: r.Attempts,
	}
}

const selectPlaces = `SELECT p.*, a.name, a.email,
	COALESCE((SELECT SUM(m.minutes) FROM section_marks m JOIN section_sessions n ON n.id = m.session_id WHERE n.section_id = p.section_id AND m.therapist_id = p.therapist_id), 0) AS attended,
	(SELECT COUNT(*) FROM exam_results r WHERE r.section_id = p.section_id AND r.therapist_id = p.therapist_id AND r.passed) AS passed,
	(SELECT COUNT(*) FROM exam_results r WHERE r.section_id = p.section_id AND r.therapist_id = p.therapist_id) AS attempts
	FROM section_places p JOIN therapists t ON t.id = p.therapist_id JOIN accounts a ON a.id = t.account_id WHERE p.section_id = ?`

// PlacesOf are all places of a section, who came first before the others.
func (tx *Tx) PlacesOf(_ context.Context, section core.SectionID) ([]core.Place, error) {
	rows, err := many[sectionPlaceView](tx.g, selectPlaces+` ORDER BY p.queued`, section)
	return mapped(rows, sectionPlaceView.noun), err
}

// Place is somebody's place in a section.
func (tx *Tx) Place(_ context.Context, section core.SectionID, therapist core.TherapistID) (core.Place, error) {
	r, err := one[sectionPlaceView](tx.g, "place", selectPlaces+` AND p.therapist_id = ?`, section, therapist)
	return r.noun(), err
}

// QueuePlace puts somebody at the end of the line of a locked section, anew
// where they were withdrawn. More seated than there are seats give seats_taken.
func (tx *Tx) QueuePlace(_ context.Context, p core.Place) error {
	_, err := tx.exec(`INSERT INTO section_places (section_id, therapist_id, state, queued, since, reason)
		VALUES (?, ?, ?, (SELECT COALESCE(MAX(q.queued), 0) + 1 FROM section_places q WHERE q.section_id = ?), ?, '')
		ON CONFLICT (section_id, therapist_id) DO UPDATE SET state = excluded.state, queued = excluded.queued, since = excluded.since`,
		p.SectionID, p.TherapistID, p.State, p.SectionID, at(p.Since))
	return err
}

// SetPlaces writes the state of some places.
func (tx *Tx) SetPlaces(_ context.Context, section core.SectionID, therapists []core.TherapistID, state core.PlaceState, now time.Time) error {
	condition, arg := in(tx, "therapist_id", therapists)
	n, err := tx.exec(`UPDATE section_places SET state = ?, since = ? WHERE section_id = ? AND `+condition, state, at(now), section, arg)
	return allOf(n, len(therapists), err)
}

// ClosePlaces writes what became of places when their section ended.
func (tx *Tx) ClosePlaces(_ context.Context, all []core.Place) error {
	if len(all) == 0 {
		return nil
	}
	var args []any
	values := ""
	for i, p := range all {
		if i > 0 {
			values += ", "
		}
		values += "(?, ?, ?, ?, ?, ?, ?)"
		args = append(args, p.SectionID, p.TherapistID, p.State, p.Queued, at(p.Since), p.CompletionID, p.Reason)
	}
	_, err := tx.exec(`INSERT INTO section_places (section_id, therapist_id, state, queued, since, completion_id, reason) VALUES `+values+`
		ON CONFLICT (section_id, therapist_id) DO UPDATE SET state = excluded.state, completion_id = excluded.completion_id, reason = excluded.reason`, args...)
	return err
}

// FirstWaiting are at most limit of those who wait longest.
func (tx *Tx) FirstWaiting(_ context.Context, section core.SectionID, limit int) ([]core.Place, error) {
	rows, err := many[sectionPlaceView](tx.g, selectPlaces+` AND p.state = 'waiting' ORDER BY p.queued LIMIT ?`, section, limit)
	return mapped(rows, sectionPlaceView.noun), err
}

// UnsoundSections are how many sections count other than the places that are
// held in them.
func (tx *Tx) UnsoundSections(_ context.Context) (int64, error) {
	type row struct{ N int64 }
	found, err := one[row](tx.g, "count", `SELECT COUNT(*) AS n FROM sections s WHERE s.taken <>
		(SELECT COUNT(*) FROM section_places p WHERE p.section_id = s.id AND p.state IN ('seated', 'completed', 'not_completed'))`)
	return found.N, err
}
