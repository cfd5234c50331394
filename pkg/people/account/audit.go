package account

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

const exportedAtOnce = 500

var auditColumns = []string{"id", "at", "account_id", "actor_name", "via", "address", "action", "target_kind", "target_id", "detail"}

// Audit is what was done in an organization, newest first. It wants
// audit.read. Code: bad_cursor.
func (s *Tenants) Audit(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.AuditEvent], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.AuditRead, access.Target{Organization: org},
		func(ctx context.Context, tx Tx, after core.AuditID, limit int) ([]core.AuditEvent, error) {
			return tx.AuditEvents(ctx, org, after, limit, false)
		}, func(e core.AuditEvent) core.AuditID { return e.ID }))
}

// ExportAudit writes all events of an organization as CSV, oldest first, with never
// more than a few in memory: the one export, for the API and the pages. It asks
// for where to write once it has something to write, so that an error before that
// is still an answer of its own; one that comes later leaves half a file, which
// must not look like a whole one. It wants audit.read.
func (s *Tenants) ExportAudit(ctx context.Context, a access.Actor, org core.OrganizationID, begin func() io.Writer) error {
	var out *csv.Writer
	for after, more := (core.AuditID{}), true; more; {
		events, err := act.Look(ctx, s.act, a, access.AuditRead, func(ctx context.Context, r act.Reader[Tx]) ([]core.AuditEvent, error) {
			if err := r.May(ctx, access.Target{Organization: org}); err != nil {
				return nil, err
			}
			return r.Tx.AuditEvents(ctx, org, after, exportedAtOnce, true)
		})
		if err != nil {
			return err
		}
		if out == nil {
			out = csv.NewWriter(begin())
			if err := out.Write(auditColumns); err != nil {
				return err
			}
		}
		for _, e := range events {
			if err := writeEvent(out, e); err != nil {
				return err
			}
			after = e.ID
		}
		more = len(events) == exportedAtOnce
	}
	out.Flush()
	return out.Error()
}

func writeEvent(out *csv.Writer, e core.AuditEvent) error {
	if e.Detail == nil {
		e.Detail = map[string]string{}
	}
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		return err
	}
	who := ""
	if !e.AccountID.IsZero() {
		who = e.AccountID.String()
	}
	row := []string{
		e.ID.String(), e.At.UTC().Format(time.RFC3339Nano), who, e.ActorName, e.Via, e.Address, e.Action, e.TargetKind, e.TargetID, string(detail),
	}
	for i := range row {
		row[i] = core.InertCell(row[i])
	}
	return out.Write(row)
}
