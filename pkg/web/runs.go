package web

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/web/render"
)

func runPath(id core.CertifyRunID) string { return "/certifications/" + id.String() }

// certifyMany is the second person's word on several proposals at once, or on all
// on which they may decide. They are certified in the background, and the page
// that follows says how far it is.
func (r *request) certifyMany() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	var run core.CertifyRun
	if err = r.confirm(f.Values); err == nil {
		run, err = r.beginRun(org, f.Values)
	}
	if err == nil {
		return r.done(runPath(run.ID), "Begun. You need not wait here: it goes on by itself.")
	}
	page, readErr := r.proposalsPage()
	if readErr != nil {
		return readErr
	}
	page.Form = render.NewForm(f.Values, err)
	return r.refill(err, "attest/completions", "Completions", page)
}

func (r *request) beginRun(org core.OrganizationID, values url.Values) (core.CertifyRun, error) {
	chosen := chosenProposals(values["proposal"])
	if values.Get("all") != "" {
		waiting, err := r.web.Certify.Decidable(r.ctx(), r.actor, org, core.ProgramID{}, core.ProposalID{})
		if err != nil {
			return core.CertifyRun{}, err
		}
		chosen = certify.ChosenOf(waiting)
	}
	return r.web.Certify.BeginRun(r.ctx(), r.actor, org, chosen)
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
	core.CertifyRun
	Tabs  attestTabs
	Path  string
	Here  string // this very page, with its part of the list
	Zone  string
	Items []core.CertifyRunItem
	Pager render.Pager
}

// Link is the public page of the certificate of an item.
func (runPage) Link(i core.CertifyRunItem) string { return certificatePath(i.CredentialCode) }

func (r *request) showRun() error {
	at, err := id[core.CertifyRunID](r, "run")
	if err != nil {
		return err
	}
	run, err := r.web.Certify.Run(r.ctx(), r.actor, at)
	if err != nil {
		return err
	}
	items, err := r.web.Certify.RunItems(r.ctx(), r.actor, at, r.part())
	if err != nil {
		return err
	}
	r.place = run.OrganizationID
	return r.page("attest/run", "Certification of a cohort", runPage{
		CertifyRun: run, Tabs: attestTabs{"runs", "/o/" + run.OrganizationID.String()}, Path: runPath(at), Here: r.Request().URL.RequestURI(),
		Zone: r.zone(run.OrganizationID), Items: items.Items, Pager: r.pager(items.Next, "Pages of proposals"),
	})
}

type runsPage struct {
	Tabs  attestTabs
	Items []core.CertifyRun
	Pager render.Pager
	Zone  string
}

func (r *request) showRuns() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	list, err := r.web.Certify.Runs(r.ctx(), r.actor, org, r.part())
	if err != nil {
		return err
	}
	return r.page("attest/runs", "Cohorts", runsPage{
		attestTabs{"runs", "/o/" + org.String()}, list.Items, r.pager(list.Next, "Pages of cohorts"), r.zone(org),
	})
}
