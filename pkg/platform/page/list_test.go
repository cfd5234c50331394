package page

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/core"
)

// A cursor that is no place in the list begins it, and one behind its end ends it.
func TestCut(t *testing.T) {
	t.Parallel()
	all := []string{"a", "b", "c", "d", "e"}
	for cursor, want := range map[string]struct {
		part string
		next string
	}{"": {"ab", "2"}, "2": {"cd", "4"}, "4": {"e", ""}, "3": {"de", ""}, "9": {"", ""}, "-1": {"ab", "2"}, "x": {"ab", "2"}} {
		r := &Request{Context: echo.New().NewContext(httptest.NewRequest("GET", "/?cursor="+cursor, nil), nil)}
		part, next := Cut(r, all, 2)
		if strings.Join(part, "") != want.part || next != want.next {
			t.Errorf("%q: %v and %q", cursor, part, next)
		}
	}
}

// What names nothing is not found, and nothing is done.
func TestOn(t *testing.T) {
	t.Parallel()
	var got core.LicenseID
	handle := On("license", func(_ *Request, id core.LicenseID) error {
		got = id
		return nil
	})
	c := echo.New().NewContext(httptest.NewRequest("GET", "/", nil), nil)
	c.SetParamNames("license")
	want := core.LicenseID{7}
	c.SetParamValues(want.String())
	if err := handle(&Request{Context: c}); err != nil || got != want {
		t.Errorf("%v %v", got, err)
	}
	got = core.LicenseID{}
	c.SetParamValues("seven")
	if err := handle(&Request{Context: c}); core.CodeOf(err) != "not_found" || !got.IsZero() {
		t.Errorf("%v %v", got, err)
	}
}
