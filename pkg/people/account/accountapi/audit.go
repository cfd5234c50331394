package accountapi

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
)

var auditRoutes = edge.Routes{
	"listAudit":   {Action: access.AuditRead},
	"exportAudit": {Action: access.AuditRead, Time: 10 * time.Minute},
}

func (o operations) ListAudit(c echo.Context, organization common.OrganizationID, p ListAuditParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[core.AuditEvent], error) {
		return o.service.Audit(ctx, edge.Actor(c), organization, edge.Page(p.Limit, p.Cursor))
	}, func(list core.List[core.AuditEvent]) edge.Reply {
		return edge.List(c, list.Next, AuditEventList{Items: edge.Each(list.Items, event), NextCursor: list.Next})
	})
}

func event(e core.AuditEvent) AuditEvent {
	detail := e.Detail
	if detail == nil {
		detail = map[string]string{}
	}
	return AuditEvent{
		Id: e.ID, At: e.At, AccountId: e.AccountID, ActorName: e.ActorName, Via: e.Via, Address: e.Address,
		Action: e.Action, TargetKind: e.TargetKind, TargetId: e.TargetID, Detail: detail,
	}
}

// ExportAudit sends the export while it is read.
func (o operations) ExportAudit(c echo.Context, organization common.OrganizationID) error {
	begun, w := false, c.Response()
	err := o.service.ExportAudit(c.Request().Context(), edge.Actor(c), organization, func() io.Writer {
		begun = true
		w.Header().Set(echo.HeaderContentType, "text/csv; charset=utf-8")
		w.Header().Set(echo.HeaderContentDisposition, `attachment; filename="audit.csv"`)
		w.WriteHeader(http.StatusOK)
		return w
	})
	if err != nil && begun {
		panic(http.ErrAbortHandler) // a cut-off file must not look like a whole one
	}
	return err
}
