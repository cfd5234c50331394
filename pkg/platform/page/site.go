package page

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/render"
	"github.com/palmar/palmar/pkg/platform/server"
)

// Options say where the pages are and what they are made with. Secure is set
// when people reach them over https: the session cookie is then bound to the
// host and to https. Start is the page that an actor needs most, such as after
// signing in; Footer is what every page leads to at its end.
type Options struct {
	PublicURL string
	Secure    bool
	Source    core.Source
	Log       *slog.Logger
	Render    *render.Renderer
	Accounts  Accounts
	Start     func(access.Actor) string
}

// Accounts is what every page needs to know of accounts and organizations.
type Accounts interface {
	// Authenticate finds who acts with a session's token. Codes: unauthenticated.
	Authenticate(ctx context.Context, token string) (access.Actor, error)
	// Confirm takes the password again and gives the session a new token. Codes:
	// bad_credentials, too_many_guesses.
	Confirm(ctx context.Context, a access.Actor, password string) (Session, error)
	// Organization is one that the actor belongs to.
	Organization(ctx context.Context, a access.Actor, id core.OrganizationID) (core.Organization, error)
}

// Session is a sign-in that has just been made or confirmed.
type Session struct {
	Token     string
	Actor     access.Actor
	ExpiresAt time.Time
}

// Pages are the pages of one subject.
type Pages interface {
	Routes() []Route
	Menu() []MenuItem
}

// Site serves the pages of all subjects.
type Site struct {
	Options
	routes []Route
	menu   []MenuItem
}

// New makes a site; Add gives it pages, and Register puts them on a server.
func New(o Options) *Site { return &Site{Options: o} }

// Add gives the site the pages of more subjects.
func (s *Site) Add(subjects ...Pages) {
	for _, p := range subjects {
		s.routes = append(s.routes, p.Routes()...)
		s.menu = append(s.menu, p.Menu()...)
	}
	slices.SortStableFunc(s.menu, func(a, b MenuItem) int { return a.Rank - b.Rank })
}

// Routes lists every page and form.
func (s *Site) Routes() []Route { return s.routes }

// Limits are the paths that take more, or less, than others.
func (s *Site) Limits() map[string]server.Limit {
	all := map[string]server.Limit{}
	for _, r := range s.routes {
		if r.Body > 0 || r.Time > 0 {
			all[r.Path] = server.Limit{Body: r.Body, Time: r.Time}
		}
	}
	return all
}

// Guessable are the paths at which a stranger could try codes and links.
func (s *Site) Guessable() []string {
	var all []string
	for _, r := range s.routes {
		if r.Guessable && !slices.Contains(all, r.Path) {
			all = append(all, r.Path)
		}
	}
	return all
}

// Budgets are the routes, by method and path, of which one network may have so much.
func (s *Site) Budgets() map[string]core.Budget {
	all := map[string]core.Budget{}
	for _, r := range s.routes {
		if r.Budget.Name != "" {
			all[r.Method+" "+r.Path] = r.Budget
		}
	}
	return all
}

// Register adds every route to a server.
func (s *Site) Register(e *echo.Echo) {
	for _, route := range s.routes {
		e.Add(route.Method, route.Path, func(c echo.Context) error {
			r, err := s.open(c, route.Action)
			if err != nil || r == nil {
				return err
			}
			return route.Handle(r)
		})
	}
}

// open finds out who asks. Someone who has to sign in first is sent there and
// comes back; r is nil then.
func (s *Site) open(c echo.Context, action access.Action) (*Request, error) {
	r := &Request{Context: c, Site: s}
	if cookie, err := c.Cookie(s.cookieName()); err == nil {
		actor, err := s.Accounts.Authenticate(r.Ctx(), cookie.Value)
		switch {
		case err == nil && !actor.Token:
			r.is(actor)
			c.Set("actor_id", actor.AccountID.String())
		case err == nil:
			r.ClearSession()
		case core.CodeOf(err) == core.ErrUnauthenticated.Code:
			r.ClearSession()
		default:
			return nil, err
		}
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	if action != Public && r.Actor.AccountID.IsZero() {
		return nil, c.Redirect(http.StatusSeeOther, signInPath(c.Request()))
	}
	return r, nil
}
