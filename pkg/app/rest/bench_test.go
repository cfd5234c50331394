package rest_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

// The hot paths over HTTP, by 32 clients at once for each processor.
func BenchmarkHTTP(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *store.DB{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			o := newOffice(b, newWorld(b, open(b)))
			code := o.graduate()
			web := httptest.NewServer(o.server)
			b.Cleanup(web.Close)
			b.Run("LogEntry", func(b *testing.B) { o.benchLog(b, web.URL) })
			b.Run("Progress", func(b *testing.B) {
				o.bench(b, func(int) *http.Request {
					return request("GET", web.URL+"/v1/enrollments/"+o.enrollment.ID.String()+"/progress", o.student.token, nil)
				})
			})
			b.Run("Check", func(b *testing.B) {
				o.bench(b, func(int) *http.Request { return request("GET", web.URL+"/v1/check/"+code, "", nil) })
			})
		})
	}
}

func request(method, url, token string, body []byte) *http.Request {
	r, _ := http.NewRequest(method, url, bytes.NewReader(body))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

// bench sends requests in parallel over connections that are kept.
func (o *office) bench(b *testing.B, make func(n int) *http.Request) {
	b.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true}
	defer transport.CloseIdleConnections()
	var n atomic.Int64
	b.SetParallelism(32)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			answer, err := transport.RoundTrip(make(int(n.Add(1))))
			if err != nil {
				b.Error(err)
				return
			}
			said, _ := io.ReadAll(answer.Body)
			_ = answer.Body.Close()
			if answer.StatusCode > 299 {
				b.Errorf("%d %s", answer.StatusCode, said)
				return
			}
		}
	})
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}

var slots atomic.Int64 // no session is logged twice, whatever b.N is tried

// benchLog logs sessions of ten minutes for sixteen students in turn.
func (o *office) benchLog(b *testing.B, url string) {
	actor, err := o.services.Account.Authenticate(b.Context(), o.admin.token)
	ok(b, err)
	type pupil struct{ token, path string }
	pupils := make([]pupil, 16)
	for i := range pupils {
		email := fmt.Sprintf("pupil%d-%d@here.example", i, slots.Add(1))
		e, err := o.services.Logbook.Enroll(b.Context(), actor, o.enrollment.OrganizationID, logbook.Enroll{
			Email: email, Name: "Some Pupil", ProgramID: o.enrollment.ProgramID, EnrolledOn: o.enrollment.EnrolledOn, Invite: true,
		})
		ok(b, err)
		pupils[i] = pupil{o.accepts(email, "Some Pupil").token, url + "/v1/enrollments/" + e.ID.String() + "/entries"}
	}
	first := core.Date{Year: 2026, Month: time.August, Day: 30}
	o.bench(b, func(n int) *http.Request {
		p, slot := pupils[n%len(pupils)], n/len(pupils)
		body := fmt.Sprintf(`{"date":%q,"start":"%02d:%02d","end":"%02d:%02d","subject":"pathology","setting":"lab",`+
			`"delivery":"in-person","supervisor_id":%q,"submit":true}`,
			first.AddDays(-slot/72), 6+slot%72/6, slot%6*10, 6+slot%72/6, slot%6*10+9, o.supervisor)
		return request("POST", p.path, p.token, []byte(body))
	})
}

// graduate gives the student 1,500 signed sessions and a certificate.
func (o *office) graduate() string {
	t := o.t
	minutes := map[string]int{
		"anatomy-physiology": 7500, "kinesiology": 3000, "pathology": 3000, "massage-practice": 12_900,
		"hydrotherapy": 900, "ethics-law-business": 2700, "clinical-practice": 6000,
	}
	var entries []logbook.SeedEntry
	start := time.Date(2025, time.September, 1, 13, 0, 0, 0, time.UTC)
	for _, subject := range slices.Sorted(maps.Keys(minutes)) {
		for left := minutes[subject]; left > 0; left -= 24 {
			for len(entries)%6 == 0 && core.DateOf(start).FederalHoliday() {
				start = start.AddDate(0, 0, 1)
			}
			at := start.Add(time.Duration(len(entries)%6) * time.Hour)
			length := core.Minutes(min(left, 24))
			entries = append(entries, logbook.SeedEntry{
				EnrollmentID: o.enrollment.ID, SupervisorID: o.supervisor, State: core.EntrySigned, At: at.Add(2 * time.Hour),
				Session: core.Session{
					Date: core.DateOf(at), Zone: "America/New_York", Start: at, End: at.Add(time.Duration(length) * time.Minute),
					Minutes: length, Subject: subject, Setting: core.Classroom, Delivery: core.InPerson,
				},
			})
			if len(entries)%6 == 0 {
				start = start.AddDate(0, 0, 1)
			}
		}
	}
	ctx := t.Context()
	ok(t, o.services.Logbook.Seed(ctx, access.System, o.enrollment.OrganizationID, entries))
	school := "/v1/organizations/" + o.school
	second := o.admin.invited(o.school, "rita@here.example", "Rita Ross", "registrar")
	second.post("/v1/program-versions/"+o.ids["program_version"]+"/confirm", nil).want(200)
	p := as[struct {
		ID      string
		Version int
	}](second.post("/v1/enrollments/"+o.enrollment.ID.String()+"/proposals", nil).want(201))
	made := as[struct{ Code string }](o.admin.update("POST", "/v1/proposals/"+p.ID+"/certify", p.Version, nil).want(201))
	o.admin.get(school).want(200)
	return made.Code
}
