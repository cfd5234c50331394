package rest_test

import (
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/edge"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

var update = flag.Bool("update", false, "write the golden files again")

// office is a school with an administrator and an enrolled student, and another
// school with an administrator of its own.
type office struct {
	*world
	nobody, admin, student, stranger client
	school, other                    string
	ids                              map[string]string // by the path's parameter
	enrollment                       logbook.Enrollment
	supervisor                       core.MemberID
}

func newOffice(t testing.TB, w *world) *office {
	t.Helper()
	ctx, s := t.Context(), w.services
	hash, err := s.Account.HashPassword(ctx, password)
	ok(t, err)
	o := &office{world: w, nobody: client{w, ""}, ids: map[string]string{}}
	school := func(name string) core.OrganizationID {
		made, err := s.Account.SeedOrganization(ctx, account.NewOrganization{Kind: core.School, Name: name, Zone: "America/New_York"})
		ok(t, err)
		return made.ID
	}
	person := func(email string, roles ...account.SeedRole) account.Seeded {
		made, err := s.Account.SeedPerson(ctx, account.Seed{Email: email, Name: "Some Body", PasswordHash: hash, Roles: roles})
		ok(t, err)
		return made
	}
	here, there := school("Brightwater"), school("Elsewhere")
	person("admin@here.example", account.SeedRole{OrganizationID: here, Role: core.RoleAdmin})
	person("admin@there.example", account.SeedRole{OrganizationID: there, Role: core.RoleAdmin},
		account.SeedRole{OrganizationID: there, Role: core.RoleSupervisor}, account.SeedRole{OrganizationID: there, Role: core.RoleRegistrar})
	o.supervisor = person("super@here.example", account.SeedRole{OrganizationID: here, Role: core.RoleSupervisor}).Members[0]
	student := person("student@here.example", account.SeedRole{OrganizationID: here, Role: core.RoleStudent})
	o.school, o.other = here.String(), there.String()
	o.admin, o.stranger, o.student = w.signIn("admin@here.example"), w.signIn("admin@there.example"), w.signIn("student@here.example")

	actor, err := s.Account.Authenticate(ctx, o.admin.token)
	ok(t, err)
	rules, err := standard.Demo().Marshal()
	ok(t, err)
	program, err := s.Logbook.PublishProgram(ctx, actor, here, logbook.PublishProgram{Code: "mmf", Title: "Foundations", Standard: rules})
	ok(t, err)
	o.enrollment, err = s.Logbook.Enroll(ctx, actor, here, logbook.Enroll{
		Email: "student@here.example", Name: "Some Body", ProgramID: program.ProgramID, EnrolledOn: core.Date{Year: 2025, Month: 9, Day: 1},
	})
	ok(t, err)
	ok(t, s.Grants.SeedFile(ctx, student.AccountID, here, o.enrollment.TherapistID))
	ok(t, s.Grants.Seed(ctx, student.TherapistID, core.Organization{ID: here, Name: "Brightwater"}, grant.Everything()))
	pupil, err := s.Account.Authenticate(ctx, o.student.token)
	ok(t, err)
	entry, err := s.Logbook.Log(ctx, pupil, o.enrollment.ID, logbook.LogEntry{SupervisorID: o.supervisor, Submit: true, SessionInput: core.SessionInput{
		Date: core.Date{Year: 2026, Month: 8, Day: 28}, Minutes: 60, Subject: "pathology", Setting: core.Lab, Delivery: core.InPerson,
	}})
	ok(t, err)
	o.ids = map[string]string{
		"organization": o.school, "program": program.ProgramID.String(), "enrollment": o.enrollment.ID.String(), "entry": entry.ID.String(),
		"therapist": student.TherapistID.String(), "member": o.supervisor.String(), "program_version": program.ID.String(),
	}
	token, _, err := s.Account.CreateToken(ctx, actor, account.NewToken{OrganizationID: here, Name: "t", Role: core.RoleRegistrar, Scopes: []string{"read"}, Days: 1})
	ok(t, err)
	o.ids["token"] = token.ID.String()
	return o
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const someID = "01890a5d-ac96-774b-bcce-b302099a8057"

// request makes the least request that an operation takes.
func (o *office) request(path string, op *openapi3.Operation) (string, call) {
	for name, id := range o.ids {
		path = strings.ReplaceAll(path, "{"+name+"}", id)
	}
	path = strings.ReplaceAll(path, "{code}", strings.Repeat("0", 28))
	for i := strings.IndexByte(path, '{'); i >= 0; i = strings.IndexByte(path, '{') {
		path = path[:i] + someID + path[strings.IndexByte(path, '}')+1:]
	}
	if op.OperationID == "importAttendance" {
		path += "?program_id=" + o.ids["program"]
	}
	if op.OperationID == "getCompact" {
		path += "?home=OH"
	}
	if op.OperationID == "importRoster" {
		path += "?source_id=" + someID
	}
	in := call{headers: map[string]string{"If-Match": `"1"`}}
	if op.RequestBody == nil {
		return path, in
	}
	for media, content := range op.RequestBody.Value.Content {
		in.media, in.body = media, []byte("x")
		if media == "application/json" {
			in.body = o.example("", content.Schema.Value)
		}
		if media == "multipart/form-data" {
			data, file := "action", "document"
			if op.OperationID == "recordLook" {
				data, file = "look", "evidence"
			}
			in = parted(o.t, data, o.example("", content.Schema.Value.Properties[data].Value), file, "order.pdf", []byte("%PDF-1.7"))
			in.headers = map[string]string{"If-Match": `"1"`}
		}
	}
	return path, in
}

// example fills in a request schema so that it can be accepted.
func (o *office) example(name string, s *openapi3.Schema) any {
	switch {
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Type.Is("object"):
		out := map[string]any{}
		for _, field := range s.Required {
			out[field] = o.example(field, s.Properties[field].Value)
		}
		return out
	case s.Type.Is("array"):
		return []any{o.example(name, s.Items.Value)}
	case s.Type.Is("integer"):
		return 1
	case s.Type.Is("boolean"):
		return false
	case s.Format == "date":
		return "2026-08-27"
	case name == "supervisor_id":
		return o.supervisor.String()
	case name == "program_id":
		return o.ids["program"]
	case s.Format == "uuid":
		return someID
	case name == "zone":
		return "America/New_York"
	case strings.Contains(name, "email"):
		return "somebody@new.example"
	case strings.Contains(name, "password"):
		return "amber-heron-quilt-7"
	}
	return strings.Repeat("x", int(max(s.MinLength, 2)))
}

func each(t testing.TB, fn func(method, path string, op *openapi3.Operation)) {
	t.Helper()
	for path, item := range contract(t).Paths.Map() {
		for method, op := range item.Operations() {
			merged := *op
			merged.Parameters = append(append(openapi3.Parameters{}, item.Parameters...), op.Parameters...)
			fn(method, path, &merged)
		}
	}
}

// Anyone who is not signed in gets 401 everywhere but at what is public.
func TestEveryOperation_Anonymous(t *testing.T) {
	t.Parallel()
	o := newOffice(t, newWorld(t, storetest.SQLite(t)))
	each(t, func(method, path string, op *openapi3.Operation) {
		target, in := o.request(path, op)
		a := o.nobody.do(method, target, in)
		switch {
		case actions(t)[op.OperationID].Action == edge.Public:
			if a.status == http.StatusUnauthorized && op.OperationID != "signIn" {
				t.Errorf("%s: %d %s", op.OperationID, a.status, a.body)
			}
		case a.header.Get("WWW-Authenticate") != "Bearer":
			t.Errorf("%s: the challenge is %q", op.OperationID, a.header.Get("WWW-Authenticate"))
		default:
			a.refused(http.StatusUnauthorized, "unauthenticated")
		}
		client{o.world, "pls_wrong"}.do(method, target, in).refused(http.StatusUnauthorized, "unauthenticated")
	})
}

// Another school's people find nothing, whatever they ask for.
func TestEveryOperation_Stranger(t *testing.T) {
	t.Parallel()
	o := newOffice(t, newWorld(t, storetest.SQLite(t)))
	each(t, func(method, path string, op *openapi3.Operation) {
		if !strings.Contains(path, "{") || actions(t)[op.OperationID].Action == edge.Public {
			return
		}
		target, in := o.request(path, op)
		if a := o.stranger.do(method, target, in); a.status != http.StatusNotFound {
			t.Errorf("%s: %d %s", op.OperationID, a.status, a.body)
		}
	})
}

// What is malformed is a client's fault, no matter who sends it where.
func TestEveryOperation_Malformed(t *testing.T) {
	t.Parallel()
	o := newOffice(t, newWorld(t, storetest.SQLite(t)))
	school, clinic := o.ids["organization"], o.clinic()
	employer, _ := o.someone(clinic, core.RoleAdmin)
	each(t, func(method, path string, op *openapi3.Operation) {
		id := op.OperationID
		if id == "signOut" || id == "signOutEverywhere" || id == "changePassword" || id == "confirmPassword" {
			return
		}
		who := o.admin
		o.ids["organization"] = school
		if action := actions(t)[id].Action; action != edge.Public && !access.Fits(action, core.School) {
			who, o.ids["organization"] = employer, clinic
		}
		target, in := o.request(path, op)
		expect := func(what string, a *answer, statuses ...int) {
			t.Helper()
			for _, s := range statuses {
				if a.status == s {
					return
				}
			}
			t.Errorf("%s, %s: %d %s, want one of %v", id, what, a.status, a.body, statuses)
		}
		send := func(c call) *answer { return who.do(method, target, c) }
		for _, p := range op.Parameters {
			join := map[bool]string{true: "&", false: "?"}[strings.Contains(target, "?")]
			switch p.Value.Name {
			case "limit":
				for _, bad := range []string{"0", "101", "-1", "many"} {
					expect("limit "+bad, who.do(method, target+join+"limit="+bad, in), 422)
				}
			case "cursor":
				expect("a bad cursor", who.do(method, target+join+"cursor=%F0%9F", in), 422, 403, 404)
				expect("a long cursor", who.do(method, target+join+"cursor="+strings.Repeat("a", 501), in), 422)
			case "state", "role":
				expect("an unknown "+p.Value.Name, who.do(method, target+join+p.Value.Name+"=odd", in), 422)
			case "If-Match":
				expect("no If-Match", send(call{body: in.body, media: in.media}), 428)
				for _, bad := range []string{"3", `W/"3"`, `"x"`, `"0"`, `"99999999999999999999"`} {
					expect("If-Match "+bad, send(call{body: in.body, media: in.media, headers: map[string]string{"If-Match": bad}}), 422)
				}
			case "Idempotency-Key":
				expect("a long key", send(call{body: in.body, media: in.media, headers: map[string]string{
					"If-Match": `"1"`, "Idempotency-Key": strings.Repeat("k", 101)}}), 422)
			}
			if p.Value.In == openapi3.ParameterInPath && p.Value.Schema.Value.Format == "uuid" {
				wrong := path[:strings.IndexByte(path, '{')] + "not-an-id" + path[strings.IndexByte(path, '}')+1:]
				who.do(method, wrong, in).refused(404, "not_found")
			}
		}
		if op.RequestBody == nil {
			return
		}
		expect("no body", send(call{headers: in.headers}), 400)
		expect("a wrong kind", send(call{body: []byte("<x/>"), media: "application/xml", headers: in.headers}), 415)
		if op.RequestBody.Value.Content.Get("application/json") == nil {
			return
		}
		for _, bad := range []string{"{", "[]", "null{", `"x"`, "{} {}", "\x00", `{"surely_unknown":1}`, strings.Repeat("[", 20_000)} {
			expect("the body "+bad[:min(len(bad), 20)], send(call{body: []byte(bad), media: "application/json", headers: in.headers}), 400)
		}
		expect("nothing filled in", send(call{body: []byte("{}"), media: "application/json", headers: in.headers}), 422)
		expect("null", send(call{body: []byte("null"), media: "application/json", headers: in.headers}), 422)
		o.wrongFields(op, in, expect, send)
	})
}

// wrongFields spoils one field of a body at a time.
func (o *office) wrongFields(op *openapi3.Operation, in call, expect func(string, *answer, ...int), send func(call) *answer) {
	schema := op.RequestBody.Value.Content.Get("application/json").Schema.Value
	spoil := func(field string, value any, status int) {
		body := map[string]any{}
		for name, v := range in.body.(map[string]any) {
			body[name] = v
		}
		body[field] = value
		a := send(call{body: body, headers: in.headers})
		expect("a wrong "+field, a, status)
		if p := as[problem](a); p.field(field) == "" {
			o.t.Errorf("%s: a wrong %s is not named: %s", op.OperationID, field, a.body)
		}
	}
	for name, p := range schema.Properties {
		s := p.Value
		if s.Type.Is("string") || s.Type.Is("integer") {
			spoil(name, []int{1}, 400)
		}
		switch {
		case s.Format == "uuid":
			spoil(name, "not-an-id", 422)
		case s.Format == "date":
			spoil(name, "2026-02-30", 422)
		case len(s.Enum) > 0:
			spoil(name, "odd", 422)
		case s.MaxLength != nil:
			spoil(name, strings.Repeat("é", int(*s.MaxLength)+1), 422)
		case s.Max != nil:
			spoil(name, int(*s.Max)+1, 422)
			spoil(name, -1, 422)
		case s.MaxItems != nil && s.MinItems > 0:
			spoil(name, []any{}, 422)
		}
	}
}

// The problems that a client sees, letter by letter.
func TestProblems(t *testing.T) {
	t.Parallel()
	o := newOffice(t, newWorld(t, storetest.SQLite(t)))
	entries := "/v1/enrollments/" + o.enrollment.ID.String() + "/entries"
	for name, a := range map[string]*answer{
		"unauthenticated": o.nobody.get("/v1/me"),
		"not_found":       o.stranger.get("/v1/enrollments/" + o.enrollment.ID.String()),
		"unknown_path":    o.admin.get("/v1/nothing"),
		"wrong_method":    o.admin.do("PATCH", "/v1/me", call{}),
		"bad_json":        o.student.do("POST", entries, call{body: []byte(`{"date": 7, "minuets": 60}`), media: "application/json"}),
		"form":            o.student.post(entries, map[string]any{"date": "2026-08-30", "minutes": 721, "subject": "", "setting": "attic"}),
		"domain": o.student.post(entries, map[string]any{
			"date": "2026-08-30", "start": "25:00", "end": "26:00", "subject": "pathology", "setting": "lab", "delivery": "in-person",
			"supervisor_id": o.supervisor,
		}),
		"precondition_required": o.admin.do("PUT", "/v1/organizations/"+o.school, call{body: map[string]string{"name": "x", "zone": "UTC"}}),
		"stale":                 o.admin.update("PUT", "/v1/organizations/"+o.school, 9, map[string]string{"name": "x", "zone": "UTC"}),
	} {
		t.Run(name, func(t *testing.T) {
			var shown map[string]any
			if err := json.Unmarshal(a.body, &shown); err != nil {
				t.Fatal(err)
			}
			if shown["request_id"] != a.header.Get("X-Request-ID") {
				t.Errorf("request_id is %v", shown["request_id"])
			}
			shown["request_id"] = "…"
			got, err := json.MarshalIndent(shown, "", "  ")
			ok(t, err)
			got = append(got, '\n')
			path := filepath.Join("testdata", "problems", name+".json")
			if *update {
				ok(t, os.MkdirAll(filepath.Dir(path), 0o755))
				ok(t, os.WriteFile(path, got, 0o644))
			}
			want, err := os.ReadFile(path)
			ok(t, err)
			if string(got) != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}
