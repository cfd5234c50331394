package logbookweb

import (
	"net/url"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookpage"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// askForHours is where a school asks a person for the detail of their hours.
func askForHours(org core.OrganizationID, student core.TherapistID) string {
	q := url.Values{"student": {student.String()}, "scope": {string(access.ScopeHoursDetail)}, "purpose": {string(grant.PurposeTransfer)}}
	return page.OrganizationPath(org, "grants") + "?" + q.Encode()
}

type takePage struct {
	Path       string
	Enrollment logbook.Enrollment
	Source     logbook.Source
	Subjects   []logbook.SourceLine
	Options    []render.Option // subjects of the student's program
	Form       render.Form
}

// taking is the page on which subjects of another school become the school's own. One
// is chosen already where the codes are equal, and never guessed otherwise.
func (p *Transfers) taking(r *page.Request, form render.Form) (page.View, error) {
	at, source, err := p.source(r)
	if err != nil {
		return page.View{}, err
	}
	content := takePage{
		Path: page.EnrollmentPath(at.Enrollment.ID) + "/transfers", Enrollment: at.Enrollment, Source: source, Subjects: source.Subjects(),
		Form: form,
	}
	for _, s := range at.Standing.Subjects {
		content.Options = append(content.Options, render.Option{Value: s.Code, Label: s.Title})
	}
	if form.Values == nil {
		content.Form.Values = url.Values{}
		for _, theirs := range content.Subjects {
			if slices.ContainsFunc(at.Standing.Subjects, func(s standard.SubjectStanding) bool { return s.Code == theirs.Subject }) {
				content.Form.Values.Set("to-"+theirs.Subject, theirs.Subject)
			}
		}
	}
	return page.View{Name: "logbook/take-over", Title: r.Say("logbook.take_over.title", "school", source.School), Content: content}, nil
}

// source is the enrollment of the address, and that elsewhere from which hours are
// taken over.
func (p *Transfers) source(r *page.Request) (at logbook.Progress, source logbook.Source, err error) {
	id, err := page.ID[core.EnrollmentID](r, "source")
	if err != nil {
		return at, source, err
	}
	if at, err = logbookpage.Progress(r, p.Logbook); err != nil {
		return at, source, err
	}
	all, err := p.Logbook.Sources(r.Ctx(), r.Actor, at.Enrollment.ID)
	if err != nil {
		return at, source, err
	}
	if !all.Granted {
		return at, source, core.Conflict("grant_required")
	}
	i := slices.IndexFunc(all.Sources, func(s logbook.Source) bool { return s.EnrollmentID == id })
	if i < 0 {
		return at, source, core.NotFound("enrollment")
	}
	return at, all.Sources[i], nil
}

func (p *Transfers) showTake(r *page.Request) error { return r.Show(p.taking(r, render.Form{})) }

func (p *Transfers) take(r *page.Request) error {
	at, source, err := p.source(r)
	if err != nil {
		return err
	}
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := logbook.TakeOver{Source: source.EnrollmentID, License: f.Get("school_license")}
			for _, s := range source.Subjects() {
				if to := f.Text("to-" + s.Subject); to != "" {
					in.Subjects = append(in.Subjects, logbook.SubjectPair{From: s.Subject, To: to})
				}
			}
			return func() (page.Next, error) {
				t, err := p.Logbook.ProposeFromCredits(r.Ctx(), r.Actor, at.Enrollment.ID, in)
				return page.To(transferPath(t.ID), r.Say("logbook.take_over.proposed")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.taking(r, form) },
	})
}

func (p *Transfers) standBy(r *page.Request, at core.TransferID) error {
	return p.change(r, at, "stand-by", r.Say("logbook.transfer.stood_by"), func(f *page.Reading) (logbook.TransferRequest, error) {
		return p.Logbook.StandByTransfer(r.Ctx(), r.Actor, at, f.Version(), f.Get("reason"))
	})
}

type handedPage struct {
	Base  string
	Zone  string
	Items []logbook.Handed
	Pager render.Pager
}

// showHanded lists to whom a school handed hours of its students on.
func (p *Transfers) showHanded(r *page.Request, org core.OrganizationID) error {
	list, err := p.Logbook.HandedOn(r.Ctx(), r.Actor, org, r.Part())
	if err != nil {
		return err
	}
	title := r.Say("logbook.handovers.title")
	return r.Page("logbook/handovers", title, handedPage{"/o/" + org.String(), r.Zone(org), list.Items, r.Pager(list.Next, title)})
}
