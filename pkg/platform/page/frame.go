package page

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/render"
)

// frame is what the layout shows around any page for the one who asks.
func (r *Request) frame(title string) render.Page {
	org := r.CurrentOrganization()
	page := render.Page{
		Title: title, Flash: r.flash(), RequestID: core.OriginOf(r.Ctx()).RequestID, Today: core.DateOf(r.Now()),
		SignInHref: "/sign-in", Language: r.Language(),
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
		if actor, err := s.Accounts.Authenticate(r.Ctx(), cookie.Value); err == nil {
			r.is(actor)
		}
	}
	if failed := r.answerError(err); failed != nil && s.Log != nil {
		s.Log.ErrorContext(r.Ctx(), "the page of an error failed", "error", failed)
	}
}

func (r *Request) answerError(err error) error {
	f := core.AsFault(err)
	problem := problemOf(r, http.StatusInternalServerError)
	var he *echo.HTTPError
	switch {
	case f != nil && f.Code == core.ErrReauthenticate.Code && !r.Actor.AccountID.IsZero():
		return r.Redirect(http.StatusSeeOther, confirmPath(r.Request()))
	case f != nil:
		problem = problemOf(r, StatusOf(f))
		problem.Message = r.Language().Write(f.Sentence())
		if id := "problem." + f.Code; r.Language().Has(id) {
			problem.Title = r.Say(id)
		}
		if f.Kind == core.KindTooMany {
			problem.Path, problem.Again = typed(r)
		}
	case errors.As(err, &he):
		problem = problemOf(r, he.Code)
	}
	page := r.frame(problem.Title)
	page.Content = problem
	return r.write(problem.Status, "error", page)
}

// typed is what was sent with a form that was refused before anybody read it. Passwords
// are typed again.
func typed(r *Request) (path string, values []render.Typed) {
	if r.Request().Method != http.MethodPost {
		return "", nil
	}
	form, err := r.FormParams()
	if err != nil {
		return "", nil
	}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, value := range form[name] {
			if !strings.Contains(name, "password") {
				values = append(values, render.Typed{Name: name, Value: value, Long: strings.ContainsAny(value, " \n")})
			}
		}
	}
	return r.Request().URL.Path, values
}

// problemOf says what a status means on a page, and what to do.
func problemOf(r *Request, status int) render.Problem {
	id := fmt.Sprintf("problem.%d", status)
	switch known := r.Language().Has(id); {
	case !known && status < http.StatusInternalServerError:
		id = "problem.400"
	case !known:
		id = "problem.500"
	}
	return render.Problem{Status: status, Title: r.Say(id), Message: r.Say(id + ".todo")}
}
