package httpapi

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"time"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/core"
)

func (h *handlers) ListAudit(ctx context.Context, r api.ListAuditRequestObject) (api.ListAuditResponseObject, error) {
	list, err := h.Account.Audit(ctx, callOf(ctx).actor, r.Organization, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListAudit200JSONResponse{
		Body:    api.AuditEventList{Items: each(list.Items, auditEventOf), NextCursor: list.Next},
		Headers: api.ListAudit200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func auditEventOf(e core.AuditEvent) api.AuditEvent {
	detail := e.Detail
	if detail == nil {
		detail = map[string]string{}
	}
	return api.AuditEvent{
		Id: e.ID, At: e.At, AccountId: e.AccountID, ActorName: e.ActorName, Via: e.Via, Address: e.Address,
		Action: e.Action, TargetKind: e.TargetKind, TargetId: e.TargetID, Detail: detail,
	}
}

// auditCSV writes the export while it is read.
type auditCSV func(w http.ResponseWriter) error

func (write auditCSV) VisitExportAuditResponse(w http.ResponseWriter) error { return write(w) }

func (h *handlers) ExportAudit(ctx context.Context, r api.ExportAuditRequestObject) (api.ExportAuditResponseObject, error) {
	return auditCSV(func(w http.ResponseWriter) error {
		out := &exporter{w: w, csv: csv.NewWriter(w)}
		err := h.Account.ExportAudit(ctx, callOf(ctx).actor, r.Organization, out.event)
		if err == nil {
			err = out.end()
		}
		if err != nil && out.begun {
			panic(http.ErrAbortHandler) // a cut-off file must not look like a whole one
		}
		return err
	}), nil
}

// exporter begins its answer with the first event, so that a refusal before it
// can still be a problem.
type exporter struct {
	w     http.ResponseWriter
	csv   *csv.Writer
	begun bool
}

func (x *exporter) begin() error {
	if x.begun {
		return nil
	}
	x.begun = true
	x.w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	x.w.Header().Set("Content-Disposition", `attachment; filename="audit.csv"`)
	x.w.WriteHeader(http.StatusOK)
	return x.csv.Write([]string{"id", "at", "account_id", "actor_name", "via", "address", "action", "target_kind", "target_id", "detail"})
}

func (x *exporter) event(e core.AuditEvent) error {
	if err := x.begin(); err != nil {
		return err
	}
	detail, err := json.Marshal(auditEventOf(e).Detail)
	if err != nil {
		return err
	}
	account := ""
	if !e.AccountID.IsZero() {
		account = e.AccountID.String()
	}
	row := []string{
		e.ID.String(), e.At.Format(time.RFC3339Nano), account, e.ActorName, e.Via, e.Address, e.Action, e.TargetKind,
		e.TargetID, string(detail),
	}
	for i := range row {
		row[i] = core.InertCell(row[i])
	}
	return x.csv.Write(row)
}

func (x *exporter) end() error {
	if err := x.begin(); err != nil {
		return err
	}
	x.csv.Flush()
	return x.csv.Error()
}
