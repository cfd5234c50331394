package certifydb

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// StatusList is a list that says which certificates were revoked or suspended.
type StatusList struct {
	ID             core.StatusListID   `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	IssuerDID      string              `gorm:"column:issuer_did;not null"`
	Address        string              `gorm:"not null"`
	Used           int64               `gorm:"not null"`
	CreatedAt      store.Moment        `gorm:"not null"`
	Document       []byte
	Suspensions    []byte
	SignedAt       store.Moment
	ValidUntil     store.Moment
}

// TableName implements schema.Tabler.
func (StatusList) TableName() string { return "status_lists" }

func (l StatusList) toCore() certify.StatusList {
	return certify.StatusList{
		ID: l.ID, OrganizationID: l.OrganizationID, IssuerDID: l.IssuerDID, Address: l.Address, Used: int(l.Used), CreatedAt: l.CreatedAt.Time,
		Document: l.Document, Suspensions: l.Suspensions, SignedAt: l.SignedAt.Time, ValidUntil: l.ValidUntil.Time,
	}
}

func statusListOf(l certify.StatusList) StatusList {
	return StatusList{
		ID: l.ID, OrganizationID: l.OrganizationID, IssuerDID: l.IssuerDID, Address: l.Address, Used: int64(l.Used), CreatedAt: store.At(l.CreatedAt),
		Document: l.Document, Suspensions: l.Suspensions, SignedAt: store.At(l.SignedAt), ValidUntil: store.At(l.ValidUntil),
	}
}

// OpenStatusList is the newest list of a school under an issuer with fewer than
// full entries given out. In a command nobody else takes from it until the end.
func (t StatusLists) OpenStatusList(_ context.Context, org core.OrganizationID, did string, full int) (certify.StatusList, error) {
	l, err := store.One[StatusList](t.Gorm().Where("organization_id = ? AND issuer_did = ? AND used < ?", org, did, full).
		Order("id DESC").Limit(1).Scopes(t.Locked("status_lists")), "status list")
	return l.toCore(), err
}

// InsertStatusList begins a list.
func (t StatusLists) InsertStatusList(_ context.Context, l certify.StatusList) error {
	return store.Insert(t.Gorm(), &StatusList{
		ID: l.ID, OrganizationID: l.OrganizationID, IssuerDID: l.IssuerDID, Address: l.Address, Used: int64(l.Used), CreatedAt: store.At(l.CreatedAt),
	})
}

// StatusList finds a list.
func (t StatusLists) StatusList(_ context.Context, id core.StatusListID) (certify.StatusList, error) {
	l, err := store.One[StatusList](t.Gorm().Where("id = ?", id).Scopes(t.Locked("status_lists")), "status list")
	return l.toCore(), err
}

// StatusTaken are those of some indexes that a list has given out.
func (t StatusLists) StatusTaken(_ context.Context, id core.StatusListID, indexes []int) ([]int, error) {
	return store.All[int](t.Gorm().Table("status_entries").Select("status_index").Where("status_list_id = ? AND status_index IN ?", id, indexes))
}

// EntriesOf are how many entries of which lists were given out to some credentials.
func (t StatusLists) EntriesOf(_ context.Context, ids []core.CredentialID) (map[core.StatusListID]int, error) {
	type row struct {
		StatusListID core.StatusListID
		Entries      int
	}
	found, err := store.All[row](t.Gorm().Table("status_entries").Select("status_list_id, COUNT(*) AS entries").
		Where(store.In(t.Tx, "credential_id", ids)).Group("status_list_id"))
	entries := make(map[core.StatusListID]int, len(found))
	for _, r := range found {
		entries[r.StatusListID] = r.Entries
	}
	return entries, err
}

// CountStatus tells that n more entries of a list are given out.
func (t StatusLists) CountStatus(_ context.Context, id core.StatusListID, n int) error {
	return store.ChangeOne(t.Gorm().Model(&StatusList{}).Where("id = ?", id).Update("used", gorm.Expr("used + ?", n)))
}

// StatusSets are the entries of lists whose credentials are revoked or replaced,
// by their states or as the log tells, and those of the suspended ones.
func (t StatusLists) StatusSets(_ context.Context, ids []core.StatusListID) (map[core.StatusListID]certify.StatusSet, error) {
	type row struct {
		StatusListID core.StatusListID
		StatusIndex  int
		State        core.CredentialState
	}
	subject := "o.subject"
	if t.Postgres() {
		subject = "CASE WHEN o.subject ~ '^[0-9a-f-]{36}$' THEN CAST(o.subject AS uuid) END"
	}
	listed := store.In(t.Tx, "e.status_list_id", ids)
	entries, err := store.All[row](t.Gorm().Raw(`SELECT e.status_list_id, e.status_index, CASE s.state WHEN 'suspended' THEN 'suspended' ELSE 'revoked' END AS state FROM status_entries e
		JOIN credential_states s ON s.credential_id = e.credential_id WHERE ? AND s.state IN ('revoked', 'replaced', 'suspended')
		UNION SELECT e.status_list_id, e.status_index, 'revoked' FROM log_openings o
		JOIN status_entries e ON e.credential_id = `+subject+` WHERE o.event IN ('credential.revoke', 'credential.replace') AND ? ORDER BY 1, 2`, listed, listed))
	found := map[core.StatusListID]certify.StatusSet{}
	for _, e := range entries {
		set := found[e.StatusListID]
		if e.State == core.CredentialSuspended {
			set.Suspended = append(set.Suspended, e.StatusIndex)
		} else {
			set.Revoked = append(set.Revoked, e.StatusIndex)
		}
		found[e.StatusListID] = set
	}
	return found, err
}

// KeepStatusLists keeps lists as they were signed.
func (t StatusLists) KeepStatusLists(_ context.Context, lists []certify.StatusList) error {
	return store.Insert(t.Gorm().Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "id"}}, DoUpdates: clause.AssignmentColumns([]string{"document", "suspensions", "signed_at", "valid_until"}),
	}), store.Each(lists, statusListOf))
}

// StatusListsDue are at most limit lists after one that are unsigned or run out
// before an instant, but not those of schools that have closed: these are signed
// for good.
func (t StatusLists) StatusListsDue(_ context.Context, before time.Time, after core.StatusListID, limit int) ([]core.StatusListID, error) {
	return store.All[core.StatusListID](t.Gorm().Table("status_lists l").Select("l.id").Joins("JOIN organizations o ON o.id = l.organization_id").
		Where("o.closed_at IS NULL AND (l.valid_until IS NULL OR l.valid_until < ?) AND l.id > ?", store.At(before), after.String()).
		Order("l.id").Limit(limit))
}

// MarkStatusLists has lists signed again when they are next asked for.
func (t StatusLists) MarkStatusLists(_ context.Context, ids []core.StatusListID) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := store.Change(t.Gorm().Model(&StatusList{}).Where(store.In(t.Tx, "id", ids)).Update("valid_until", store.Moment{}))
	return err
}

// UnsignStatusLists has every list of a school under an issuer signed again when
// it is next asked for, in the name of another, which may be the same.
func (t StatusLists) UnsignStatusLists(_ context.Context, org core.OrganizationID, did, by string) error {
	_, err := store.Change(t.Gorm().Model(&StatusList{}).Where("organization_id = ? AND issuer_did = ?", org, did).
		Updates(map[string]any{"valid_until": store.Moment{}, "issuer_did": by}))
	return err
}

// StatusListsOf are at most limit lists of a school after one.
func (t StatusLists) StatusListsOf(_ context.Context, org core.OrganizationID, after core.StatusListID, limit int) ([]certify.StatusList, error) {
	found, err := store.All[StatusList](t.Gorm().Where("organization_id = ? AND id > ?", org, after.String()).Order("id").Limit(limit))
	return store.Each(found, StatusList.toCore), err
}

// StatusListsFrom are at most limit lists of all schools after one.
func (t StatusLists) StatusListsFrom(_ context.Context, after core.StatusListID, limit int) ([]certify.StatusList, error) {
	found, err := store.All[StatusList](t.Gorm().Where("id > ?", after.String()).Order("id").Limit(limit))
	return store.Each(found, StatusList.toCore), err
}
