package pages

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/kept/granttest"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/testkit"
)

// Requests stand below the grants, and all of them on pages of their own.
func TestGrants_Requests(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	service := granttest.New(s.DB, s.Src)
	for i := range 40 {
		_, err := service.Ask(t.Context(), s.Verifier, s.Employer.ID, grant.AskInput{
			Email: fmt.Sprintf("p%02d@example.org", i), Terms: grant.Terms{Scopes: []access.Scope{access.ScopeCPR}, Purpose: grant.PurposeEmployment},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	path := "/o/" + s.Employer.ID.String() + "/grants"
	verifier := s.as(s.Verifier.Email)
	wants(t, verifier.get(path), http.StatusOK, "p39@example.org", "p30@example.org", testkit.Says("grant.office.all_requests"), testkit.Says("grant.office.none"))
	all := verifier.get(path + "?requests=all")
	wants(t, all, http.StatusOK, "p39@example.org", "p20@example.org", "More")
	wants(t, s.as(s.Stranger.Email).get(path+"?requests=all"), http.StatusNotFound)
}
