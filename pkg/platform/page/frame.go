package page

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/render"
)

// frame is what the layout shows around any page for the one who asks.
func (r *Request) frame(title string) render.Page {
	org := r.CurrentOrganization()
	page := render.Page{
		Title: title, Flash: r.flash(), RequestID: core.OriginOf(r.Ctx()).RequestID, Today: core.DateOf(r.Now()),
		SignInHref: "/sign-in", Footer: r.Site.Footer,
	}
	if r.Actor.AccountID.IsZero() {
		return page
	}
	page.Account = &render.Account{Name: r.Actor.Name, Organization: org.OrganizationName, Href: "/account", SignOutHref: "/sign-out"}
	if len(Organizations(r.Actor)) > 1 {
		page.Account.SwitchHref = "/organizations"
	}
	page.Nav = r.menuIn(org)
	return page
}

// Error answers an error: a fault in its own words, anything else without a
// word of its cause. A stale sign-in leads to the confirmation.
func (s *Site) Error(err error, c echo.Context) {
	r := &Request{Context: c, Site: s}
	if cookie, e := c.Cookie(s.cookieName()); e == nil {
		r.Actor, _ = s.Accounts.Authenticate(r.Ctx(), cookie.Value)
	}
	if failed := r.answerError(err); failed != nil && s.Log != nil {
		s.Log.ErrorContext(r.Ctx(), "the page of an error failed", "error", failed)
	}
}

func (r *Request) answerError(err error) error {
	f := core.AsFault(err)
	problem := problemOf(http.StatusInternalServerError)
	var he *echo.HTTPError
	switch {
	case f != nil && f.Code == core.ErrReauthenticate.Code && !r.Actor.AccountID.IsZero():
		return r.Redirect(http.StatusSeeOther, confirmPath(r.Request()))
	case f != nil:
		problem = problemOf(StatusOf(f))
		problem.Message = f.Message()
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
		p.Title, p.Message = "Page not found", "The address may be mistyped, or you don’t have access to this page."
	case http.StatusForbidden:
		p.Title, p.Message = "Your role doesn’t allow this", "Ask an administrator of your organization if you need it."
	case http.StatusMethodNotAllowed:
		p.Title, p.Message = "This page can’t do that", "Go back and use the buttons on the page."
	case http.StatusRequestEntityTooLarge:
		p.Title, p.Message = "Too large", "Send a smaller file."
	case http.StatusTooManyRequests:
		p.Title, p.Message = "Too many attempts", "Wait a moment and try again."
	case http.StatusPreconditionFailed:
		p.Title = "This record has changed"
	case http.StatusConflict:
		p.Title = "This can’t be done now"
	case http.StatusUnprocessableEntity, http.StatusBadRequest:
		p.Title, p.Message = "We couldn’t read that", "Go back, reload the page, and send it again."
	case http.StatusInternalServerError:
		p.Title, p.Message = "Something went wrong on our side", "Nothing was changed. Try again in a moment."
	}
	return p
}
