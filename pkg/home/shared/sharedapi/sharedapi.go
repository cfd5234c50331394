// Package sharedapi serves what strangers see by a link, as api/shared describes it.
package sharedapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify/certifyview"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/licensure/licensureview"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookview"
	"github.com/palmar/palmar/pkg/home/shared"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/edge"
	"github.com/palmar/palmar/pkg/words"
)

// New are the operations of links that strangers open.
func New(s shared.Reader, baseURL string) edge.Part {
	return edge.Part{
		Routes: edge.Routes{
			"lookUpLink": {Action: edge.Public, Guessable: true},
			"openLink":   {Action: edge.Public, Guessable: true},
		},
		Register: func(e *echo.Echo, guards edge.Guards) {
			RegisterHandlersWithOptions(e, operations{s, certifyview.Site(baseURL)}, RegisterHandlersOptions{OperationMiddlewares: guards})
		},
	}
}

type operations struct {
	shared shared.Reader
	site   certifyview.Site
}

func (o operations) LookUpLink(c echo.Context) error {
	return edge.Take(c, func(ctx context.Context, in LinkSecret) (grant.Link, error) {
		return o.shared.Grants.OfferedLink(ctx, in.Secret)
	}, func(l grant.Link) edge.Reply {
		return edge.OK(OfferedLink{Name: l.TherapistName, Scopes: l.Scopes, Until: l.Until})
	})
}

func (o operations) OpenLink(c echo.Context) error {
	return edge.Take(c, func(ctx context.Context, in LinkSecret) (shared.Record, error) {
		return o.shared.Open(ctx, in.Secret)
	}, func(r shared.Record) edge.Reply { return edge.OK(o.record(edge.Language(c), r)) })
}

func (o operations) record(w *words.Language, r shared.Record) SharedRecord {
	out := SharedRecord{Name: r.Person.Name, Scopes: r.Scopes, Until: r.Until, UsesLeft: r.Left()}
	if r.Shows(access.ScopeContact) {
		out.Email = r.Person.Email
	}
	if r.Shows(access.ScopeCertificates) {
		out.Certificates = edge.Each(r.Certificates, o.site.Credential)
	}
	if r.Shows(access.ScopeLicenses) {
		out.Places, out.Headline = licensureview.Places(w, r.Check.Places), licensureview.Headline(w, r.Check.Places)
		out.Licenses = edge.Each(r.Check.Licenses, func(v employer.LicenseView) common.License { return licensureview.License(w, v.License, v.Practice) })
	}
	if r.Shows(access.ScopeDiscipline) {
		out.Orders = edge.Each(r.Orders, orderOf)
	}
	if r.ShowsHours() {
		out.Hours = edge.Each(r.Hours, logbookview.Hours)
	}
	if len(r.Holdings) > 0 {
		out.Holdings = edge.Each(r.Holdings, func(h licensure.Holding) common.Holding { return licensureview.Holding(h, r.Today) })
	}
	if r.Shows(access.ScopeSpecialties) {
		out.Training = edge.Each(r.Training.Treats, trainingOf)
	}
	if r.Shows(access.ScopeCE) {
		out.Activities = edge.Each(r.Activities, activityOf)
	}
	return out
}

func orderOf(v licensure.Adverse) SharedOrder {
	return SharedOrder{Kind: string(v.Kind), Authority: v.Authority, OrderNumber: v.OrderNumber, StartsOn: v.StartsOn, EndsOn: v.EndsOn, DisputedAt: v.DisputedAt}
}

func trainingOf(t specialty.Treats) SharedTraining {
	return SharedTraining{Condition: t.Condition, Title: t.Title, Now: t.Now, By: edge.Each(t.By, func(b specialty.Ability) SharedCertificate {
		return SharedCertificate{Title: b.Title, OrganizationName: b.OrganizationName, Code: b.Code, IssuedAt: b.IssuedAt, ValidUntil: b.ValidUntil}
	})}
}

func activityOf(a continuing.CEActivity) SharedActivity {
	return SharedActivity{Title: a.Title, Provider: a.ProviderName, On: a.On, Minutes: a.Amount.Minutes, State: string(a.State)}
}
