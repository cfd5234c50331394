package registryweb

import (
	"net/url"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/registry"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

type pausesPage struct {
	Path       string
	Own        bool
	Enrollment logbook.Enrollment
	Items      []core.Pause
	MayWrite   bool
	Open       bool
	Kinds      []render.Option
	Form       render.Form
	Resume     render.Form
	Absences   []registry.Absence
	Excuse     render.Form
	MayExcuse  bool
}

// pauses are the leaves and absences of an enrollment; form is
// the one of the page's forms that has to be fixed, by its ID.
func (p *Pages) pauses(r *page.Request, at core.EnrollmentID, form render.Form) (page.View, error) {
	e, err := p.enrollment(r, at)
	if err != nil {
		return page.View{}, err
	}
	pauses, err := p.Registry.Pauses(r.Ctx(), r.Actor, e.ID)
	if err != nil {
		return page.View{}, err
	}
	absences, err := p.Registry.Absences(r.Ctx(), r.Actor, e.ID)
	resume := form.At("resume")
	if resume.Values == nil {
		resume.Values = url.Values{"on": {core.DateOf(r.Now()).String()}}
	}
	return page.View{Name: "registry/pauses", Title: r.Say("registry.pauses.leave_and_withdrawal"), Content: pausesPage{
		Path: page.EnrollmentPath(e.ID), Own: r.Owns(e.TherapistID), Enrollment: e, Items: pauses, Absences: absences,
		MayWrite:  r.CanFor(access.PauseWrite, e.OrganizationID, e.TherapistID) && e.State != core.EnrollmentCompleted,
		MayExcuse: r.CanFor(access.AbsenceWrite, e.OrganizationID, e.TherapistID),
		Open:      len(pauses) > 0 && pauses[0].Open(), Kinds: page.OptionsOf(r, []core.PauseKind{core.PauseLeave, core.PauseWithdrawal}),
		Form: form.At(""), Resume: resume, Excuse: form.At("excuse"),
	}}, err
}

// enrollment reads one, and puts the page into its school.
func (p *Pages) enrollment(r *page.Request, at core.EnrollmentID) (logbook.Enrollment, error) {
	e, err := p.Logbook.Enrollment(r.Ctx(), r.Actor, at)
	r.Place = e.OrganizationID
	return e, err
}

func (p *Pages) showPauses(r *page.Request, at core.EnrollmentID) error {
	return r.Show(p.pauses(r, at, render.Form{}))
}

func (p *Pages) pause(r *page.Request, enrollment core.EnrollmentID) error {
	return p.change(r, enrollment, "", r.Say("registry.pauses.recorded"), func(f *page.Reading) func() error {
		in := registry.Pause{Kind: core.PauseKind(f.Get("kind")), First: f.Date("first"), Last: f.Date("last"), Reason: f.Get("reason")}
		return func() error {
			_, err := p.Registry.Pause(r.Ctx(), r.Actor, enrollment, in)
			return err
		}
	})
}

func (p *Pages) resume(r *page.Request, enrollment core.EnrollmentID) error {
	return p.change(r, enrollment, "resume", r.Say("registry.pauses.the_student_has_returned_to"), func(f *page.Reading) func() error {
		on := f.Date("on")
		return func() error {
			_, err := p.Registry.Resume(r.Ctx(), r.Actor, enrollment, on)
			return err
		}
	})
}

func (p *Pages) excuse(r *page.Request, enrollment core.EnrollmentID) error {
	return p.change(r, enrollment, "excuse", r.Say("registry.pauses.absence_excused_it_adds_no"), func(f *page.Reading) func() error {
		in := registry.AbsenceInput{First: f.Date("first"), Last: f.Date("last"), Reason: f.Get("reason")}
		return func() error {
			_, err := p.Registry.Excuse(r.Ctx(), r.Actor, enrollment, in)
			return err
		}
	})
}

// change does what one of the page's forms says.
func (p *Pages) change(r *page.Request, enrollment core.EnrollmentID, form, said string, read func(*page.Reading) func() error) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			command := read(f)
			return func() (page.Next, error) { return page.To(pausesPath(enrollment), said), command() }
		},
		Again: func(wrong render.Form) (page.View, error) {
			wrong.ID = form
			return p.pauses(r, enrollment, wrong)
		},
	})
}

func pausesPath(id core.EnrollmentID) string { return page.EnrollmentPath(id) + "/pauses" }

func (p *Pages) unexcuse(r *page.Request, at core.AbsenceID) error {
	absence, err := p.Registry.Unexcuse(r.Ctx(), r.Actor, at)
	if err != nil {
		return err
	}
	return r.Done(pausesPath(absence.EnrollmentID), r.Say("registry.pauses.the_absence_is_no_longer"))
}
