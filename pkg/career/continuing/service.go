package continuing

import (
	"context"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Service keeps continuing education.
type Service struct {
	act *act.Kernel[Tx]
	src core.Source
}

// New makes the service.
func New(store act.Store[Tx], src core.Source) *Service {
	return &Service{act: act.New(store, src, nil), src: src}
}

// The deeds of continuing education.
var (
	reports         = act.Declare(access.CEReport, act.CEReported)
	decides         = act.Declare(access.CEDecide, act.CEDecided)
	requestsLeave   = act.Declare(access.CEReport, act.CELeaveRequested)
	decidesLeave    = act.Declare(access.CEDecide, act.CELeaveDecided)
	writesProvider  = act.Declare(access.CEProviderWrite, act.CEProviderWritten)
	describesCourse = act.Declare(access.CECourse, act.CECourseWritten)
	runsAudit       = act.Declare(access.CEAuditRun, act.CEAuditRun)
	decidesAudit    = act.Declare(access.CEAuditDecide, act.CEAuditDecided)
)

// of is something of a therapist, who belongs to the schools that know them.
func of(therapist core.TherapistID) access.Target {
	return access.Target{Therapist: therapist, Granted: true}
}

// held is something of a therapist, and the school for which someone acts on it;
// zero where none knows the therapist.
type held[N any] struct {
	is     N
	school core.OrganizationID
}

// hold finds a therapist's thing for a command on it. Anyone who acts does so for the
// first of the schools that know the therapist in whose office they are; the
// therapist for the first of all. The office is asked first, since it knows best why
// not.
func hold[N any](ctx context.Context, tx Tx, a access.Actor, therapist core.TherapistID, thing N, version int) (act.Found[held[N]], error) {
	found := act.Found[held[N]]{Thing: held[N]{is: thing}, Owner: of(therapist), Version: version}
	schools, err := tx.TherapistOrganizations(ctx, therapist)
	if err != nil || len(schools) == 0 {
		return found, err
	}
	found.Thing.school = schools[0]
	if at := slices.IndexFunc(schools, func(org core.OrganizationID) bool { return inOffice(a, org) }); at >= 0 {
		found.Owner.Organization = schools[at]
		if a.TherapistID != therapist {
			found.Thing.school = schools[at]
		}
	}
	return found, nil
}

func inOffice(a access.Actor, org core.OrganizationID) bool {
	_, registrar := a.Member(org, core.RoleRegistrar)
	_, admin := a.Member(org, core.RoleAdmin)
	return registrar || admin
}

// tell tells of something of a therapist in the audit of the school for which
// someone acted on it.
func tell(school core.OrganizationID, therapist core.TherapistID, subject string, details map[string]string) []act.Told {
	return []act.Told{{Owner: access.Target{Organization: school, Therapist: therapist}, Subject: subject, Details: details}}
}

// zoneOf is where a therapist lives: their own zone, otherwise that of the school.
func zoneOf(t core.Therapist, org core.Organization) core.Organization {
	if t.Zone != "" {
		org.Zone = t.Zone
	}
	return org
}

// form gathers what is wrong with an input while its texts are cleaned.
type form struct{ core.Collect }

func (f *form) line(name string, text *string, least, most int) {
	clean, err := core.CleanText(*text, least, most)
	_ = f.Check(name, err) // cleaning gives faults alone
	*text = clean
}

// longestNote is how many characters a reason or a note has at the most.
const longestNote = 500

func (f *form) note(name string, text *string, least int) {
	clean, err := core.CleanNote(*text, least, longestNote)
	_ = f.Check(name, err)
	*text = clean
}

// day wants a date that can be right.
func (f *form) day(name string, d core.Date) {
	switch {
	case d.IsZero():
		f.Add(name, "required.date_needed")
	case d.Year < 1950 || d.Year > 2200:
		f.Add(name, "bad_date.licensure", "d", d)
	}
}
