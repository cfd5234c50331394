package pages

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/app/persontest"
	"github.com/palmar/palmar/pkg/app/rest"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/edge"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/store"
)

var update = flag.Bool("update", false, "write the golden files again")

// neighbor is another school, and an employer, that stand to the student in each way
// there is: see TestRelations of pkg/app/rest, which asks the same of the API.
type neighbor struct {
	*site
	file core.TherapistID
	made map[string]string // by the parameter of the paths that name it
}

type relation struct {
	name string
	make func()
	who  string // who asks
	sees bool   // what others recorded
}

// secrets are words of what the person and the school recorded.
var secrets = []string{"My card", "Red Cross", "Lakeside School", "Bay Street Clinic", "It was two hours", "Illness", "This is not mine"}

// forms are what the forms of a page send to.
var forms = regexp.MustCompile(`method="post" action="([^"?]+)`)

var parameters = regexp.MustCompile(`:([a-z_]+)`)

// TestRelations asks for every page and form that names something of a person.
func TestRelations(t *testing.T) {
	t.Parallel()
	certifytest.Drawn(t, testURL, func(t *testing.T, w *certifytest.World) {
		n := &neighbor{site: siteOf(t, w, Options{PublicURL: testURL})}
		n.everything()
		var names []string
		rows, routes := map[string][]string{}, n.ofPerson()
		for _, r := range n.relations() {
			r.make()
			names = append(names, r.name)
			b, at := n.as(r.who), n.Other
			if r.who == n.Verifier.Email {
				at = n.Employer
			}
			leads, answers := map[string]string{}, map[string]int{} // the forms that are shown, to a page with them; what sending them gives
			for _, route := range routes {
				path := n.filled(route.Path, at)
				got := b.get(path)
				if route.Method == http.MethodPost {
					got = b.post(path, url.Values{})
					answers[path] = got.Code
				}
				for _, found := range forms.FindAllStringSubmatch(got.Body.String(), -1) {
					if route.Method == http.MethodGet {
						leads[found[1]] = route.Path
					}
				}
				name := route.Method + " " + route.Path
				rows[name] = append(rows[name], fmt.Sprint(got.Code))
				for _, secret := range secrets {
					if !r.sees && strings.Contains(got.Body.String(), secret) {
						t.Errorf("%s, %s shows %q", r.name, name, secret)
					}
				}
			}
			for path, status := range answers {
				if shown := leads[path]; shown != "" && (status == http.StatusForbidden || status == http.StatusNotFound) {
					t.Errorf("%s: %s shows a form that sends to %s, which is refused with %d", r.name, shown, path, status)
				}
			}
		}
		n.compare(names, rows, w.DB.Postgres())
	})
}

// ofPerson are the routes that name something of a person, in order.
func (n *neighbor) ofPerson() (routes []page.Route) {
	var all []string
	for _, route := range n.web.Routes() {
		about := false
		for _, found := range parameters.FindAllStringSubmatch(route.Path, -1) {
			all = append(all, found[1])
			about = about || persontest.Nobodys[found[1]] == ""
		}
		if about {
			routes = append(routes, route)
		}
	}
	persontest.Unknown(n.T, all, n.made)
	slices.SortFunc(routes, func(a, b page.Route) int { return strings.Compare(a.Path+a.Method, b.Path+b.Method) })
	return routes
}

func (n *neighbor) filled(path string, at core.Organization) string {
	return parameters.ReplaceAllStringFunc(path, func(name string) string {
		switch value := n.made[name[1:]]; {
		case name == ":organization":
			return at.ID.String()
		case value != "":
			return value
		}
		return "01890a5d-ac96-774b-bcce-b302099a8057"
	})
}

// everything makes one of each thing of the student, by the API.
func (n *neighbor) everything() {
	n.T.Helper()
	ok := func(err error) {
		n.T.Helper()
		if err != nil {
			n.T.Fatal(err)
		}
	}
	api, err := rest.New(rest.Services(n.web.Services), rest.Options{BaseURL: testURL, Source: n.Src, Answers: store.Bind(n.DB, func(tx *store.Tx) edge.Answers { return kept.On(tx) })})
	ok(err)
	e := echo.New()
	e.HTTPErrorHandler = edge.ErrorHandler
	api.Register(e)
	token := func(who access.Actor) string {
		in, err := n.accounts.SignIn(context.Background(), account.SignIn{Email: who.Email, Password: testPassword})
		ok(err)
		return in.Token
	}
	programs, err := n.web.Logbook.Programs(context.Background(), n.Registrar, n.School.ID, core.Page{Limit: 1})
	ok(err)
	teaches, _ := n.Supervisor.Member(n.School.ID, core.RoleSupervisor)
	n.made = persontest.World{
		TB: n.T, API: e, Host: testURL, Student: token(n.Student), Office: token(n.Registrar), Second: token(n.Second), Teacher: token(n.Supervisor),
		School: n.School.ID.String(), Program: programs.Items[0].ProgramID.String(), Enrollment: n.Enrollment.String(), Therapist: n.Student.TherapistID.String(),
		Email: n.Student.Email, Teaches: teaches.String(), Today: core.DateOf(n.Src.Now()), Graduate: func() string { return n.Certified().Code },
	}.Make()
}

