package school_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/career/renewal"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/registry"
)

// homes holds that what stands on the first pages of each role is not empty.
func homes(t *testing.T, a *app.App, people map[string]access.Actor) {
	t.Helper()
	student, graduate := people["student in the middle of the program"], people["student who has been certified"]
	office, employer := people["registrar, who proposes"], people["employer, Harborview Clinic"]
	at := office.Memberships[0].OrganizationID

	own, err := a.Logbook.MyEnrollments(t.Context(), student)
	if err != nil || len(own) != 1 || own[0].Answer.Met() || own[0].Valid == 0 || own[0].Waiting == 0 {
		t.Errorf("the student's program: %+v, %v", own, err)
	}
	risks, err := a.Registry.AtRisk(t.Context(), office, at, core.Page{})
	if !slices.ContainsFunc(some(t, "students", risks, err), func(r registry.Risk) bool { return len(r.Reasons) > 0 }) {
		t.Error("nobody is at risk")
	}
	queue, err := a.Continuing.Queue(t.Context(), office, at, continuing.CEReported, core.Page{})
	some(t, "education that waits for the office", queue, err)
	accepted, err := a.Continuing.Activities(t.Context(), graduate, graduate.TherapistID, continuing.CEAccepted, core.Page{})
	some(t, "the graduate's accepted education", accepted, err)
	shown, err := a.Employer.Disclosures(t.Context(), graduate, core.Page{})
	if found := some(t, "who looked at the graduate's certificates", shown, err); len(found) > 0 && found[0].OrganizationName != "Harborview Clinic" {
		t.Errorf("%s looked", found[0].OrganizationName)
	}
	checks, err := a.Employer.Checks(t.Context(), employer, employer.Memberships[0].OrganizationID, core.Page{})
	some(t, "what the employer checked", checks, err)
	listed, _, err := a.Specialty.Search(t.Context(), specialty.DirectorySearch{Area: "NY", Mentor: true}, core.Page{})
	if found := some(t, "the public directory", listed, err); len(found) > 0 && (found[0].Name != graduate.Name || len(found[0].Conditions) == 0) {
		t.Errorf("listed is %+v", found[0])
	}
	licenses(t, a, office, graduate)
	section(t, a, office)
}

// licenses holds that one license ends soon, one ended, and that of the graduate
// is in force.
func licenses(t *testing.T, a *app.App, office, graduate access.Actor) {
	t.Helper()
	soon, err := a.Renewal.Expiring(t.Context(), office, office.Memberships[0].OrganizationID, 60, core.Page{})
	some(t, "licenses that end", soon.List, err)
	over := func(e renewal.Expiring) bool { return e.ExpiresOn.Before(soon.Today) }
	if len(soon.Items) != 2 || !over(soon.Items[0]) || over(soon.Items[1]) {
		t.Errorf("one license ended and one ends soon, as of %s: %+v", soon.Today, soon.Items)
	}
	held, err := a.Licensure.Licenses(t.Context(), graduate, graduate.TherapistID)
	if err != nil || len(held) != 1 || !held[0].ExpiresOn.After(soon.Today) || held[0].IssuedOn.After(soon.Today) {
		t.Errorf("the graduate's licenses: %+v, %v", held, err)
	}
}

// section holds that one has the seat of the course to come, and one waits for it.
func section(t *testing.T, a *app.App, office access.Actor) {
	t.Helper()
	sections, err := a.Specialty.Sections(t.Context(), office, office.Memberships[0].OrganizationID, core.CourseID{}, core.Page{})
	found := some(t, "courses to come", sections, err)
	if len(found) == 0 {
		return
	}
	d, err := a.Specialty.Section(t.Context(), office, found[0].ID)
	var states []specialty.PlaceState
	for _, p := range d.Places {
		states = append(states, p.State)
	}
	slices.Sort(states)
	if err != nil || !slices.Equal(states, []specialty.PlaceState{specialty.PlaceSeated, specialty.PlaceWaiting}) {
		t.Errorf("places %q, %v", states, err)
	}
}

// journal is what the school's administrator reads of what was done.
func journal(t *testing.T, a *app.App, admin access.Actor) (events []core.AuditEvent) {
	t.Helper()
	for page := (core.Page{Limit: 100}); ; {
		part, err := a.Account.Audit(t.Context(), admin, admin.Memberships[0].OrganizationID, page)
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, part.Items...)
		if page.Cursor = part.Next; page.Cursor == "" {
			return events
		}
	}
}

// past holds that all that was done was done by now.
func past(t *testing.T, events []core.AuditEvent, now time.Time) {
	t.Helper()
	if len(events) == 0 {
		t.Error("nothing was done")
	}
	for _, e := range events {
		if e.At.After(now) {
			t.Errorf("%s by %s is of %s, and now it is %s", e.Action, e.ActorName, e.At, now)
		}
	}
}

// roll is the school's students, and how far each has come.
func roll(t *testing.T, a *app.App, office access.Actor) (rows []logbook.EnrollmentRow) {
	t.Helper()
	part, err := a.Logbook.Enrollments(context.WithoutCancel(t.Context()), office, office.Memberships[0].OrganizationID, logbook.EnrollmentFilter{}, core.Page{Limit: 100})
	if err != nil || part.Next != "" {
		t.Errorf("there is more: %q, %v", part.Next, err)
	}
	return part.Items
}
