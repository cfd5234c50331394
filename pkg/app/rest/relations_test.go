package rest_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

// relation is how an organization stands to a person, who has another school. Its
// office is the school's where none is named; shows says that it sees what others
// recorded.
type relation struct {
	name  string
	make  func()
	who   func() client
	shows bool
}

// ofPerson are the parameters of paths that name something of a person.
var ofPerson = []string{"{therapist}", "{license}", "{holding}", "{enrollment}", "{entry}", "{activity}", "{adverse}"}

// TestRelations asks for every operation on a person's record, on a license, on a
// qualification, on an enrollment and on a session, in the name of another school's
// office and of an employer's that stand to the person in each way there is, and writes
// down what each gives. What others recorded bears two words that none is shown who has
// no grant.
func TestRelations(t *testing.T) {
	t.Parallel()
	storetest.Drawn(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, newWorld(t, db))
		licenses := "/v1/therapists/" + o.ids["therapist"] + "/licenses"
		known := map[string]any{"method": "self_report", "source": "My card", "checked_on": "2026-08-28"}
		l := as[common.License](o.student.post(licenses, with(known, map[string]any{"jurisdiction": "FL", "number": "MA1", "status": "active", "effective_on": "2026-08-01", "expires_on": "2028-08-31"})).want(201))
		h := as[common.Holding](o.student.post("/v1/therapists/"+o.ids["therapist"]+"/holdings", with(known, map[string]any{
			"kind": "cpr", "name": "BLS", "issuer": "Red Cross", "obtained_on": "2026-08-01", "expires_on": "2028-08-01",
		})).want(201))
		o.ids["license"], o.ids["holding"] = l.Id.String(), h.Id.String()
		course := as[struct{ ID string }](o.student.post("/v1/therapists/"+o.ids["therapist"]+"/ce/activities", map[string]any{
			"completed": true, "title": "My card", "type": "live", "on": "2026-08-01", "amount": "1 h",
		}).want(201))
		order := parted(t, "action", map[string]any{
			"kind": "probation", "authority": "Red Cross", "order_number": "7", "starts_on": "2026-08-01", "method": "document", "checked_on": "2026-08-28",
		}, "document", "order.pdf", []byte("%PDF-1.7"))
		order.headers = map[string]string{"If-Match": "*"}
		adverse := as[struct{ ID string }](o.admin.do("POST", "/v1/licenses/"+o.ids["license"]+"/adverse-actions", order).want(201))
		o.ids["activity"], o.ids["adverse"] = course.ID, adverse.ID

		var got bytes.Buffer
		var names []string
		rows := map[string][]string{}
		for _, r := range o.relations() {
			r.make()
			stranger := o.signIn("admin@there.example")
			if r.who != nil {
				stranger = r.who()
			}
			names = append(names, r.name)
			ask := map[string]func() *answer{}
			each(t, func(method, path string, op *openapi3.Operation) {
				if slices.ContainsFunc(ofPerson, func(p string) bool { return strings.Contains(path, p) }) {
					to, in := o.request(path, op)
					in.headers["If-Match"] = "*"
					ask[op.OperationID] = func() *answer { return stranger.do(method, to, in) }
				}
			})
			for _, id := range sortedKeys(ask) {
				a := ask[id]()
				rows[id] = append(rows[id], fmt.Sprint(a.status))
				if !r.shows && (bytes.Contains(a.body, []byte("My card")) || bytes.Contains(a.body, []byte("Red Cross"))) {
					t.Errorf("%s, %s: %s", r.name, id, a.body)
				}
			}
		}
		fmt.Fprintf(&got, "%-28s %s\n", "", strings.Join(names, " | "))
		for _, op := range sortedKeys(rows) {
			fmt.Fprintf(&got, "%-28s %s\n", op, strings.Join(rows[op], " "))
		}
		const golden = "testdata/relations.golden"
		if *update && !db.Postgres() {
			ok(t, os.WriteFile(golden, got.Bytes(), 0o644))
		}
		want, err := os.ReadFile(golden)
		ok(t, err)
		if got.String() != string(want) {
			t.Errorf("what a school may see or do changed; run with -update if it is meant:\n%s", got.String())
		}
	})
}

