package rest_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/career/specialty/specialtyapi"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookapi"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/people/account/accountapi"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

func TestIdempotency(t *testing.T) {
	t.Parallel()
	storetest.Drawn(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, newWorld(t, db))
		entries := "/v1/enrollments/" + o.enrollment.ID.String() + "/entries"
		body := func(start string) map[string]any {
			return map[string]any{
				"date": "2026-08-27", "start": start, "end": "23:00", "subject": "pathology", "setting": "lab", "delivery": "in-person",
				"supervisor_id": o.supervisor, "submit": true,
			}
		}
		send := func(c client, key string, in any) *answer {
			return c.do("POST", entries, call{body: in, headers: map[string]string{"Idempotency-Key": key}})
		}
		first := send(o.student, "one", body("21:00")).want(201)
		again := send(o.student, "one", body("21:00")).want(201)
		if string(first.body) != string(again.body) || again.header.Get("Idempotency-Replayed") != "true" ||
			first.header.Get("Idempotency-Replayed") != "" || again.header.Get("ETag") == "" || again.header.Get("ETag") != first.header.Get("ETag") {
			t.Errorf("first %v %s\nthen %v %s", first.header, first.body, again.header, again.body)
		}
		send(o.student, "one", body("20:00")).refused(422, "idempotency_key_reused")
		send(o.student, "two", body("22:00")).refused(409, "entry_overlap")
		later := body("19:00")
		later["end"] = "20:00"
		send(o.student, "two", later).want(201)
		send(o.admin, "one", body("21:00")).refused(403, "forbidden")

		count := func() int {
			return len(as[logbookapi.EntryList](o.student.get(entries + "?limit=100").want(200)).Items)
		}
		before := count()
		parallel := body("10:00")
		parallel["end"] = "11:00"
		bodies := make([]string, 20)
		var wait sync.WaitGroup
		for i := range bodies {
			wait.Go(func() {
				a := send(o.student, "many", parallel)
				bodies[i] = fmt.Sprint(a.status, string(a.body))
			})
		}
		wait.Wait()
		for _, got := range bodies {
			if got != bodies[0] {
				t.Errorf("one key, two answers:\n%s\n%s", got, bodies[0])
			}
		}
		if after := count(); after != before+1 {
			t.Errorf("twenty requests with one key made %d entries", after-before)
		}
	})
}

// The commands of accounts keep their answers themselves, and mail nobody twice.
func TestIdempotency_Accounts(t *testing.T) {
	t.Parallel()
	storetest.Drawn(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, newWorld(t, db))
		hash, err := o.services.Account.HashPassword(t.Context(), password)
		ok(t, err)
		_, err = o.services.Account.SeedPerson(t.Context(), account.Seed{Email: "op@here.example", Name: "Op", PasswordHash: hash, Operator: true})
		ok(t, err)
		token := as[accountapi.Token](o.admin.post("/v1/tokens", map[string]any{"name": "phone", "scopes": []string{"read"}, "days": 30}).want(201))
		school := "/v1/organizations/" + o.school
		for _, c := range []struct {
			who          client
			method, path string
			body         any
			status       int
			mails        int
		}{
			{o.signIn("op@here.example"), "POST", "/v1/organizations",
				map[string]string{"kind": "employer", "name": "Harbor Spa", "zone": "UTC", "admin_email": "hana@spa.example", "admin_name": "Hana"}, 201, 1},
			{o.admin, "PUT", school, map[string]string{"name": "Brightwater School", "zone": "UTC"}, 200, 0},
			{o.admin, "POST", school + "/invitations", map[string]string{"email": "bea@here.example", "name": "Bea", "role": "registrar"}, 201, 1},
			{o.admin, "DELETE", "/v1/members/" + o.supervisor.String(), nil, 204, 0},
			{o.admin, "DELETE", "/v1/tokens/" + token.Id.String(), nil, 204, 0},
		} {
			before := len(o.mails)
			c.who.twice(c.method, c.path, call{body: c.body, headers: map[string]string{"If-Match": "*"}}).want(c.status)
			if n := len(o.mails) - before; n != c.mails {
				t.Errorf("%s %s sends %d mails", c.method, c.path, n)
			}
		}
	})
}

