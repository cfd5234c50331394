package store

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
)

type importRow struct {
	ID               core.ImportID         `gorm:"primaryKey"`
	OrganizationID   core.OrganizationID   `gorm:"not null"`
	ProgramVersionID core.ProgramVersionID `gorm:"not null"`
	State            core.ImportState      `gorm:"not null"`
	Filename         string                `gorm:"not null"`
	Digest           string                `gorm:"not null"`
	AsOf             core.Date             `gorm:"not null"`
	Records          int                   `gorm:"not null"`
	Accepted         int                   `gorm:"not null"`
	Unchanged        int                   `gorm:"not null"`
	Refused          int                   `gorm:"not null"`
	Report           string                `gorm:"not null"`
	ProposedBy       core.AccountID        `gorm:"not null"`
	ProposedAt       moment                `gorm:"not null"`
	DecidedBy        core.AccountID
	DecidedAt        moment
	Reason           string `gorm:"not null"`
	Version          int    `gorm:"not null"`
}

type namedImportRow struct {
	importRow      `gorm:"embedded"`
	ProgramTitle   string
	ProposedByName string
	DecidedByName  string
}

func (r namedImportRow) noun() core.Import {
	return core.Import{
		ID: r.ID, OrganizationID: r.OrganizationID, ProgramVersionID: r.ProgramVersionID, ProgramTitle: r.ProgramTitle,
		State: r.State, Filename: r.Filename, Digest: r.Digest, AsOf: r.AsOf, Records: r.Records, Accepted: r.Accepted,
		Unchanged: r.Unchanged, Refused: r.Refused, Report: []byte(r.Report), ProposedBy: r.ProposedBy, ProposedByName: r.ProposedByName,
		ProposedAt: r.ProposedAt.Time, DecidedBy: r.DecidedBy, DecidedByName: r.DecidedByName, DecidedAt: r.DecidedAt.Time,
		Reason: r.Reason, Version: r.Version,
	}
}

const importSelect = `SELECT i.*, p.title AS program_title, pa.name AS proposed_by_name, COALESCE(da.name, '') AS decided_by_name
	FROM imports i JOIN program_versions v ON v.id = i.program_version_id JOIN programs p ON p.id = v.program_id
	JOIN accounts pa ON pa.id = i.proposed_by LEFT JOIN accounts da ON da.id = i.decided_by `

// InsertImport writes an import; the same file for the same program version is
// a duplicate unless the first was rejected.
func (tx *Tx) InsertImport(_ context.Context, i core.Import) error {
	_, err := tx.exec(`INSERT INTO imports (id, organization_id, program_version_id, state, filename, digest, as_of, records, accepted,
		unchanged, refused, report, proposed_by, proposed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		i.ID, i.OrganizationID, i.ProgramVersionID, i.State, i.Filename, i.Digest, i.AsOf, i.Records, i.Accepted,
		i.Unchanged, i.Refused, string(i.Report), i.ProposedBy, at(i.ProposedAt))
	return err
}

// ImportByDigest finds the import of a file that was not rejected.
func (tx *Tx) ImportByDigest(_ context.Context, version core.ProgramVersionID, digest string) (core.Import, error) {
	r, err := one[namedImportRow](tx.g, "import", importSelect+"WHERE i.program_version_id = ? AND i.digest = ? AND i.state <> 'rejected'", version, digest)
	return r.noun(), err
}

// Import finds an import and locks it for the transaction.
func (tx *Tx) Import(_ context.Context, id core.ImportID) (core.Import, error) {
	r, err := one[namedImportRow](tx.g, "import", importSelect+"WHERE i.id = ?"+tx.locked("i"), id)
	return r.noun(), err
}

// FindImports lists a school's imports, newest first.
func (tx *Tx) FindImports(_ context.Context, org core.OrganizationID, after core.ImportID, limit int) ([]core.Import, error) {
	query, args := importSelect+"WHERE i.organization_id = ?", []any{org}
	if !after.IsZero() {
		query, args = query+" AND i.id < ?", append(args, after)
	}
	rows, err := many[namedImportRow](tx.g, query+" ORDER BY i.id DESC LIMIT ?", append(args, limit)...)
	return mapped(rows, namedImportRow.noun), err
}

// DecideImport writes the decision on a proposed import of the same version.
func (tx *Tx) DecideImport(_ context.Context, i core.Import) error {
	return tx.changeOne(`UPDATE imports SET state = ?, decided_by = ?, decided_at = ?, reason = ?, version = version + 1
		WHERE id = ? AND state = 'proposed' AND version = ?`, i.State, i.DecidedBy, at(i.DecidedAt), i.Reason, i.ID, i.Version)
}

// InsertImported writes entries in bulk; the totals follow those submitted.
func (tx *Tx) InsertImported(_ context.Context, entries []core.Entry) error {
	for len(entries) > 0 {
		n := min(most, len(entries))
		rows, ids := make([][]any, n), make([]core.EntryID, n)
		for i, e := range entries[:n] {
			rows[i], ids[i] = entryValues(e), e.ID
		}
		if err := tx.insertMany("entries", entryColumns, rows, ""); err != nil {
			return err
		}
		condition, arg := in(tx, "id", ids)
		if err := tx.waitMany(1, condition, arg); err != nil {
			return err
		}
		entries = entries[n:]
	}
	return nil
}

// PendingOf are an import's entries that wait, by id.
func (tx *Tx) PendingOf(_ context.Context, id core.ImportID) ([]core.Entry, error) {
	return tx.entries("WHERE e.import_id = ? AND e.state = 'submitted' ORDER BY e.id"+tx.locked("e"), id)
}

// WithdrawPending withdraws an import's waiting entries.
func (tx *Tx) WithdrawPending(_ context.Context, id core.ImportID) error {
	if err := tx.waitMany(-1, "import_id = ?", id); err != nil {
		return err
	}
	_, err := tx.exec("UPDATE entries SET state = 'withdrawn', version = version + 1 WHERE state = 'submitted' AND import_id = ?", id)
	return err
}

// LiveSessions are the timed sessions of students, in any program, that are
// submitted or signed, by e-mail.
func (tx *Tx) LiveSessions(_ context.Context, emails []string) (map[string][]core.Session, error) {
	type row struct {
		entryRow `gorm:"embedded"`
		Email    string
	}
	condition, arg := tx.inTexts("a.email", emails)
	rows, err := many[row](tx.g, `SELECT a.email, e.* FROM entries e JOIN therapists t ON t.id = e.therapist_id
		JOIN accounts a ON a.id = t.account_id WHERE `+condition+" AND "+live, arg)
	out := map[string][]core.Session{}
	for _, r := range rows {
		out[r.Email] = append(out[r.Email], namedEntryRow{entryRow: r.entryRow}.noun().Session)
	}
	return out, err
}
