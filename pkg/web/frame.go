package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/web/render"
)

// frame is what the layout shows around any page for the one who asks.
func (r *request) frame(title string) render.Page {
	org := r.currentOrganization()
	page := render.Page{
		Title: title, Flash: r.flash(), RequestID: core.OriginOf(r.ctx()).RequestID, Today: core.DateOf(r.now()),
		SignInHref: "/sign-in",
		Footer:     []render.NavItem{{Href: "/check", Label: "Check a certificate"}, {Href: "/directory", Label: "Find a therapist"}, {Href: "/docs", Label: "API"}},
	}
	if r.actor.AccountID.IsZero() {
		return page
	}
	page.Account = &render.Account{Name: r.actor.Name, Organization: org.OrganizationName, Href: "/account", SignOutHref: "/sign-out"}
	if len(organizations(r.actor)) > 1 {
		page.Account.SwitchHref = "/organizations"
	}
	page.Nav = r.menu(org)
	return page
}

// organizations are the actor's organizations, each once.
func organizations(a access.Actor) []access.Membership {
	var out []access.Membership
	for _, m := range a.Memberships {
		if len(out) == 0 || out[len(out)-1].OrganizationID != m.OrganizationID {
			out = append(out, m)
		}
	}
	return out
}

// currentOrganization is the one in the address, else the actor's first.
func (r *request) currentOrganization() access.Membership {
	for _, m := range r.actor.Memberships {
		if m.OrganizationID == r.place || m.OrganizationID.String() == r.Param("organization") {
			return m
		}
	}
	if len(r.actor.Memberships) > 0 {
		return r.actor.Memberships[0]
	}
	return access.Membership{}
}

// orgPath is an address below the organization, such as orgPath(id, "inbox").
func orgPath(org core.OrganizationID, rest string) string { return "/o/" + org.String() + "/" + rest }

// menu lists what the actor can do in the current organization.
func (r *request) menu(org access.Membership) []render.NavItem {
	var items []render.NavItem
	add := func(href, label string) {
		current := r.Request().URL.Path == href || strings.HasPrefix(r.Request().URL.Path, href+"/")
		items = append(items, render.NavItem{Href: href, Label: label, Current: current})
	}
	if !r.actor.TherapistID.IsZero() {
		add("/record", "My hours")
	}
	id := org.OrganizationID
	has := func(action access.Action) bool {
		return access.Can(r.actor, action, access.Target{Organization: id}) == nil
	}
	if org.OrganizationKind == core.School {
		if has(access.InboxRead) {
			add(orgPath(id, "inbox"), "Inbox")
		}
		if has(access.ClassRead) {
			add(orgPath(id, "classes"), "Classes")
		}
		if has(access.EnrollmentRead) {
			add(orgPath(id, "students"), "Students")
		}
		if has(access.RequestRead) {
			add(orgPath(id, "requests"), "Requests")
		}
		if has(access.ImportRead) {
			add(orgPath(id, "imports"), "Imports")
		}
		if has(access.ProposalRead) {
			add(orgPath(id, "completions"), "Completions")
		}
		if has(access.CEDecide) {
			add(orgPath(id, "ce"), "CE")
		}
		if has(access.CourseWrite) {
			add(orgPath(id, "courses"), "Courses")
		} else if has(access.PathwayRead) {
			add(orgPath(id, "pathways"), "Pathways")
		}
		if has(access.ProgramPublish) {
			add(orgPath(id, "programs"), "Programs")
		}
	}
	if org.OrganizationKind == core.Employer && has(access.CheckMake) {
		add(orgPath(id, "checks"), "Checks")
	}
	if has(access.AuditRead) {
		add(orgPath(id, "members"), "Organization")
		last := &items[len(items)-1]
		for _, page := range []string{"settings", "tokens", "audit"} {
			last.Current = last.Current || r.Request().URL.Path == orgPath(id, page)
		}
	}
	return items
}

// Error answers an error: a fault in its own words, anything else without a
// word of its cause. A stale sign-in leads to the confirmation.
func (w *Web) Error(err error, c echo.Context) {
	r := &request{Context: c, web: w}
	if cookie, e := c.Cookie(w.cookieName()); e == nil {
		r.actor, _ = w.Account.Authenticate(r.ctx(), cookie.Value)
	}
	if failed := r.answerError(err); failed != nil && w.Log != nil {
		w.Log.ErrorContext(r.ctx(), "the page of an error failed", "error", failed)
	}
}

func (r *request) answerError(err error) error {
	f := core.AsFault(err)
	problem := problemOf(http.StatusInternalServerError)
	var he *echo.HTTPError
	switch {
	case f != nil && f.Code == core.ErrReauthenticate.Code && !r.actor.AccountID.IsZero():
		return r.Redirect(http.StatusSeeOther, confirmPath(r.Request()))
	case f != nil:
		problem = problemOf(StatusOf(f))
		problem.Message = f.Message
	case errors.As(err, &he):
		problem = problemOf(he.Code)
	}
	page := r.frame(problem.Title)
	page.Content = problem
	return r.write(problem.Status, "error", page)
}

func problemOf(status int) render.Problem {
	p := render.Problem{Status: status, Title: http.StatusText(status)}
	switch status {
	case http.StatusNotFound:
		p.Title, p.Message = "There is nothing here", "The address may be mistyped, or what it led to is not yours to see."
	case http.StatusForbidden:
		p.Title, p.Message = "This is not for your role", "Ask an administrator of your organization if you need it."
	case http.StatusMethodNotAllowed:
		p.Title, p.Message = "This address takes no such request", "Go back and use the page's own buttons."
	case http.StatusRequestEntityTooLarge:
		p.Title, p.Message = "That is too large", "Send a smaller file."
	case http.StatusTooManyRequests:
		p.Title, p.Message = "Too many attempts", "Wait a little and try again."
	case http.StatusPreconditionFailed:
		p.Title = "Somebody else was first"
	case http.StatusConflict:
		p.Title = "That cannot be done now"
	case http.StatusUnprocessableEntity, http.StatusBadRequest:
		p.Title, p.Message = "That could not be read", "Go back, reload the page and send it again."
	case http.StatusInternalServerError:
		p.Title, p.Message = "Something went wrong on our side", "Nothing was changed. Try again in a moment."
	}
	return p
}
