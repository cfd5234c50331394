package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api"
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
)

// Services are what the operations call.
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

// Options say how the installation is reached and where the first answers of
// repeated requests are kept.
type Options struct {
	// BaseURL of the pages, without a slash at the end.
	BaseURL string
	Source  core.Source
	Answers core.Transactor[Answers]
}

// API serves the contract.
type API struct {
	handlers   *handlers
	operations []operation
	docs       docs
}

// New reads the contract and makes the API.
func New(s Services, o Options) (*API, error) {
	contract, err := openapi3.NewLoader().LoadFromData(api.Contract)
	if err != nil {
		return nil, fmt.Errorf("read the contract: %w", err)
	}
	pages, err := newDocs(contract)
	if err != nil {
		return nil, err
	}
	o.BaseURL = strings.TrimRight(o.BaseURL, "/")
	return &API{handlers: &handlers{Services: s, o: o}, operations: operationsOf(contract), docs: pages}, nil
}

// Register adds every operation of the contract, /docs, /openapi.yaml and
// /openapi.json. It makes JSON in requests strict for the whole of e.
func (a *API) Register(e *echo.Echo) {
	e.JSONSerializer = strictJSON{}
	guards := map[string][]echo.MiddlewareFunc{}
	for _, op := range a.operations {
		guards[op.id] = []echo.MiddlewareFunc{a.guard(op)}
	}
	server := api.NewStrictHandler(a.handlers, []api.StrictMiddlewareFunc{validated})
	api.RegisterHandlersWithOptions(e, server, api.RegisterHandlersOptions{OperationMiddlewares: guards})
	a.docs.register(e)
}

// handlers implement the generated interface.
type handlers struct {
	Services
	o Options
}

// operation is what a guard has to know of an operation of the contract.
type operation struct {
	id         string
	method     string
	route      string
	public     bool
	ifMatch    bool
	idempotent bool
	media      string
	ids        []string
}

func operationsOf(contract *openapi3.T) []operation {
	var all []operation
	for path, item := range contract.Paths.Map() {
		for method, o := range item.Operations() {
			op := operation{
				id: o.OperationID, method: method, route: strings.NewReplacer("{", ":", "}", "").Replace(path),
				public: o.Security != nil && len(*o.Security) == 0,
			}
			for _, p := range append(append(openapi3.Parameters{}, item.Parameters...), o.Parameters...) {
				switch {
				case p.Value.Name == "If-Match":
					op.ifMatch = true
				case p.Value.Name == "Idempotency-Key":
					op.idempotent = true
				case p.Value.In == openapi3.ParameterInPath && p.Value.Schema.Value.Format == "uuid":
					op.ids = append(op.ids, p.Value.Name)
				}
			}
			if o.RequestBody != nil {
				for media := range o.RequestBody.Value.Content {
					op.media = media
				}
			}
			all = append(all, op)
		}
	}
	return all
}

// Limit is what a route takes beyond the usual: bytes of a body, and time.
type Limit struct {
	Body int64
	Time time.Duration
}

// Limits are the routes, by echo's pattern, that need more than 1 MiB or more
// than half a minute.
var Limits = map[string]Limit{
	"/v1/organizations/:organization/imports":        {Body: 65 << 20, Time: 10 * time.Minute},
	"/v1/organizations/:organization/rosters":        {Body: 65 << 20, Time: 10 * time.Minute},
	"/v1/organizations/:organization/audit/export":   {Time: 10 * time.Minute},
	"/v1/transfers/:transfer/document":               {Body: core.MostDocument + 1<<10},
	"/v1/holdings/:holding/document":                 {Body: core.MostDocument + 1<<10},
	"/v1/adverse-actions/:adverse/document":          {Body: core.MostDocument + 1<<10},
	"/v1/ce/activities/:activity/document":           {Body: core.MostDocument + 1<<10},
	"/v1/imports/:import/approve":                    {Time: 10 * time.Minute},
	"/v1/organizations/:organization/certifications": {Time: 10 * time.Minute},
}

// Guessable are the routes at which a stranger could try codes.
var Guessable = []string{"/v1/check/:code", "/v1/check/:code/credential", "/v1/check/:code/jwt", "/v1/check/:code/package", "/v1/check/:code/pdf", "/v1/escrow/:code/record", "/v1/escrow/:code/disclosure"}

type callKey struct{}

// call is what a handler may know of its request.
type call struct {
	actor   actor
	request *http.Request
	version int
}

func withCall(ctx context.Context, c *call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{request: &http.Request{}}
}
