package app_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/demo/school"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookapi"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/people/account/accountapi"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/words"
)

var secret = hex.EncodeToString(bytes.Repeat([]byte{7}, config.SecretSize))

// today is when the tests take place, on whatever day they run; it goes on with
// the time that they take.
var (
	today = certifytest.Start
	begun = time.Now()
)

func now() time.Time { return today.Add(time.Since(begun)) }

// demoAt fills the database at an address with the demo.
func demoAt(t testing.TB, address string) school.Made {
	t.Helper()
	db, err := store.Open(t.Context(), address, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	made, err := app.FillDemo(t.Context(), config.Default(), db, bytes.Repeat([]byte{7}, config.SecretSize), now(), func(words.Sentence) {})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func settings(t testing.TB, address string) []string {
	return []string{
		"PALMAR_DATABASE=" + address, "PALMAR_DATA_DIR=" + t.TempDir(), "PALMAR_SECRET=" + secret,
		"PALMAR_LISTEN=127.0.0.1:0", "PALMAR_PUBLIC_URL=http://127.0.0.1:8080",
	}
}

func load(t testing.TB, env []string) config.Config {
	t.Helper()
	c, err := config.Load(env)
	if err != nil {
		t.Fatal(err)
	}
	c.Clock = now
	return c
}

// client speaks to a server as someone.
type client struct {
	base, token string
	http        *http.Client
}

func newClient(base string) *client {
	return &client{base: base, http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
}

// call sends a request; into gets the answer when the status is 2xx.
func (c *client) call(ctx context.Context, method, path string, body, into any, header ...string) (int, error) {
	var r io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, err
		}
		r = bytes.NewReader(text)
	}
	q, err := http.NewRequestWithContext(ctx, method, c.base+path, r)
	if err != nil {
		return 0, err
	}
	if body != nil {
		q.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		q.Header.Set("Authorization", "Bearer "+c.token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		q.Header.Set(header[i], header[i+1])
	}
	a, err := c.http.Do(q)
	if err != nil {
		return 0, err
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		return 0, err
	}
	if a.StatusCode/100 != 2 {
		return a.StatusCode, fmt.Errorf("%s %s: %d %s", method, path, a.StatusCode, text)
	}
	if into != nil {
		err = json.Unmarshal(text, into)
	}
	return a.StatusCode, err
}

func (c *client) must(t testing.TB, method, path string, body, into any, header ...string) {
	t.Helper()
	if _, err := c.call(t.Context(), method, path, body, into, header...); err != nil {
		t.Fatal(err)
	}
}

func (c *client) signIn(t testing.TB, email string) {
	t.Helper()
	var session accountapi.Session
	c.must(t, http.MethodPost, "/v1/sessions", accountapi.SignIn{Email: email, Password: school.Password}, &session)
	c.token = session.Token
}

// desk is a student's own enrollment and a supervisor to submit to.
type desk struct {
	enrollment core.EnrollmentID
	org        core.OrganizationID
	supervisor core.MemberID
}

func (c *client) desk(t testing.TB) desk {
	t.Helper()
	var own logbookapi.EnrollmentRows
	c.must(t, http.MethodGet, "/v1/me/enrollments", nil, &own)
	d := desk{enrollment: own.Items[0].Enrollment.Id, org: own.Items[0].Enrollment.OrganizationId}
	var supervisors accountapi.Supervisors
	c.must(t, http.MethodGet, "/v1/organizations/"+d.org.String()+"/supervisors", nil, &supervisors)
	for _, s := range supervisors.Items {
		if s.Email == "r.alvarez@brightwater.example" {
			d.supervisor = s.Id
		}
	}
	return d
}

// hammered is the note of the sessions that tests log by the hundred.
const hammered = "one of many"

// session is the nth short session, none of which overlap, in the nights before today,
// when the demo has none.
func (d desk) session(n int) logbookapi.EntryInput {
	day := core.DateOf(today).AddDays(-1 - n/42)
	minute := 10 * (n % 42)
	return logbookapi.EntryInput{
		Date: day, Start: core.WallTime(minute).String(), End: core.WallTime(minute + 10).String(), Subject: "kinesiology", Note: hammered,
		Setting: core.Classroom, Delivery: core.InPerson, SupervisorId: d.supervisor, Submit: true,
	}
}
