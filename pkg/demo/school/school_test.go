package school_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/demo/school"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
	"github.com/palmar/palmar/pkg/testkit"
	"github.com/palmar/palmar/pkg/words"
)

var (
	now    = time.Date(2026, 11, 28, 17, 0, 0, 0, time.UTC)
	secret = bytes.Repeat([]byte{7}, config.SecretSize)
)

func fill(t *testing.T, db *store.DB, now time.Time) (school.Made, error) {
	t.Helper()
	return app.FillDemo(t.Context(), config.Default(), db, secret, now, func(words.Sentence) {})
}

// opened is the program over a database, a minute after the demo was made.
func opened(t *testing.T, db *store.DB, now time.Time) *app.App {
	t.Helper()
	c := config.Default()
	c.Secret = config.Hidden(base64.StdEncoding.EncodeToString(secret))
	src := core.Source{Clock: func() time.Time { return now.Add(time.Minute) }, Rand: app.Source().Rand}
	a, err := app.Over(t.Context(), c, slog.New(slog.NewTextHandler(io.Discard, nil)), src, db)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestFill shows that what the demo tells newcomers of is there, and that a
// database that holds someone's record is not told a second story.
func TestFill(t *testing.T) {
	t.Parallel()
	storetest.OneOrFull(t, func(t *testing.T, db *store.DB) {
		a, people := newcomer(t, db, now)
		before := journal(t, a, people["administrator"])
		if again, err := fill(t, db, now); core.CodeOf(err) != "slug_taken" {
			t.Errorf("the demo was told twice: %+v, %v", again, err)
		}
		if after := journal(t, a, people["administrator"]); !reflect.DeepEqual(before, after) {
			t.Errorf("a second story that was refused left %d events where there were %d", len(after), len(before))
		}
	})
}

// TestFill_Moments shows the same on days on which calendars go wrong.
func TestFill_Moments(t *testing.T) {
	testkit.OnlyFull(t, "it makes four demos, and one is made as of such a day by the program's tests")
	t.Parallel()
	for _, m := range testkit.Moments {
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			newcomer(t, storetest.SQLite(t), m.At)
		})
	}
}

// newcomer makes the demo, signs in as everybody of whom it tells, and looks
// around.
func newcomer(t *testing.T, db *store.DB, now time.Time) (*app.App, map[string]access.Actor) {
	t.Helper()
	made, err := fill(t, db, now)
	if err != nil {
		t.Fatal(err)
	}
	a := opened(t, db, now)
	people := map[string]access.Actor{}
	for _, one := range made.Accounts {
		signed, err := a.Account.SignIn(t.Context(), account.SignIn{Email: one.Email, Password: school.Password})
		if err != nil {
			t.Fatalf("%s (%s): %v", one.Email, one.Who, err)
		}
		who, _, _ := strings.Cut(one.Who, ":")
		people[who] = signed.Actor
	}
	check, err := a.Employer.Check(t.Context(), made.Certificate)
	if err != nil || check.Outcome != "valid" {
		t.Errorf("the certificate is %s, %v", check.Outcome, err)
	}
	waits(t, a, people)
	homes(t, a, people)
	past(t, journal(t, a, people["administrator"]), now.Add(time.Minute))
	return a, people
}

// some says how many of a list there are on its first page.
func some[T any](t *testing.T, what string, list core.List[T], err error) []T {
	t.Helper()
	if err != nil || len(list.Items) == 0 {
		t.Errorf("%s: %d, %v", what, len(list.Items), err)
	}
	return list.Items
}

// waits holds that each role finds something to do.
func waits(t *testing.T, a *app.App, people map[string]access.Actor) {
	t.Helper()
	ctx, office := context.WithoutCancel(t.Context()), people["registrar, who certifies"]
	at := office.Memberships[0].OrganizationID
	list, err := a.Logbook.Inbox(ctx, people["supervisor"], at, core.Page{})
	some(t, "what waits for the supervisor", list, err)
	proposals, err := a.Certify.Proposals(ctx, office, at, certify.ProposalOpen, core.Page{})
	some(t, "what waits to be certified", proposals, err)
	imports, err := a.Logbook.Imports(ctx, office, at, core.Page{})
	if found := some(t, "imports", imports, err); len(found) > 0 && found[0].State != logbook.ImportProposed {
		t.Errorf("the import is %s", found[0].State)
	}
	students, err := a.Logbook.Enrollments(ctx, office, at, logbook.EnrollmentFilter{}, core.Page{})
	some(t, "students", students, err)
	credentials, err := a.Certify.Credentials(ctx, people["student who has been certified"], people["student who has been certified"].TherapistID)
	if err != nil || len(credentials) == 0 {
		t.Errorf("the graduate's credentials: %d, %v", len(credentials), err)
	}
}

// TestFill_Alike shows that two demos of one moment are alike.
func TestFill_Alike(t *testing.T) {
	testkit.OnlyFull(t, "it makes two demos")
	t.Parallel()
	var told [2]school.Made
	var students [2][]string
	for i := range told {
		db := storetest.SQLite(t)
		var err error
		if told[i], err = fill(t, db, now); err != nil {
			t.Fatal(err)
		}
		a := opened(t, db, now)
		signed, err := a.Account.SignIn(t.Context(), account.SignIn{Email: told[i].Accounts[3].Email, Password: school.Password})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range roll(t, a, signed.Actor) {
			students[i] = append(students[i], fmt.Sprint(r.Name, " since ", r.EnrolledOn, ": ", r.Valid, " of ", r.Recorded, ", ", r.Waiting, " waiting"))
		}
		slices.Sort(students[i]) // enrolled on one day, they stand in the order of their identifiers
	}
	told[0].Certificate, told[1].Certificate = "", "" // a code is made by lot
	if !reflect.DeepEqual(told[0], told[1]) {
		t.Errorf("%+v\nis not\n%+v", told[0], told[1])
	}
	if len(students[0]) != told[0].Students || !slices.Equal(students[0], students[1]) {
		t.Errorf("%q\nare not\n%q", students[0], students[1])
	}
}
