package store

import (
	"context"
	"encoding/json"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

type auditRow struct {
	ID             core.AuditID `gorm:"primaryKey"`
	At             moment       `gorm:"not null"`
	OrganizationID core.OrganizationID
	AccountID      core.AccountID
	Via            string `gorm:"not null"`
	Address        string `gorm:"not null"`
	Action         string `gorm:"not null"`
	TargetKind     string `gorm:"not null"`
	TargetID       string `gorm:"not null"`
	Detail         string `gorm:"not null"`
}

// Audit records who did what; it belongs into the transaction of what it tells
// of. An account that is not kept, such as the program's own, is left out.
func (tx *Tx) Audit(ctx context.Context, e core.AuditEvent) error {
	return tx.AuditAll(ctx, []core.AuditEvent{e})
}

// AuditAll is Audit for several events at once.
func (tx *Tx) AuditAll(_ context.Context, events []core.AuditEvent) error {
	rows := make([][]any, len(events))
	for i, e := range events {
		detail := []byte("{}")
		if len(e.Detail) > 0 {
			var err error
			if detail, err = json.Marshal(e.Detail); err != nil {
				return err
			}
		}
		if e.AccountID == access.System.AccountID {
			e.AccountID = core.AccountID{}
		}
		rows[i] = []any{e.ID, at(e.At), e.OrganizationID, e.AccountID, e.Via, e.Address, e.Action, e.TargetKind, e.TargetID, string(detail)}
	}
	return tx.insertMany("audit_events", "id, at, organization_id, account_id, via, address, action, target_kind, target_id, detail", rows, "")
}

// AuditEvents are at most limit events of an organization, newest first, or
// oldest first, that follow the event after; zero is the beginning.
func (tx *Tx) AuditEvents(_ context.Context, org core.OrganizationID, after core.AuditID, limit int, oldestFirst bool) ([]core.AuditEvent, error) {
	compare, order := " AND e.id < ?", " ORDER BY e.id DESC LIMIT ?"
	if oldestFirst {
		compare, order = " AND e.id > ?", " ORDER BY e.id LIMIT ?"
	}
	query, args := `SELECT e.*, COALESCE(a.name, '') AS actor_name FROM audit_events e
		LEFT JOIN accounts a ON a.id = e.account_id WHERE e.organization_id = ?`, []any{org}
	if !after.IsZero() {
		query, args = query+compare, append(args, after)
	}
	type row struct {
		auditRow  `gorm:"embedded"`
		ActorName string
	}
	rows, err := many[row](tx.g, query+order, append(args, limit)...)
	return mapped(rows, func(r row) core.AuditEvent {
		e := core.AuditEvent{
			ID: r.ID, At: r.At.Time, OrganizationID: r.OrganizationID, AccountID: r.AccountID, ActorName: r.ActorName,
			Via: r.Via, Address: r.Address, Action: r.Action, TargetKind: r.TargetKind, TargetID: r.TargetID,
		}
		_ = json.Unmarshal([]byte(r.Detail), &e.Detail)
		return e
	}), err
}
