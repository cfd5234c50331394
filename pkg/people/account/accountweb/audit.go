package accountweb

import (
	"io"
	"net/http"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

type auditPage struct {
	Tab   page.OrganizationTabs
	Items []core.AuditEvent
	Zone  string
	Pager render.Pager
	Now   time.Time
}

func (o organizations) showAudit(r *page.Request) error {
	org, err := r.Organization()
	if err != nil {
		return err
	}
	list, err := o.Account.Audit(r.Ctx(), r.Actor, org, r.Part())
	if err != nil {
		return err
	}
	found, err := o.Account.Organization(r.Ctx(), r.Actor, org)
	return r.Show(page.View{Name: "account/audit", Title: r.Say("shared.audit_log"), Content: auditPage{
		r.OrganizationTabs(org, "audit"), list.Items, found.Zone, r.Pager(list.Next, r.Say("account.audit.pages_of_the_audit")), r.Now(),
	}}, err)
}

// exportAudit streams the audit as CSV, oldest first. An export that breaks off
// ends the connection, so that half a file is not taken for the whole.
func (o organizations) exportAudit(r *page.Request) error {
	org, err := r.Organization()
	if err != nil {
		return err
	}
	begun := false
	err = o.Account.ExportAudit(r.Ctx(), r.Actor, org, func() io.Writer {
		begun = true
		r.Response().Header().Set("Content-Type", "text/csv; charset=utf-8")
		r.Response().Header().Set("Content-Disposition", `attachment; filename="audit-`+core.DateOf(r.Now()).String()+`.csv"`)
		r.Response().WriteHeader(http.StatusOK)
		return r.Response()
	})
	if err != nil && begun {
		r.Site.Log.ErrorContext(r.Ctx(), "audit export broke off", "organization", org.String(), "error", err)
		panic(http.ErrAbortHandler)
	}
	return err
}
