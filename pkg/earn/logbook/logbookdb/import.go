package logbookdb

import (
	"context"
	"encoding/json"
	"slices"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Import is a file of attendance.
type Import struct {
	ID               core.ImportID               `gorm:"primaryKey"`
	OrganizationID   core.OrganizationID         `gorm:"not null"`
	ProgramVersionID core.ProgramVersionID       `gorm:"not null"`
	State            logbook.ImportState         `gorm:"not null"`
	Filename         string                      `gorm:"not null"`
	Digest           string                      `gorm:"not null"`
	AsOf             core.Date                   `gorm:"not null"`
	Records          int                         `gorm:"not null"`
	Accepted         int                         `gorm:"not null"`
	Unchanged        int                         `gorm:"not null"`
	Refused          int                         `gorm:"not null"`
	Report           store.JSON[json.RawMessage] `gorm:"not null" of:"imports"`
	ProposedBy       core.AccountID              `gorm:"not null"`
	ProposedAt       store.Moment                `gorm:"not null"`
	DecidedBy        core.AccountID
	DecidedAt        store.Moment
	Reason           string `gorm:"not null"`
	Version          int    `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Import) TableName() string { return "imports" }

type namedImport struct {
	Import
	ProgramTitle   string
	ProposedByName string
	DecidedByName  string
}

func (i namedImport) toCore() logbook.Import {
	state := i.State
	if state == logbook.ImportProposed && !i.DecidedAt.IsZero() {
		state = logbook.ImportApplying // it counts when it has been applied, and is proposed until then
	}
	return logbook.Import{
		ID: i.ID, OrganizationID: i.OrganizationID, ProgramVersionID: i.ProgramVersionID, ProgramTitle: i.ProgramTitle,
		State: state, Filename: i.Filename, Digest: i.Digest, AsOf: i.AsOf, Records: i.Records, Accepted: i.Accepted,
		Unchanged: i.Unchanged, Refused: i.Refused, Report: i.Report.V, ProposedBy: i.ProposedBy, ProposedByName: i.ProposedByName,
		ProposedAt: i.ProposedAt.Time, DecidedBy: i.DecidedBy, DecidedByName: i.DecidedByName, DecidedAt: i.DecidedAt.Time,
		Reason: i.Reason, Version: i.Version,
	}
}

func (t Imports) named() *gorm.DB {
	return t.Gorm().Select("imports.*, p.title AS program_title, pa.name AS proposed_by_name, COALESCE(da.name, '') AS decided_by_name").
		Joins("JOIN program_versions v ON v.id = imports.program_version_id JOIN programs p ON p.id = v.program_id").
		Joins("JOIN accounts pa ON pa.id = imports.proposed_by LEFT JOIN accounts da ON da.id = imports.decided_by")
}

// InsertImport writes an import; the same file for the same program version is
// a duplicate unless the first was rejected.
func (t Imports) InsertImport(_ context.Context, i logbook.Import) error {
	return store.Insert(t.Gorm(), &Import{
		ID: i.ID, OrganizationID: i.OrganizationID, ProgramVersionID: i.ProgramVersionID, State: i.State, Filename: i.Filename, Digest: i.Digest,
		AsOf: i.AsOf, Records: i.Records, Accepted: i.Accepted, Unchanged: i.Unchanged, Refused: i.Refused,
		Report: store.JSON[json.RawMessage]{V: i.Report}, ProposedBy: i.ProposedBy, ProposedAt: store.At(i.ProposedAt), Version: 1,
	})
}

// ImportByDigest finds the import of a file that was not rejected.
func (t Imports) ImportByDigest(_ context.Context, version core.ProgramVersionID, digest string) (logbook.Import, error) {
	i, err := store.One[namedImport](t.named().
		Where("imports.program_version_id = ? AND imports.digest = ? AND imports.state <> 'rejected'", version, digest), "import")
	return i.toCore(), err
}

// Import finds an import and locks it for the transaction.
func (t Imports) Import(_ context.Context, id core.ImportID) (logbook.Import, error) {
	i, err := store.One[namedImport](t.named().Where("imports.id = ?", id).Scopes(t.Locked("imports")), "import")
	return i.toCore(), err
}

// FindImports lists a school's imports, newest first.
func (t Imports) FindImports(_ context.Context, org core.OrganizationID, after core.ImportID, limit int) ([]logbook.Import, error) {
	q := t.named().Where("imports.organization_id = ?", org)
	if !after.IsZero() {
		q = q.Where("imports.id < ?", after)
	}
	found, err := store.All[namedImport](q.Order("imports.id DESC").Limit(limit))
	return store.Each(found, namedImport.toCore), err
}

// DecideImport writes the decision on a proposed import of the same version, or
// that an import is being applied, or that it was not.
func (t Imports) DecideImport(_ context.Context, i logbook.Import) error {
	state := i.State
	if state == logbook.ImportApplying {
		state = logbook.ImportProposed
	}
	return store.ChangeOne(t.Gorm().Model(&Import{}).Where("id = ? AND state = 'proposed' AND version = ?", i.ID, i.Version).Updates(map[string]any{
		"state": state, "decided_by": i.DecidedBy, "decided_at": store.At(i.DecidedAt), "reason": i.Reason, "version": store.Next,
	}))
}

// Applying are imports that are being applied, after one.
func (t Imports) Applying(_ context.Context, after core.ImportID, limit int) ([]core.ImportID, error) {
	q := t.Gorm().Model(&Import{}).Select("id").Where("state = 'proposed' AND decided_at IS NOT NULL")
	if !after.IsZero() {
		q = q.Where("id > ?", after)
	}
	return store.All[core.ImportID](q.Order("id").Limit(limit))
}

// InsertImported writes entries in bulk; totals and inboxes follow those
// submitted.
func (t Entries) InsertImported(_ context.Context, entries []core.Entry) error {
	for part := range slices.Chunk(entries, atOnce) {
		if err := store.Insert(t.Gorm(), store.Each(part, newEntry)); err != nil {
			return err
		}
		these := store.In(t.Tx, "id", store.Each(part, func(e core.Entry) core.EntryID { return e.ID }))
		if slices.ContainsFunc(part, func(e core.Entry) bool { return e.ImportID.IsZero() }) {
			if err := t.moveInbox(1, these); err != nil {
				return err
			}
		}
		if err := t.waitMany(1, these); err != nil {
			return err
		}
	}
	return nil
}

// pending narrows entries to those of an import that wait.
func pending(id core.ImportID) func(*gorm.DB) *gorm.DB {
	return func(q *gorm.DB) *gorm.DB {
		return q.Where("entries.import_id = ? AND entries.state = 'submitted'", id)
	}
}

// PendingOf are an import's entries that wait, by id.
func (t Entries) PendingOf(_ context.Context, id core.ImportID) ([]core.Entry, error) {
	return allEntries(t.named().Scopes(pending(id), t.Locked("entries")).Order("entries.id"))
}

// PendingAfter are an import's entries that wait after one, by id.
func (t Entries) PendingAfter(_ context.Context, id core.ImportID, after core.EntryID, limit int) ([]core.Entry, error) {
	q := t.named().Scopes(pending(id))
	if !after.IsZero() {
		q = q.Where("entries.id > ?", after)
	}
	return allEntries(q.Order("entries.id").Limit(limit))
}

// InImport tells whether an import has waiting entries of a therapist.
func (t Entries) InImport(_ context.Context, id core.ImportID, therapists []core.TherapistID) (bool, error) {
	return store.Found(t.Gorm().Model(&Entry{}).Scopes(pending(id)).Where(store.In(t.Tx, "entries.therapist_id", therapists)))
}

// WithdrawPending withdraws an import's waiting entries.
func (t Entries) WithdrawPending(_ context.Context, id core.ImportID) error {
	if err := t.waitMany(-1, gorm.Expr("import_id = ?", id)); err != nil {
		return err
	}
	_, err := store.Change(t.Gorm().Model(&Entry{}).Scopes(pending(id)).
		Updates(map[string]any{"state": core.EntryWithdrawn, "version": store.Next}))
	return err
}

// WithdrawImported withdraws some of an import's waiting entries.
func (t Entries) WithdrawImported(_ context.Context, entries []core.EntryID) error {
	these := store.In(t.Tx, "id", entries)
	if err := t.waitMany(-1, these); err != nil {
		return err
	}
	return store.ChangeAll(t.Gorm().Model(&Entry{}).Where("state = 'submitted' AND import_id IS NOT NULL").Where(these).
		Updates(map[string]any{"state": core.EntryWithdrawn, "version": store.Next}), int64(len(entries)))
}

// LiveSessions are the timed sessions of a school's students, in any program, that are
// submitted or signed, by email.
func (t Entries) LiveSessions(_ context.Context, org core.OrganizationID, emails []string) (map[string][]core.Session, error) {
	type row struct {
		NamedEntry
		Email string
	}
	found, err := store.All[row](t.Gorm().Select("entries.*, a.email").
		Joins("JOIN people a ON a.id = entries.therapist_id").
		Where("entries.organization_id = ?", org).Where("a.reused_at IS NULL").Where(store.InTexts(t.Tx, "a.email", emails)).Where(live))
	out := map[string][]core.Session{}
	for _, e := range found {
		out[e.Email] = append(out[e.Email], e.toCore().Session)
	}
	return out, err
}
