package edge

import (
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-playground/validator/v10"

	"github.com/palmar/palmar/pkg/core"
)

var rules = func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(jsonName)
	roles := make([]string, len(core.Roles))
	for i, role := range core.Roles {
		roles[i] = string(role)
	}
	v.RegisterAlias("role", "oneof="+strings.Join(roles, " "))
	return v
}()

// check holds a body against the contract's rules; whatever is wrong is told at
// once.
func check(body any) error {
	var c core.Collect
	if err := add(&c, rules.Struct(body), ""); err != nil {
		return err
	}
	return c.Err()
}

// add tells what is wrong; name is that of a value which stands alone.
func add(c *core.Collect, err error, name string) error {
	var wrong validator.ValidationErrors
	if !errors.As(err, &wrong) {
		return err
	}
	for _, w := range wrong {
		id, args := sentenceOf(w)
		at := name
		if at == "" {
			_, at, _ = strings.Cut(w.Namespace(), ".")
		}
		c.Add(at, id, args...)
	}
	return nil
}

// parameter is one of the query or the header whose value has to obey a rule.
type parameter struct {
	name, in string
	number   bool
	required bool
	rule     string // of the validator
}

// parameterOf is the rule for a parameter of the contract, if it has one.
func parameterOf(p *openapi3.Parameter) (parameter, bool) {
	extra, _ := p.Extensions["x-oapi-codegen-extra-tags"].(map[string]any)
	rule, ruled := extra["validate"].(string)
	return parameter{name: p.Name, in: p.In, number: p.Schema.Value.Type.Is("integer"), required: p.Required, rule: rule}, ruled
}

// validate holds the parameters of a request against their rules. What is absent
// or no number is left to the reading of parameters.
func (op operation) validate(r *http.Request) error {
	var c core.Collect
	for _, p := range op.parameters {
		if err := p.check(&c, r); err != nil {
			return err
		}
	}
	return c.Err()
}

func (p parameter) check(c *core.Collect, r *http.Request) error {
	values := r.URL.Query()[p.name]
	if p.in == openapi3.ParameterInHeader {
		values = r.Header.Values(p.name)
	}
	if len(values) != 1 {
		return nil
	}
	if !p.number {
		return add(c, rules.Var(values[0], p.rule), p.name)
	}
	n, err := strconv.Atoi(values[0])
	if err != nil {
		return nil //nolint:nilerr // the reading of parameters says so
	}
	return add(c, rules.Var(&n, p.rule), p.name) // omitempty would pass over a 0
}

// sentenceOf is what to say of a broken rule.
func sentenceOf(w validator.FieldError) (id string, args []any) {
	number, list := isNumber(w.Kind()), w.Kind() == reflect.Slice
	limit := []any{"limit", w.Param()}
	switch w.ActualTag() {
	case "required":
		return "required.field", nil
	case "oneof":
		return "unknown_value.field", []any{"values", strings.Join(strings.Fields(w.Param()), ", ")}
	case "min":
		switch {
		case number:
			return "out_of_range.least", limit
		case list:
			return "too_few.items", limit
		}
		return "too_short.characters", limit
	case "max":
		switch {
		case number:
			return "out_of_range.most", limit
		case list:
			return "too_many.items", limit
		}
		return "too_long.characters", limit
	}
	return "invalid.field", nil
}

func isNumber(k reflect.Kind) bool { return k >= reflect.Int && k <= reflect.Float64 }