// record has someone record a license and a qualification of the student.
func (n *neighbor) record(by access.Actor) {
	n.T.Helper()
	now := core.DateOf(n.Src.Now())
	known := licensure.LicenseInput{
		Jurisdiction: "GA", Number: "MT9", Status: "active", IssuedOn: now.AddDays(-30), ExpiresOn: now.AddDays(700), Method: core.MethodDocument, Source: "A card", CheckedOn: now,
	}
	l, err := n.Licensure.RecordLicense(context.Background(), by, n.Student.TherapistID, known)
	if err != nil {
		n.T.Fatal(err)
	}
	h, err := n.Licensure.RecordHolding(context.Background(), by, n.Student.TherapistID, licensure.HoldingInput{
		Kind: licensure.HoldingCPR, Name: "BLS", Issuer: "Heart Club", ObtainedOn: now.AddDays(-30), ExpiresOn: now.AddDays(700), Verification: licensure.Verification{Method: known.Method, Source: known.Source, CheckedOn: now},
	})
	if err != nil {
		n.T.Fatal(err)
	}
	n.made["license"], n.made["holding"] = l.ID.String(), h.ID.String()
}

// compare holds the table against the golden one.
func (n *neighbor) compare(names []string, rows map[string][]string, postgres bool) {
	n.T.Helper()
	var got bytes.Buffer
	fmt.Fprintf(&got, "%-60s %s\n", "", strings.Join(names, " | "))
	keys := make([]string, 0, len(rows))
	for key := range rows {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		fmt.Fprintf(&got, "%-60s %s\n", key, strings.Join(rows[key], " "))
	}
	const golden = "testdata/relations.golden"
	if *update && !postgres {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			n.T.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		n.T.Fatal(err)
	}
	if got.String() != string(want) {
		n.T.Errorf("what an organization may see or do changed; run with -update if it is meant:\n%s", got.String())
	}
}

func (n *neighbor) relations() []relation {
	ctx, grants := context.Background(), n.web.Grants
	ok := func(err error) {
		n.T.Helper()
		if err != nil {
			n.T.Fatal(err)
		}
	}
	give := func(to core.Organization, months int, scopes ...access.Scope) {
		ok(grants.Seed(ctx, n.Student.TherapistID, to, grant.Terms{Scopes: scopes, Purpose: grant.PurposeEducation, Months: months}))
	}
	end := func() {
		given, err := grants.Given(ctx, n.Student, core.Page{Limit: 1})
		ok(err)
		_, err = grants.End(ctx, n.Student, given.Items[0].ID, 0)
		ok(err)
	}
	there := n.Stranger.Email
	before := maps.Clone(n.made)
	return []relation{
		{name: "none", who: there, make: func() {}},
		{name: "typed", who: there, make: func() {
			n.Write(func(ctx context.Context, tx *store.Tx) error {
				n.file = core.NewID[core.TherapistID](n.Src)
				return kept.On(tx).InsertFiles(ctx, n.Other.ID, []account.Person{{TherapistID: n.file, Email: n.Student.Email, Name: n.Student.Name}}, n.Src.Now())
			})
		}},
		{name: "accepted", who: there, make: func() { ok(grants.SeedFile(ctx, n.Student.AccountID, n.Other.ID, n.file)) }},
		{name: "another scope", who: there, make: func() { give(n.Other, 1, access.ScopeContact) }},
		{name: "expired", who: there, make: func() { give(n.Other, 1, access.Scopes...); n.Pass(32 * 24 * time.Hour) }},
		{name: "ended", who: there, make: func() { give(n.Other, 24, access.Scopes...); end() }},
		{name: "granted", who: there, make: func() { give(n.Other, 24, access.Scopes...) }, sees: true},
		{name: "own recording", who: there, make: func() { n.record(n.Stranger); end() }},
		{name: "left", who: there, make: func() {
			var student access.Actor
			n.Write(func(ctx context.Context, tx *store.Tx) (err error) {
				student, err = kept.On(tx).ActorOf(ctx, n.Student.AccountID)
				return err
			})
			_, err := grants.Leave(ctx, student, n.Other.ID)
			ok(err)
		}},
		{name: "employer", who: n.Verifier.Email, make: func() { maps.Copy(n.made, before) }},
		{name: "employer granted", who: n.Verifier.Email, make: func() { give(n.Employer, 1, access.Scopes...) }, sees: true},
	}
}
