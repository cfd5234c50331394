// Package pages puts the pages of all subjects on one site: Palmar for people,
// over the same services that the API uses.
package pages

import (
	"context"
	"log/slog"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/certify/certifyweb"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/career/continuing/continuingweb"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/licensure/licensureweb"
	"github.com/palmar/palmar/pkg/career/renewal"
	"github.com/palmar/palmar/pkg/career/renewal/renewalweb"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/career/specialty/specialtyweb"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/check/employer/employerweb"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/earn/classroom/classroomweb"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookweb"
	"github.com/palmar/palmar/pkg/earn/registry"
	"github.com/palmar/palmar/pkg/earn/registry/registryweb"
	"github.com/palmar/palmar/pkg/home"
	"github.com/palmar/palmar/pkg/home/shared"
	"github.com/palmar/palmar/pkg/home/shared/sharedweb"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/people/account/accountweb"
	"github.com/palmar/palmar/pkg/people/dispute"
	"github.com/palmar/palmar/pkg/people/dispute/disputeweb"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/people/grant/grantweb"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/pkg/translog/translogweb"
)

// Services are what the pages show and change.
type Services struct {
	Account    *account.Service
	Grants     *grant.Service
	Disputes   *dispute.Service
	Logbook    *logbook.Service
	Certify    *certify.Service
	Licensure  *licensure.Service
	Registry   *registry.Service
	Classroom  *classroom.Service
	Employer   *employer.Service
	Renewal    *renewal.Service
	Translog   *translog.Service
	Continuing *continuing.Service
	Specialty  *specialty.Service
}

// Options say where the pages are. Secure is set when people reach them over
// https: the session cookie is then bound to the host and to https. Demo shows
// the demo accounts on the sign-in page.
type Options struct {
	PublicURL string
	Secure    bool
	Demo      []accountweb.DemoAccount
	Source    core.Source
	Log       *slog.Logger
}

// New makes the pages; Register puts them on a server.
func New(s Services, r *render.Renderer, o Options) *page.Site {
	site := page.New(page.Options{
		PublicURL: o.PublicURL, Secure: o.Secure, Source: o.Source, Log: o.Log, Render: r,
		Accounts: accounts{s.Account}, Start: home.Start,
	})
	site.Add(parts(s, o)...)
	return site
}

// parts are the pages of the subjects, in the order of the floors.
func parts(s Services, o Options) []page.Pages {
	above := &home.Pages{Certify: s.Certify, Employer: s.Employer, Logbook: s.Logbook, Licensure: s.Licensure}
	return slices.Concat([]page.Pages{
		&accountweb.Pages{Account: s.Account, Demo: o.Demo}, &grantweb.Pages{Grants: s.Grants}, &disputeweb.Pages{Disputes: s.Disputes},
	}, logbookweb.All(s.Logbook, s.Account), []page.Pages{
		&classroomweb.Pages{Classroom: s.Classroom, Logbook: s.Logbook, Account: s.Account},
		&registryweb.Pages{Registry: s.Registry, Logbook: s.Logbook, Classroom: s.Classroom},
	}, licensureweb.All(s.Licensure, s.Account, above.BesideLicenses), specialtyweb.All(s.Specialty, s.Account), continuingweb.All(s.Continuing, s.Licensure), []page.Pages{
		&renewalweb.Pages{Renewal: s.Renewal},
		&translogweb.Pages{Log: s.Translog},
	}, certifyweb.All(s.Certify, s.Account, s.Logbook, s.Specialty), []page.Pages{
		&sharedweb.Pages{Shared: shared.Reader{Grants: s.Grants, Certify: s.Certify, Licensure: s.Licensure, Specialty: s.Specialty, Continuing: s.Continuing, Logbook: s.Logbook}},
		&employerweb.Pages{Employer: s.Employer, Certify: s.Certify},
		above,
	})
}

// accounts are the accounts as the kernel of the pages asks for them.
type accounts struct{ *account.Service }

func (a accounts) Confirm(ctx context.Context, who access.Actor, password string) (page.Session, error) {
	signed, err := a.Service.Confirm(ctx, who, password)
	return page.Session(signed), err
}
