package licensure

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/people/notice"
)

// Service keeps licenses, what else therapists hold, and boards' lists.
type Service struct {
	*licenses
	*holdings
	*rosters
}

// New makes the service. It asks no primary source until Ask says which.
func New(store act.Store[Tx], src core.Source) *Service {
	kernel := act.New(store, src, nil)
	return &Service{&licenses{kernel, src, nobody{}, notice.Sender{}, nil}, &holdings{kernel, src}, &rosters{kernel, src, notice.Sender{}, nil, nowhere{}}}
}

// Telling has the service tell people of what organizations add to their records, with
// links to the pages at an address.
func (s *Service) Telling(baseURL string) *Service {
	sender := notice.Sender{BaseURL: baseURL}
	s.licenses.notices, s.rosters.notices = sender, sender
	notice.Hear(s.licenses.act, sender, licenseRecorded, licenseEvented, licenseRenewed, adverseRecorded, holdingRecorded, holdingVerified)
	return s
}

// Hearing has those who attest licenses told, in the transaction, of which licenses
// something was recorded.
func (s *Service) Hearing(heard func(ctx context.Context, licenses []core.LicenseID) error) *Service {
	s.licenses.hearing, s.rosters.hearing = heard, heard
	return s
}

// licenses keeps licenses and their histories, what authorities did about them,
// and who holds them.
type licenses struct {
	act     *act.Kernel[Tx]
	src     core.Source
	primary Primary
	notices notice.Sender
	hearing hearing
}

// holdings keeps what therapists hold beside licenses.
type holdings struct {
	act *act.Kernel[Tx]
	src core.Source
}

// rosters takes in the lists of boards.
type rosters struct {
	act     *act.Kernel[Tx]
	src     core.Source
	notices notice.Sender
	hearing hearing
	fetcher Fetcher
}

// part is a part of a therapist's record, which an organization may have recorded, and
// which a grant of the scope opens to others.
func part(therapist core.TherapistID, recorder core.OrganizationID, s access.Scope) access.Target {
	return access.Target{Organization: recorder, Therapist: therapist, Scope: s}
}

// licensesOf are a therapist's licenses. Nobody but the therapist and those who have a
// grant add to them.
func licensesOf(therapist core.TherapistID) access.Target {
	return part(therapist, core.OrganizationID{}, access.ScopeLicenses)
}

func inOffice(a access.Actor, org core.OrganizationID) bool {
	_, registrar := a.Member(org, core.RoleRegistrar)
	_, admin := a.Member(org, core.RoleAdmin)
	return registrar || admin
}

// tell tells of something of a therapist in the audit of a school.
func tell(school core.OrganizationID, therapist core.TherapistID, subject string) []act.Told {
	return []act.Told{{Owner: access.Target{Organization: school, Therapist: therapist}, Subject: subject}}
}

// hidden makes the refusal of something of another school one of something that
// is not there.
func hidden(err error, what string) error {
	if f := core.AsFault(err); f != nil && f.Kind == core.KindNotFound {
		return core.NotFound(what)
	}
	return err
}

// hide is hidden for a command's refusal.
func hide(what string) func(context.Context, Tx, error) error {
	return func(_ context.Context, _ Tx, refusal error) error { return hidden(refusal, what) }
}

// mostNote is how many characters a note has at the most.
const mostNote = 2_000

// form gathers what is wrong with an input while its texts are cleaned.
type form struct{ core.Collect }

func (f *form) line(name string, text *string, least, most int) {
	f.keep(name, text, func(s string) (string, error) { return core.CleanText(s, least, most) })
}

func (f *form) note(name string, text *string) {
	f.keep(name, text, func(s string) (string, error) { return core.CleanNote(s, 0, mostNote) })
}

func (f *form) keep(name string, text *string, clean func(string) (string, error)) {
	cleaned, err := clean(*text)
	_ = f.Check(name, err) // cleaning gives faults alone
	*text = cleaned
}

// day wants a date that is not after the last one; a zero last is no limit.
func (f *form) day(name string, d, last core.Date) {
	switch {
	case d.IsZero():
		f.Add(name, "required.date_needed")
	case d.Year < 1900 || d.Year > 2200:
		f.Add(name, "bad_date.licensure", "d", d)
	case !last.IsZero() && d.After(last):
		f.Add(name, "date_in_future.date", "d", d)
	}
}

// regimeDay is the day that a jurisdiction has at an instant.
func regimeDay(jurisdiction string, at time.Time) core.Date {
	return standard.RegimeOf(jurisdiction).Day(at)
}

// latestToday is the day that it is somewhere on Earth already, for dates of
// places whose zone is not known.
func latestToday(now time.Time) core.Date { return core.DateOf(now.UTC().Add(14 * time.Hour)) }