func with(a, b map[string]any) map[string]any {
	out := map[string]any{}
	for _, m := range []map[string]any{a, b} {
		for k, v := range m {
			out[k] = v
		}
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func demoRules(t testing.TB) []byte {
	t.Helper()
	rules, err := standard.Demo().Marshal()
	ok(t, err)
	return rules
}

// relations are the ways in which another school can stand to the student, each after
// the one before.
func (o *office) relations() []relation {
	ctx, s := o.t.Context(), o.services
	there, err := core.ParseID[core.OrganizationID](o.other)
	ok(o.t, err)
	to := core.Organization{ID: there, Name: "Elsewhere"}
	actor, err := s.Account.Authenticate(ctx, o.stranger.token)
	ok(o.t, err)
	pupil, err := s.Account.Authenticate(ctx, o.student.token)
	ok(o.t, err)
	var file core.TherapistID
	pupilNow := func() access.Actor {
		now, err := s.Account.Authenticate(ctx, o.student.token)
		ok(o.t, err)
		return now
	}
	giveTo := func(to core.Organization, months int, scopes ...access.Scope) {
		ok(o.t, s.Grants.Seed(ctx, pupil.TherapistID, to, grant.Terms{Scopes: scopes, Purpose: grant.PurposeEducation, Months: months}))
	}
	give := func(months int, scopes ...access.Scope) { giveTo(to, months, scopes...) }
	end := func() {
		given, err := s.Grants.Given(ctx, pupilNow(), core.Page{Limit: 1})
		ok(o.t, err)
		_, err = s.Grants.End(ctx, pupilNow(), given.Items[0].ID, 0)
		ok(o.t, err)
	}
	clinic, license, holding := o.clinic(), o.ids["license"], o.ids["holding"]
	o.someone(clinic, core.RoleAdmin)
	employer := func() client { return o.signIn("admin@walk.example") }
	return []relation{
		{name: "none", make: func() {}},
		{name: "typed", make: func() {
			version, err := s.Logbook.PublishProgram(ctx, actor, there, logbook.PublishProgram{Code: "mmf", Title: "Foundations", Standard: demoRules(o.t)})
			ok(o.t, err)
			e, err := s.Logbook.Enroll(ctx, actor, there, logbook.Enroll{Email: "student@here.example", Name: "Some Body", ProgramID: version.ProgramID})
			ok(o.t, err)
			file = e.TherapistID
		}},
		{name: "accepted", make: func() { ok(o.t, s.Grants.SeedFile(ctx, pupil.AccountID, there, file)) }},
		{name: "another scope", make: func() { give(1, access.ScopeContact) }},
		{name: "expired", make: func() {
			give(1, access.Scopes...)
			o.pass(32 * 24 * time.Hour)
			o.student = o.signIn("student@here.example")
		}},
		{name: "ended", make: func() { give(24, access.Scopes...); end() }},
		{name: "granted", make: func() { give(24, access.Scopes...) }, shows: true},
		{name: "own recording", make: func() {
			office, person := o.signIn("admin@there.example"), "/v1/therapists/"+o.ids["therapist"]
			known := map[string]any{"method": "document", "source": "A card", "checked_on": "2026-08-28"}
			l := as[common.License](office.post(person+"/licenses", with(known, map[string]any{"jurisdiction": "GA", "number": "MT9", "status": "active", "effective_on": "2026-08-01", "expires_on": "2028-08-31"})).want(201))
			h := as[common.Holding](office.post(person+"/holdings", with(known, map[string]any{"kind": "cpr", "name": "BLS", "issuer": "Heart Club", "obtained_on": "2026-08-01", "expires_on": "2028-08-01"})).want(201))
			o.ids["license"], o.ids["holding"] = l.Id.String(), h.Id.String()
			end()
		}},
		{name: "left", make: func() {
			_, err := s.Grants.Leave(ctx, pupilNow(), there)
			ok(o.t, err)
		}},
		{name: "employer", make: func() { o.ids["license"], o.ids["holding"] = license, holding }, who: employer},
		{name: "employer granted", make: func() {
			at, err := core.ParseID[core.OrganizationID](clinic)
			ok(o.t, err)
			giveTo(core.Organization{ID: at, Name: "Clinic"}, 1, access.Scopes...)
		}, who: employer, shows: true},
	}
}
