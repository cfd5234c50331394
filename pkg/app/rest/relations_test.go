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

// relation is how a school stands to a person, who has another school.
type relation struct {
	name string
	make func()
}

// TestRelations asks for every operation on a person's record, on a license and on a
// qualification, in the name of another school's office that stands to the person in
// each way there is, and writes down what each gives. The record bears nothing that
// the school recorded.
func TestRelations(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, newWorld(t, db))
		licenses := "/v1/therapists/" + o.ids["therapist"] + "/licenses"
		known := map[string]any{"method": "self_report", "source": "My card", "checked_on": "2026-08-28"}
		l := as[common.License](o.student.post(licenses, with(known, map[string]any{"jurisdiction": "FL", "number": "MA1", "status": "active", "effective_on": "2026-08-01", "expires_on": "2028-08-31"})).want(201))
		h := as[common.Holding](o.student.post("/v1/therapists/"+o.ids["therapist"]+"/holdings", with(known, map[string]any{
			"kind": "cpr", "name": "BLS", "issuer": "Red Cross", "obtained_on": "2026-08-01", "expires_on": "2028-08-01",
		})).want(201))
		o.ids["license"], o.ids["holding"] = l.Id.String(), h.Id.String()

		var got bytes.Buffer
		var names []string
		rows := map[string][]string{}
		for _, r := range o.relations() {
			r.make()
			stranger := o.signIn("admin@there.example")
			names = append(names, r.name)
			ask := map[string]func() *answer{}
			each(t, func(method, path string, op *openapi3.Operation) {
				if strings.Contains(path, "{therapist}") || strings.Contains(path, "{license}") || strings.Contains(path, "{holding}") {
					to, in := o.request(path, op)
					in.headers["If-Match"] = "*"
					ask[op.OperationID] = func() *answer { return stranger.do(method, to, in) }
				}
			})
			for _, id := range sortedKeys(ask) {
				a := ask[id]()
				rows[id] = append(rows[id], fmt.Sprint(a.status))
				if r.name != "granted" && (bytes.Contains(a.body, []byte("MA1")) || bytes.Contains(a.body, []byte("Red Cross"))) {
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
	give := func(months int, scopes ...access.Scope) {
		ok(o.t, s.Grants.Seed(ctx, pupil.TherapistID, to, grant.Terms{Scopes: scopes, Purpose: grant.PurposeEducation, Months: months}))
	}
	return []relation{
		{"none", func() {}},
		{"typed", func() {
			version, err := s.Logbook.PublishProgram(ctx, actor, there, logbook.PublishProgram{Code: "mmf", Title: "Foundations", Standard: demoRules(o.t)})
			ok(o.t, err)
			e, err := s.Logbook.Enroll(ctx, actor, there, logbook.Enroll{Email: "student@here.example", Name: "Some Body", ProgramID: version.ProgramID})
			ok(o.t, err)
			file = e.TherapistID
		}},
		{"accepted", func() { ok(o.t, s.Grants.SeedFile(ctx, pupil.AccountID, there, file)) }},
		{"another scope", func() { give(1, access.ScopeContact) }},
		{"expired", func() {
			give(1, access.Scopes...)
			o.pass(32 * 24 * time.Hour)
			o.student = o.signIn("student@here.example")
		}},
		{"ended", func() {
			give(24, access.Scopes...)
			pupil, err := s.Account.Authenticate(ctx, o.student.token)
			ok(o.t, err)
			given, err := s.Grants.Given(ctx, pupil, core.Page{Limit: 1})
			ok(o.t, err)
			_, err = s.Grants.End(ctx, pupil, given.Items[0].ID, 0)
			ok(o.t, err)
		}},
		{"granted", func() { give(24, access.Scopes...) }},
	}
}
