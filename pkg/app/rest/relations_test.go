package rest_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/app/persontest"
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
	who   func() (who client, at string)
	shows bool
}

// secrets are words of what the person and the school recorded.
var secrets = []string{"My card", "Red Cross", "Lakeside School", "Bay Street Clinic", "It was two hours", "Illness", "This is not mine"}

// parameters are what a path names things by.
var parameters = regexp.MustCompile(`\{(\w+)\}`)

func named(path string) (names []string) {
	for _, found := range parameters.FindAllStringSubmatch(path, -1) {
		names = append(names, found[1])
	}
	return names
}

// ofPerson tells whether a path names something of a person.
func ofPerson(path string) bool {
	return slices.ContainsFunc(named(path), func(name string) bool { return persontest.Nobodys[name] == "" })
}

// everything makes one of each thing of the student.
func (o *office) everything() {
	o.t.Helper()
	teacher := o.signIn("super@here.example")
	var all []string
	each(o.t, func(_, path string, _ *openapi3.Operation) { all = append(all, named(path)...) })
	second := o.admin.invited(o.school, "ron@here.example", "Ron Ross", "registrar")
	made := persontest.World{
		TB: o.t, API: o.server, Host: base, Student: o.student.token, Office: o.admin.token, Second: second.token, Teacher: teacher.token,
		School: o.school, Program: o.ids["program"], Enrollment: o.ids["enrollment"], Therapist: o.ids["therapist"], Email: "student@here.example",
		Teaches: o.supervisor.String(), Today: core.DateOf(o.clock()), Graduate: o.graduate,
	}.Make()
	maps.Copy(o.ids, made)
	o.ids["file"] = o.enrollment.TherapistID.String()
	persontest.Unknown(o.t, all, made)
}

// TestRelations asks for every operation on something of a person, in the name of another
// school's office and of an employer's that stand to the person in each way there is, and
// writes down what each gives. What others recorded bears words that none is shown who has
// no grant.
func TestRelations(t *testing.T) {
	t.Parallel()
	storetest.Drawn(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, newWorld(t, db))
		o.everything()
		var got bytes.Buffer
		var names []string
		rows := map[string][]string{}
		for _, r := range o.relations() {
			r.make()
			stranger, at := o.signIn("admin@there.example"), o.other
			if r.who != nil {
				stranger, at = r.who()
			}
			names = append(names, r.name)
			ask := map[string]func() *answer{}
			each(t, func(method, path string, op *openapi3.Operation) {
				about, own := ofPerson(path), method == http.MethodGet && strings.Contains(path, "{organization}")
				if !about && !own {
					return
				}
				o.ids["organization"] = at
				to, in := o.request(path, op)
				in.headers["If-Match"] = "*"
				ask[op.OperationID] = func() *answer {
					a := stranger.do(method, to, in)
					if about {
						rows[op.OperationID] = append(rows[op.OperationID], fmt.Sprint(a.status))
					}
					return a
				}
			})
			for _, id := range sortedKeys(ask) {
				a := ask[id]()
				for _, secret := range secrets {
					if !r.shows && bytes.Contains(a.body, []byte(secret)) {
						t.Errorf("%s, %s shows %q: %s", r.name, id, secret, a.body)
					}
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
	clinic, before := o.clinic(), maps.Clone(o.ids)
	o.someone(clinic, core.RoleAdmin)
	employer := func() (client, string) { return o.signIn("admin@walk.example"), clinic }
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
			order := parted(o.t, "action", map[string]any{
				"kind": "probation", "authority": "Board", "order_number": "8", "starts_on": "2026-08-01", "method": "document", "checked_on": "2026-08-28",
			}, "document", "order.pdf", []byte("%PDF-1.7"))
			order.headers = map[string]string{"If-Match": "*"}
			made := func(a *answer) string { return as[struct{ ID string }](a.want(201)).ID }
			leave := "/v1/licenses/" + before["license"] + "/ce/leaves"
			maps.Copy(o.ids, map[string]string{
				"license": l.Id.String(), "holding": h.Id.String(), "item": l.Id.String(), "event": l.Events[0].Id.String(),
				"activity": made(office.post(person+"/ce/activities", map[string]any{"completed": true, "title": "A card", "type": "live", "on": "2026-08-01", "amount": "1 h"})),
				"leave":    made(office.post(leave, map[string]any{"kind": "extension", "until": "2028-12-31", "reason": "A flood"})),
				"dispute":  made(o.student.post("/v1/disputes", map[string]any{"kind": "holding", "item_id": h.Id, "reason": "No."})),
				"adverse":  made(office.do("POST", "/v1/licenses/"+l.Id.String()+"/adverse-actions", order)),
			})
			end()
		}},
		{name: "left", make: func() {
			_, err := s.Grants.Leave(ctx, pupilNow(), there)
			ok(o.t, err)
		}},
		{name: "employer", make: func() { maps.Copy(o.ids, before) }, who: employer},
		{name: "employer granted", make: func() {
			at, err := core.ParseID[core.OrganizationID](clinic)
			ok(o.t, err)
			giveTo(core.Organization{ID: at, Name: "Clinic"}, 1, access.Scopes...)
		}, who: employer, shows: true},
	}
}
