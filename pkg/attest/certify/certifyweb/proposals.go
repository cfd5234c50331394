package certifyweb

import (
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookpage"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Proposals are the pages on which one person proposes and another decides.
type Proposals struct {
	Certify *certify.Service
	Logbook *logbook.Service
}

// Routes lists every page and form.
func (p *Proposals) Routes() []page.Route {
	return []page.Route{
		page.Post("/enrollments/:enrollment/propose", access.ProposalMake, page.On("enrollment", p.proposeCompletion)),
		page.Post("/enrollments/:enrollment/transcript", access.ProposalMake, page.On("enrollment", p.proposeTranscript)),
		page.Post("/licenses/:license/propose", access.ProposalMake, page.On("license", p.proposeLicense)),
		page.Get("/completions/:proposal", access.ProposalRead, page.On("proposal", p.showProposal)),
		page.Post("/completions/:proposal/certify", access.ProposalDecide, page.On("proposal", p.certify)),
		page.Post("/completions/:proposal/flags/:flag/clear", access.FlagClear, page.On("proposal", p.clearFlag)),
		page.Post("/completions/:proposal/decline", access.ProposalDecline, page.On("proposal", p.decline)),
	}
}

// Menu is empty: the list of proposals leads to these.
func (p *Proposals) Menu() []page.MenuItem { return nil }

func (p *Proposals) proposeCompletion(r *page.Request, enrollment core.EnrollmentID) error {
	return p.propose(r, "Completion proposed. A second person certifies it.", func() (certify.Proposal, error) {
		return p.Certify.Propose(r.Ctx(), r.Actor, enrollment)
	})
}

func (p *Proposals) proposeTranscript(r *page.Request, enrollment core.EnrollmentID) error {
	return p.propose(r, "Transcript proposed. A second person certifies it.", func() (certify.Proposal, error) {
		return p.Certify.ProposeTranscript(r.Ctx(), r.Actor, enrollment)
	})
}

// propose says that a student has what is to be certified; what is missing is shown
// on the student's page.
func (p *Proposals) propose(r *page.Request, said string, command func() (certify.Proposal, error)) error {
	return r.Submit(page.Form{
		Read: func(*page.Reading) page.Command {
			return func() (page.Next, error) {
				made, err := command()
				return page.To(page.ProposalPath(made.ID), said), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			form.Values = nil
			return logbookpage.Enrollment(r, p.Logbook, unmet(form))
		},
	})
}

func (p *Proposals) proposeLicense(r *page.Request, license core.LicenseID) error {
	made, err := p.Certify.ProposeLicense(r.Ctx(), r.Actor, license)
	if err != nil {
		return err
	}
	return r.Done(page.ProposalPath(made.ID), "Attestation proposed. A second person certifies it.")
}

type proposalPage struct {
	Proposal certify.Proposal
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

// proposal is the page of a proposal; put puts one of its forms there that has to
// be mended.
func (p *Proposals) proposal(r *page.Request, at core.ProposalID, put func(*proposalPage)) (page.View, error) {
	one, err := p.Certify.Proposal(r.Ctx(), r.Actor, at)
	if err != nil {
		return page.View{}, err
	}
	r.Place = one.OrganizationID
	seen, err := certify.SeenOf(one)
	content := proposalPage{
		Proposal: one, Seen: seen, Path: page.ProposalPath(at), Back: page.OrganizationPath(one.OrganizationID, "completions"), Zone: r.Zone(one.OrganizationID),
		Open: one.State == certify.ProposalOpen, Proposer: one.ProposedBy == r.Actor.AccountID, Stale: !r.Fresh(), Own: r.Owns(one.TherapistID),
	}
	for _, f := range one.Flags {
		if f.Open() {
			content.Unclear++
		}
	}
	if one.Code != "" {
		content.Link = page.CertificatePath(one.Code)
	}
	put(&content)
	return page.View{Name: "certify/proposal", Title: one.Title + ", " + one.Name, Content: content}, err
}

// Verb is what the second person does.
func (c proposalPage) Verb() string {
	if word, ok := verbs[c.Proposal.Action]; ok {
		return word
	}
	return "Certify"
}

var verbs = map[certify.ProposalAction]string{
	certify.ActionRevoke: "Revoke", certify.ActionSuspend: "Suspend", certify.ActionReinstate: "Reinstate",
	certify.ActionReissue: "Reissue", certify.ActionSupersede: "Replace",
}

// WhatHappens says what the second person's word does.
func (c proposalPage) WhatHappens() string {
	switch c.Proposal.Action {
	case certify.ActionRevoke:
		return "The certificate is no longer valid, effective now, and its published status list tells every verifier."
	case certify.ActionSuspend:
		return "Anyone who checks the certificate here sees that it is suspended. The published list that other verifiers read shows only revocation."
	case certify.ActionReinstate:
		return "The certificate is valid again."
	case certify.ActionReissue:
		return "A new certificate with the new name replaces it. The old one is revoked and links to the new one."
	case certify.ActionSupersede:
		return "The record is judged again. A new certificate replaces it; the old one is revoked and links to the new one."
	}
	if c.Proposal.Kind == core.CredentialCompletion {
		return "The hours are judged again from the ledger, then the school’s keys sign the certificate. It can be revoked or replaced later, but not changed."
	}
	return "It is checked again, then signed with the school’s keys. It can be revoked or replaced later, but not changed."
}

// FormOf is the form that clears a flag.
func (c proposalPage) FormOf(flag certify.FlagCode) render.Form { return c.Flags.At(string(flag)) }

func (p *Proposals) showProposal(r *page.Request, at core.ProposalID) error {
	return r.Show(p.proposal(r, at, func(*proposalPage) {}))
}

// certify is the second person's word.
func (p *Proposals) certify(r *page.Request, at core.ProposalID) error {
	return p.decide(r, at, func(f *page.Reading) (string, error) {
		c, err := p.Certify.Certify(r.Ctx(), r.Actor, at, f.Version())
		if !c.ReplacedBy.IsZero() || c.State != core.CredentialActive {
			return "Done. " + c.SubjectName + " is told by mail.", err
		}
		return "Certified. " + c.SubjectName + " has a certificate, and a mail with its link.", err
	}, func(c *proposalPage, f render.Form) { c.Form = f })
}

func (p *Proposals) decline(r *page.Request, at core.ProposalID) error {
	return p.decide(r, at, func(f *page.Reading) (string, error) {
		_, err := p.Certify.Decline(r.Ctx(), r.Actor, at, f.Version(), f.Get("reason"))
		return "Declined. It can be proposed again after it is fixed.", err
	}, func(c *proposalPage, f render.Form) { c.Decline = f })
}

// clearFlag says why something odd is no obstacle.
func (p *Proposals) clearFlag(r *page.Request, at core.ProposalID) error {
	flag := certify.FlagCode(r.Param("flag"))
	return p.decide(r, at, func(f *page.Reading) (string, error) {
		_, err := p.Certify.ClearFlag(r.Ctx(), r.Actor, at, flag, f.Get("reason"))
		return "Flag cleared, with your reason.", err
	}, func(c *proposalPage, f render.Form) {
		f.ID = string(flag)
		c.Flags = f
	})
}

// decide does what one of a proposal's forms says, or shows what keeps it from
// being decided.
func (p *Proposals) decide(r *page.Request, at core.ProposalID, command func(*page.Reading) (string, error), put func(*proposalPage, render.Form)) error {
	return r.Submit(page.Form{
		Confirm: true,
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				said, err := command(f)
				return page.To(page.ProposalPath(at), said), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			return p.proposal(r, at, func(c *proposalPage) { put(c, unmet(form, "password", "reason")) })
		},
	})
}
