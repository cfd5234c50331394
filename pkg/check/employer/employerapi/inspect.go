package employerapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/licensure/licensureview"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/platform/edge"
	"github.com/palmar/palmar/pkg/words"
)

var inspectRoutes = edge.Routes{
	"inspect":         {Action: access.CheckMake},
	"listChecks":      {Action: access.CheckRead},
	"listDisclosures": {Action: access.DisclosureRead},
}

func (o operations) Inspect(c echo.Context, org common.OrganizationID, _ InspectParams) error {
	return edge.Take(c, func(ctx context.Context, in CheckInput) (employer.FullCheck, error) {
		return o.service.Inspect(ctx, edge.Actor(c), org, in.Code, license.Asked{On: in.On, At: in.At, KnownAt: in.KnownAt})
	}, func(f employer.FullCheck) edge.Reply {
		return edge.Created(o.fullCheckOf(edge.Language(c), f))
	})
}

func (o operations) fullCheckOf(l *words.Language, f employer.FullCheck) FullCheck {
	today := core.DateOf(o.src.Now())
	headline := l.WriteAll(f.Untold)
	if len(f.Places) > 0 {
		headline = licensureview.Headline(l, f.Places)
	}
	return FullCheck{
		Check: o.checkOf(l, f.Check), Certificates: edge.Each(f.Certificates, o.site.Credential), CertifiedMinutes: f.CertifiedMinutes,
		Specialties: edge.Each(f.Specialties, o.site.Credential), Places: licensureview.Places(l, f.Places), Headline: headline,
		Licenses: edge.Each(f.Licenses, func(v employer.LicenseView) common.License { return licenseOf(l, v) }), DisclosureId: f.Disclosure.ID,
		Holdings: edge.Each(f.Holdings, func(h licensure.Holding) common.Holding { return licensureview.Holding(h, today) }),
	}
}

func licenseOf(l *words.Language, v employer.LicenseView) common.License {
	out := licensureview.License(l, v.License, v.Practice)
	out.Practice.AgeDays = v.AgeDays
	return out
}

func (o operations) ListChecks(c echo.Context, org common.OrganizationID, p ListChecksParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[core.Disclosure], error) {
		return o.service.Checks(ctx, edge.Actor(c), org, edge.Page(p.Limit, p.Cursor))
	}, disclosures(c))
}

func (o operations) ListDisclosures(c echo.Context, p ListDisclosuresParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[core.Disclosure], error) {
		return o.service.Disclosures(ctx, edge.Actor(c), edge.Page(p.Limit, p.Cursor))
	}, disclosures(c))
}

func disclosures(c echo.Context) func(core.List[core.Disclosure]) edge.Reply {
	return func(l core.List[core.Disclosure]) edge.Reply {
		return edge.List(c, l.Next, DisclosureList{Items: edge.Each(l.Items, disclosureOf), NextCursor: l.Next})
	}
}

func disclosureOf(d core.Disclosure) Disclosure {
	return Disclosure{
		Id: d.ID, OrganizationId: d.OrganizationID, OrganizationName: d.OrganizationName, CredentialId: d.CredentialID,
		Title: d.Title, Name: d.Name, At: d.At, Shown: edge.Texts(d.Shown), Outcome: DisclosureOutcome(d.Outcome),
	}
}
