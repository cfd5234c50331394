package logbookdb

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Credit is a line of the ledger.
type Credit struct {
	ID             core.CreditID       `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	EnrollmentID   core.EnrollmentID   `gorm:"not null"`
	TherapistID    core.TherapistID    `gorm:"not null"`
	Kind           core.CreditKind     `gorm:"not null"`
	Minutes        core.Minutes        `gorm:"not null"`
	Subject        string              `gorm:"not null"`
	Setting        core.Setting        `gorm:"not null"`
	Delivery       core.Delivery       `gorm:"not null"`
	Supervised     bool                `gorm:"not null"`
	LocalDate      core.Date           `gorm:"not null"`
	StartsAt       store.Moment
	EntryID        core.EntryID
	ReversesID     core.CreditID
	PostedAt       store.Moment         `gorm:"not null"`
	PostedBy       core.AccountID       `gorm:"not null"`
	Mode           core.SupervisionMode `gorm:"not null"`
	ElapsedMinutes core.Minutes         `gorm:"not null"`
	BreakMinutes   core.Minutes         `gorm:"not null"`
	Grade          sql.NullInt64
	MakeUp         bool   `gorm:"not null"`
	School         string `gorm:"not null"`
	SchoolLicense  string `gorm:"not null"`
	Transcript     string `gorm:"not null"`
	AcceptedBy     string `gorm:"not null"`
	TransferID     core.TransferID
	EntrySeal      []byte
	store.Sealed
}

// TableName implements schema.Tabler.
func (Credit) TableName() string { return "credits" }

// Under implements store.Sealable.
func (c *Credit) Under(b *core.Sealed) {
	b.ID("id", c.ID[:])
	b.ID("organization", c.OrganizationID[:])
	b.ID("enrollment", c.EnrollmentID[:])
	b.ID("therapist", c.TherapistID[:])
	b.Text("kind", string(c.Kind))
	b.Number("minutes", int64(c.Minutes))
	b.Text("subject", c.Subject)
	b.Text("setting", string(c.Setting))
	b.Text("delivery", string(c.Delivery))
	b.True("supervised", c.Supervised)
	b.Date("date", c.LocalDate)
	b.Moment("start", c.StartsAt.Time)
	b.ID("entry", c.EntryID[:])
	b.ID("reverses", c.ReversesID[:])
	b.Moment("posted_at", c.PostedAt.Time)
	b.ID("posted_by", c.PostedBy[:])
	b.Text("mode", string(c.Mode))
	b.Number("elapsed", int64(c.ElapsedMinutes))
	b.Number("break", int64(c.BreakMinutes))
	if c.Grade.Valid {
		b.Number("grade", c.Grade.Int64+1) // 0 is a grade
	}
	b.True("make_up", c.MakeUp)
	b.Text("school", c.School)
	b.Text("school_license", c.SchoolLicense)
	b.Text("transcript", c.Transcript)
	b.Text("accepted_by", c.AcceptedBy)
	b.ID("transfer", c.TransferID[:])
	b.Text("entry_seal", string(c.EntrySeal))
}

// Vouched implements store.Sealable: the entries and the enrollment's sequence tell
// of each credit, and the log of its day.
func (c *Credit) Vouched() string { return "" }

func (c Credit) toCore() core.Credit {
	return core.Credit{
		ID: c.ID, OrganizationID: c.OrganizationID, EnrollmentID: c.EnrollmentID, TherapistID: c.TherapistID, Kind: c.Kind,
		Minutes: c.Minutes, Subject: c.Subject, Setting: c.Setting, Delivery: c.Delivery, Supervised: c.Supervised,
		Date: c.LocalDate, Start: c.StartsAt.Time, EntryID: c.EntryID, Reverses: c.ReversesID, PostedAt: c.PostedAt.Time, PostedBy: c.PostedBy,
		Mode: c.Mode, Elapsed: c.ElapsedMinutes, Break: c.BreakMinutes, Graded: c.Grade.Valid, Grade: int(c.Grade.Int64), MakeUp: c.MakeUp, TransferID: c.TransferID,
		Transfer: core.Transfer{School: c.School, License: c.SchoolLicense, Transcript: c.Transcript, AcceptedBy: c.AcceptedBy},
	}
}

func newCredit(c core.Credit) Credit {
	return Credit{
		ID: c.ID, OrganizationID: c.OrganizationID, EnrollmentID: c.EnrollmentID, TherapistID: c.TherapistID, Kind: c.Kind,
		Minutes: c.Minutes, Subject: c.Subject, Setting: c.Setting, Delivery: c.Delivery, Supervised: c.Supervised,
		LocalDate: c.Date, StartsAt: store.At(c.Start), EntryID: c.EntryID, ReversesID: c.Reverses, PostedAt: store.At(c.PostedAt), PostedBy: c.PostedBy,
		Mode: c.Mode, ElapsedMinutes: c.Elapsed, BreakMinutes: c.Break, Grade: Percent(c.Graded, c.Grade), MakeUp: c.MakeUp, TransferID: c.TransferID,
		School: c.Transfer.School, SchoolLicense: c.Transfer.License, Transcript: c.Transfer.Transcript, AcceptedBy: c.Transfer.AcceptedBy,
		EntrySeal: c.Seal,
	}
}

// doubted is a credit with whether its session is in doubt.
type doubted struct {
	Credit
	Doubt bool
}

func (d doubted) toCore() core.Credit {
	c := d.Credit.toCore()
	c.Doubt = d.Doubt
	return c
}

// credits reads all but the seals, which the doctor alone reads.
func (t Credits) credits(query *gorm.DB) ([]core.Credit, error) {
	found, err := store.All[doubted](query.Table("doubted_credits credits").Omit("entry_seal", "seal"))
	return store.Each(found, doubted.toCore), err
}

// atOnce is how many rows are posted, and then settled, by a statement.
const atOnce = 400

// PostCredits appends to the ledger. In the same transaction the totals move,
// from waiting to signed and, for a reversal, down, and the enrollments'
// sequences grow by one for each posting.
func (t Credits) PostCredits(_ context.Context, credits []core.Credit) error {
	for part := range slices.Chunk(credits, atOnce) {
		if err := posted(store.InsertSealed(t.Tx, store.Each(part, newCredit))); err != nil {
			return err
		}
		ids := store.Each(part, func(c core.Credit) core.CreditID { return c.ID })
		if err := t.settle(store.In(t.Tx, "id", ids)); err != nil {
			return err
		}
	}
	return nil
}

// posted is err, or already_posted where an entry or a reversal was.
func posted(err error) error {
	return store.Breach(err, core.ErrAlreadyPosted, "credits_entry_once", "credits.entry_id", "credits_reverses_id_key", "credits.reverses_id")
}

// settle lets totals and sequences follow the credits that a condition selects,
// which were just posted.
func (t Credits) settle(which clause.Expr) error {
	// What no entry earned never waited, so that it may have no total yet.
	if _, err := store.Change(t.Gorm().Exec(`INSERT INTO totals (enrollment_id, subject, setting, delivery)
		SELECT DISTINCT enrollment_id, subject, setting, delivery FROM credits WHERE entry_id IS NULL AND ?
		ON CONFLICT `+totalKey+` DO NOTHING`, which)); err != nil {
		return err
	}
	if _, err := store.Change(t.Gorm().Exec(`UPDATE totals AS t SET
		signed_minutes = t.signed_minutes + v.minutes, signed_entries = t.signed_entries + v.entries,
		waiting_minutes = t.waiting_minutes - v.posted, waiting_entries = t.waiting_entries - v.posted_entries
		FROM (SELECT enrollment_id, subject, setting, delivery, SUM(minutes) AS minutes,
				SUM(CASE WHEN reverses_id IS NULL THEN 1 ELSE -1 END) AS entries,
				SUM(CASE WHEN reverses_id IS NULL AND entry_id IS NOT NULL THEN minutes ELSE 0 END) AS posted,
				SUM(CASE WHEN reverses_id IS NULL AND entry_id IS NOT NULL THEN 1 ELSE 0 END) AS posted_entries
			FROM credits WHERE ? GROUP BY enrollment_id, subject, setting, delivery) AS v
		WHERE t.enrollment_id = v.enrollment_id`+sameTotal, which)); err != nil {
		return err
	}
	_, err := store.Change(t.Gorm().Exec(`UPDATE enrollments AS e SET ledger_seq = e.ledger_seq + v.n
		FROM (SELECT enrollment_id, COUNT(*) AS n FROM credits WHERE ? GROUP BY enrollment_id) AS v
		WHERE e.id = v.enrollment_id`, which))
	return err
}

// CreditsOf are an enrollment's credits after one, in the order of posting;
// limit 0 is all.
func (t Credits) CreditsOf(_ context.Context, enrollment core.EnrollmentID, after core.CreditID, limit int) ([]core.Credit, error) {
	q := t.Gorm().Where("enrollment_id = ?", enrollment)
	if !after.IsZero() {
		q = q.Where("id > ?", after)
	}
	if limit > 0 {
		q = q.Limit(limit)
	}
	return t.credits(q.Order("id"))
}

// FindCredits are at most limit credits of an enrollment that follow one: those of
// the newest day first, and of a day what was posted last.
func (t Credits) FindCredits(_ context.Context, enrollment core.EnrollmentID, after core.CreditID, limit int) ([]core.Credit, error) {
	q := t.Gorm().Where("enrollment_id = ?", enrollment)
	if !after.IsZero() {
		day := t.Gorm().Model(&Credit{}).Select("local_date").Where("id = ? AND enrollment_id = ?", after, enrollment)
		q = q.Where("(local_date, id) < ((?), ?)", day, after)
	}
	return t.credits(q.Order("local_date DESC, id DESC").Limit(limit))
}

// CreditsOfMany are all credits of enrollments, one enrollment after the other.
func (t Credits) CreditsOfMany(_ context.Context, enrollments []core.EnrollmentID) ([]core.Credit, error) {
	return t.credits(t.Gorm().Where(store.In(t.Tx, "enrollment_id", enrollments)).Order("enrollment_id, id"))
}

// standing are the credits that were not reversed, and reverse none.
func (t Credits) standing() *gorm.DB {
	return t.Gorm().Where("credits.reverses_id IS NULL").
		Where("NOT EXISTS (SELECT 1 FROM credits r WHERE r.reverses_id = credits.id)").Order("credits.id")
}

// CreditsOfEntries are the credits of entries that were not reversed.
func (t Credits) CreditsOfEntries(_ context.Context, entries []core.EntryID) ([]core.Credit, error) {
	return t.credits(t.standing().Where(store.In(t.Tx, "credits.entry_id", entries)))
}

// CreditsOfTransfer are the unreversed credits of a transfer.
func (t Credits) CreditsOfTransfer(_ context.Context, f logbook.TransferRequest) ([]core.Credit, error) {
	return t.credits(t.standing().Where("credits.enrollment_id = ? AND credits.transfer_id = ?", f.EnrollmentID, f.ID))
}

// PostedFor are all credits of one entry, reversals included: a reversal names
// the entry too.
func (t Credits) PostedFor(_ context.Context, entry core.EntryID) ([]core.Credit, error) {
	of := t.Gorm().Model(&Entry{}).Select("enrollment_id").Where("id = ?", entry)
	return t.credits(t.Gorm().Where("enrollment_id = (?) AND entry_id = ?", of, entry).Order("id"))
}

// CreditsAt are a therapist's credits of programs at some schools, in the order
// of posting.
func (t Credits) CreditsAt(_ context.Context, therapist core.TherapistID, orgs []core.OrganizationID) ([]core.Credit, error) {
	return t.credits(t.Gorm().Where(accountdb.OfPerson("therapist_id", therapist)).Where(store.In(t.Tx, "organization_id", orgs)).Order("id"))
}

// EachPosted gives do the credits that were posted at a school from an instant to
// another, in the order of their ids.
func (t Credits) EachPosted(_ context.Context, org core.OrganizationID, from, to time.Time, do func(core.Credit) error) error {
	return store.Stream(t.Gorm().Where("organization_id = ? AND posted_at >= ? AND posted_at < ?", org, store.At(from), store.At(to)).Order("id"),
		func(c Credit) error { return do(c.toCore()) })
}
