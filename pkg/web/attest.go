package web

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/web/render"
)

var attestRoutes = []Route{
	{http.MethodPost, "/enrollments/:enrollment/propose", access.ProposalMake, (*request).propose},
	{http.MethodGet, "/o/:organization/completions", access.ProposalRead, (*request).showCompletions},
	{http.MethodPost, "/o/:organization/completions/certify", access.ProposalDecide, (*request).certifyMany},
	{http.MethodGet, "/o/:organization/certifications", access.ProposalRead, (*request).showRuns},
	{http.MethodGet, "/certifications/:run", access.ProposalRead, (*request).showRun},
	{http.MethodGet, "/o/:organization/certificates", access.CredentialRead, (*request).showIssued},
	{http.MethodGet, "/completions/:proposal", access.ProposalRead, (*request).showProposal},
	{http.MethodPost, "/completions/:proposal/certify", access.ProposalDecide, (*request).certify},
	{http.MethodPost, "/completions/:proposal/flags/:flag/clear", access.FlagClear, (*request).clearFlag},
	{http.MethodPost, "/completions/:proposal/decline", access.ProposalDecide, (*request).decline},
}

func proposalPath(id core.ProposalID) string { return "/completions/" + id.String() }

// propose says that a student has completed the program; what is missing is
// shown on the student's page.
func (r *request) propose() error {
	enrollment, err := id[core.EnrollmentID](r, "enrollment")
	if err != nil {
		return err
	}
	p, err := r.web.Certify.Propose(r.ctx(), r.actor, enrollment)
	if err == nil {
		return r.done(proposalPath(p.ID), "Completion is proposed. Somebody else at the school certifies it.")
	}
	page, readErr := r.enrollmentPage()
	if readErr != nil {
		return readErr
	}
	page.Proposal = missing(render.NewForm(nil, err))
	return r.refill(err, "student/enrollment", page.title(), page)
}

// attestTabs leads between what is proposed and what was issued.
type attestTabs struct{ Current, Base string }

type proposalsPage struct {
	Tabs  attestTabs
	State core.ProposalState
	Items []core.Proposal
	Pager render.Pager
	Zone  string
	Form  render.Form
	Stale bool
	actor core.AccountID
	own   core.TherapistID
}

// May tells whether the one who looks could be the second person of a proposal.
func (p proposalsPage) May(one core.Proposal) bool {
	return one.State == core.ProposalOpen && one.ProposedBy != p.actor && one.TherapistID != p.own
}

// MayChoose tells whether there is a proposal to choose.
func (p proposalsPage) MayChoose() bool { return slices.ContainsFunc(p.Items, p.May) }

// showCompletions lists proposals: those that wait for the second person unless
// the address asks for others.
func (r *request) showCompletions() error {
	page, err := r.proposalsPage()
	if err != nil {
		return err
	}
	return r.page("attest/completions", "Completions", page)
}

func (r *request) proposalsPage() (proposalsPage, error) {
	org, err := r.organization()
	if err != nil {
		return proposalsPage{}, err
	}
	state := core.ProposalOpen
	if r.QueryParams().Has("state") {
		state = core.ProposalState(r.QueryParam("state"))
	}
	list, err := r.web.Certify.Proposals(r.ctx(), r.actor, org, state, r.part())
	return proposalsPage{
		Tabs: attestTabs{string(state), "/o/" + org.String()}, State: state, Items: list.Items,
		Pager: r.pager(list.Next, "Pages of proposals"), Zone: r.zone(org), Stale: !r.fresh(),
		actor: r.actor.AccountID, own: r.actor.TherapistID,
	}, err
}

type issuedPage struct {
	Tabs  attestTabs
	Items []certificateLine
	Pager render.Pager
	Zone  string
}

func (r *request) showIssued() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	list, err := r.web.Certify.IssuedBy(r.ctx(), r.actor, org, r.part())
	if err != nil {
		return err
	}
	return r.page("attest/issued", "Certificates", issuedPage{
		attestTabs{"issued", "/o/" + org.String()}, r.certificateLines(list.Items), r.pager(list.Next, "Pages of certificates"), r.zone(org),
	})
}

type proposalPage struct {
	Proposal core.Proposal
	Seen     certify.Seen
	Path     string
	Back     string
	Link     string // of the certificate
	Zone     string
	Open     bool
	Proposer bool // the one who looks has proposed it
	Own      bool // it is about the one who looks
	Stale    bool
	Form     render.Form
	Decline  render.Form
	Flags    render.Form // the form of the flag that was to be cleared
	Unclear  int         // how many flags wait for somebody
}

