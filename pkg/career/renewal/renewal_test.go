package renewal_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act/acttest"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/renewal"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
)

const base = "https://school.example"

// desk is a world with the service that reminds, and what was mailed since.
type desk struct {
	*certifytest.World
	*renewal.Service
	t      *testing.T
	before int
}

func each(t *testing.T, fn func(t *testing.T, d *desk)) {
	t.Helper()
	t.Parallel()
	certifytest.OneOrFull(t, base, at(fn))
}

// both is each for what races: on a database that is drawn, and on both in full.
func both(t *testing.T, fn func(t *testing.T, d *desk)) {
	t.Helper()
	t.Parallel()
	certifytest.Drawn(t, base, at(fn))
}

func at(fn func(t *testing.T, d *desk)) func(t *testing.T, w *certifytest.World) {
	return func(t *testing.T, w *certifytest.World) {
		s := renewal.New(store.Bind(w.DB, func(tx *store.Tx) renewal.Tx { return kept.On(tx) }), w.Src, renewal.Options{BaseURL: base})
		fn(t, &desk{w, s, t, len(w.Mails())})
	}
}

func date(text string) core.Date {
	d, err := core.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// license records a license of the student that ends on a day.
func (d *desk) license(state, number, expires string) core.License {
	d.t.Helper()
	l, err := d.Licensure.RecordLicense(context.Background(), d.Registrar, d.Student.TherapistID, licensure.LicenseInput{
		Jurisdiction: state, Number: number, IssuedOn: date("2024-09-01"), ExpiresOn: date(expires), Status: "active",
		Method: core.MethodPrimarySource, Source: "the board's register", CheckedOn: date("2026-11-20"),
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return l
}

// work makes and sends the reminders of everybody.
func (d *desk) work() error {
	_, err := acttest.WorkOff(context.Background(), d.Works())
	return err
}

// at lets time go by until a moment and does what is due then.
func (d *desk) at(moment string) {
	d.t.Helper()
	when, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		d.t.Fatal(err)
	}
	d.Pass(when.Sub(d.Src.Now()))
	if err := d.work(); err != nil {
		d.t.Fatal(err)
	}
}

// mailed are the subjects of the mails since the last time that it was asked.
func (d *desk) mailed(want ...string) {
	d.t.Helper()
	var got []string
	mails := d.Mails()
	for _, m := range mails[d.before:] {
		got = append(got, m.Subject)
	}
	d.before = len(mails)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		d.t.Errorf("at %s mailed %q, want %q", d.Src.Now(), got, want)
	}
}

func (d *desk) exec(statement string, args ...any) {
	d.t.Helper()
	if d.DB.Postgres() {
		for i := 1; strings.Contains(statement, "?"); i++ {
			statement = strings.Replace(statement, "?", "$"+string(rune('0'+i)), 1)
		}
	}
	if _, err := d.SQL.Exec(statement, args...); err != nil {
		d.t.Fatal(err)
	}
}

// The school is in New York: quiet hours end there at eight in the morning.
func TestService_Remind(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.license("FL", "MA1", "2027-01-22") // 60 days from the start, 90 are over
		d.at("2026-11-23T15:00:01Z")         // ten in the morning, 60 days before
		d.mailed("FL Massage Therapist MA1 expires in 60 days")
		d.at("2026-11-24T20:00:00Z")
		d.mailed()
		d.at("2026-12-23T12:59:59Z")
		d.mailed()
		d.at("2026-12-23T13:00:00Z")
		d.mailed("FL Massage Therapist MA1 expires in 30 days")
		d.at("2027-01-15T13:00:00Z")
		d.mailed("FL Massage Therapist MA1 expires in 7 days")
		d.at("2027-01-23T12:00:00Z")
		d.mailed()
		d.at("2027-01-23T13:00:00Z")
		d.mailed("FL Massage Therapist MA1 expired yesterday")
		d.at("2027-06-01T13:00:00Z")
		d.mailed()
		last := d.Mails()[d.before-1]
		for _, want := range []string{d.Student.Name, "expired yesterday, on Jan 22, 2027", "may not practice", base + "/licenses/", "/renewal", base + "/record/reminders"} {
			if !strings.Contains(last.Text, want) {
				t.Errorf("the mail lacks %q:\n%s", want, last.Text)
			}
		}
		if last.To != d.Student.Email {
			t.Errorf("mailed to %s", last.To)
		}
	})
}

