package store

import (
	"context"
	"maps"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// AuditEvent is who did what.
type AuditEvent struct {
	ID             core.AuditID `gorm:"primaryKey"`
	At             Moment       `gorm:"not null"`
	OrganizationID core.OrganizationID
	TherapistID    core.TherapistID
	AccountID      core.AccountID
	Via            string                  `gorm:"not null"`
	Address        string                  `gorm:"not null"`
	Action         string                  `gorm:"not null"`
	TargetKind     string                  `gorm:"not null"`
	TargetID       string                  `gorm:"not null"`
	Detail         JSON[map[string]string] `gorm:"not null" of:"audit_events"`
	Vouches        string                  `gorm:"not null"`
	Sealed
}

// TableName implements schema.Tabler.
func (AuditEvent) TableName() string { return "audit_events" }

// Under implements Sealable.
func (e *AuditEvent) Under(b *core.Sealed) {
	b.ID("id", e.ID[:])
	b.Moment("at", e.At.Time)
	b.ID("organization", e.OrganizationID[:])
	b.ID("therapist", e.TherapistID[:])
	b.ID("account", e.AccountID[:])
	b.Text("via", e.Via)
	b.Text("address", e.Address)
	b.Text("action", e.Action)
	b.Text("target_kind", e.TargetKind)
	b.Text("target_id", e.TargetID)
	e.details(b)
	b.Text("vouches", e.Vouches)
}

func (e *AuditEvent) details(b *core.Sealed) {
	if len(e.Detail.V) < 2 { // most: nothing to sort
		for name, value := range e.Detail.V {
			b.Text("detail", name)
			b.Text("is", value)
		}
		return
	}
	for _, name := range slices.Sorted(maps.Keys(e.Detail.V)) {
		b.Text("detail", name)
		b.Text("is", e.Detail.V[name])
	}
}

// Vouched implements Sealable: of audit rows AuditAll takes care itself.
func (e *AuditEvent) Vouched() string { return "" }

type namedEvent struct {
	AuditEvent
	ActorName string
}

func (e namedEvent) toCore() core.AuditEvent {
	event := e.Event()
	event.ActorName = e.ActorName
	return event
}

// Event is the row as what it tells of.
func (e AuditEvent) Event() core.AuditEvent {
	return core.AuditEvent{
		ID: e.ID, At: e.At.Time, OrganizationID: e.OrganizationID, TherapistID: e.TherapistID, AccountID: e.AccountID,
		Via: e.Via, Address: e.Address, Action: e.Action, TargetKind: e.TargetKind, TargetID: e.TargetID, Detail: e.Detail.V,
	}
}

// Audit records who did what; it belongs into the transaction of what it tells
// of. An account that is not kept, such as the program's own, is left out.
func (tx *Tx) Audit(ctx context.Context, e core.AuditEvent) error {
	return tx.AuditAll(ctx, []core.AuditEvent{e})
}

// AuditAll is Audit for several events at once. The first vouches for what the
// transaction has written under a seal and for the newest that was committed
// before, each other for the one before it.
func (tx *Tx) AuditAll(_ context.Context, events []core.AuditEvent) error {
	if len(events) == 0 {
		return nil
	}
	vouches, rows := tx.vouch(), make([]AuditEvent, len(events))
	for i, e := range events {
		if e.AccountID == access.System.AccountID {
			e.AccountID = core.AccountID{}
		}
		rows[i] = AuditEvent{
			ID: e.ID, At: At(e.At), OrganizationID: e.OrganizationID, TherapistID: e.TherapistID, AccountID: e.AccountID,
			Via: e.Via, Address: e.Address, Action: e.Action, TargetKind: e.TargetKind, TargetID: e.TargetID, Detail: JSON[map[string]string]{e.Detail},
			Vouches: vouches,
		}
		vouches = vouchedEvent(e.ID)
	}
	if err := InsertSealed(tx, rows); err != nil {
		return err
	}
	tx.Owe(vouches)
	return nil
}

// AuditEvents are at most limit events of an organization, newest first, or
// oldest first, that follow the event after; zero is the beginning.
func (tx *Tx) AuditEvents(_ context.Context, org core.OrganizationID, after core.AuditID, limit int, oldestFirst bool) ([]core.AuditEvent, error) {
	follows, order := "audit_events.id < ?", "audit_events.id DESC"
	if oldestFirst {
		follows, order = "audit_events.id > ?", "audit_events.id"
	}
	q := tx.Gorm().Select("audit_events.*, COALESCE(a.name, '') AS actor_name").
		Joins("LEFT JOIN accounts a ON a.id = audit_events.account_id").Where("audit_events.organization_id = ?", org)
	if !after.IsZero() {
		q = q.Where(follows, after)
	}
	found, err := All[namedEvent](q.Order(order).Limit(limit))
	return Each(found, namedEvent.toCore), err
}
