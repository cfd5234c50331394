package edge_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
	"github.com/palmar/palmar/pkg/testkit"
)

// contract has a list and a thing that is changed.
const contract = `
openapi: 3.0.3
info: {title: Tables, version: "1"}
security: [{bearer: []}]
paths:
  /v1/tables:
    get:
      operationId: listTables
      security: []
      parameters:
        - {name: limit, in: query, schema: {type: integer}, x-oapi-codegen-extra-tags: {validate: "omitempty,min=1,max=100"}}
        - {name: state, in: query, schema: {type: string}, x-oapi-codegen-extra-tags: {validate: "omitempty,oneof=free taken"}}
      responses: {"200": {description: Done}}
  /v1/tables/{table}:
    put:
      operationId: changeTable
      parameters:
        - {name: table, in: path, required: true, schema: {type: string, format: uuid}}
        - {name: If-Match, in: header, schema: {type: string}}
      requestBody: {required: true, content: {application/json: {schema: {type: object}}}}
      responses: {"200": {description: Done}}
    delete:
      operationId: dropTable
      parameters:
        - {name: table, in: path, required: true, schema: {type: string, format: uuid}}
      responses: {"204": {description: Done}}
`

type tableInput struct {
	Title string `json:"title" validate:"required,max=10"`
	Seats int    `json:"seats" validate:"min=1"`
}

type table struct {
	Title   string `json:"title"`
	Version int    `json:"version"`
}

func serve(t *testing.T) *echo.Echo {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(contract))
	if err != nil {
		t.Fatal(err)
	}
	shown := func(x table) edge.Reply { return edge.OK(x).Version(x.Version) }
	part := edge.Part{
		Routes: edge.Routes{"listTables": {Action: edge.Public, Guessable: true}, "changeTable": {Action: access.SelfWrite, Body: 1 << 10}, "dropTable": {Action: access.SelfWrite}},
		Register: func(e *echo.Echo, guards edge.Guards) {
			e.GET("/v1/tables", func(c echo.Context) error {
				return edge.Do(c, func(context.Context) ([]string, error) { return nil, nil }, func(all []string) edge.Reply {
					return edge.List(c, "later", map[string]any{"items": edge.Texts(all)})
				})
			}, guards["listTables"]...)
			e.PUT("/v1/tables/:table", func(c echo.Context) error {
				return edge.Take(c, func(_ context.Context, in tableInput) (table, error) {
					if edge.Version(c) != 3 {
						return table{}, core.ErrStale
					}
					return table{in.Title + " of " + edge.Actor(c).Name, 4}, nil
				}, shown)
			}, guards["changeTable"]...)
			e.DELETE("/v1/tables/:table", func(c echo.Context) error {
				return edge.Drop(c, func(context.Context) error { return nil })
			}, guards["dropTable"]...)
		},
	}
	api := edge.New(edge.ReadContract(doc), edge.Options{Authenticate: func(_ context.Context, token string) (access.Actor, error) {
		if token != "good" {
			return access.Actor{}, core.ErrUnauthenticated
		}
		return access.Actor{AccountID: core.AccountID{1}, Name: "Ada"}, nil
	}}, part)
	if l := api.Limits(); len(l) != 1 || l["/v1/tables/:table"].Body != 1<<10 {
		t.Errorf("the limits are %v", l)
	}
	if g := api.Guessable(); len(g) != 1 || g[0] != "/v1/tables" {
		t.Errorf("guessable are %q", g)
	}
	e := echo.New()
	e.HTTPErrorHandler = edge.ErrorHandler
	api.Register(e)
	return e
}

func TestAPI(t *testing.T) {
	t.Parallel()
	e := serve(t)
	const one = "/v1/tables/01890a5d-ac96-774b-bcce-b302099a8057"
	for name, c := range map[string]struct {
		method, target, token, match, body string
		status                             int
		want                               string
	}{
		"a list":                           {"GET", "/v1/tables?limit=5&state=free", "", "", "", 200, `"items":[]`},
		"a limit of nothing":               {"GET", "/v1/tables?limit=0", "", "", "", 422, `"code":"out_of_range"`},
		"a state that there is not":        {"GET", "/v1/tables?limit=5&state=lost", "", "", "", 422, "free, taken"},
		"a bad token where none is needed": {"GET", "/v1/tables", "bad", "", "", 401, "unauthenticated"},
		"nobody":                           {"PUT", one, "", `"3"`, `{"title":"A","seats":1}`, 401, "unauthenticated"},
		"no identifier":                    {"PUT", "/v1/tables/x", "good", `"3"`, `{"title":"A","seats":1}`, 404, "not_found"},
		"no version":                       {"PUT", one, "good", "", `{"title":"A","seats":1}`, 428, "precondition_required"},
		"a version without quotes":         {"PUT", one, "good", `3`, `{"title":"A","seats":1}`, 422, "bad_etag"},
		"an old version":                   {"PUT", one, "good", `"2"`, `{"title":"A","seats":1}`, 412, "stale"},
		"no body":                          {"PUT", one, "good", `"3"`, ``, 400, "body_missing"},
		"a field too many":                 {"PUT", one, "good", `"3"`, `{"title":"A","seats":1,"legs":4}`, 400, `"field":"legs"`},
		"a text for a number":              {"PUT", one, "good", `"3"`, `{"title":"A","seats":"four"}`, 400, testkit.Says("bad_type.integer")},
		"two faults at once":               {"PUT", one, "good", `"3"`, `{"title":"","seats":0}`, 422, `"field":"title"`},
		"the other of them":                {"PUT", one, "good", `"3"`, `{"title":"","seats":0}`, 422, `"field":"seats"`},
		"a change":                         {"PUT", one, "good", `"3"`, `{"title":"A","seats":1}`, 200, `"title":"A of Ada"`},
		"what is dropped":                  {"DELETE", one, "good", "", "", 204, ""},
	} {
		r := httptest.NewRequest(c.method, c.target, strings.NewReader(c.body))
		if c.body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		if c.token != "" {
			r.Header.Set("Authorization", "Bearer "+c.token)
		}
		if c.match != "" {
			r.Header.Set("If-Match", c.match)
		}
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s: %d %s, want %d with %s", name, w.Code, w.Body, c.status, c.want)
		}
	}
}

// What is answered says where a list goes on, and which version there is now.
func TestAPI_Headers(t *testing.T) {
	t.Parallel()
	e := serve(t)
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1/tables?limit=5", nil))
	if got, want := w.Header().Get("Link"), `</v1/tables?cursor=later&limit=5>; rel="next", </v1/tables?limit=5>; rel="first"`; got != want {
		t.Errorf("Link is %s, want %s", got, want)
	}
	r := httptest.NewRequest(http.MethodPut, "/v1/tables/01890a5d-ac96-774b-bcce-b302099a8057", strings.NewReader(`{"title":"A","seats":1}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer good")
	r.Header.Set("If-Match", `"3"`)
	w = httptest.NewRecorder()
	e.ServeHTTP(w, r)
	var got table
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Header().Get("ETag") != strconv.Quote(strconv.Itoa(got.Version)) {
		t.Errorf("%v; ETag %s of %s", err, w.Header().Get("ETag"), w.Body)
	}
}