func TestService_Remind_RenewedIsSilent(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		l := d.license("FL", "MA1", "2027-02-01")
		d.at("2026-12-03T15:00:00Z")
		d.mailed("FL Massage Therapist MA1 expires in 60 days")
		d.at("2027-01-02T12:00:00Z") // the 30 days wait for the morning
		d.mailed()
		if _, err := d.Licensure.RenewLicense(context.Background(), d.Student, l.ID, l.Version, licensure.RenewalInput{
			ExpiresOn: date("2029-02-01"), RenewedOn: date("2027-01-02"),
		}); err != nil {
			t.Fatal(err)
		}
		d.at("2027-02-10T15:00:00Z")
		d.mailed()
		d.at("2028-11-03T15:00:00Z")
		d.mailed("FL Massage Therapist MA1 expires in 90 days")
	})
}

func TestService_Remind_GivenUpIsSilent(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		l := d.license("FL", "MA1", "2027-02-01")
		d.license("GA", "MT7", "2027-02-01")
		_, err := d.Licensure.RecordEvent(context.Background(), d.Registrar, l.ID, 0, licensure.EventInput{
			Axis: core.Lifecycle, Status: "retired", EffectiveOn: date("2026-11-23"), Method: core.MethodPrimarySource, Source: "letter", CheckedOn: date("2026-11-23"),
		})
		if err != nil {
			t.Fatal(err)
		}
		d.at("2026-12-03T15:00:00Z")
		d.mailed("GA Massage Therapist MT7 expires in 60 days")
		part, err := d.Upcoming(context.Background(), d.Student, d.Student.TherapistID, core.Page{})
		if err != nil || len(part.Items) != 2 || len(part.GivenUp) != 1 || !part.GivenUp[core.SubjectID(l.ID)] {
			t.Errorf("upcoming is %+v, %v", part, err)
		}
		secret, err := d.MakeCalendar(context.Background(), d.Student, d.Student.TherapistID)
		if err != nil {
			t.Fatal(err)
		}
		if a, err := d.Agenda(context.Background(), secret); err != nil || len(a.Events) != 1 {
			t.Errorf("the calendar shows %+v, %v", a.Events, err)
		}
	})
}

// After a week without a server, only the newest of several reminders of one
// thing goes out, and it tells the days that are left.
func TestService_Remind_Late(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.license("FL", "MA1", "2027-02-01")
		d.at("2026-11-24T15:00:00Z")
		d.mailed()
		d.at("2027-01-28T03:00:00Z") // ten in the evening
		d.mailed()
		d.at("2027-01-28T13:00:00Z")
		d.mailed("FL Massage Therapist MA1 expires in 4 days")
		d.at("2027-01-29T13:00:00Z")
		d.mailed()
	})
}

func TestService_Remind_Zones(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.license("HI", "MAT1", "2027-01-31")
		d.Write(func(ctx context.Context, tx *store.Tx) error {
			return kept.On(tx).SetTherapistDetails(ctx, core.Therapist{ID: d.Student.TherapistID, Zone: "Pacific/Honolulu"})
		})
		d.at("2027-01-01T17:59:59Z")
		d.mailed()
		d.at("2027-01-01T18:00:00Z") // eight in Honolulu
		d.mailed("HI Massage Therapist MAT1 expires in 30 days")
		d.at("2027-01-24T17:59:59Z")
		d.mailed()
		d.at("2027-01-24T18:00:00Z")
		d.mailed("HI Massage Therapist MAT1 expires in 7 days")
	})
}

