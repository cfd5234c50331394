package rest_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/app/rest"
	"github.com/palmar/palmar/pkg/platform/edge"
)

var loaded = sync.OnceValues(func() (*openapi3.T, error) { return openapi3.NewLoader().LoadFromData(api.Contract) })

func contract(t testing.TB) *openapi3.T {
	t.Helper()
	doc, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// actions are what the operations ask of the policy.
func actions(t testing.TB) edge.Routes {
	t.Helper()
	a, err := rest.New(rest.Services{}, rest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return a.Routes()
}

func bare(t testing.TB) *echo.Echo {
	t.Helper()
	a, err := rest.New(rest.Services{}, rest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	e.HTTPErrorHandler = edge.ErrorHandler
	a.Register(e)
	return e
}

func TestContract_IsValid(t *testing.T) {
	if err := contract(t).Validate(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestContract_EqualsRouter(t *testing.T) {
	var want, got []string
	for path, item := range contract(t).Paths.Map() {
		for method := range item.Operations() {
			want = append(want, method+" "+strings.NewReplacer("{", ":", "}", "").Replace(path))
		}
	}
	for _, r := range bare(t).Routes() {
		if strings.HasPrefix(r.Path, "/v1/") {
			got = append(got, r.Method+" "+r.Path)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("the contract has\n%s\nthe router\n%s", strings.Join(want, "\n"), strings.Join(got, "\n"))
	}
}

func TestContract_EveryOperationHasAnAction(t *testing.T) {
	known := access.Actions()
	left := map[string]bool{}
	routes := actions(t)
	for id := range routes {
		left[id] = true
	}
	for path, item := range contract(t).Paths.Map() {
		for method, o := range item.Operations() {
			r, ok := routes[o.OperationID]
			action := r.Action
			delete(left, o.OperationID)
			public := o.Security != nil && len(*o.Security) == 0
			switch {
			case !ok:
				t.Errorf("%s %s: %s has no action", method, path, o.OperationID)
			case public != (action == edge.Public):
				t.Errorf("%s: the contract and the table differ on whether it is public", o.OperationID)
			case !public && !slices.Contains(known, action):
				t.Errorf("%s: the policy has no rule for %q", o.OperationID, action)
			}
		}
	}
	for id := range left {
		t.Errorf("the contract has no operation %s", id)
	}
}

// Every rule of the contract for a request is in its validate tag too.
func TestContract_RulesAreValidated(t *testing.T) {
	for name, ref := range contract(t).Components.Schemas {
		if ref.Value.AdditionalProperties.Has == nil || *ref.Value.AdditionalProperties.Has {
			continue
		}
		for field, p := range ref.Value.Properties {
			tag := ""
			if extra, ok := p.Value.Extensions["x-oapi-codegen-extra-tags"].(map[string]any); ok {
				tag, _ = extra["validate"].(string)
			}
			s := p.Value
			wants := map[string]bool{
				"required": slices.Contains(ref.Value.Required, field),
				"max=":     s.MaxLength != nil || s.Max != nil || s.MaxItems != nil,
				"oneof=":   len(s.Enum) > 0,
			}
			for rule, wanted := range wants {
				if wanted && !strings.Contains(tag, rule) {
					t.Errorf("%s.%s: validate:%q lacks %s", name, field, tag, rule)
				}
			}
		}
	}
}

func TestDocs(t *testing.T) {
	e := bare(t)
	get := func(path string) string {
		w := httptest.NewRecorder()
		e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusOK {
			t.Fatalf("GET %s: %d", path, w.Code)
		}
		return w.Body.String()
	}
	page := get("/docs")
	for _, item := range contract(t).Paths.Map() {
		for _, o := range item.Operations() {
			if !strings.Contains(page, `id="`+o.OperationID+`"`) {
				t.Errorf("/docs does not show %s", o.OperationID)
			}
		}
	}
	for _, part := range []string{"<script", "style=", "http://", "<style"} {
		if strings.Contains(page, part) {
			t.Errorf("/docs has %s, which its content security policy forbids or needs a network", part)
		}
	}
	if !strings.Contains(get("/openapi.json"), `"operationId":"logEntry"`) || get("/openapi.yaml") != string(api.Contract) {
		t.Error("the contract is not served")
	}
	get("/docs/docs.css")
}
