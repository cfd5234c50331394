package certifyweb

import (
	"slices"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookpage"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Cohorts are the pages of what waits for the second person, of which several are
// certified at once.
type Cohorts struct {
	Certify *certify.Service
	Logbook *logbook.Service
}

// Routes lists every page and form.
func (p *Cohorts) Routes() []page.Route {
	return []page.Route{
		page.Get("/o/:organization/completions", access.ProposalRead, page.On("organization", p.showCompletions)),
		page.Post("/o/:organization/completions/certify", access.ProposalDecide, page.On("organization", p.certifyMany)),
		page.Get("/o/:organization/certifications", access.ProposalRead, page.On("organization", p.showRuns)),
		page.Get("/certifications/:run", access.ProposalRead, page.On("run", p.showRun)),
	}
}

// Menu leads to what waits.
func (p *Cohorts) Menu() []page.MenuItem {
	return []page.MenuItem{{Rank: 70, Path: "completions", Label: "menu.completions", Shown: page.Allowed(access.ProposalRead)}}
}

func runPath(id core.CertifyRunID) string { return "/certifications/" + id.String() }

type completionsPage struct {
	Tabs  tabs
	State certify.ProposalState
	Items []certify.Proposal
	Pager render.Pager
	Zone  string
	Form  render.Form
	Stale bool
	Waits []logbook.ProgramVersion // versions of programs by which nobody is certified yet
	actor core.AccountID
	own   core.TherapistID
}

// May tells whether the one who looks could be the second person of a proposal.
func (c completionsPage) May(one certify.Proposal) bool {
	return one.State == certify.ProposalOpen && one.ProposedBy != c.actor && one.TherapistID != c.own
}

// MayChoose tells whether there is a proposal to choose.
func (c completionsPage) MayChoose() bool { return slices.ContainsFunc(c.Items, c.May) }

// completions are proposals: those that wait for the second person unless the
// address asks for others.
func (p *Cohorts) completions(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	state := certify.ProposalOpen
	if r.QueryParams().Has("state") {
		state = certify.ProposalState(r.QueryParam("state"))
	}
	list, err := p.Certify.Proposals(r.Ctx(), r.Actor, org, state, r.Part())
	if err != nil {
		return page.View{}, err
	}
	waits, err := logbookpage.Unconfirmed(r, p.Logbook, org)
	return page.View{Name: "certify/completions", Title: r.Say("certify.cohorts.completions"), Content: completionsPage{
		Tabs: tabs{string(state), "/o/" + org.String()}, State: state, Items: list.Items, Form: form,
		Pager: r.Pager(list.Next, r.Say("certify.cohorts.pages_of_proposals")), Zone: r.Zone(org), Stale: !r.Fresh(), Waits: waits,
		actor: r.Actor.AccountID, own: r.Actor.TherapistID,
	}}, err
}

func (p *Cohorts) showCompletions(r *page.Request, org core.OrganizationID) error {
	return r.Show(p.completions(r, org, render.Form{}))
}

// certifyMany is the second person's word on several proposals at once, or on all
// on which they may decide. They are certified in the background, and the page
// that follows says how far it is.
func (p *Cohorts) certifyMany(r *page.Request, org core.OrganizationID) error {
	return r.Submit(page.Form{
		Confirm: true,
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				run, err := p.begin(r, org, f)
				return page.To(runPath(run.ID), r.Say("certify.cohorts.started_you_can_leave_this")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.completions(r, org, form) },
	})
}

func (p *Cohorts) begin(r *page.Request, org core.OrganizationID, f *page.Reading) (certify.Run, error) {
	if f.Get("all") != "" {
		return p.Certify.BeginRunOfAll(r.Ctx(), r.Actor, org, core.ProgramID{})
	}
	return p.Certify.BeginRun(r.Ctx(), r.Actor, org, chosenProposals(f.Values["proposal"]))
}

// chosenProposals reads ID/VERSION; what is none is left out.
func chosenProposals(texts []string) (chosen []certify.Chosen) {
	for _, text := range texts {
		first, second, _ := strings.Cut(text, "/")
		proposal, idErr := core.ParseID[core.ProposalID](first)
		version, numberErr := strconv.Atoi(second)
		if idErr == nil && numberErr == nil {
			chosen = append(chosen, certify.Chosen{ID: proposal, Version: version})
		}
	}
	return chosen
}

type runPage struct {
	certify.Run
	Tabs  tabs
	Here  string // this very page, with its part of the list
	Zone  string
	Items []certify.RunItem
	Pager render.Pager
}

// Link is the public page of the certificate of an item.
func (runPage) Link(i certify.RunItem) string { return page.CertificatePath(i.CredentialCode) }

func (p *Cohorts) showRun(r *page.Request, at core.CertifyRunID) error {
	run, err := p.Certify.Run(r.Ctx(), r.Actor, at)
	if err != nil {
		return err
	}
	items, err := p.Certify.RunItems(r.Ctx(), r.Actor, at, r.Part())
	if err != nil {
		return err
	}
	r.Place = run.OrganizationID
	return r.Page("certify/run", r.Say("certify.cohorts.certification_run"), runPage{
		Run: run, Tabs: tabs{"runs", "/o/" + run.OrganizationID.String()}, Here: r.Request().URL.RequestURI(),
		Zone: r.Zone(run.OrganizationID), Items: items.Items, Pager: r.Pager(items.Next, r.Say("certify.cohorts.pages_of_proposals")),
	})
}

type runsPage struct {
	Tabs  tabs
	Items []certify.Run
	Pager render.Pager
	Zone  string
}

func (p *Cohorts) showRuns(r *page.Request, org core.OrganizationID) error {
	list, err := p.Certify.Runs(r.Ctx(), r.Actor, org, r.Part())
	if err != nil {
		return err
	}
	return r.Page("certify/runs", r.Say("certify.runs.certification_runs"), runsPage{
		tabs{"runs", "/o/" + org.String()}, list.Items, r.Pager(list.Next, r.Say("certify.cohorts.pages_of_cohorts")), r.Zone(org),
	})
}