func TestService_SetPreferences(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := context.Background()
		d.license("FL", "MA1", "2027-01-22")
		p, err := d.Preferences(ctx, d.Student, d.Student.TherapistID)
		if err != nil || !slices.Equal(p.Days, renewal.DefaultDays) || p.Quiet != renewal.DefaultQuiet || p.ZoneInForce != "America/New_York" || p.Version != 1 {
			t.Fatalf("the default is %+v, %v", p, err)
		}
		d.at("2026-11-23T16:00:00Z")
		d.mailed("FL Massage Therapist MA1 expires in 60 days")
		p, err = d.SetPreferences(ctx, d.Student, d.Student.TherapistID, p.Version, renewal.PreferencesInput{
			Days: []int{7, 14, 7}, Quiet: renewal.QuietHours{From: 20 * 60, Until: 10 * 60}, Zone: "America/Chicago",
		})
		if err != nil || !slices.Equal(p.Days, []int{14, 7}) || p.ZoneInForce != "America/Chicago" || p.Version != 2 {
			t.Fatalf("kept %+v, %v", p, err)
		}
		d.at("2027-01-08T15:59:59Z")
		d.mailed()
		d.at("2027-01-08T16:00:00Z") // ten in Chicago
		d.mailed("FL Massage Therapist MA1 expires in 14 days")
		off := renewal.PreferencesInput{Off: true, Quiet: renewal.DefaultQuiet, Days: p.Days}
		if _, err := d.SetPreferences(ctx, d.Student, d.Student.TherapistID, 1, off); core.CodeOf(err) != "stale" {
			t.Errorf("an old version gave %v", err)
		}
		if p, err = d.SetPreferences(ctx, d.Student, d.Student.TherapistID, p.Version, off); err != nil || !p.Off {
			t.Fatal(p, err)
		}
		d.at("2027-01-20T18:00:00Z")
		d.mailed()
		// On again: what is over is not made up for.
		if _, err = d.SetPreferences(ctx, d.Student, d.Student.TherapistID, p.Version, renewal.PreferencesInput{Quiet: renewal.DefaultQuiet, Days: []int{7, -1}}); err != nil {
			t.Fatal(err)
		}
		d.at("2027-01-22T18:00:00Z")
		d.mailed()
		d.at("2027-01-23T18:00:00Z")
		d.mailed("FL Massage Therapist MA1 expired yesterday")
	})
}

func TestService_SetPreferences_Refused(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		good := renewal.PreferencesInput{Days: []int{7}}
		for name, c := range map[string]struct {
			who  access.Actor
			in   renewal.PreferencesInput
			code string
		}{
			"nobody":          {access.Actor{}, good, "unauthenticated"},
			"the office":      {d.Registrar, good, "forbidden"},
			"another school":  {d.Stranger, good, "not_found"},
			"no day":          {d.Student, renewal.PreferencesInput{}, "required"},
			"no day, but off": {d.Student, renewal.PreferencesInput{Off: true}, ""},
			"another day":     {d.Student, renewal.PreferencesInput{Days: []int{8}}, "unknown_days"},
			"no zone":         {d.Student, renewal.PreferencesInput{Days: []int{7}, Zone: "Florida"}, "unknown_zone"},
			"the server's":    {d.Student, renewal.PreferencesInput{Days: []int{7}, Zone: "Local"}, "unknown_zone"},
			"no time":         {d.Student, renewal.PreferencesInput{Days: []int{7}, Quiet: renewal.QuietHours{From: 1440}}, "bad_time"},
		} {
			if _, err := d.SetPreferences(context.Background(), c.who, d.Student.TherapistID, 0, c.in); core.CodeOf(err) != c.code {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
		}
	})
}

// A specialty certificate that ends is reminded of; one that was revoked is not.
func TestService_Remind_Credential(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		kept := d.Certified()
		statement := `INSERT INTO due_things (subject_id, kind, therapist_id, organization_id, label, expires_on) VALUES (?, 'credential', ?, ?, 'Lymphatic drainage', '2027-01-22')`
		d.exec(statement, kept.ID.String(), d.Student.TherapistID.String(), d.School.ID.String())
		d.before = len(d.Mails())
		d.at("2026-11-23T16:00:00Z")
		d.mailed("Lymphatic drainage expires in 60 days")
		d.exec(`INSERT INTO credential_states (credential_id, state, since, cause, proposal_id) VALUES (?, 'revoked', '2026-11-24', 'x', ?)`, kept.ID.String(), kept.ProposalID.String())
		d.at("2026-12-23T16:00:00Z")
		d.mailed()
	})
}

// Several servers share the work; nobody gets anything twice.
func TestService_Work_AtOnce(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		for i := range 30 {
			d.license("FL", "MA"+string(rune('A'+i)), "2027-01-22")
		}
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if err := d.work(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		d.at("2026-11-23T17:00:00Z")
		if n := len(d.Mails()) - d.before; n != 30 {
			t.Errorf("mailed %d of 30", n)
		}
	})
}
