package page

import (
	"net/http"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// Public marks a route that needs no sign-in.
const Public access.Action = ""

// Route is one address of the pages, with the action that it comes down to.
// What it says of limits holds for its path, whatever the method.
type Route struct {
	Method string
	Path   string
	Action access.Action
	Handle func(*Request) error

	Body      int64         // bytes of a body that are taken; 0: 1 MiB
	Time      time.Duration // for reading and answering; 0: half a minute
	Guessable bool          // a stranger could try codes or links here, and is slowed down
	Budget    core.Budget   // how much of it one network may have, by its method; none where it has no name
}

// Get is a route of a page.
func Get(path string, action access.Action, handle func(*Request) error) Route {
	return Route{Method: http.MethodGet, Path: path, Action: action, Handle: handle}
}

// Post is a route of a form.
func Post(path string, action access.Action, handle func(*Request) error) Route {
	return Route{Method: http.MethodPost, Path: path, Action: action, Handle: handle}
}

// Takes is the route with another limit of its body.
func (r Route) Takes(bytes int64) Route {
	r.Body = bytes
	return r
}

// Within is the route with more time.
func (r Route) Within(d time.Duration) Route {
	r.Time = d
	return r
}

// Guarded is the route, at which those are slowed down who guess.
func (r Route) Guarded() Route {
	r.Guessable = true
	return r
}

// Spends is the route, of which one network may have so much.
func (r Route) Spends(b core.Budget) Route {
	r.Budget = b
	return r
}

// On handles an address with the identifier that it names.
func On[I ~[16]byte](name string, handle func(*Request, I) error) func(*Request) error {
	return func(r *Request) error {
		id, err := ID[I](r, name)
		if err != nil {
			return err
		}
		return handle(r, id)
	}
}
