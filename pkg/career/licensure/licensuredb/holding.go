package licensuredb

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/people/dispute/disputedb"
	"github.com/palmar/palmar/pkg/people/grant/grantdb"
	"github.com/palmar/palmar/pkg/platform/store"
)

var errNPI = core.Conflict("npi_taken")

// Holding is what a therapist holds beside licenses.
type Holding struct {
	ID             core.HoldingID   `gorm:"primaryKey"`
	TherapistID    core.TherapistID `gorm:"not null"`
	OrganizationID core.OrganizationID
	Kind           licensure.HoldingKind `gorm:"not null"`
	Name           string                `gorm:"not null"`
	Issuer         string                `gorm:"not null"`
	Number         string                `gorm:"not null"`
	Jurisdiction   string                `gorm:"not null"`
	ObtainedOn     core.Date
	ExpiresOn      core.Date
	Passed         bool           `gorm:"not null"`
	Attempt        int            `gorm:"not null"`
	EachClaim      int            `gorm:"not null"`
	Aggregate      int            `gorm:"not null"`
	Taxonomy       string         `gorm:"not null"`
	Method         string         `gorm:"not null"`
	Source         string         `gorm:"not null"`
	CheckedOn      core.Date      `gorm:"not null"`
	CheckedBy      core.AccountID `gorm:"not null"`
	NextCheck      core.Date
	DocumentID     core.DocumentID
	Note           string         `gorm:"not null"`
	RecordedBy     core.AccountID `gorm:"not null"`
	RecordedAt     store.Moment   `gorm:"not null"`
	EndedAt        store.Moment
	Version        int `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Holding) TableName() string { return "holdings" }

type namedHolding struct {
	Holding
	TherapistName  string
	CheckedByName  string
	RecordedByName string
	DocumentName   string
	// OrganizationName is that of whose member recorded it.
	OrganizationName string
	DisputedSince    store.Moment
}

func (h namedHolding) toCore() licensure.Holding {
	return licensure.Holding{
		ID: h.ID, TherapistID: h.TherapistID, TherapistName: h.TherapistName, OrganizationID: h.OrganizationID, Kind: h.Kind, Name: h.Name,
		Issuer: h.Issuer, Number: h.Number, Jurisdiction: h.Jurisdiction, ObtainedOn: h.ObtainedOn, ExpiresOn: h.ExpiresOn, Passed: h.Passed,
		Attempt: h.Attempt, EachClaim: h.EachClaim, Aggregate: h.Aggregate, Taxonomy: h.Taxonomy, Method: h.Method, Source: h.Source,
		CheckedOn: h.CheckedOn, CheckedBy: h.CheckedBy, CheckedByName: h.CheckedByName, NextCheck: h.NextCheck, DocumentID: h.DocumentID,
		DocumentName: h.DocumentName, Note: h.Note, RecordedBy: h.RecordedBy, RecordedByName: h.RecordedByName, RecordedAt: h.RecordedAt.Time,
		EndedAt: h.EndedAt.Time, Version: h.Version, OrganizationName: h.OrganizationName, Disputed: core.Disputed{DisputedAt: h.DisputedSince.Time},
	}
}

func (t Holdings) holdings() *gorm.DB {
	return t.Gorm().Select(`holdings.*, ta.name AS therapist_name, ca.name AS checked_by_name, ra.name AS recorded_by_name,
			COALESCE(d.name, '') AS document_name, COALESCE(o.name, '') AS organization_name, ` + disputedb.Since(core.ItemHolding, "holdings.id")).
		Joins("JOIN people ta ON ta.id = holdings.therapist_id").
		Joins("JOIN accounts ca ON ca.id = holdings.checked_by").Joins("JOIN accounts ra ON ra.id = holdings.recorded_by").
		Joins("LEFT JOIN documents d ON d.id = holdings.document_id").Joins("LEFT JOIN organizations o ON o.id = holdings.organization_id")
}

// InsertHolding gives npi_taken where someone else has the number.
func (t Holdings) InsertHolding(_ context.Context, h licensure.Holding) error {
	return store.Breach(store.Insert(t.Gorm(), &Holding{
		ID: h.ID, TherapistID: h.TherapistID, OrganizationID: h.OrganizationID, Kind: h.Kind, Name: h.Name, Issuer: h.Issuer, Number: h.Number,
		Jurisdiction: h.Jurisdiction, ObtainedOn: h.ObtainedOn, ExpiresOn: h.ExpiresOn, Passed: h.Passed, Attempt: h.Attempt, EachClaim: h.EachClaim,
		Aggregate: h.Aggregate, Taxonomy: h.Taxonomy, Method: h.Method, Source: h.Source, CheckedOn: h.CheckedOn, CheckedBy: h.CheckedBy,
		NextCheck: h.NextCheck, DocumentID: h.DocumentID, Note: h.Note, RecordedBy: h.RecordedBy, RecordedAt: store.At(h.RecordedAt), Version: h.Version,
	}), errNPI, "holdings_npi_once", "holdings.number")
}

// UpdateHolding keeps how a holding is known, its evidence and its end.
func (t Holdings) UpdateHolding(_ context.Context, h licensure.Holding) error {
	return store.ChangeOne(t.Gorm().Model(&Holding{}).Where("id = ? AND version = ?", h.ID, h.Version).Updates(map[string]any{
		"method": h.Method, "source": h.Source, "checked_on": h.CheckedOn, "checked_by": h.CheckedBy, "next_check": h.NextCheck,
		"document_id": h.DocumentID, "ended_at": store.At(h.EndedAt), "version": store.Next,
	}))
}

// Holding finds a holding.
func (t Holdings) Holding(_ context.Context, id core.HoldingID) (licensure.Holding, error) {
	h, err := store.One[namedHolding](t.holdings().Where("holdings.id = ?", id), "qualification")
	return h.toCore(), err
}

// HoldingsOf are what a therapist holds, newest first, without what was taken
// back.
func (t Holdings) HoldingsOf(_ context.Context, therapist core.TherapistID, after core.HoldingID, limit int) ([]licensure.Holding, error) {
	q := t.holdings().Where(accountdb.OfPerson("holdings.therapist_id", therapist)).Where("holdings.ended_at IS NULL")
	if !after.IsZero() {
		q = q.Where("holdings.id < ?", after)
	}
	found, err := store.All[namedHolding](q.Order("holdings.id DESC").Limit(limit))
	return store.Each(found, namedHolding.toCore), err
}

// HoldingsShown are what a therapist holds of some kinds, without failed attempts at
// examinations, and what an organization recorded of it, newest first.
func (t Holdings) HoldingsShown(_ context.Context, therapist core.TherapistID, kinds []licensure.HoldingKind, by core.OrganizationID, after core.HoldingID, limit int) ([]licensure.Holding, error) {
	q := t.holdings().Where(accountdb.OfPerson("holdings.therapist_id", therapist)).Where("holdings.ended_at IS NULL").
		Where("holdings.organization_id = ? OR holdings.kind IN ? AND (holdings.kind <> ? OR holdings.passed)", by, kinds, licensure.HoldingExam)
	if !after.IsZero() {
		q = q.Where("holdings.id < ?", after)
	}
	found, err := store.All[namedHolding](q.Order("holdings.id DESC").Limit(limit))
	return store.Each(found, namedHolding.toCore), err
}

// LongestHeld is, of what a therapist holds of a kind since a day, the one that
// ends last, if any.
func (t Holdings) LongestHeld(_ context.Context, therapist core.TherapistID, kind licensure.HoldingKind, on core.Date) ([]licensure.Holding, error) {
	found, err := store.All[namedHolding](t.holdings().Where(accountdb.OfPerson("holdings.therapist_id", therapist)).Where("holdings.ended_at IS NULL").
		Where("holdings.kind = ? AND (holdings.obtained_on IS NULL OR holdings.obtained_on <= ?)", kind, on).
		Order("holdings.expires_on DESC, holdings.id DESC").Limit(1))
	return store.Each(found, namedHolding.toCore), err
}

// HoldingsDue are what an organization recorded or may see of what people hold, and has
// to be looked at again by a day, oldest record first.
func (t Holdings) HoldingsDue(_ context.Context, org core.OrganizationID, by core.Date, now time.Time, after core.HoldingID, limit int) ([]licensure.Holding, error) {
	found, err := store.All[namedHolding](t.holdings().
		Where("holdings.ended_at IS NULL AND holdings.next_check <= ? AND holdings.id > ?", by, after.String()).
		Scopes(openedHoldings(org, now)).Order("holdings.id").Limit(limit))
	return store.Each(found, namedHolding.toCore), err
}

// Opened narrows to the therapists who let an organization see all of these parts of
// their records. Column is the therapist's.
func Opened(org core.OrganizationID, column string, now time.Time, scopes ...access.Scope) func(*gorm.DB) *gorm.DB {
	return func(q *gorm.DB) *gorm.DB {
		for _, s := range scopes {
			q = q.Where("EXISTS (?)", grantdb.Open(q.Session(&gorm.Session{NewDB: true}), org, column, s, now))
		}
		return q
	}
}

// openedHoldings narrows to what an organization recorded, and what a grant lets it
// see of each kind. Failed attempts at an examination are in no grant.
func openedHoldings(org core.OrganizationID, now time.Time) func(*gorm.DB) *gorm.DB {
	return func(q *gorm.DB) *gorm.DB {
		clean := func() *gorm.DB { return q.Session(&gorm.Session{NewDB: true}) }
		any := clean().Where("holdings.organization_id = ?", org)
		for _, r := range licensure.HoldingRules {
			any = any.Or("holdings.kind = ? AND (holdings.kind <> ? OR holdings.passed) AND EXISTS (?)",
				r.Kind, licensure.HoldingExam, grantdb.Open(clean(), org, "holdings.therapist_id", r.Scope, now))
		}
		return q.Where(any)
	}
}
