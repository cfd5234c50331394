package web

import (
	"log/slog"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/account"
	"github.com/palmar/palmar/pkg/certify"
	"github.com/palmar/palmar/pkg/classroom"
	"github.com/palmar/palmar/pkg/continuing"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/employer"
	"github.com/palmar/palmar/pkg/licensure"
	"github.com/palmar/palmar/pkg/logbook"
	"github.com/palmar/palmar/pkg/registry"
	"github.com/palmar/palmar/pkg/renewal"
	"github.com/palmar/palmar/pkg/specialty"
	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/pkg/web/render"
)

// Services are what the pages show and change.
type Services struct {
	Account    *account.Service
	Logbook    *logbook.Service
	Certify    *certify.Service
	Licensure  *licensure.Service
	Registry   *registry.Service
	Classroom  *classroom.Service
	Employer   *employer.Service
	Renewal    *renewal.Service
	Translog   *translog.Service
	Continuing *continuing.Service
	Specialty  *specialty.Service
}

// Options say where the pages are. Secure is set when people reach them over
// https: the session cookie is then bound to the host and to https. Demo shows
// the demo accounts on the sign-in page.
type Options struct {
	PublicURL string
	Secure    bool
	Demo      []DemoAccount
	Source    core.Source
	Log       *slog.Logger
}

// DemoAccount is an account that the demo's sign-in page offers.
type DemoAccount struct{ Who, Email, Password string }

// Web serves the pages.
type Web struct {
	Services
	Options
	render *render.Renderer
}

// New makes the pages; Register puts them on a server.
func New(s Services, r *render.Renderer, o Options) *Web {
	return &Web{Services: s, Options: o, render: r}
}

// Public marks a route that needs no sign-in.
const Public access.Action = ""

// Route is one address of the pages, with the action that it comes down to.
type Route struct {
	Method string
	Path   string
	Action access.Action
	handle func(*request) error
}

// Routes lists every page and form.
func (w *Web) Routes() []Route {
	var all []Route
	for _, part := range [][]Route{
		publicRoutes, publishedRoutes, credentialRoutes, paperRoutes, accountRoutes, organizationRoutes, studentRoutes, outlookRoutes, registryRoutes, transferRoutes,
		classRoutes, checkInRoutes, requestRoutes, draftRoutes, supervisorRoutes, registrarRoutes, importRoutes, attestRoutes, afterSchoolRoutes, employerRoutes, renewalRoutes,
		rosterRoutes, holdingRoutes, heldRoutes, continuingRoutes, catalogueRoutes, readinessRoutes, pathwayRoutes, sectionRoutes, directoryRoutes,
	} {
		all = append(all, part...)
	}
	return all
}

// Register adds every route to a server.
func (w *Web) Register(e *echo.Echo) {
	for _, route := range w.Routes() {
		e.Add(route.Method, route.Path, func(c echo.Context) error {
			r, err := w.open(c, route.Action)
			if err != nil {
				return err
			}
			if r == nil {
				return nil
			}
			return route.handle(r)
		})
	}
}

// open finds out who asks. Somebody who has to sign in first is sent there and
// comes back; r is nil then.
func (w *Web) open(c echo.Context, action access.Action) (*request, error) {
	r := &request{Context: c, web: w}
	if cookie, err := c.Cookie(w.cookieName()); err == nil {
		actor, err := w.Account.Authenticate(r.ctx(), cookie.Value)
		switch {
		case err == nil && !actor.Token:
			r.actor = actor
			c.Set("actor_id", actor.AccountID.String())
		case err == nil:
			w.clearSession(c)
		case core.CodeOf(err) == core.ErrUnauthenticated.Code:
			w.clearSession(c)
		default:
			return nil, err
		}
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	if action != Public && r.actor.AccountID.IsZero() {
		return nil, c.Redirect(http.StatusSeeOther, signInPath(c.Request()))
	}
	return r, nil
}
