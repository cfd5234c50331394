// Package disputedb keeps disputes. It reads whose things of a record are and who
// recorded them, and writes the table of disputes alone.
package disputedb

import (
	"context"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/people/dispute"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Disputes keeps them.
type Disputes struct{ *store.Tx }

// On keeps within a transaction.
func On(tx *store.Tx) Disputes { return Disputes{tx} }

// Models are the models by table.
func Models() []any { return []any{Dispute{}} }

// Dispute is a row of disputes.
type Dispute struct {
	ID             core.DisputeID      `gorm:"primaryKey"`
	ItemKind       core.ItemKind       `gorm:"not null"`
	ItemID         core.ItemID         `gorm:"not null"`
	ItemName       string              `gorm:"not null"`
	TherapistID    core.TherapistID    `gorm:"not null"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	RecordedBy     core.AccountID
	Reason         string        `gorm:"not null"`
	OpenedAt       store.Moment  `gorm:"not null"`
	State          dispute.State `gorm:"not null"`
	Answer         string        `gorm:"not null"`
	ClosedBy       core.AccountID
	ClosedAt       store.Moment
	Version        int `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Dispute) TableName() string { return "disputes" }

// Since is a column, disputed_since, of the day on which a thing of a kind was disputed,
// where that waits for an answer. ID is the column of its identifier.
func Since(kind core.ItemKind, id string) string {
	return "(SELECT q.opened_at FROM disputes q WHERE q.item_kind = '" + string(kind) + "' AND q.item_id = " + id + " AND q.state = 'open') AS disputed_since"
}

type found struct {
	Name           string
	TherapistID    core.TherapistID
	OrganizationID core.OrganizationID
	AccountID      core.AccountID
	Stands         bool
}

// licenseName is what a license l is called.
const licenseName = "l.jurisdiction || ' ' || l.title || ' ' || l.number AS name, l.therapist_id"

// DisputedItem finds a thing of a kind.
func (t Disputes) DisputedItem(_ context.Context, kind core.ItemKind, id core.ItemID) (dispute.Item, error) {
	q := t.item(kind)
	if q == nil {
		return dispute.Item{}, core.NotFound("item")
	}
	f, err := store.One[found](q.Where("i.id = ?", id), "item")
	return dispute.Item{Kind: kind, ID: id, Name: f.Name, Therapist: f.TherapistID, Organization: f.OrganizationID, Account: f.AccountID, Stands: f.Stands}, err
}

func (t Disputes) item(kind core.ItemKind) *gorm.DB {
	switch kind {
	case core.ItemLicense:
		return t.Gorm().Table("licenses i").Select(licenseName + ", i.organization_id, i.created_by AS account_id, TRUE AS stands").Joins("JOIN licenses l ON l.id = i.id")
	case core.ItemEvent:
		return t.Gorm().Table("license_events i").Select(licenseName + `, COALESCE(i.organization_id, CASE WHEN i.recorded_by IS DISTINCT FROM t.account_id THEN l.organization_id END) AS organization_id,
			i.recorded_by AS account_id, NOT EXISTS (SELECT 1 FROM license_events w WHERE w.withdraws_id = i.id) AS stands`).
			Joins("JOIN licenses l ON l.id = i.license_id").Joins("JOIN therapists t ON t.id = l.therapist_id").Where("i.withdraws_id IS NULL")
	case core.ItemAdverse:
		return t.Gorm().Table("adverse_actions i").Select(licenseName + `, i.organization_id, i.recorded_by AS account_id,
			NOT EXISTS (SELECT 1 FROM license_events w WHERE w.withdraws_id = i.event_id) AS stands`).Joins("JOIN licenses l ON l.id = i.license_id")
	case core.ItemHolding:
		return t.Gorm().Table("holdings i").Select("i.name, i.therapist_id, i.organization_id, i.recorded_by AS account_id, i.ended_at IS NULL AS stands")
	case core.ItemCompletion:
		return t.Gorm().Table("course_completions i").Select("k.title AS name, i.therapist_id, i.organization_id, i.recorded_by AS account_id, TRUE AS stands").
			Joins("JOIN courses k ON k.id = i.course_id")
	case core.ItemCredential:
		return t.Gorm().Table("credentials i").Select(`i.title AS name, i.therapist_id, i.organization_id, p.proposed_by AS account_id,
			NOT EXISTS (SELECT 1 FROM credential_states s WHERE s.credential_id = i.id AND s.state IN ('revoked', 'replaced')) AS stands`).
			Joins("JOIN proposals p ON p.id = i.proposal_id")
	}
	return nil
}

// InsertDispute gives disputed_already where the item has an open one.
func (t Disputes) InsertDispute(_ context.Context, d dispute.Dispute) error {
	return store.Breach(store.Insert(t.Gorm(), &Dispute{
		ID: d.ID, ItemKind: d.Item.Kind, ItemID: d.Item.ID, ItemName: d.Item.Name, TherapistID: d.Item.Therapist, OrganizationID: d.Item.Organization,
		RecordedBy: d.Item.Account, Reason: d.Reason, OpenedAt: store.At(d.OpenedAt), State: d.State, Version: d.Version,
	}), core.Conflict("disputed_already"), "disputes_once", "disputes.item_kind, disputes.item_id")
}

// CloseDispute keeps how a dispute ended; stale where it did, or the version is another.
func (t Disputes) CloseDispute(_ context.Context, d dispute.Dispute, version int) error {
	return store.ChangeOne(t.Gorm().Model(&Dispute{}).Where("id = ? AND version = ? AND state = ?", d.ID, version, dispute.Open).Updates(map[string]any{
		"state": d.State, "answer": d.Answer, "closed_by": d.ClosedBy, "closed_at": store.At(d.ClosedAt), "version": store.Next,
	}))
}

type named struct {
	Dispute
	TherapistName    string
	OrganizationName string
	ClosedByName     string
}

func (n named) toCore() dispute.Dispute {
	return dispute.Dispute{
		ID: n.ID, Item: dispute.Item{
			Kind: n.ItemKind, ID: n.ItemID, Name: n.ItemName, Therapist: n.TherapistID, Organization: n.OrganizationID, Account: n.RecordedBy,
		},
		TherapistName: n.TherapistName, OrganizationName: n.OrganizationName, Reason: n.Reason, OpenedAt: n.OpenedAt.Time, State: n.State,
		Answer: n.Answer, ClosedBy: n.ClosedBy, ClosedByName: n.ClosedByName, ClosedAt: n.ClosedAt.Time, Version: n.Version,
	}
}

func (t Disputes) named() *gorm.DB {
	return t.Gorm().Select("disputes.*, a.name AS therapist_name, o.name AS organization_name, COALESCE(c.name, '') AS closed_by_name").
		Joins("JOIN people a ON a.id = disputes.therapist_id").
		Joins("JOIN organizations o ON o.id = disputes.organization_id").Joins("LEFT JOIN accounts c ON c.id = disputes.closed_by")
}

// Dispute finds a dispute.
func (t Disputes) Dispute(_ context.Context, id core.DisputeID) (dispute.Dispute, error) {
	n, err := store.One[named](t.named().Where("disputes.id = ?", id), "dispute")
	return n.toCore(), err
}

// DisputesWith are those of what an organization recorded, newest first.
func (t Disputes) DisputesWith(_ context.Context, org core.OrganizationID, open bool, after core.DisputeID, limit int) ([]dispute.Dispute, error) {
	q := t.named().Where("disputes.organization_id = ?", org)
	if open {
		q = q.Where("disputes.state = ?", dispute.Open)
	} else {
		q = q.Where("disputes.state <> ?", dispute.Open)
	}
	return list(q, after, limit)
}

// DisputesBy are a therapist's, newest first.
func (t Disputes) DisputesBy(_ context.Context, therapist core.TherapistID, after core.DisputeID, limit int) ([]dispute.Dispute, error) {
	return list(t.named().Where(accountdb.OfPerson("disputes.therapist_id", therapist)), after, limit)
}

func list(q *gorm.DB, after core.DisputeID, limit int) ([]dispute.Dispute, error) {
	if !after.IsZero() {
		q = q.Where("disputes.id < ?", after)
	}
	all, err := store.All[named](q.Order("disputes.id DESC").Limit(limit))
	return store.Each(all, named.toCore), err
}
