package logbookpage

import (
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// How much of a list the page of an enrollment shows.
const (
	firstUncounted = 5
	recentSessions = 6
)

type enrollmentPage struct {
	Path         string
	Tabs         page.RecordTabs
	Own          bool
	Enrollment   logbook.Enrollment
	Answer       standard.Answer
	Ask          []string
	Ring         render.Progress
	Subjects     render.SubjectBars
	Missing      []string
	WaitingFor   int
	Caps         []standard.RuleStanding
	Uncounted    []Uncounted
	AllOfThem    int
	Returned     []Entry
	Recent       []Entry
	MayLog       bool
	Office       bool
	MayTransfers bool
	MayPropose   bool
	Confirmed    bool // a second person has confirmed the version of the program
	MayCorrect   bool
	MayInvite    bool // the student has not accepted the file, or left
	Proposal     render.Form
	Now          time.Time
}

// Progress reads where the enrollment in the address stands.
func Progress(r *page.Request, l *logbook.Service) (logbook.Progress, error) {
	enrollment, err := page.ID[core.EnrollmentID](r, "enrollment")
	if err != nil {
		return logbook.Progress{}, err
	}
	p, err := l.Progress(r.Ctx(), r.Actor, enrollment)
	r.Place = p.Enrollment.OrganizationID
	return p, err
}

// Enrollment is the page of the enrollment in the address; proposal is the form
// that proposes its completion.
func Enrollment(r *page.Request, l *logbook.Service, proposal render.Form) (page.View, error) {
	p, err := Progress(r, l)
	if err != nil {
		return page.View{}, err
	}
	e, s := p.Enrollment, p.Standing
	returned, err := l.Entries(r.Ctx(), r.Actor, e.ID, logbook.EntryFilter{State: core.EntryReturned}, core.Page{})
	if err != nil {
		return page.View{}, err
	}
	recent, err := l.Entries(r.Ctx(), r.Actor, e.ID, logbook.EntryFilter{}, core.Page{Limit: recentSessions})
	if err != nil {
		return page.View{}, err
	}
	active, t := e.State == core.EnrollmentActive, TitlesOf(s)
	can := func(action access.Action) bool { return r.CanFor(action, e.OrganizationID, e.TherapistID) }
	content := enrollmentPage{
		Path: page.EnrollmentPath(e.ID), Tabs: page.TabsOf("hours"), Own: r.Owns(e.TherapistID), Enrollment: e, Answer: s.Answer, Ask: s.AskText(),
		Ring:     render.Progress{Valid: s.Valid, Waiting: p.Waiting, Required: s.Required, Recorded: s.Recorded},
		Subjects: barsOf(s, p.WaitingBySubject), Missing: s.MissingText(), WaitingFor: p.WaitingEntries, Caps: capsOf(s),
		Uncounted: UncountedRows(s, s.Uncounted[:min(firstUncounted, len(s.Uncounted))]), AllOfThem: len(s.Uncounted),
		Returned: t.Entries(returned.Items), Recent: t.Entries(recent.Items),
		MayLog: active && can(access.EntryLog), MayTransfers: can(access.TransferRead), Office: r.Can(access.CredentialRead, e.OrganizationID),
		MayPropose: active && s.Answer.Met() && p.Confirmed && can(access.ProposalMake), Confirmed: p.Confirmed, MayCorrect: e.AccountID.IsZero() && can(access.EnrollmentCreate),
		MayInvite: !e.Joined() && can(access.EnrollmentCreate), Proposal: proposal, Now: r.Now(),
	}
	title := e.Name
	if content.Own {
		title = r.Say("shared.my_hours")
	}
	return page.View{Name: "logbook/enrollment", Title: title, Content: content}, nil
}

func barsOf(s standard.Standing, waiting map[string]core.Minutes) render.SubjectBars {
	bars := render.SubjectBars{Rows: make([]render.SubjectBar, len(s.Subjects))}
	for i, subject := range s.Subjects {
		bars.Rows[i] = render.SubjectBar{
			Name: subject.Title, Valid: subject.Valid, Waiting: waiting[subject.Code], Required: subject.Required, Recorded: subject.Recorded,
		}
	}
	return bars
}

// capsOf are the rules that can keep minutes from counting.
func capsOf(s standard.Standing) []standard.RuleStanding {
	var caps []standard.RuleStanding
	for _, rule := range s.Rules {
		if rule.Kind != standard.Total && rule.Kind != standard.SubjectMinimum {
			caps = append(caps, rule)
		}
	}
	return caps
}
