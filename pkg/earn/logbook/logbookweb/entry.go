package logbookweb

import (
	"context"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookpage"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Sessions are the pages of single sessions: logging, changing and correcting
// them.
type Sessions struct {
	Logbook *logbook.Service
	Account *account.Service
}

// Routes lists every page and form.
func (p *Sessions) Routes() []page.Route {
	return []page.Route{
		page.Get("/enrollments/:enrollment/log", access.EntryLog, p.showLog),
		page.Post("/enrollments/:enrollment/log", access.EntryLog, page.On("enrollment", p.log)),
		page.Get("/entries/:entry", access.EntryRead, page.On("entry", p.showEntry)),
		page.Get("/entries/:entry/edit", access.EntryLog, page.On("entry", p.showEdit)),
		page.Post("/entries/:entry/edit", access.EntryLog, page.On("entry", p.edit)),
		page.Post("/entries/:entry/submit", access.EntryLog, page.On("entry", p.submit)),
		page.Post("/entries/:entry/withdraw", access.EntryLog, page.On("entry", p.withdraw)),
		page.Post("/entries/:entry/doubt", access.DoubtDecide, page.On("entry", p.decideDoubt)),
		page.Get("/entries/:entry/correct", access.EntryLog, page.On("entry", p.showCorrect)),
		page.Post("/entries/:entry/correct", access.EntryLog, page.On("entry", p.correct)),
	}
}

// Menu is empty: one's hours lead to these.
func (p *Sessions) Menu() []page.MenuItem { return nil }

type entryPage struct {
	Entry      logbookpage.Entry
	Path       string
	Enrollment logbook.Enrollment
	Own        bool
	History    []logbookpage.Entry
	Posted     []logbookpage.Credit
	Uncounted  []logbookpage.Uncounted
	MayEdit    bool
	MaySubmit  bool
	MayTake    bool
	MayCorrect bool
	Decide     *decidePage
	Doubts     []logbook.Doubt
	InDoubt    bool // nobody has decided yet
	MayJudge   bool
	DoubtForm  render.Form
	Stale      bool
	Form       render.Form
}

// decidePage is what a supervisor needs to sign or return one entry.
type decidePage struct {
	Sign, Return, Ref, Reason string
	Stale                     bool
	Form                      render.Form
}

// entryIn reads an entry with where its enrollment stands.
func (p *Sessions) entryIn(r *page.Request, entry core.EntryID) (logbook.EntryDetail, logbook.Progress, error) {
	var at logbook.Progress
	d, err := p.Logbook.Entry(r.Ctx(), r.Actor, entry)
	r.Place = d.Entry.OrganizationID
	if err == nil {
		at, err = p.Logbook.Progress(r.Ctx(), r.Actor, d.Entry.EnrollmentID)
	}
	return d, at, err
}

func (p *Sessions) entry(r *page.Request, entry core.EntryID, form render.Form) (page.View, error) {
	d, at, err := p.entryIn(r, entry)
	if err != nil {
		return page.View{}, err
	}
	t, e := logbookpage.TitlesOf(at.Standing), d.Entry
	own := r.Owns(e.TherapistID) && at.Enrollment.State == core.EnrollmentActive
	corrected := slices.ContainsFunc(d.History, func(other core.Entry) bool {
		return other.Corrects == e.ID && other.State != core.EntryWithdrawn
	})
	return page.View{Name: "logbook/entry", Title: r.Say("logbook.entry.session"), Content: entryPage{
		Entry: t.Entry(e), Path: page.EntryPath(e.ID), Enrollment: at.Enrollment, Own: r.Owns(e.TherapistID), Decide: decide(r, e),
		Doubts: d.Doubts, InDoubt: slices.ContainsFunc(d.Doubts, func(d logbook.Doubt) bool { return d.DecidedAt.IsZero() }),
		MayJudge: r.CanFor(access.DoubtDecide, e.OrganizationID, e.TherapistID), DoubtForm: form.At("doubt"), Stale: !r.Fresh(),
		History: t.Entries(d.History), Posted: t.Credits(d.Posted), Uncounted: logbookpage.UncountedOf(at.Standing, e.ID), Form: form,
		MayEdit: own && e.Open(), MaySubmit: own && e.Open(), MayTake: own && (e.Open() || e.State == core.EntrySubmitted && e.ImportID.IsZero()),
		MayCorrect: own && e.State == core.EntrySigned && !corrected,
	}}, nil
}

// decide is nil but for the supervisor for whom the entry waits.
func decide(r *page.Request, e core.Entry) *decidePage {
	member, signs := r.Actor.Member(e.OrganizationID, core.RoleSupervisor)
	if !signs || member != e.SupervisorID || e.State != core.EntrySubmitted || !e.ImportID.IsZero() {
		return nil
	}
	return &decidePage{
		Sign: page.OrganizationPath(e.OrganizationID, "inbox/sign"), Return: page.OrganizationPath(e.OrganizationID, "inbox/return"),
		Ref: refOf(e), Reason: reasonOf(e.ID), Stale: !r.Fresh(), Form: render.Form{ID: "sign"},
	}
}

func (p *Sessions) showEntry(r *page.Request, entry core.EntryID) error {
	return r.Show(p.entry(r, entry, render.Form{}))
}

func (p *Sessions) submit(r *page.Request, entry core.EntryID) error {
	return p.change(r, entry, p.Logbook.Submit, r.Say("logbook.entry.submitted_it_counts_after_it"))
}

func (p *Sessions) decideDoubt(r *page.Request, entry core.EntryID) error {
	return r.Submit(page.Form{
		Confirm: true,
		Read: func(f *page.Reading) page.Command {
			v := logbook.Verdict{Counts: f.Get("counts") == "true", Reason: f.Get("reason")}
			return func() (page.Next, error) {
				_, err := p.Logbook.DecideDoubt(r.Ctx(), r.Actor, entry, v)
				return page.To(page.EntryPath(entry), r.Say("logbook.entry.doubt_decided")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.entry(r, entry, form) },
	})
}

func (p *Sessions) withdraw(r *page.Request, entry core.EntryID) error {
	return p.change(r, entry, p.Logbook.Withdraw, r.Say("logbook.entry.withdrawn_it_doesnt_count_and"))
}

// change does one of the commands that need no more than a button.
func (p *Sessions) change(r *page.Request, entry core.EntryID, command func(context.Context, access.Actor, core.EntryID, int) (core.Entry, error), said string) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				_, err := command(r.Ctx(), r.Actor, entry, f.Version())
				return page.To(page.EntryPath(entry), said), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.entry(r, entry, form) },
	})
}
