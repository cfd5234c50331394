package continuing

import (
	"context"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/notice"
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

// Telling has the service tell people of the activities that organizations add to their
// records, with links to the pages at an address.
func (s *Service) Telling(baseURL string) *Service {
	notice.Hear(s.act, notice.Sender{BaseURL: baseURL}, ceReported)
	return s
}

// of is something of a therapist's continuing education, which was handed in to a
// school, or that it recorded; a grant opens it to others.
func of(therapist core.TherapistID, school core.OrganizationID) access.Target {
	return access.Target{Organization: school, Therapist: therapist, Scope: access.ScopeCE}
}

// held is something of a therapist, and the school that looks after the therapist's own
// doings; zero where none keeps a file of them.
type held[N any] struct {
	is     N
	school core.OrganizationID
}

// hold finds a therapist's thing for a command on it, which was handed in to a school
// if to any. The therapist acts for the first school that keeps a file of them; one in
// whose office they are is asked first, since it knows best why not.
func hold[N any](ctx context.Context, tx Tx, a access.Actor, therapist core.TherapistID, school core.OrganizationID, thing N, version int) (act.Found[held[N]], error) {
	found := act.Found[held[N]]{Thing: held[N]{thing, school}, Owner: of(therapist, school), Version: version}
	if !a.Is(therapist) {
		return found, nil
	}
	schools, err := tx.TherapistOrganizations(ctx, therapist)
	if err != nil || len(schools) == 0 {
		return found, err
	}
	if school.IsZero() {
		found.Thing.school, found.Owner.Organization = schools[0], schools[0]
	}
	if at := slices.IndexFunc(schools, func(org core.OrganizationID) bool { return inOffice(a, org) }); at >= 0 {
		found.Owner.Organization = schools[at]
	}
	return found, nil
}

// schoolOf is the school for which something is done.
func schoolOf[N any](x act.Step[Tx], h held[N]) core.OrganizationID {
	if x.For.IsZero() {
		return h.school
	}
	return x.For
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
