package store

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

type statusListRow struct {
	ID             core.StatusListID   `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	IssuerDID      string              `gorm:"column:issuer_did;not null"`
	Address        string              `gorm:"not null"`
	Used           int64               `gorm:"not null"`
	CreatedAt      moment              `gorm:"not null"`
	Document       []byte
	Suspensions    []byte
	SignedAt       moment
	ValidUntil     moment
}

func (r statusListRow) noun() core.StatusList {
	return core.StatusList{
		ID: r.ID, OrganizationID: r.OrganizationID, IssuerDID: r.IssuerDID, Address: r.Address, Used: int(r.Used), CreatedAt: r.CreatedAt.Time,
		Document: r.Document, Suspensions: r.Suspensions, SignedAt: r.SignedAt.Time, ValidUntil: r.ValidUntil.Time,
	}
}

// OpenStatusList is the newest list of a school under an issuer with fewer than
// full entries given out. In a command nobody else takes from it until the end.
func (tx *Tx) OpenStatusList(_ context.Context, org core.OrganizationID, did string, full int) (core.StatusList, error) {
	r, err := one[statusListRow](tx.g, "status list", `SELECT * FROM status_lists l
		WHERE l.organization_id = ? AND l.issuer_did = ? AND l.used < ? ORDER BY l.id DESC LIMIT 1`+tx.locked("l"), org, did, full)
	return r.noun(), err
}

// InsertStatusList begins a list.
func (tx *Tx) InsertStatusList(_ context.Context, l core.StatusList) error {
	return tx.insert("status_lists", &statusListRow{
		ID: l.ID, OrganizationID: l.OrganizationID, IssuerDID: l.IssuerDID, Address: l.Address, Used: int64(l.Used), CreatedAt: at(l.CreatedAt),
	})
}

// StatusList finds a list.
func (tx *Tx) StatusList(_ context.Context, id core.StatusListID) (core.StatusList, error) {
	r, err := one[statusListRow](tx.g, "status list", `SELECT * FROM status_lists l WHERE l.id = ?`+tx.locked("l"), id)
	return r.noun(), err
}

// StatusTaken are those of some indexes that a list has given out.
func (tx *Tx) StatusTaken(_ context.Context, id core.StatusListID, indexes []int) ([]int, error) {
	rows, err := many[struct{ StatusIndex int }](tx.g, `SELECT status_index FROM credentials WHERE status_list_id = ? AND status_index IN (?)`, id, indexes)
	return mapped(rows, func(r struct{ StatusIndex int }) int { return r.StatusIndex }), err
}

// CountStatus tells that n more entries of a list are given out.
func (tx *Tx) CountStatus(_ context.Context, id core.StatusListID, n int) error {
	return tx.changeOne(`UPDATE status_lists SET used = used + ? WHERE id = ?`, n, id)
}

// StatusSets are the entries of lists whose credentials are revoked or replaced,
// by their states or as the log tells, and those of the suspended ones.
func (tx *Tx) StatusSets(_ context.Context, ids []core.StatusListID) (map[core.StatusListID]core.StatusSet, error) {
	type row struct {
		StatusListID core.StatusListID
		StatusIndex  int
		State        core.CredentialState
	}
	subject := "o.subject"
	if tx.postgres {
		subject = "CASE WHEN o.subject ~ '^[0-9a-f-]{36}$' THEN CAST(o.subject AS uuid) END"
	}
	condition, arg := in(tx, "c.status_list_id", ids)
	rows, err := many[row](tx.g, `SELECT c.status_list_id, c.status_index, CASE s.state WHEN 'suspended' THEN 'suspended' ELSE 'revoked' END AS state FROM credentials c
		JOIN credential_states s ON s.credential_id = c.id WHERE `+condition+` AND s.state IN ('revoked', 'replaced', 'suspended')
		UNION SELECT c.status_list_id, c.status_index, 'revoked' FROM log_openings o
		JOIN credentials c ON c.id = `+subject+` WHERE o.event IN ('credential.revoke', 'credential.replace') AND `+condition+` ORDER BY 1, 2`, arg, arg)
	found := map[core.StatusListID]core.StatusSet{}
	for _, r := range rows {
		set := found[r.StatusListID]
		if r.State == core.CredentialSuspended {
			set.Suspended = append(set.Suspended, r.StatusIndex)
		} else {
			set.Revoked = append(set.Revoked, r.StatusIndex)
		}
		found[r.StatusListID] = set
	}
	return found, err
}

// KeepStatusLists keeps lists as they were signed.
func (tx *Tx) KeepStatusLists(_ context.Context, lists []core.StatusList) error {
	rows := make([][]any, len(lists))
	for i, l := range lists {
		rows[i] = []any{l.ID, l.OrganizationID, l.IssuerDID, l.Address, l.Used, at(l.CreatedAt), l.Document, l.Suspensions, at(l.SignedAt), at(l.ValidUntil)}
	}
	return tx.insertMany("status_lists", "id, organization_id, issuer_did, address, used, created_at, document, suspensions, signed_at, valid_until", rows,
		"ON CONFLICT (id) DO UPDATE SET document = excluded.document, suspensions = excluded.suspensions, signed_at = excluded.signed_at, valid_until = excluded.valid_until")
}

// StatusListsDue are lists that are unsigned or run out before an instant, but not
// those of schools that have closed: these are signed for good.
func (tx *Tx) StatusListsDue(_ context.Context, before time.Time, limit int) ([]core.StatusList, error) {
	rows, err := many[statusListRow](tx.g, `SELECT l.* FROM status_lists l JOIN organizations o ON o.id = l.organization_id
		WHERE o.closed_at IS NULL AND (l.valid_until IS NULL OR l.valid_until < ?) ORDER BY l.id LIMIT ?`, at(before), limit)
	return mapped(rows, statusListRow.noun), err
}

// UnsignStatusLists has every list of a school under an issuer signed anew when
// it is next asked for, in the name of another, which may be the same.
func (tx *Tx) UnsignStatusLists(_ context.Context, org core.OrganizationID, did, by string) error {
	_, err := tx.exec(`UPDATE status_lists SET valid_until = NULL, issuer_did = ? WHERE organization_id = ? AND issuer_did = ?`, by, org, did)
	return err
}

// StatusListsOf are at most limit lists of a school after one.
func (tx *Tx) StatusListsOf(_ context.Context, org core.OrganizationID, after core.StatusListID, limit int) ([]core.StatusList, error) {
	rows, err := many[statusListRow](tx.g, `SELECT * FROM status_lists WHERE organization_id = ? AND id > ? ORDER BY id LIMIT ?`, org, after.String(), limit)
	return mapped(rows, statusListRow.noun), err
}

// StatusListsFrom are at most limit lists of all schools after one.
func (tx *Tx) StatusListsFrom(_ context.Context, after core.StatusListID, limit int) ([]core.StatusList, error) {
	rows, err := many[statusListRow](tx.g, `SELECT * FROM status_lists WHERE id > ? ORDER BY id LIMIT ?`, after.String(), limit)
	return mapped(rows, statusListRow.noun), err
}
