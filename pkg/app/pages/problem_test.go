package pages

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/testkit"
)

// Who opens a link that is over reads what it is about, and what to do.
func TestProblem_LinkGone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	gone := s.stranger().get("/s/pll_none")
	wants(t, gone, http.StatusNotFound, testkit.Says("problem.link_gone"), testkit.Says("link_gone"))
	if body := gone.Body.String(); strings.Contains(body, testkit.Says("problem.404")) || !strings.Contains(body, "<title>"+testkit.Says("problem.link_gone")) {
		t.Errorf("the title is of another page: %s", body)
	}
}

// Who is refused since there was too much reads what it was and when to try again, and has
// what was typed.
func TestProblem_TooMany(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := url.Values{"reason": {"other"}, "note": {"It is my <b>phone</b>."}, "password": {"secret word"}}
	r := httptest.NewRequest(http.MethodPost, "/directory/01890a5d-ac96-774b-bcce-b302099a8057/report", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.web.Error(&core.Fault{Kind: core.KindTooMany, Code: "budget_spent", ID: "budget_spent.reports", Args: []any{"count", 3}}, s.echo.NewContext(r.WithContext(offered.For(r.Context(), "")), w))
	wants(t, w, http.StatusTooManyRequests, testkit.Says("problem.budget_spent"), testkit.Said("budget_spent.reports", "count", 3), "It is my <b>phone</b>.", testkit.Says("shared.error.send_again"))
	if body := w.Body.String(); !strings.Contains(body, `action="/directory/01890a5d-ac96-774b-bcce-b302099a8057/report"`) || !strings.Contains(body, `name="reason" value="other"`) || strings.Contains(body, "secret word") {
		t.Errorf("it cannot be sent again: %s", body)
	}
	s.typed.WriteString("It is my <b>phone</b>.\n")
	again := s.stranger().get("/s/pll_none")
	if strings.Contains(again.Body.String(), testkit.Says("shared.error.send_again")) {
		t.Error("where nothing was typed there is something to send again")
	}
}
