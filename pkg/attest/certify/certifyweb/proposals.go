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
	return p.propose(r, r.Say("certify.proposals.completion_proposed_a_second_person"), func() (certify.Proposal, error) {
		return p.Certify.Propose(r.Ctx(), r.Actor, enrollment)
	})
}

func (p *Proposals) proposeTranscript(r *page.Request, enrollment core.EnrollmentID) error {
	return p.propose(r, r.Say("certify.proposals.transcript_proposed_a_second_person"), func() (certify.Proposal, error) {
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
			return logbookpage.Enrollment(r, p.Logbook, unmet(r, form))
		},
	})
}

func (p *Proposals) proposeLicense(r *page.Request, license core.LicenseID) error {
	made, err := p.Certify.ProposeLicense(r.Ctx(), r.Actor, license)
	if err != nil {
		return err
	}
	return r.Done(page.ProposalPath(made.ID), r.Say("certify.proposals.attestation_proposed_a_second_person"))
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
	Unclear  int         // how many flags wait for someone
}

// proposal is the page of a proposal; put puts one of its forms there that has to
// be fixed.
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

// Verb is the id of what the second person does.
func (c proposalPage) Verb() string { return "verb." + string(c.Proposal.Action) }

// WhatHappens is the id of what the second person's word does.
func (c proposalPage) WhatHappens() string {
	if c.Proposal.Action == certify.ActionCertify && c.Proposal.Kind == core.CredentialCompletion {
		return "what_happens.certify_hours"
	}
	return "what_happens." + string(c.Proposal.Action)
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
			return r.Say("certify.proposals.done_is_told_by_mail", "subjectName", c.SubjectName), err
		}
		return r.Say("certify.proposals.certified_has_a_certificate_and", "subjectName", c.SubjectName), err
	}, func(c *proposalPage, f render.Form) { c.Form = f })
}

func (p *Proposals) decline(r *page.Request, at core.ProposalID) error {
	return p.decide(r, at, func(f *page.Reading) (string, error) {
		_, err := p.Certify.Decline(r.Ctx(), r.Actor, at, f.Version(), f.Get("reason"))
		return r.Say("certify.proposals.declined_it_can_be_proposed"), err
	}, func(c *proposalPage, f render.Form) { c.Decline = f })
}

// clearFlag says why something odd is no obstacle.
func (p *Proposals) clearFlag(r *page.Request, at core.ProposalID) error {
	flag := certify.FlagCode(r.Param("flag"))
	return p.decide(r, at, func(f *page.Reading) (string, error) {
		_, err := p.Certify.ClearFlag(r.Ctx(), r.Actor, at, flag, f.Get("reason"))
		return r.Say("certify.proposals.flag_cleared_with_your_reason"), err
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
			return p.proposal(r, at, func(c *proposalPage) { put(c, unmet(r, form, "password", "reason")) })
		},
	})
}
