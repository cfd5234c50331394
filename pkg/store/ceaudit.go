package store

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
)

type ceAuditRow struct {
	ID               core.CEAuditID      `gorm:"primaryKey"`
	OrganizationID   core.OrganizationID `gorm:"not null"`
	Jurisdiction     string              `gorm:"not null"`
	EndsFrom         core.Date           `gorm:"not null"`
	EndsTo           core.Date           `gorm:"not null"`
	Percent          int                 `gorm:"not null"`
	Commitment       string              `gorm:"not null"`
	Seed             string              `gorm:"not null"`
	Population       int                 `gorm:"not null"`
	PopulationDigest string              `gorm:"not null"`
	CreatedAt        moment              `gorm:"not null"`
	CreatedBy        core.AccountID      `gorm:"not null"`
	Word             string              `gorm:"not null"`
	DrawnAt          moment
	Version          int `gorm:"not null"`
}

type ceAuditView struct {
	ceAuditRow    `gorm:"embedded"`
	CreatedByName string
}

func (r ceAuditView) noun() core.CEAudit {
	return core.CEAudit{
		ID: r.ID, OrganizationID: r.OrganizationID, Jurisdiction: r.Jurisdiction, EndsFrom: r.EndsFrom, EndsTo: r.EndsTo, Percent: r.Percent,
		Commitment: r.Commitment, Seed: r.Seed, Population: r.Population, PopulationDigest: r.PopulationDigest,
		CreatedAt: r.CreatedAt.Time, CreatedBy: r.CreatedBy, CreatedByName: r.CreatedByName, Word: r.Word, DrawnAt: r.DrawnAt.Time, Version: r.Version,
	}
}

type ceAuditPersonRow struct {
	AuditID     core.CEAuditID   `gorm:"primaryKey"`
	LicenseID   core.LicenseID   `gorm:"primaryKey"`
	TherapistID core.TherapistID `gorm:"not null"`
	CycleFrom   core.Date        `gorm:"not null"`
	CycleTo     core.Date        `gorm:"not null"`
	Place       int              `gorm:"not null"`
	Outcome     core.CEState     `gorm:"not null"`
	Reason      string           `gorm:"not null"`
	DecidedBy   core.AccountID
	DecidedAt   moment
}

type ceAuditPersonView struct {
	ceAuditPersonRow `gorm:"embedded"`
	Name             string
	Number           string
	DecidedByName    string
}

func (r ceAuditPersonView) noun() core.CEAuditPerson {
	return core.CEAuditPerson{
		AuditID: r.AuditID, LicenseID: r.LicenseID, TherapistID: r.TherapistID, Name: r.Name, Number: r.Number, CycleFrom: r.CycleFrom, CycleTo: r.CycleTo,
		Place: r.Place, Outcome: r.Outcome, Reason: r.Reason, DecidedBy: r.DecidedBy, DecidedByName: r.DecidedByName, DecidedAt: r.DecidedAt.Time,
	}
}

const (
	selectCEAudits      = `SELECT x.*, a.name AS created_by_name FROM ce_audits x JOIN accounts a ON a.id = x.created_by WHERE `
	selectCEAuditPeople = `SELECT x.*, a.name, l.number, COALESCE(d.name, '') AS decided_by_name FROM ce_audit_people x
		JOIN therapists t ON t.id = x.therapist_id JOIN accounts a ON a.id = t.account_id JOIN licenses l ON l.id = x.license_id
		LEFT JOIN accounts d ON d.id = x.decided_by WHERE x.audit_id = ? `
)

// InsertCEAudit writes an audit with everybody who can be drawn. It gives
// duplicate where the organization has one of these cycles already.
func (tx *Tx) InsertCEAudit(_ context.Context, a core.CEAudit, people []core.CEAuditPerson) error {
	err := tx.insert("ce_audits", &ceAuditRow{
		ID: a.ID, OrganizationID: a.OrganizationID, Jurisdiction: a.Jurisdiction, EndsFrom: a.EndsFrom, EndsTo: a.EndsTo, Percent: a.Percent,
		Commitment: a.Commitment, Seed: a.Seed, Population: a.Population, PopulationDigest: a.PopulationDigest, CreatedAt: at(a.CreatedAt),
		CreatedBy: a.CreatedBy, Version: a.Version,
	})
	if err != nil {
		return err
	}
	rows := mapped(people, func(p core.CEAuditPerson) ceAuditPersonRow {
		return ceAuditPersonRow{AuditID: p.AuditID, LicenseID: p.LicenseID, TherapistID: p.TherapistID, CycleFrom: p.CycleFrom, CycleTo: p.CycleTo}
	})
	return tx.insert("ce_audit_people", &rows)
}

