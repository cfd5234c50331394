package logbookdb

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// signature is what a submitted entry gets when it is signed.
func signature(by core.MemberID, now time.Time) map[string]any {
	return map[string]any{"state": core.EntrySigned, "signed_at": store.At(now), "signed_by": by, "version": store.Next}
}

// SupersedeEntries marks the signed entries that corrections name; one that is
// not signed any more is stale.
func (t Entries) SupersedeEntries(_ context.Context, corrections []core.Entry) error {
	originals, ids := make([]core.EntryID, len(corrections)), make([]core.EntryID, len(corrections))
	for i, c := range corrections {
		originals[i], ids[i] = c.Corrects, c.ID
	}
	correction := gorm.Expr("(SELECT c.id FROM entries c WHERE c.corrects_id = entries.id AND ?)", store.In(t.Tx, "c.id", ids))
	return store.ChangeAll(t.Gorm().Model(&Entry{}).Where("state = 'signed'").Where(store.In(t.Tx, "id", originals)).
		Updates(map[string]any{"state": core.EntrySuperseded, "superseded_by_id": correction, "version": store.Next}), int64(len(corrections)))
}

// SignEntries signs submitted entries; one that is not submitted any more is
// stale. The supervisors' inboxes follow, on PostgreSQL in the same statement;
// the totals follow with PostCredits.
func (t Entries) SignEntries(_ context.Context, entries []core.Entry, by core.MemberID, now time.Time) error {
	these := store.In(t.Tx, "id", store.Each(entries, func(e core.Entry) core.EntryID { return e.ID }))
	sign := "UPDATE entries SET state = 'signed', signed_at = ?, signed_by = ?, version = version + 1 WHERE state = 'submitted' AND ?"
	args := []any{store.At(now), by, these}
	if t.Postgres() {
		sign = "WITH was AS (SELECT * FROM entries WHERE " + inboxed + " AND ?), w AS (" + takeWeeks + t.weeks("was") + sameWeek + ") " + sign
		args = append([]any{these}, args...)
	} else if err := t.moveInbox(-1, these); err != nil {
		return err
	}
	return store.ChangeAll(t.Gorm().Exec(sign, args...), int64(len(entries)))
}
