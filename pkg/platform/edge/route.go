package edge

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/server"
)

// Public is the action of an operation that needs nobody.
const Public access.Action = "public"

// Route is what there is to say of an operation beside its handler.
type Route struct {
	// Action is what the operation asks of the access policy. The service asks;
	// here it is for people and for tests.
	Action access.Action
	// Body is how many bytes are taken; 0: 1 MiB.
	Body int64
	// Time is how long the operation may take; 0: half a minute.
	Time time.Duration
	// Guessable: a stranger could try codes here, and is slowed down.
	Guessable bool
	// Budget is how much of it one network may have; none where it has no name.
	Budget core.Budget
	// Around: no command of the operation keeps the answer to a request with a key,
	// since it only reads or runs several; the edge keeps it, in a transaction around
	// the operation.
	Around bool
}

// Routes are a subject's operations by their operationId.
type Routes map[string]Route

// Join puts the routes of a subject together, which stand beside their handlers.
func Join(parts ...Routes) Routes {
	all := Routes{}
	for _, part := range parts {
		maps.Copy(all, part)
	}
	return all
}

// Guards stand before the operations, by operationId: what the generated
// registration takes.
type Guards = map[string][]echo.MiddlewareFunc

// Part is the operations of one subject.
type Part struct {
	Routes   Routes
	Register func(e *echo.Echo, guards Guards)
}

// Options say who asks, and where the first answers of repeated requests are
// kept.
type Options struct {
	// Authenticate tells whose session or token a text is.
	Authenticate func(ctx context.Context, token string) (access.Actor, error)
	Source       core.Source
	Answers      core.Transactor[Answers]
}

// API is the operations of all subjects.
type API struct {
	options    Options
	operations []operation
	parts      []Part
	routes     Routes
}

// New puts the parts of a contract together.
func New(contract *Contract, o Options, parts ...Part) *API {
	a := &API{options: o, operations: contract.operations, parts: parts, routes: Routes{}}
	for _, part := range parts {
		maps.Copy(a.routes, part.Routes)
	}
	return a
}

// Register adds every operation to a server.
func (a *API) Register(e *echo.Echo) {
	guards := Guards{}
	for _, op := range a.operations {
		guards[op.id] = []echo.MiddlewareFunc{a.guard(op)}
	}
	for _, part := range a.parts {
		part.Register(e, guards)
	}
}

// Routes are the routes of all parts.
func (a *API) Routes() Routes { return maps.Clone(a.routes) }

// Limits are the routes, by the server's pattern such as /v1/entries/:entry, that
// take more bytes or more time than others.
func (a *API) Limits() map[string]server.Limit {
	all := map[string]server.Limit{}
	for _, op := range a.operations {
		if r := a.routes[op.id]; r.Body > 0 || r.Time > 0 {
			all[op.pattern] = server.Limit{Body: r.Body, Time: r.Time}
		}
	}
	return all
}

// Guessable are the patterns of routes at which a stranger could try codes.
func (a *API) Guessable() []string {
	var all []string
	for _, op := range a.operations {
		if a.routes[op.id].Guessable {
			all = append(all, op.pattern)
		}
	}
	return all
}

// Budgets are the routes, by method and pattern, of which one network may have so much.
func (a *API) Budgets() map[string]core.Budget {
	all := map[string]core.Budget{}
	for _, op := range a.operations {
		if b := a.routes[op.id].Budget; b.Name != "" {
			all[op.method+" "+op.pattern] = b
		}
	}
	return all
}

// Cost says that a request spends n of its route's budget, and not one.
func Cost(c echo.Context, n int) { server.Cost(c, n) }

// Contract is what the guards have to know of the contract.
type Contract struct{ operations []operation }

// ReadContract takes it out of the document.
func ReadContract(doc *openapi3.T) *Contract { return &Contract{operationsOf(doc)} }

// operation is what a guard has to know of an operation of the contract.
type operation struct {
	id         string
	method     string
	pattern    string
	public     bool
	ifMatch    bool
	idempotent bool
	media      []string // that its body can have, sorted; nil: it has none
	ids        []string
	parameters []parameter
}

func operationsOf(doc *openapi3.T) []operation {
	var all []operation
	paths := doc.Paths.Map()
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item := paths[path]
		for method, o := range item.Operations() {
			op := operation{
				id: o.OperationID, method: method, pattern: strings.NewReplacer("{", ":", "}", "").Replace(path),
				public: o.Security != nil && len(*o.Security) == 0,
			}
			for _, p := range slices.Concat(item.Parameters, o.Parameters) {
				op.takes(p.Value)
			}
			if o.RequestBody != nil {
				op.media = slices.Sorted(maps.Keys(o.RequestBody.Value.Content))
			}
			all = append(all, op)
		}
	}
	return all
}

func (op *operation) takes(p *openapi3.Parameter) {
	switch {
	case p.Name == "If-Match":
		op.ifMatch = true
	case p.Name == "Idempotency-Key":
		op.idempotent = true
	case p.In == openapi3.ParameterInPath && p.Schema.Value.Format == "uuid":
		op.ids = append(op.ids, p.Name)
	}
	if one, ruled := parameterOf(p); ruled {
		op.parameters = append(op.parameters, one)
	}
}
