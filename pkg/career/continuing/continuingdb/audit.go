package continuingdb

import (
	"context"
	"encoding/json"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Audit is a random check of those whose cycles end between two days.
type Audit struct {
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
	CreatedAt        store.Moment        `gorm:"not null"`
	CreatedBy        core.AccountID      `gorm:"not null"`
	Word             string              `gorm:"not null"`
	DrawnAt          store.Moment
	Version          int `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Audit) TableName() string { return "ce_audits" }

type namedAudit struct {
	Audit
	CreatedByName string
}

func (a namedAudit) toCore() continuing.CEAudit {
	return continuing.CEAudit{
		ID: a.ID, OrganizationID: a.OrganizationID, Jurisdiction: a.Jurisdiction, EndsFrom: a.EndsFrom, EndsTo: a.EndsTo, Percent: a.Percent,
		Commitment: a.Commitment, Seed: a.Seed, Population: a.Population, PopulationDigest: a.PopulationDigest,
		CreatedAt: a.CreatedAt.Time, CreatedBy: a.CreatedBy, CreatedByName: a.CreatedByName, Word: a.Word, DrawnAt: a.DrawnAt.Time, Version: a.Version,
	}
}

func (t Audits) audits() *gorm.DB {
	return t.Gorm().Select("ce_audits.*, a.name AS created_by_name").Joins("JOIN accounts a ON a.id = ce_audits.created_by")
}

// AuditPerson is whom an audit can draw, or drew.
type AuditPerson struct {
	AuditID     core.CEAuditID     `gorm:"primaryKey"`
	LicenseID   core.LicenseID     `gorm:"primaryKey"`
	TherapistID core.TherapistID   `gorm:"not null"`
	CycleFrom   core.Date          `gorm:"not null"`
	CycleTo     core.Date          `gorm:"not null"`
	Place       int                `gorm:"not null"`
	Outcome     continuing.CEState `gorm:"not null"`
	Reason      string             `gorm:"not null"`
	DecidedBy   core.AccountID
	DecidedAt   store.Moment
}

// TableName implements schema.Tabler.
func (AuditPerson) TableName() string { return "ce_audit_people" }

type namedPerson struct {
	AuditPerson
	Name          string
	Number        string
	DecidedByName string
}

func (p namedPerson) toCore() continuing.CEAuditPerson {
	return continuing.CEAuditPerson{
		AuditID: p.AuditID, LicenseID: p.LicenseID, TherapistID: p.TherapistID, Name: p.Name, Number: p.Number, CycleFrom: p.CycleFrom, CycleTo: p.CycleTo,
		Place: p.Place, Outcome: p.Outcome, Reason: p.Reason, DecidedBy: p.DecidedBy, DecidedByName: p.DecidedByName, DecidedAt: p.DecidedAt.Time,
	}
}

func (t Audits) people(audit core.CEAuditID) *gorm.DB {
	return t.Gorm().Select("ce_audit_people.*, a.name, l.number, COALESCE(d.name, '') AS decided_by_name").
		Joins("JOIN people a ON a.id = ce_audit_people.therapist_id").
		Joins("JOIN licenses l ON l.id = ce_audit_people.license_id").Joins("LEFT JOIN accounts d ON d.id = ce_audit_people.decided_by").
		Where("ce_audit_people.audit_id = ?", audit)
}

// InsertCEAudit writes an audit with everybody who can be drawn. It gives
// duplicate where the organization has one of these cycles already.
func (t Audits) InsertCEAudit(_ context.Context, a continuing.CEAudit, people []continuing.CEAuditPerson) error {
	err := store.Insert(t.Gorm(), &Audit{
		ID: a.ID, OrganizationID: a.OrganizationID, Jurisdiction: a.Jurisdiction, EndsFrom: a.EndsFrom, EndsTo: a.EndsTo, Percent: a.Percent,
		Commitment: a.Commitment, Seed: a.Seed, Population: a.Population, PopulationDigest: a.PopulationDigest, CreatedAt: store.At(a.CreatedAt),
		CreatedBy: a.CreatedBy, Version: a.Version,
	})
	if err != nil {
		return err
	}
	return store.Insert(t.Gorm(), store.Each(people, func(p continuing.CEAuditPerson) AuditPerson {
		return AuditPerson{AuditID: p.AuditID, LicenseID: p.LicenseID, TherapistID: p.TherapistID, CycleFrom: p.CycleFrom, CycleTo: p.CycleTo}
	}))
}

// DrawCEAudit writes the public word and the sample in its order; another version
// is stale.
func (t Audits) DrawCEAudit(_ context.Context, a continuing.CEAudit, sample []core.LicenseID) error {
	err := store.ChangeOne(t.Gorm().Model(&Audit{}).Where("id = ? AND version = ?", a.ID, a.Version).
		Updates(map[string]any{"word": a.Word, "drawn_at": store.At(a.DrawnAt), "version": store.Next}))
	if err != nil || len(sample) == 0 {
		return err
	}
	query := `UPDATE ce_audit_people SET place = s.key + 1 FROM json_each(?) AS s WHERE audit_id = ? AND license_id = s.value`
	if t.Postgres() {
		query = `UPDATE ce_audit_people SET place = s.at FROM jsonb_array_elements_text(?::jsonb) WITH ORDINALITY AS s (id, at)
			WHERE audit_id = ? AND license_id = s.id::uuid`
	}
	texts, err := json.Marshal(store.Each(sample, core.LicenseID.String))
	if err != nil {
		return err
	}
	_, err = store.Change(t.Gorm().Exec(query, string(texts), a.ID))
	return err
}

// CEAudit finds an audit.
func (t Audits) CEAudit(_ context.Context, id core.CEAuditID) (continuing.CEAudit, error) {
	a, err := store.One[namedAudit](t.audits().Where("ce_audits.id = ?", id), "audit")
	return a.toCore(), err
}

// CEAudits are at most limit audits of an organization, newest first, that follow
// the audit after.
func (t Audits) CEAudits(_ context.Context, org core.OrganizationID, after core.CEAuditID, limit int) ([]continuing.CEAudit, error) {
	q := t.audits().Where("ce_audits.organization_id = ?", org)
	if !after.IsZero() {
		q = q.Where("ce_audits.id < ?", after)
	}
	found, err := store.All[namedAudit](q.Order("ce_audits.id DESC").Limit(limit))
	return store.Each(found, namedAudit.toCore), err
}

// CEAuditSample is at most limit people of an audit's sample, in its order, after
// a place.
func (t Audits) CEAuditSample(_ context.Context, audit core.CEAuditID, after, limit int) ([]continuing.CEAuditPerson, error) {
	found, err := store.All[namedPerson](t.people(audit).Where("ce_audit_people.place > ?", max(0, after)).Order("ce_audit_people.place").Limit(limit))
	return store.Each(found, namedPerson.toCore), err
}

// CEAuditPerson is one of an audit's people.
func (t Audits) CEAuditPerson(_ context.Context, audit core.CEAuditID, license core.LicenseID) (continuing.CEAuditPerson, error) {
	p, err := store.One[namedPerson](t.people(audit).Where("ce_audit_people.license_id = ?", license), "person")
	return p.toCore(), err
}

// CEAuditLicenses are the licenses of everybody who could be drawn, and the
// sample in its order.
func (t Audits) CEAuditLicenses(_ context.Context, audit core.CEAuditID) (all, sample []core.LicenseID, err error) {
	found, err := store.All[AuditPerson](t.Gorm().Select("license_id, place").Where("audit_id = ?", audit).Order("place, license_id"))
	for _, p := range found {
		all = append(all, p.LicenseID)
		if p.Place > 0 {
			sample = append(sample, p.LicenseID)
		}
	}
	return all, sample, err
}

// DecideCEAuditPerson writes what was decided; what was decided before is stale.
func (t Audits) DecideCEAuditPerson(_ context.Context, p continuing.CEAuditPerson) error {
	return store.ChangeOne(t.Gorm().Model(&AuditPerson{}).
		Where("audit_id = ? AND license_id = ? AND outcome = '' AND place > 0", p.AuditID, p.LicenseID).Updates(map[string]any{
		"outcome": p.Outcome, "reason": p.Reason, "decided_by": p.DecidedBy, "decided_at": store.At(p.DecidedAt),
	}))
}
