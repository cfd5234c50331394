package logbookdb

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Entry is a session that a student logged.
type Entry struct {
	ID               core.EntryID        `gorm:"primaryKey"`
	OrganizationID   core.OrganizationID `gorm:"not null"`
	EnrollmentID     core.EnrollmentID   `gorm:"not null"`
	TherapistID      core.TherapistID    `gorm:"not null"`
	State            core.EntryState     `gorm:"not null"`
	LocalDate        core.Date           `gorm:"not null"`
	Zone             string              `gorm:"not null"`
	StartsAt         store.Moment
	EndsAt           store.Moment
	BreakMinutes     core.Minutes         `gorm:"not null"`
	Minutes          core.Minutes         `gorm:"not null"`
	Subject          string               `gorm:"not null"`
	Setting          core.Setting         `gorm:"not null"`
	Delivery         core.Delivery        `gorm:"not null"`
	Mode             core.SupervisionMode `gorm:"not null"`
	MakeUp           bool                 `gorm:"not null"`
	Grade            sql.NullInt64
	SupervisorID     core.MemberID `gorm:"not null"`
	Note             string        `gorm:"not null"`
	CorrectsID       core.EntryID
	CorrectionReason string `gorm:"not null"`
	SupersededByID   core.EntryID
	ImportID         core.ImportID
	ReturnReason     string         `gorm:"not null"`
	CreatedAt        store.Moment   `gorm:"not null"`
	CreatedBy        core.AccountID `gorm:"not null"`
	SubmittedAt      store.Moment
	SignedAt         store.Moment
	SignedBy         core.MemberID
	Version          int `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Entry) TableName() string { return "entries" }

// newEntry is what a new entry is kept as.
func newEntry(e core.Entry) Entry {
	s := e.Session
	return Entry{
		ID: e.ID, OrganizationID: e.OrganizationID, EnrollmentID: e.EnrollmentID, TherapistID: e.TherapistID, State: e.State,
		LocalDate: s.Date, Zone: s.Zone, StartsAt: store.At(s.Start), EndsAt: store.At(s.End), BreakMinutes: s.Break, Minutes: s.Minutes,
		Subject: s.Subject, Setting: s.Setting, Delivery: s.Delivery, Mode: s.Mode, MakeUp: s.MakeUp, Grade: Percent(s.Graded, s.Grade),
		SupervisorID: e.SupervisorID, Note: e.Note, CorrectsID: e.Corrects, CorrectionReason: e.CorrectionReason, ImportID: e.ImportID,
		CreatedAt: store.At(e.CreatedAt), CreatedBy: e.CreatedBy, SubmittedAt: store.At(e.SubmittedAt), Version: 1,
	}
}

// Percent is a grade, or NULL where nobody graded.
func Percent(graded bool, grade int) sql.NullInt64 {
	return sql.NullInt64{Int64: int64(grade), Valid: graded}
}

// NamedEntry is an entry with the names that belong to it.
type NamedEntry struct {
	Entry
	StudentName    string
	SupervisorName string
	SignedByName   string
}

func (e NamedEntry) toCore() core.Entry {
	return core.Entry{
		ID: e.ID, OrganizationID: e.OrganizationID, EnrollmentID: e.EnrollmentID, TherapistID: e.TherapistID,
		StudentName: e.StudentName, State: e.State,
		Session: core.Session{
			Date: e.LocalDate, Zone: e.Zone, Start: e.StartsAt.Time, End: e.EndsAt.Time, Break: e.BreakMinutes, Minutes: e.Minutes,
			Subject: e.Subject, Setting: e.Setting, Delivery: e.Delivery, Mode: e.Mode, MakeUp: e.MakeUp, Graded: e.Grade.Valid, Grade: int(e.Grade.Int64),
		},
		SupervisorID: e.SupervisorID, SupervisorName: e.SupervisorName, Note: e.Note, Corrects: e.CorrectsID,
		CorrectionReason: e.CorrectionReason, SupersededBy: e.SupersededByID, ImportID: e.ImportID, ReturnReason: e.ReturnReason,
		CreatedAt: e.CreatedAt.Time, CreatedBy: e.CreatedBy, SubmittedAt: e.SubmittedAt.Time, SignedAt: e.SignedAt.Time,
		SignedBy: e.SignedBy, SignedByName: e.SignedByName, Version: e.Version,
	}
}

func (t Entries) named() *gorm.DB {
	return t.Gorm().Select("entries.*, sa.name AS student_name, va.name AS supervisor_name, COALESCE(ga.name, '') AS signed_by_name").
		Joins(`JOIN people sa ON sa.id = entries.therapist_id
			JOIN members v ON v.id = entries.supervisor_id JOIN accounts va ON va.id = v.account_id
			LEFT JOIN members g ON g.id = entries.signed_by LEFT JOIN accounts ga ON ga.id = g.account_id`)
}

func allEntries(query *gorm.DB) ([]core.Entry, error) {
	found, err := store.All[NamedEntry](query)
	return store.Each(found, NamedEntry.toCore), err
}

func oneEntry(query *gorm.DB) (core.Entry, error) {
	e, err := store.One[NamedEntry](query, "entry")
	return e.toCore(), err
}

var errCorrected = core.Conflict("correction_pending")

// InsertedColumns are those that a new entry fills.
const InsertedColumns = `id, organization_id, enrollment_id, therapist_id, state, local_date, zone, starts_at, ends_at,
	break_minutes, minutes, subject, setting, delivery, mode, make_up, grade, supervisor_id, note, corrects_id, correction_reason, import_id,
	created_at, created_by, submitted_at`

// Inserted are the values of InsertedColumns, in their order.
func Inserted(e core.Entry) []any {
	n := newEntry(e)
	return []any{
		n.ID, n.OrganizationID, n.EnrollmentID, n.TherapistID, n.State, n.LocalDate, n.Zone, n.StartsAt, n.EndsAt,
		n.BreakMinutes, n.Minutes, n.Subject, n.Setting, n.Delivery, n.Mode, n.MakeUp, n.Grade, n.SupervisorID, n.Note, n.CorrectsID, n.CorrectionReason, n.ImportID,
		n.CreatedAt, n.CreatedBy, n.SubmittedAt,
	}
}

// InsertEntry writes an entry; a submitted one moves the totals, on PostgreSQL
// in the same statement.
func (t Entries) InsertEntry(_ context.Context, e core.Entry) error {
	values := Inserted(e)
	write := gorm.Expr("INSERT INTO entries ("+InsertedColumns+") VALUES ("+strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ")+")", values...)
	var err error
	if e.State == core.EntrySubmitted {
		err = t.moveWaiting(1, e, write)
	} else {
		_, err = store.Change(t.Gorm().Exec(write.SQL, write.Vars...))
	}
	return store.Breach(err, errCorrected, "entries_one_correction", "entries.corrects_id")
}

// UpdateEntry writes e over the entry that is still in from's state and
// version, else it is stale. The totals follow what begins or ends to wait.
func (t Entries) UpdateEntry(_ context.Context, from, e core.Entry) error {
	s := e.Session
	write := gorm.Expr(`UPDATE entries SET state = ?, local_date = ?, zone = ?, starts_at = ?, ends_at = ?, break_minutes = ?, minutes = ?,
		subject = ?, setting = ?, delivery = ?, mode = ?, make_up = ?, grade = ?, supervisor_id = ?, note = ?, correction_reason = ?, return_reason = ?, submitted_at = ?,
		version = version + 1 WHERE id = ? AND state = ? AND version = ?`,
		e.State, s.Date, s.Zone, store.At(s.Start), store.At(s.End), s.Break, s.Minutes, s.Subject, s.Setting, s.Delivery, s.Mode, s.MakeUp,
		Percent(s.Graded, s.Grade), e.SupervisorID, e.Note, e.CorrectionReason, e.ReturnReason, store.At(e.SubmittedAt), from.ID, from.State, from.Version)
	switch was, is := from.State == core.EntrySubmitted, e.State == core.EntrySubmitted; {
	case is && !was:
		return t.moveWaiting(1, e, write)
	case was && !is:
		return t.moveWaiting(-1, e, write)
	}
	return store.ChangeOne(t.Gorm().Exec(write.SQL, write.Vars...))
}

// Entry finds one entry.
func (t Entries) Entry(_ context.Context, id core.EntryID) (core.Entry, error) {
	return oneEntry(t.named().Where("entries.id = ?", id))
}

// EntriesByID finds entries in the order of their ids and locks them for the
// transaction.
func (t Entries) EntriesByID(_ context.Context, ids []core.EntryID) ([]core.Entry, error) {
	return allEntries(t.named().Where(store.In(t.Tx, "entries.id", ids)).Order("entries.id").Scopes(t.Locked("entries")))
}

// FindEntries lists an enrollment's entries, newest date first.
func (t Entries) FindEntries(_ context.Context, q logbook.EntryQuery) ([]core.Entry, error) {
	g := t.named().Where("entries.enrollment_id = ?", q.Enrollment)
	if q.State != "" {
		g = g.Where("entries.state = ?", q.State)
	}
	if !q.After.IsZero() {
		g = g.Where("(entries.local_date, entries.id) < (?, ?)", q.AfterDate, q.After)
	}
	return allEntries(g.Order("entries.local_date DESC, entries.id DESC").Limit(q.Limit))
}

// EntryChain are an entry and all that it corrects or that correct it, oldest
// first.
func (t Entries) EntryChain(_ context.Context, id core.EntryID) ([]core.Entry, error) {
	kind := "text"
	if t.Postgres() {
		kind = "uuid"
	}
	return allEntries(t.named().Where(`entries.id IN (
		WITH RECURSIVE
			back (id, corrects_id) AS (
				SELECT id, corrects_id FROM entries WHERE id = ?
				UNION SELECT o.id, o.corrects_id FROM entries o JOIN back ON o.id = back.corrects_id),
			forth (id) AS (
				SELECT CAST(? AS `+kind+`)
				UNION SELECT o.id FROM entries o JOIN forth ON o.corrects_id = forth.id)
		SELECT id FROM back UNION SELECT id FROM forth)`, id, id).Order("entries.id"))
}

// LastEntry is the entry of an enrollment that was made last.
func (t Entries) LastEntry(_ context.Context, enrollment core.EnrollmentID) (core.Entry, error) {
	return oneEntry(t.named().Where("entries.enrollment_id = ? AND entries.state <> 'withdrawn'", enrollment).
		Order("entries.local_date DESC, entries.id DESC").Limit(1))
}

// live is the condition under which the database lets no sessions overlap.
const live = "entries.starts_at IS NOT NULL AND (entries.state = 'signed' OR (entries.state = 'submitted' AND entries.corrects_id IS NULL))"

// between are the live entries that share time with a span, the first first.
func (t Entries) between(from, to time.Time) *gorm.DB {
	return t.named().Where("entries.starts_at < ? AND entries.ends_at > ?", store.At(to), store.At(from)).Where(live).Order("entries.starts_at")
}

// Overlapping is the live entry of a school's student that shares time with a session.
func (t Entries) Overlapping(_ context.Context, org core.OrganizationID, therapist core.TherapistID, s core.Session, except core.EntryID) (core.Entry, error) {
	return oneEntry(t.between(s.Start, s.End).Where("entries.organization_id = ? AND entries.therapist_id = ? AND entries.id <> ?", org, therapist, except).Limit(1))
}

// Colliding are the live sessions of a school's students that share time with a span,
// the first first.
func (t Entries) Colliding(_ context.Context, org core.OrganizationID, therapists []core.TherapistID, from, to time.Time) (map[core.TherapistID][]core.Session, error) {
	found, err := allEntries(t.between(from, to).Where(store.In(t.Tx, "entries.therapist_id", therapists)).Where("entries.organization_id = ?", org))
	out := make(map[core.TherapistID][]core.Session, len(found))
	for _, e := range found {
		out[e.TherapistID] = append(out[e.TherapistID], e.Session)
	}
	return out, err
}
