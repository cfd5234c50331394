package httpapi_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/store"
	"github.com/palmar/palmar/pkg/store/storetest"
)

func TestIdempotency(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
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
			first.header.Get("Idempotency-Replayed") != "" || again.header.Get("ETag") != first.header.Get("ETag") {
			t.Errorf("first %v %s\nthen %v %s", first.header, first.body, again.header, again.body)
		}
		send(o.student, "one", body("20:00")).refused(422, "idempotency_key_reused")
		send(o.student, "two", body("22:00")).refused(409, "entry_overlap")
		later := body("19:00")
		later["end"] = "20:00"
		send(o.student, "two", later).want(201)
		send(o.admin, "one", body("21:00")).refused(403, "forbidden")

		count := func() int {
			return len(as[api.EntryList](o.student.get(entries + "?limit=100").want(200)).Items)
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

// A file is spooled, read again and hashed like any other body.
func TestIdempotency_File(t *testing.T) {
	o := newOffice(t, newWorld(t, storetest.SQLite(t)))
	path := "/v1/organizations/" + o.school + "/imports?program_id=" + o.ids["program"]
	in := call{media: "text/csv", headers: map[string]string{"Idempotency-Key": "file"}, body: []byte(
		"email,name,date,start,end,break_minutes,subject,setting,delivery,supervisor,note\n" +
			"new@here.example,New,2026-08-20,09:00,10:00,0,pathology,lab,in-person,super@here.example,\n")}
	first := as[api.Import](o.admin.do("POST", path, in).want(201))
	a := o.admin.do("POST", path, in).want(201)
	if again := as[api.Import](a); again.Id != first.Id || first.Accepted != 1 || a.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("first %+v, then %+v", first, again)
	}
	in.body = append(in.body.([]byte), '\n')
	o.admin.do("POST", path, in).refused(422, "idempotency_key_reused")
}
