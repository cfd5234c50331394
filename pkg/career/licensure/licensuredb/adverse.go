package licensuredb

import (
	"cmp"
	"context"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/people/dispute/disputedb"
	"github.com/palmar/palmar/pkg/platform/store"
)

var errAdverse = core.Conflict("adverse_exists")

// Adverse is what an authority did about a license.
type Adverse struct {
	ID             core.AdverseID      `gorm:"primaryKey"`
	LicenseID      core.LicenseID      `gorm:"not null"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	Kind           core.AdverseKind    `gorm:"not null"`
	Authority      string              `gorm:"not null"`
	OrderNumber    string              `gorm:"not null"`
	StartsOn       core.Date           `gorm:"not null"`
	EndsOn         core.Date
	EventID        core.LicenseEventID
	DocumentID     core.DocumentID
	Note           string         `gorm:"not null"`
	RecordedBy     core.AccountID `gorm:"not null"`
	RecordedAt     store.Moment   `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Adverse) TableName() string { return "adverse_actions" }

type namedAdverse struct {
	Adverse
	RecordedByName string
	DocumentName   string
	DisputedSince  store.Moment
	// Whose the order that is judged is, and its days: those of the event.
	Judged          bool
	JudgedAuthority string
	JudgedFrom      core.Date
	JudgedUntil     core.Date
}

func (v namedAdverse) toCore() licensure.Adverse {
	if v.Judged {
		v.Authority, v.StartsOn, v.EndsOn = cmp.Or(v.JudgedAuthority, v.Authority), v.JudgedFrom, v.JudgedUntil
	}
	return licensure.Adverse{
		ID: v.ID, LicenseID: v.LicenseID, OrganizationID: v.OrganizationID, Kind: v.Kind, Authority: v.Authority, OrderNumber: v.OrderNumber,
		StartsOn: v.StartsOn, EndsOn: v.EndsOn, EventID: v.EventID, DocumentID: v.DocumentID, DocumentName: v.DocumentName, Note: v.Note,
		RecordedBy: v.RecordedBy, RecordedByName: v.RecordedByName, RecordedAt: v.RecordedAt.Time, Disputed: core.Disputed{DisputedAt: v.DisputedSince.Time},
	}
}

func (t Holdings) adverse() *gorm.DB {
	return t.Gorm().Select("adverse_actions.*, a.name AS recorded_by_name, COALESCE(d.name, '') AS document_name, e.id IS NOT NULL AS judged, COALESCE(e.authority, '') AS judged_authority, e.effective_on AS judged_from, e.until AS judged_until, " + disputedb.Since(core.ItemAdverse, "adverse_actions.id")).
		Joins("JOIN accounts a ON a.id = adverse_actions.recorded_by").Joins("LEFT JOIN documents d ON d.id = adverse_actions.document_id").
		Joins("LEFT JOIN license_events e ON e.id = adverse_actions.event_id")
}

// InsertAdverse gives adverse_exists where the order is recorded already.
func (t Holdings) InsertAdverse(_ context.Context, v licensure.Adverse) error {
	return store.Breach(store.Insert(t.Gorm(), &Adverse{
		ID: v.ID, LicenseID: v.LicenseID, OrganizationID: v.OrganizationID, Kind: v.Kind, Authority: v.Authority, OrderNumber: v.OrderNumber,
		StartsOn: v.StartsOn, EndsOn: v.EndsOn, EventID: v.EventID, DocumentID: v.DocumentID, Note: v.Note, RecordedBy: v.RecordedBy,
		RecordedAt: store.At(v.RecordedAt),
	}), errAdverse, "adverse_actions_license_id_authority_order_number_kind_key",
		"adverse_actions.license_id, adverse_actions.authority, adverse_actions.order_number, adverse_actions.kind")
}

// Adverse finds an adverse action.
func (t Holdings) Adverse(_ context.Context, id core.AdverseID) (licensure.Adverse, error) {
	v, err := store.One[namedAdverse](t.adverse().Where("adverse_actions.id = ?", id), "adverse action")
	return v.toCore(), err
}

// AdverseOf are the adverse actions against a therapist's licenses, newest first: those
// that an organization recorded, or, where it is zero, all.
func (t Holdings) AdverseOf(_ context.Context, therapist core.TherapistID, by core.OrganizationID, after core.AdverseID, limit int) ([]licensure.Adverse, error) {
	q := t.adverse().Joins("JOIN licenses l ON l.id = adverse_actions.license_id").Where(accountdb.OfPerson("l.therapist_id", therapist))
	if !after.IsZero() {
		q = q.Where("adverse_actions.id < ?", after)
	}
	if !by.IsZero() {
		q = q.Where("adverse_actions.organization_id = ?", by)
	}
	found, err := store.All[namedAdverse](q.Order("adverse_actions.id DESC").Limit(limit))
	return store.Each(found, namedAdverse.toCore), err
}

// AttachAdverse adds the document of an action that has none; it gives stale
// where it has one.
func (t Holdings) AttachAdverse(_ context.Context, id core.AdverseID, document core.DocumentID) error {
	return store.ChangeOne(t.Gorm().Model(&Adverse{}).Where("id = ? AND document_id IS NULL", id).Update("document_id", document))
}

// UnsoundAdverse are actions that differ from the order that is judged: of another license,
// kind, authority or other days. Orders that are older than the column of their authority
// name it in their source.
func (t Holdings) UnsoundAdverse(context.Context) (unsound []core.AdverseID, err error) {
	type row struct {
		ID     core.AdverseID
		Kind   core.AdverseKind
		Axis   core.Axis
		Status string
		Same   bool
	}
	found, err := store.All[row](t.Gorm().Model(&Adverse{}).Select(`adverse_actions.id, adverse_actions.kind, e.axis, e.status,
			e.license_id = adverse_actions.license_id AND e.effective_on = adverse_actions.starts_on AND e.until IS NOT DISTINCT FROM adverse_actions.ends_on
			AND (e.authority = adverse_actions.authority OR e.authority = '' AND e.source = adverse_actions.authority || ', order ' || adverse_actions.order_number) AS same`).
		Joins("JOIN license_events e ON e.id = adverse_actions.event_id").Order("adverse_actions.id"))
	for _, r := range found {
		if !r.Same || r.Axis != core.Discipline || r.Status != disciplineOf(r.Kind) {
			unsound = append(unsound, r.ID)
		}
	}
	return unsound, err
}

func disciplineOf(kind core.AdverseKind) string {
	for _, k := range core.AdverseKinds {
		if k.Kind == kind {
			return k.Discipline
		}
	}
	return ""
}