// The commands of licenses and of courses keep their answers themselves.
func TestIdempotency_Careers(t *testing.T) {
	t.Parallel()
	storetest.OneOrFull(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, newWorld(t, db))
		school, person := "/v1/organizations/"+o.school, "/v1/therapists/"+o.ids["therapist"]
		known := func(more map[string]any) map[string]any {
			maps.Copy(more, map[string]any{"method": "primary_source", "source": "The board", "checked_on": "2026-08-28"})
			return more
		}
		twice := func(method, path string, body map[string]any, status int) *answer {
			t.Helper()
			return o.admin.twice(method, path, call{body: body, headers: map[string]string{"If-Match": "*"}}).want(status)
		}
		course := as[common.Course](twice("POST", school+"/courses", map[string]any{
			"code": "MLD-1", "title": "Drainage", "specialty": "drainage", "minutes": 60, "prerequisites": []any{},
		}, 201))
		at := "/v1/courses/" + course.Id.String()
		twice("PUT", at+"/details", map[string]any{"topics": []any{}}, 200)
		twice("POST", at+"/completions", map[string]any{"therapist_id": o.ids["therapist"], "completed_on": "2026-08-01", "instructor": "Ines"}, 201)
		section := as[specialtyapi.Section](twice("POST", at+"/sections", map[string]any{
			"instructor_id": o.supervisor, "starts_on": "2026-09-01", "ends_on": "2026-09-02", "seats": 1, "exam": false, "sessions": []any{},
		}, 201))
		at = "/v1/sections/" + section.Id.String()
		before := len(o.mails)
		twice("POST", at+"/places", map[string]any{"whom": "somebody", "email": "bo@here.example", "name": "Bo"}, 201)
		if n := len(o.mails) - before; n != 1 {
			t.Errorf("a place sends %d mails", n)
		}
		twice("POST", at+"/cancel", nil, 200)

		o.student.twice("PUT", person, call{body: map[string]any{"zone": "UTC"}, headers: map[string]string{"If-Match": "*"}}).want(200)
		license := as[common.License](twice("POST", person+"/licenses", known(map[string]any{
			"jurisdiction": "FL", "number": "MA1", "issued_on": "2025-09-01", "expires_on": "2027-08-31", "status": "active", "effective_on": "2025-09-01",
		}), 201))
		at = "/v1/licenses/" + license.Id.String()
		twice("POST", at+"/events", known(map[string]any{"axis": "lifecycle", "status": "inactive", "effective_on": "2026-01-01"}), 201)
		twice("POST", at+"/renew", known(map[string]any{"expires_on": "2029-08-31", "renewed_on": "2026-08-28"}), 200)
		order := parted(t, "action", map[string]any{
			"kind": "probation", "authority": "The board", "order_number": "7", "starts_on": "2026-08-01", "method": "document", "checked_on": "2026-08-28",
		}, "document", "order.pdf", []byte("%PDF-1.7"))
		order.headers = map[string]string{"If-Match": "*"}
		o.admin.twice("POST", at+"/adverse-actions", order).want(201)
		held := as[common.Holding](twice("POST", person+"/holdings", known(map[string]any{"kind": "npi", "name": "NPI", "number": "1234567893"}), 201))
		twice("POST", "/v1/holdings/"+held.Id.String()+"/verifications", known(map[string]any{}), 200)
		twice("DELETE", "/v1/holdings/"+held.Id.String(), nil, 204)
		twice("POST", school+"/roster-sources", map[string]any{"name": "Board", "jurisdiction": "FL", "mapping": map[string]any{
			"columns": map[string]string{"number": "number", "name": "name", "status": "status"}, "dates": "YYYY-MM-DD", "words": map[string]string{},
		}}, 201)
	})
}

