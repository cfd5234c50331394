package logbookweb

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookpage"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// sessionPage is the form of a session: a new one, a change of one, or the
// correction of a signed one.
type sessionPage struct {
	Title, Action, Back string
	Correcting          *logbookpage.Entry
	ReturnReason        string
	Form                render.Form
	Subjects            []render.Option
	Supervisors         []render.Option
	Settings            []render.Option
	Deliveries          []render.Option
	Modes               []render.Option
	Today               core.Date
	Zone                string
	MinutesOpen         bool
}

func (c sessionPage) view(err error) (page.View, error) {
	return page.View{Name: "logbook/session", Title: c.Title, Content: c}, err
}

func (p *Sessions) session(r *page.Request, title string, at logbook.Progress, form render.Form) (sessionPage, error) {
	e := at.Enrollment
	if err := access.Can(r.Actor, access.EntryLog, access.Target{Organization: e.OrganizationID, Therapist: e.TherapistID}); err != nil {
		return sessionPage{}, err
	}
	supervisors, err := p.Account.Supervisors(r.Ctx(), r.Actor, e.OrganizationID)
	if err != nil {
		return sessionPage{}, err
	}
	org, err := p.Account.Organization(r.Ctx(), r.Actor, e.OrganizationID)
	if err != nil {
		return sessionPage{}, err
	}
	content := sessionPage{
		Title: title, Action: r.Request().URL.Path, Back: page.EnrollmentPath(e.ID), Form: form,
		Subjects: subjectOptions(at.Standing), Settings: page.OptionsOf(r, core.Settings), Deliveries: page.OptionsOf(r, core.Deliveries),
		Modes: append([]render.Option{{Label: r.Say("logbook.session.not_said")}}, page.OptionsOf(r, core.SupervisionModes)...),
		Today: org.Today(r.Now()), Zone: org.Zone, MinutesOpen: form.Get("minutes") != "" || form.ErrorOf("minutes") != "",
	}
	for _, m := range supervisors {
		if m.AccountID != r.Actor.AccountID {
			content.Supervisors = append(content.Supervisors, render.Option{Value: m.ID.String(), Label: m.Name})
		}
	}
	return content, nil
}

func subjectOptions(s standard.Standing) []render.Option {
	options := make([]render.Option, len(s.Subjects))
	for i, subject := range s.Subjects {
		options[i] = render.Option{Value: subject.Code, Label: subject.Title}
	}
	return options
}

// valuesOf fills the form with an entry as it was written.
func valuesOf(e core.Entry) url.Values {
	values := page.Filled(logbook.LogEntry{SessionInput: e.Session.Input(), SupervisorID: e.SupervisorID, Note: e.Note})
	values.Set("version", strconv.Itoa(e.Version))
	return values
}

// session reads the form of a session.
func session(f *page.Reading) logbook.LogEntry {
	in := logbook.LogEntry{Submit: f.Get("action") != "draft"}
	f.Into(&in)
	if in.Minutes > 0 && (in.Start != "" || in.End != "") {
		f.Add("minutes", "bad_minutes.either")
	}
	return in
}

// logging is the form of a new session.
func (p *Sessions) logging(r *page.Request, form render.Form) (page.View, error) {
	at, err := logbookpage.Progress(r, p.Logbook)
	if err != nil {
		return page.View{}, err
	}
	if form.Values == nil {
		in, err := p.Logbook.Prefill(r.Ctx(), r.Actor, at.Enrollment.ID)
		if err != nil {
			return page.View{}, err
		}
		form.Values = page.Filled(in)
	}
	content, err := p.session(r, r.Say("logbook.session.log_a_session"), at, form)
	return content.view(err)
}

func (p *Sessions) showLog(r *page.Request) error { return r.Show(p.logging(r, render.Form{})) }

func (p *Sessions) log(r *page.Request, enrollment core.EnrollmentID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := session(f)
			return func() (page.Next, error) {
				e, err := p.Logbook.Log(r.Ctx(), r.Actor, enrollment, in)
				return page.To(page.EnrollmentPath(enrollment), loggedText(r, e)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.logging(r, form) },
	})
}

func loggedText(r *page.Request, e core.Entry) string {
	if e.State == core.EntrySubmitted {
		return r.Say("logbook.session.submitted_to", "minutes", e.Session.Minutes, "name", e.SupervisorName)
	}
	return r.Say("logbook.session.saved_as_draft")
}

// changing is the form of a session that is still open.
func (p *Sessions) changing(r *page.Request, e core.Entry, at logbook.Progress, form render.Form) (page.View, error) {
	if form.Values == nil {
		form.Values = valuesOf(e)
	}
	content, err := p.session(r, r.Say("logbook.session.change_a_session"), at, form)
	content.Back, content.ReturnReason = page.EntryPath(e.ID), e.ReturnReason
	return content.view(err)
}

func (p *Sessions) showEdit(r *page.Request, entry core.EntryID) error {
	d, at, err := p.entryIn(r, entry)
	if err != nil {
		return err
	}
	if !d.Entry.Open() {
		return r.Redirect(http.StatusSeeOther, page.EntryPath(d.Entry.ID))
	}
	return r.Show(p.changing(r, d.Entry, at, render.Form{}))
}

func (p *Sessions) edit(r *page.Request, entry core.EntryID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := session(f)
			return func() (page.Next, error) {
				e, err := p.Logbook.Edit(r.Ctx(), r.Actor, entry, f.Version(), in)
				return page.To(page.EnrollmentPath(e.EnrollmentID), loggedText(r, e)), err
			}
		},
		Again: p.again(r, entry, p.changing),
	})
}

// again shows the form of an entry once more.
func (p *Sessions) again(r *page.Request, entry core.EntryID, view func(*page.Request, core.Entry, logbook.Progress, render.Form) (page.View, error)) func(render.Form) (page.View, error) {
	return func(form render.Form) (page.View, error) {
		d, at, err := p.entryIn(r, entry)
		if err != nil {
			return page.View{}, err
		}
		return view(r, d.Entry, at, form)
	}
}

// correcting is the form of what takes a signed session's place.
func (p *Sessions) correcting(r *page.Request, e core.Entry, at logbook.Progress, form render.Form) (page.View, error) {
	if form.Values == nil {
		form.Values = valuesOf(e)
	}
	content, err := p.session(r, r.Say("logbook.session.correct_a_signed_session"), at, form)
	corrected := logbookpage.TitlesOf(at.Standing).Entry(e)
	content.Back, content.Correcting = page.EntryPath(e.ID), &corrected
	return content.view(err)
}

func (p *Sessions) showCorrect(r *page.Request, entry core.EntryID) error {
	d, at, err := p.entryIn(r, entry)
	if err != nil {
		return err
	}
	if d.Entry.State != core.EntrySigned {
		return r.Redirect(http.StatusSeeOther, page.EntryPath(d.Entry.ID))
	}
	return r.Show(p.correcting(r, d.Entry, at, render.Form{}))
}

func (p *Sessions) correct(r *page.Request, entry core.EntryID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := logbook.Correction{LogEntry: session(f), Reason: f.Text("reason")}
			return func() (page.Next, error) {
				e, err := p.Logbook.Correct(r.Ctx(), r.Actor, entry, f.Version(), in)
				return page.To(page.EntryPath(e.ID), r.Say("logbook.session.the_correction_waits_for_until", "supervisorName", e.SupervisorName)), err
			}
		},
		Again: p.again(r, entry, p.correcting),
	})
}