func (r *request) proposalPage() (proposalPage, error) {
	proposal, err := id[core.ProposalID](r, "proposal")
	if err != nil {
		return proposalPage{}, err
	}
	p, err := r.web.Certify.Proposal(r.ctx(), r.actor, proposal)
	if err != nil {
		return proposalPage{}, err
	}
	r.place = p.OrganizationID
	seen, err := certify.SeenOf(p)
	if err != nil {
		return proposalPage{}, err
	}
	page := proposalPage{
		Proposal: p, Seen: seen, Path: proposalPath(p.ID), Back: orgPath(p.OrganizationID, "completions"), Zone: r.zone(p.OrganizationID),
		Open: p.State == core.ProposalOpen, Proposer: p.ProposedBy == r.actor.AccountID, Stale: !r.fresh(),
		Own: r.owns(p.TherapistID),
	}
	for _, f := range p.Flags {
		if f.Open() {
			page.Unclear++
		}
	}
	if p.Code != "" {
		page.Link = certificatePath(p.Code)
	}
	return page, nil
}

// Verb is what the second person does.
func (p proposalPage) Verb() string {
	if word, ok := verbs[p.Proposal.Action]; ok {
		return word
	}
	return "Certify"
}

var verbs = map[core.ProposalAction]string{
	core.ActionRevoke: "Revoke it", core.ActionSuspend: "Suspend it", core.ActionReinstate: "Reinstate it",
	core.ActionReissue: "Reissue it", core.ActionSupersede: "Replace it",
}

// WhatHappens says what the second person's word does.
func (p proposalPage) WhatHappens() string {
	switch p.Proposal.Action {
	case core.ActionRevoke:
		return "The certificate is not valid any more at once, and its published status list says so to every verifier."
	case core.ActionSuspend:
		return "Whoever checks the certificate here is told that it is suspended. The published list, which other verifiers read, knows revocation alone."
	case core.ActionReinstate:
		return "The certificate is valid again."
	case core.ActionReissue:
		return "A new certificate with the new name takes its place. The old one is revoked and leads to the new one."
	case core.ActionSupersede:
		return "It is judged once more from the record. A new certificate takes its place; the old one is revoked and leads to the new one."
	}
	if p.Proposal.Kind == core.CredentialCompletion {
		return "The hours are judged once more from the ledger. Then the school’s keys sign the certificate. It can be revoked or replaced later, never changed."
	}
	return "It is looked at once more. Then the school’s keys sign it. It can be revoked or replaced later, never changed."
}

func (r *request) showProposal() error {
	page, err := r.proposalPage()
	if err != nil {
		return err
	}
	return r.page("attest/proposal", page.Proposal.Title+", "+page.Proposal.Name, page)
}

// certify is the second person's word.
func (r *request) certify() error {
	proposal, err := id[core.ProposalID](r, "proposal")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	if err = r.confirm(form.Values); err == nil {
		var c core.Credential
		if c, err = r.web.Certify.Certify(r.ctx(), r.actor, proposal, form.version()); err == nil {
			if !c.ReplacedBy.IsZero() || c.State != core.CredentialActive {
				return r.done(proposalPath(proposal), "Done. "+c.SubjectName+" is told by mail.")
			}
			return r.done(proposalPath(proposal), "Certified. "+c.SubjectName+" has a certificate, and a mail with its link.")
		}
	}
	return r.uncertified(form.Values, err, func(p *proposalPage, f render.Form) { p.Form = f })
}

func (r *request) decline() error {
	proposal, err := id[core.ProposalID](r, "proposal")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	_, err = r.web.Certify.Decline(r.ctx(), r.actor, proposal, form.version(), form.Get("reason"))
	if err == nil {
		return r.done(proposalPath(proposal), "Declined. The same can be proposed again when it is mended.")
	}
	return r.uncertified(form.Values, err, func(p *proposalPage, f render.Form) { p.Decline = f })
}

// clearFlag says why something odd is no obstacle.
func (r *request) clearFlag() error {
	proposal, err := id[core.ProposalID](r, "proposal")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	flag := core.FlagCode(r.Param("flag"))
	_, err = r.web.Certify.ClearFlag(r.ctx(), r.actor, proposal, flag, form.Get("reason"))
	if err == nil {
		return r.done(proposalPath(proposal), "Cleared, with your reason.")
	}
	return r.uncertified(form.Values, err, func(p *proposalPage, f render.Form) {
		f.ID = string(flag)
		p.Flags = f
	})
}

// FormOf is the form that clears a flag.
func (p proposalPage) FormOf(flag core.FlagCode) render.Form {
	if p.Flags.ID == string(flag) {
		return p.Flags
	}
	return render.Form{ID: string(flag)}
}

// uncertified shows a proposal again with what kept it from being decided.
func (r *request) uncertified(values url.Values, err error, put func(*proposalPage, render.Form)) error {
	page, readErr := r.proposalPage()
	if readErr != nil {
		return readErr
	}
	put(&page, missing(render.NewForm(values, err), "password", "reason"))
	return r.refill(err, "attest/proposal", page.Proposal.Title+", "+page.Proposal.Name, page)
}

// missing says what stands in the way of a certificate: all but the form's own
// inputs, which the page has nothing to lead to.
func missing(form render.Form, inputs ...string) render.Form {
	form.Errors = slices.Clone(form.Errors)
	for i, e := range form.Errors {
		if !slices.Contains(inputs, e.Name) {
			form.Errors[i].Name, form.Message = "", "This cannot be certified yet"
		}
	}
	return form
}
