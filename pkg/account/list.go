package account

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

var errCursor = core.InvalidField("cursor", "bad_cursor", "This is no cursor of this list; take the one that the former page gave, or start without.")

// listed reads one page of a list that is ordered by identifier.
func listed[T, K any](s *Service, ctx context.Context, page core.Page, read func(context.Context, Tx, core.ID[K], int) ([]T, error), id func(T) core.ID[K]) (core.List[T], error) {
	var list core.List[T]
	var after core.ID[K]
	key, err := core.DecodeCursor(page.Cursor, 1)
	if err != nil {
		return list, err
	}
	if key != nil {
		if after, err = core.ParseID[core.ID[K]](key[0]); err != nil {
			return list, errCursor
		}
	}
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		rows, err := read(ctx, tx, after, page.Size()+1)
		list = cut(rows, page.Size(), func(row T) string { return core.EncodeCursor(id(row).String()) })
		return err
	})
	return list, err
}

// cut makes a page of rows that are one more than it holds where another page
// follows.
func cut[T any](rows []T, size int, cursor func(T) string) core.List[T] {
	if len(rows) <= size {
		return core.List[T]{Items: rows}
	}
	return core.List[T]{Items: rows[:size], Next: cursor(rows[size-1])}
}

// Audit is what was done in an organization, newest first. It wants
// audit.read. Code: bad_cursor.
func (s *Service) Audit(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.AuditEvent], error) {
	if err := access.Can(a, access.AuditRead, access.Target{Organization: org}); err != nil {
		return core.List[core.AuditEvent]{}, err
	}
	return listed(s, ctx, page, func(ctx context.Context, tx Tx, after core.AuditID, limit int) ([]core.AuditEvent, error) {
		return tx.AuditEvents(ctx, org, after, limit, false)
	}, func(e core.AuditEvent) core.AuditID { return e.ID })
}

const exportedAtOnce = 500

// ExportAudit hands each event of an organization on, oldest first, without
// holding more than a few in memory; an error of each ends it. It wants
// audit.read.
func (s *Service) ExportAudit(ctx context.Context, a access.Actor, org core.OrganizationID, each func(core.AuditEvent) error) error {
	if err := access.Can(a, access.AuditRead, access.Target{Organization: org}); err != nil {
		return err
	}
	var after core.AuditID
	for {
		var events []core.AuditEvent
		err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
			events, err = tx.AuditEvents(ctx, org, after, exportedAtOnce, true)
			return err
		})
		if err != nil {
			return err
		}
		for _, e := range events {
			if err := each(e); err != nil {
				return err
			}
			after = e.ID
		}
		if len(events) < exportedAtOnce {
			return nil
		}
	}
}