// DrawCEAudit writes the public word and the sample in its order; another version
// is stale.
func (tx *Tx) DrawCEAudit(_ context.Context, a core.CEAudit, sample []core.LicenseID) error {
	err := tx.changeOne(`UPDATE ce_audits SET word = ?, drawn_at = ?, version = version + 1 WHERE id = ? AND version = ?`, a.Word, at(a.DrawnAt), a.ID, a.Version)
	if err != nil || len(sample) == 0 {
		return err
	}
	texts := make([]string, len(sample))
	for i, id := range sample {
		texts[i] = id.String()
	}
	query := `UPDATE ce_audit_people SET place = s.key + 1 FROM json_each(?) AS s WHERE audit_id = ? AND license_id = s.value`
	if tx.postgres {
		query = `UPDATE ce_audit_people SET place = s.at FROM jsonb_array_elements_text(?::jsonb) WITH ORDINALITY AS s (id, at)
			WHERE audit_id = ? AND license_id = s.id::uuid`
	}
	_, err = tx.exec(query, jsonOf(texts), a.ID)
	return err
}

// CEAudit finds an audit.
func (tx *Tx) CEAudit(_ context.Context, id core.CEAuditID) (core.CEAudit, error) {
	r, err := one[ceAuditView](tx.g, "audit", selectCEAudits+`x.id = ?`, id)
	return r.noun(), err
}

// CEAudits are at most limit audits of an organization, newest first, that follow
// the audit after.
func (tx *Tx) CEAudits(_ context.Context, org core.OrganizationID, after core.CEAuditID, limit int) ([]core.CEAudit, error) {
	query, args := selectCEAudits+`x.organization_id = ?`, []any{org}
	if !after.IsZero() {
		query, args = query+` AND x.id < ?`, append(args, after)
	}
	rows, err := many[ceAuditView](tx.g, query+` ORDER BY x.id DESC LIMIT ?`, append(args, limit)...)
	return mapped(rows, ceAuditView.noun), err
}

// CEAuditSample is at most limit people of an audit's sample, in its order, after
// a place.
func (tx *Tx) CEAuditSample(_ context.Context, audit core.CEAuditID, after, limit int) ([]core.CEAuditPerson, error) {
	rows, err := many[ceAuditPersonView](tx.g, selectCEAuditPeople+`AND x.place > ? ORDER BY x.place LIMIT ?`, audit, max(0, after), limit)
	return mapped(rows, ceAuditPersonView.noun), err
}

// CEAuditPerson is one of an audit's people.
func (tx *Tx) CEAuditPerson(_ context.Context, audit core.CEAuditID, license core.LicenseID) (core.CEAuditPerson, error) {
	r, err := one[ceAuditPersonView](tx.g, "person", selectCEAuditPeople+`AND x.license_id = ?`, audit, license)
	return r.noun(), err
}

// CEAuditLicenses are the licences of everybody who could be drawn, and the
// sample in its order.
func (tx *Tx) CEAuditLicenses(_ context.Context, audit core.CEAuditID) (all, sample []core.LicenseID, err error) {
	type row struct {
		LicenseID core.LicenseID
		Place     int
	}
	rows, err := many[row](tx.g, `SELECT license_id, place FROM ce_audit_people WHERE audit_id = ? ORDER BY place, license_id`, audit)
	for _, r := range rows {
		all = append(all, r.LicenseID)
		if r.Place > 0 {
			sample = append(sample, r.LicenseID)
		}
	}
	return all, sample, err
}

// DecideCEAuditPerson writes what was decided; what was decided before is stale.
func (tx *Tx) DecideCEAuditPerson(_ context.Context, p core.CEAuditPerson) error {
	return tx.changeOne(`UPDATE ce_audit_people SET outcome = ?, reason = ?, decided_by = ?, decided_at = ?
		WHERE audit_id = ? AND license_id = ? AND outcome = '' AND place > 0`, p.Outcome, p.Reason, p.DecidedBy, at(p.DecidedAt), p.AuditID, p.LicenseID)
}

// LicensesAudited are the licences of a jurisdiction whose holders an organization
// knows, without their events, each with its holder's birth date.
func (tx *Tx) LicensesAudited(_ context.Context, org core.OrganizationID, jurisdiction string) (licenses []core.License, born map[core.TherapistID]core.Date, err error) {
	type view struct {
		licenseRow `gorm:"embedded"`
		BirthDate  core.Date
	}
	rows, err := many[view](tx.g, `SELECT l.*, t.birth_date FROM licenses l JOIN therapists t ON t.id = l.therapist_id WHERE l.jurisdiction = ?
		AND l.therapist_id IN (SELECT therapist_id FROM enrollments WHERE organization_id = ? UNION SELECT therapist_id FROM course_completions WHERE organization_id = ?)
		ORDER BY l.id`, jurisdiction, org, org)
	born = map[core.TherapistID]core.Date{}
	for _, r := range rows {
		licenses = append(licenses, r.licenseRow.noun())
		born[r.TherapistID] = r.BirthDate
	}
	return licenses, born, err
}