// A file is spooled, read again and hashed like any other body.
func TestIdempotency_File(t *testing.T) {
	t.Parallel()
	o := newOffice(t, newWorld(t, storetest.SQLite(t)))
	path := "/v1/organizations/" + o.school + "/imports?program_id=" + o.ids["program"]
	in := call{media: "text/csv", headers: map[string]string{"Idempotency-Key": "file"}, body: []byte(
		"email,name,date,start,end,break_minutes,subject,setting,delivery,supervisor,note\n" +
			"new@here.example,New,2026-08-20,09:00,10:00,0,pathology,lab,in-person,super@here.example,\n")}
	first := as[logbookapi.Import](o.admin.do("POST", path, in).want(201))
	a := o.admin.do("POST", path, in).want(201)
	if again := as[logbookapi.Import](a); again.Id != first.Id || first.Accepted != 1 || a.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("first %+v, then %+v", first, again)
	}
	in.body = append(in.body.([]byte), '\n')
	o.admin.do("POST", path, in).refused(422, "idempotency_key_reused")
}

// Importing one file at once, each with a key of its own, takes it in once.
func TestIdempotency_ParallelImports(t *testing.T) {
	t.Parallel()
	storetest.Drawn(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, newWorld(t, db))
		path := "/v1/organizations/" + o.school + "/imports?program_id=" + o.ids["program"]
		file := []byte("email,name,date,start,end,break_minutes,subject,setting,delivery,supervisor,note\n" +
			"new@here.example,New,2026-08-20,09:00,10:00,0,pathology,lab,in-person,super@here.example,\n")
		ids := make([]string, 12)
		var wait sync.WaitGroup
		for i := range ids {
			wait.Go(func() {
				a := o.admin.do("POST", path, call{body: file, media: "text/csv", headers: map[string]string{"Idempotency-Key": fmt.Sprint(i)}})
				ids[i] = fmt.Sprint(a.status, as[logbookapi.Import](a).Id)
			})
		}
		wait.Wait()
		for _, id := range ids {
			if id != ids[0] {
				t.Errorf("imported as %s and %s", ids[0], id)
			}
		}
	})
}

// Who guesses is told how long to wait.
func TestSignIn_RetryAfter(t *testing.T) {
	t.Parallel()
	o := newOffice(t, newWorld(t, storetest.SQLite(t)))
	wrong := map[string]string{"email": "student@here.example", "password": "violet-otter-crane-8"}
	var a *answer
	for range 10 {
		if a = o.nobody.post("/v1/sessions", wrong); a.status == 429 {
			break
		}
		a.refused(401, "bad_credentials")
	}
	a.refused(429, "too_many_guesses")
	if wait := a.header.Get("Retry-After"); wait == "" || wait == "60" {
		t.Errorf("Retry-After is %q", wait)
	}
}

// A file beyond what is taken, damaged or endless, is refused as such.
func TestImport_Refused(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	o := newOffice(t, newWorld(t, storetest.SQLite(t)))
	path := "/v1/organizations/" + o.school + "/imports?dry_run=true&program_id=" + o.ids["program"]
	header := []byte("email,name,date,start,end,break_minutes,subject,setting,delivery,supervisor,note\n")
	for name, test := range map[string]struct {
		body   []byte
		status []int
	}{
		"one endless line":      {append(header, bytes.Repeat([]byte("x"), 64<<20)...), []int{413, 422}},
		"beyond the limit":      {bytes.Repeat([]byte("x\n"), 33<<20), []int{413, 422}},
		"NUL bytes":             {append(header, 0, 0, 0), []int{422}},
		"a missing column":      {[]byte("email,name\na,b\n"), []int{422}},
		"no text":               {[]byte{0xff, 0xfe, 0x00}, []int{422}},
		"ten thousand columns":  {[]byte(strings.Repeat("a,", 10_000)), []int{413, 422}},
		"a repeated column":     {append([]byte("email,"), header...), []int{422}},
		"a header and no lines": {header[:len(header)-1], []int{200}},
	} {
		for _, key := range []string{"", name} {
			in := call{body: test.body, media: "text/csv"}
			if key != "" {
				in.headers = map[string]string{"Idempotency-Key": key}
			}
			if a := o.admin.do("POST", path, in); !slices.Contains(test.status, a.status) {
				t.Errorf("%s: %d %s", name, a.status, a.body)
			}
		}
	}
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "palmar-upload-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("uploads were left behind: %v", left)
	}
}
