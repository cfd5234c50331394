package continuingapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
)

var auditRoutes = edge.Routes{
	"listCEAudits":  {Action: access.CEAuditRead},
	"beginCEAudit":  {Action: access.CEAuditRun},
	"getCEAudit":    {Action: access.CEAuditRead},
	"getCEDraw":     {Action: access.CEAuditRead},
	"drawCEAudit":   {Action: access.CEAuditRun},
	"listCESample":  {Action: access.CEAuditRead},
	"getCEEvidence": {Action: access.CEAuditRead},
	"decideCEAudit": {Action: access.CEAuditDecide},
}

func (o operations) ListCEAudits(c echo.Context, org common.OrganizationID, p ListCEAuditsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[continuing.CEAudit], error) {
		return o.service.Audits(ctx, edge.Actor(c), org, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[continuing.CEAudit]) edge.Reply {
		return edge.List(c, l.Next, CEAuditList{Items: edge.Each(l.Items, auditOf), NextCursor: l.Next})
	})
}

func (o operations) BeginCEAudit(c echo.Context, org common.OrganizationID, _ BeginCEAuditParams) error {
	return edge.Take(c, func(ctx context.Context, in CEAuditInput) (continuing.CEAudit, error) {
		return o.service.BeginAudit(ctx, edge.Actor(c), org, continuing.AuditInput{
			Jurisdiction: in.Jurisdiction, EndsFrom: in.EndsFrom, EndsTo: in.EndsTo, Percent: in.Percent,
		})
	}, func(a continuing.CEAudit) edge.Reply { return edge.Created(auditOf(a)).Version(a.Version) })
}

func (o operations) GetCEAudit(c echo.Context, id CEAuditID) error {
	return edge.Do(c, func(ctx context.Context) (continuing.CEAudit, error) {
		return o.service.Audit(ctx, edge.Actor(c), id)
	}, okAudit)
}

func (o operations) DrawCEAudit(c echo.Context, id CEAuditID, _ DrawCEAuditParams) error {
	return edge.Take(c, func(ctx context.Context, in CEWord) (continuing.CEAudit, error) {
		return o.service.DrawAudit(ctx, edge.Actor(c), id, edge.Version(c), in.Word)
	}, okAudit)
}

func (o operations) GetCEDraw(c echo.Context, id CEAuditID) error {
	return edge.Do(c, func(ctx context.Context) (continuing.CEDraw, error) {
		return o.service.Draw(ctx, edge.Actor(c), id)
	}, func(d continuing.CEDraw) edge.Reply {
		return edge.OK(CEDraw{
			Audit: d.Audit, Percent: d.Percent, Commitment: d.Commitment, Seed: d.Seed, Word: d.Word, PopulationDigest: d.PopulationDigest,
			Licenses: d.Licenses, Sample: d.Sample,
		})
	})
}

func (o operations) ListCESample(c echo.Context, id CEAuditID, p ListCESampleParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[continuing.CEAuditPerson], error) {
		return o.service.Sample(ctx, edge.Actor(c), id, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[continuing.CEAuditPerson]) edge.Reply {
		return edge.List(c, l.Next, CESample{Items: edge.Each(l.Items, personOf), NextCursor: l.Next})
	})
}

func (o operations) GetCEEvidence(c echo.Context, id CEAuditID, license common.LicenseID) error {
	return edge.Do(c, func(ctx context.Context) (CEEvidence, error) {
		p, cycle, err := o.service.Evidence(ctx, edge.Actor(c), id, license)
		return CEEvidence{Person: personOf(p), Cycle: cycleOf(cycle)}, err
	}, func(e CEEvidence) edge.Reply { return edge.OK(e) })
}

func (o operations) DecideCEAudit(c echo.Context, id CEAuditID, license common.LicenseID, _ DecideCEAuditParams) error {
	return edge.Take(c, func(ctx context.Context, in CEOutcome) (continuing.CEAuditPerson, error) {
		return o.service.DecideAudit(ctx, edge.Actor(c), id, license, continuing.CEState(in.Outcome), in.Reason)
	}, func(p continuing.CEAuditPerson) edge.Reply { return edge.OK(personOf(p)) })
}

func okAudit(a continuing.CEAudit) edge.Reply { return edge.OK(auditOf(a)).Version(a.Version) }

func auditOf(a continuing.CEAudit) CEAudit {
	return CEAudit{
		Id: a.ID, OrganizationId: a.OrganizationID, Jurisdiction: a.Jurisdiction, EndsFrom: a.EndsFrom, EndsTo: a.EndsTo, Percent: a.Percent,
		Commitment: a.Commitment, Seed: a.Seed, Population: a.Population, PopulationDigest: a.PopulationDigest, CreatedAt: a.CreatedAt,
		CreatedByName: a.CreatedByName, Word: a.Word, DrawnAt: a.DrawnAt, Version: a.Version,
	}
}

func personOf(p continuing.CEAuditPerson) CEAuditPerson {
	return CEAuditPerson{
		LicenseId: p.LicenseID, TherapistId: p.TherapistID, Name: p.Name, Number: p.Number, CycleFrom: p.CycleFrom, CycleTo: p.CycleTo, Place: p.Place,
		Outcome: CEAuditPersonOutcome(p.Outcome), Reason: p.Reason, DecidedByName: p.DecidedByName, DecidedAt: p.DecidedAt,
	}
}
