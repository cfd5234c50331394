package httpapi

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"
	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/core"
)

var rules = func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(jsonName)
	return v
}()

// validated holds every request against the contract's rules for its
// parameters and its body; whatever is wrong is told at once.
func validated(next api.StrictHandlerFunc, _ string) api.StrictHandlerFunc {
	return func(c echo.Context, request any) (any, error) {
		if err := check(request); err != nil {
			return nil, err
		}
		return next(c, request)
	}
}

func check(request any) error {
	if in, ok := request.(api.ImportAttendanceRequestObject); ok {
		request = in.Params
	}
	if _, ok := request.(api.VerifyFileRequestObject); ok {
		return nil
	}
	err := rules.Struct(request)
	var wrong validator.ValidationErrors
	if !errors.As(err, &wrong) {
		return err
	}
	var c core.Collect
	for _, w := range wrong {
		code, message := mend(w)
		c.Add(fieldOf(w.Namespace()), code, "%s", message)
	}
	return c.Err()
}

// fieldOf turns LogEntryRequestObject.Body.minutes into minutes.
func fieldOf(namespace string) string {
	_, path, _ := strings.Cut(namespace, ".")
	for _, part := range []string{"Body.", "Params."} {
		path = strings.TrimPrefix(path, part)
	}
	return path
}

// mend says which code a broken rule has and what to do about it.
func mend(w validator.FieldError) (code, message string) {
	number, list := isNumber(w.Kind()), w.Kind() == reflect.Slice
	switch w.Tag() {
	case "required":
		return "required", "This is needed."
	case "oneof":
		return "unknown_value", "Choose one of: " + strings.Join(strings.Fields(w.Param()), ", ") + "."
	case "min":
		switch {
		case number:
			return "out_of_range", fmt.Sprintf("It must be at least %s.", w.Param())
		case list:
			return "too_few", fmt.Sprintf("At least %s are needed.", w.Param())
		}
		return "too_short", fmt.Sprintf("At least %s characters are needed.", w.Param())
	case "max":
		switch {
		case number:
			return "out_of_range", fmt.Sprintf("It may be at most %s.", w.Param())
		case list:
			return "too_many", fmt.Sprintf("At most %s are taken.", w.Param())
		}
		return "too_long", fmt.Sprintf("At most %s characters are kept.", w.Param())
	}
	return "invalid", "This value cannot be accepted."
}

func isNumber(k reflect.Kind) bool { return k >= reflect.Int && k <= reflect.Float64 }
