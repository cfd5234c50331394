package renewal

import (
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Options say where the pages are, for links in mails and calendars.
type Options struct {
	// BaseURL has no slash at its end.
	BaseURL string
}

// Service keeps reminders, calendars and checklists of renewals.
type Service struct {
	act     *act.Kernel[Tx]
	src     core.Source
	o       Options
	sources map[string]Source
	dates   []Dates
}

// New makes the service.
func New(store act.Store[Tx], src core.Source, o Options) *Service {
	return &Service{act: act.New(store, src, nil), src: src, o: o, sources: map[string]Source{}}
}

// of is something of a therapist's licenses, which a grant opens to others.
func of(therapist core.TherapistID) access.Target {
	return access.Target{Therapist: therapist, Scope: access.ScopeLicenses}
}

// tellOf tells a command on a therapist's own things.
func tellOf[N, R any](therapist core.TherapistID) func(N, R) []act.Told {
	return func(N, R) []act.Told { return act.Of(therapist.String(), nil) }
}
