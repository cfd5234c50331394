package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/logbook"
	"github.com/palmar/palmar/pkg/standard"
	"github.com/palmar/palmar/pkg/web/render"
)

var entryRoutes = []Route{
	{http.MethodGet, "/enrollments/:enrollment/log", access.EntryLog, (*request).showLog},
	{http.MethodPost, "/enrollments/:enrollment/log", access.EntryLog, (*request).log},
	{http.MethodGet, "/entries/:entry", access.EntryRead, (*request).showEntry},
	{http.MethodGet, "/entries/:entry/edit", access.EntryLog, (*request).showEdit},
	{http.MethodPost, "/entries/:entry/edit", access.EntryLog, (*request).edit},
	{http.MethodPost, "/entries/:entry/submit", access.EntryLog, (*request).submit},
	{http.MethodPost, "/entries/:entry/withdraw", access.EntryLog, (*request).withdraw},
	{http.MethodGet, "/entries/:entry/correct", access.EntryLog, (*request).showCorrect},
	{http.MethodPost, "/entries/:entry/correct", access.EntryLog, (*request).correct},
}

// sessionPage is the form of a session: a new one, a change of one, or the
// correction of a signed one.
type sessionPage struct {
	Title, Action, Back string
	Correcting          *entryRow
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

func (r *request) sessionPage(title string, p logbook.Progress, form render.Form) (sessionPage, error) {
	e := p.Enrollment
	if err := access.Can(r.actor, access.EntryLog, access.Target{Organization: e.OrganizationID, Therapist: e.TherapistID}); err != nil {
		return sessionPage{}, err
	}
	supervisors, err := r.web.Account.Supervisors(r.ctx(), r.actor, e.OrganizationID)
	if err != nil {
		return sessionPage{}, err
	}
	org, err := r.web.Account.Organization(r.ctx(), r.actor, e.OrganizationID)
	if err != nil {
		return sessionPage{}, err
	}
	page := sessionPage{
		Title: title, Action: r.Request().URL.Path, Back: enrollmentPath(e.ID), Form: form,
		Subjects: subjectOptions(p.Standing), Settings: render.Options(core.Settings), Deliveries: render.Options(core.Deliveries),
		Modes: append([]render.Option{{Label: "Not said"}}, render.Options(core.SupervisionModes)...),
		Today: org.Today(r.now()), Zone: org.Zone, MinutesOpen: form.Get("minutes") != "" || form.ErrorOf("minutes") != "",
	}
	for _, m := range supervisors {
		if m.AccountID != r.actor.AccountID {
			page.Supervisors = append(page.Supervisors, render.Option{Value: m.ID.String(), Label: m.Name})
		}
	}
	return page, nil
}

func subjectOptions(s standard.Standing) []render.Option {
	options := make([]render.Option, len(s.Subjects))
	for i, subject := range s.Subjects {
		options[i] = render.Option{Value: subject.Code, Label: subject.Title}
	}
	return options
}

// sessionValues fills the form with a session.
func sessionValues(in logbook.LogEntry) url.Values {
	v := url.Values{
		"date": {in.Date.String()}, "start": {in.Start}, "end": {in.End}, "subject": {in.Subject},
		"setting": {string(in.Setting)}, "delivery": {string(in.Delivery)}, "mode": {string(in.Mode)}, "note": {in.Note},
	}
	if in.MakeUp {
		v.Set("make_up", "true")
	}
	if in.Break > 0 {
		v.Set("break_minutes", strconv.Itoa(int(in.Break)))
	}
	if in.Minutes > 0 && in.Start == "" {
		v.Set("minutes", in.Minutes.String())
	}
	if !in.SupervisorID.IsZero() {
		v.Set("supervisor_id", in.SupervisorID.String())
	}
	return v
}

// logEntryOf is an entry as it was written.
func logEntryOf(e core.Entry) logbook.LogEntry {
	s := e.Session
	in := logbook.LogEntry{SupervisorID: e.SupervisorID, Note: e.Note, SessionInput: core.SessionInput{
		Date: s.Date, Break: s.Break, Minutes: s.Minutes, Subject: s.Subject, Setting: s.Setting, Delivery: s.Delivery, Mode: s.Mode, MakeUp: s.MakeUp,
	}}
	if s.Timed() {
		in.Start, in.End = render.Clock(s.Start, s.Zone), render.Clock(s.End, s.Zone)
	}
	return in
}

// session reads the form of a session.
func (f *reading) session() logbook.LogEntry {
	in := logbook.LogEntry{
		Note: f.Get("note"), Submit: f.Get("action") != "draft", SupervisorID: chosen[core.MemberID](f, "supervisor_id"),
		SessionInput: core.SessionInput{
			Date: f.date("date"), Start: f.text("start"), End: f.text("end"), Break: f.minutes("break_minutes"), Minutes: f.minutes("minutes"),
			Subject: f.text("subject"), Setting: core.Setting(f.text("setting")), Delivery: core.Delivery(f.text("delivery")),
			Mode: core.SupervisionMode(f.text("mode")), MakeUp: f.text("make_up") != "",
		},
	}
	if in.Minutes > 0 && (in.Start != "" || in.End != "") {
		f.Add("minutes", "bad_minutes", "Give either start and end, or the length alone; empty the others.")
	}
	return in
}

func (r *request) showLog() error {
	p, err := r.enrollment()
	if err != nil {
		return err
	}
	in, err := r.web.Logbook.Prefill(r.ctx(), r.actor, p.Enrollment.ID)
	if err != nil {
		return err
	}
	page, err := r.sessionPage("Log a session", p, render.Form{Values: sessionValues(in)})
	if err != nil {
		return err
	}
	return r.page("student/session", page.Title, page)
}

func (r *request) log() error {
	enrollment, err := id[core.EnrollmentID](r, "enrollment")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in := form.session()
	if err = form.Err(); err == nil {
		var e core.Entry
		if e, err = r.web.Logbook.Log(r.ctx(), r.actor, enrollment, in); err == nil {
			return r.done(enrollmentPath(enrollment), loggedText(e))
		}
	}
	p, readErr := r.enrollment()
	if readErr != nil {
		return readErr
	}
	page, pageErr := r.sessionPage("Log a session", p, render.NewForm(form.Values, err))
	if pageErr != nil {
		return pageErr
	}
	return r.refill(err, "student/session", page.Title, page)
}

func loggedText(e core.Entry) string {
	if e.State == core.EntrySubmitted {
		return e.Session.Minutes.String() + " submitted to " + e.SupervisorName + "."
	}
	return "Saved as a draft. It counts once it is submitted and signed."
}

type entryPage struct {
	Entry      entryRow
	Path       string
	Enrollment core.Enrollment
	Own        bool
	History    []entryRow
	Posted     []creditRow
	Uncounted  []uncountedRow
	MayEdit    bool
	MaySubmit  bool
	MayTake    bool
	MayCorrect bool
	Decide     *decidePage
	Form       render.Form
}

// decidePage is what a supervisor needs to sign or return one entry.
type decidePage struct {
	Sign, Return, Ref, Reason string
	Stale                     bool
	Form                      render.Form
}

func (r *request) entry() (logbook.EntryDetail, error) {
	entry, err := id[core.EntryID](r, "entry")
	if err != nil {
		return logbook.EntryDetail{}, err
	}
	d, err := r.web.Logbook.Entry(r.ctx(), r.actor, entry)
	r.place = d.Entry.OrganizationID
	return d, err
}

// entryIn reads the entry in the address with where its enrollment stands.
func (r *request) entryIn() (logbook.EntryDetail, logbook.Progress, error) {
	d, err := r.entry()
	if err != nil {
		return d, logbook.Progress{}, err
	}
	p, err := r.web.Logbook.Progress(r.ctx(), r.actor, d.Entry.EnrollmentID)
	return d, p, err
}

func (r *request) entryPage(form render.Form) (entryPage, error) {
	d, p, err := r.entryIn()
	if err != nil {
		return entryPage{}, err
	}
	t, e := titlesOf(p.Standing), d.Entry
	own := r.owns(e.TherapistID) && p.Enrollment.State == core.EnrollmentActive
	corrected := slices.ContainsFunc(d.History, func(other core.Entry) bool {
		return other.Corrects == e.ID && other.State != core.EntryWithdrawn
	})
	page := entryPage{
		Entry: entryRow{e, t.of(e.Session.Subject)}, Path: entryPath(e.ID), Enrollment: p.Enrollment, Own: r.owns(e.TherapistID),
		History: t.rows(d.History), Posted: t.credits(d.Posted), Uncounted: uncountedOf(p.Standing, e.ID), Form: form,
		MayEdit: own && e.Open(), MaySubmit: own && e.Open(), MayTake: own && (e.Open() || e.State == core.EntrySubmitted && e.ImportID.IsZero()),
		MayCorrect: own && e.State == core.EntrySigned && !corrected,
	}
	member, signs := r.actor.Member(e.OrganizationID, core.RoleSupervisor)
	if signs && member == e.SupervisorID && e.State == core.EntrySubmitted && e.ImportID.IsZero() {
		page.Decide = &decidePage{
			Sign: orgPath(e.OrganizationID, "inbox/sign"), Return: orgPath(e.OrganizationID, "inbox/return"),
			Ref: refOf(e), Reason: "reason-" + e.ID.String(), Stale: !r.fresh(), Form: render.Form{ID: "sign"},
		}
	}
	return page, nil
}

func (r *request) showEntry() error {
	page, err := r.entryPage(render.Form{})
	if err != nil {
		return err
	}
	return r.page("student/entry", "A session", page)
}

func (r *request) showEdit() error {
	d, p, err := r.entryIn()
	if err != nil {
		return err
	}
	if !d.Entry.Open() {
		return r.Redirect(http.StatusSeeOther, entryPath(d.Entry.ID))
	}
	values := sessionValues(logEntryOf(d.Entry))
	values.Set("version", strconv.Itoa(d.Entry.Version))
	return r.editPage(d, p, nil, values)
}

func (r *request) editPage(d logbook.EntryDetail, p logbook.Progress, fault error, values url.Values) error {
	page, err := r.sessionPage("Change a session", p, render.NewForm(values, fault))
	if err != nil {
		return err
	}
	page.Back, page.ReturnReason = entryPath(d.Entry.ID), d.Entry.ReturnReason
	if fault != nil {
		return r.refill(fault, "student/session", page.Title, page)
	}
	return r.page("student/session", page.Title, page)
}

func (r *request) edit() error {
	entry, err := id[core.EntryID](r, "entry")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in := form.session()
	if err = form.Err(); err == nil {
		var e core.Entry
		if e, err = r.web.Logbook.Edit(r.ctx(), r.actor, entry, form.version(), in); err == nil {
			return r.done(enrollmentPath(e.EnrollmentID), loggedText(e))
		}
	}
	d, p, readErr := r.entryIn()
	if readErr != nil {
		return readErr
	}
	return r.editPage(d, p, err, form.Values)
}

func (r *request) submit() error {
	return r.change(r.web.Logbook.Submit, "Submitted. It counts once it is signed.")
}

func (r *request) withdraw() error {
	return r.change(r.web.Logbook.Withdraw, "Taken back. It does not count and cannot be signed.")
}

// change does one of the commands that need no more than a button.
func (r *request) change(command changeEntry, message string) error {
	entry, err := id[core.EntryID](r, "entry")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	if _, err = command(r.ctx(), r.actor, entry, form.version()); err == nil {
		return r.done(entryPath(entry), message)
	}
	page, readErr := r.entryPage(render.NewForm(form.Values, err))
	if readErr != nil {
		return readErr
	}
	return r.refill(err, "student/entry", "A session", page)
}

func (r *request) showCorrect() error {
	d, p, err := r.entryIn()
	if err != nil {
		return err
	}
	if d.Entry.State != core.EntrySigned {
		return r.Redirect(http.StatusSeeOther, entryPath(d.Entry.ID))
	}
	values := sessionValues(logEntryOf(d.Entry))
	values.Set("version", strconv.Itoa(d.Entry.Version))
	return r.correctPage(d, p, nil, values)
}

func (r *request) correctPage(d logbook.EntryDetail, p logbook.Progress, fault error, values url.Values) error {
	page, err := r.sessionPage("Correct a signed session", p, render.NewForm(values, fault))
	if err != nil {
		return err
	}
	page.Back = entryPath(d.Entry.ID)
	page.Correcting = &entryRow{d.Entry, titlesOf(p.Standing).of(d.Entry.Session.Subject)}
	if fault != nil {
		return r.refill(fault, "student/session", page.Title, page)
	}
	return r.page("student/session", page.Title, page)
}

func (r *request) correct() error {
	entry, err := id[core.EntryID](r, "entry")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in := logbook.Correction{LogEntry: form.session(), Reason: form.text("reason")}
	if err = form.Err(); err == nil {
		var e core.Entry
		if e, err = r.web.Logbook.Correct(r.ctx(), r.actor, entry, form.version(), in); err == nil {
			return r.done(entryPath(e.ID), "The correction waits for "+e.SupervisorName+". Until it is signed, the old session counts.")
		}
	}
	d, p, readErr := r.entryIn()
	if readErr != nil {
		return readErr
	}
	return r.correctPage(d, p, err, form.Values)
}
