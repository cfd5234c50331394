package continuingapi

import (
	"bytes"
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard/standardview"
	"github.com/palmar/palmar/pkg/platform/edge"
)

var cycleRoutes = edge.Routes{
	"listCECycles":     {Action: access.CERead},
	"listPastCECycles": {Action: access.CERead},
	"getCEProof":       {Action: access.CERead},
}

func (o operations) ListCECycles(c echo.Context, therapist common.TherapistID, p ListCECyclesParams) error {
	return edge.Do(c, func(ctx context.Context) ([]continuing.Cycle, error) {
		return o.service.Cycles(ctx, edge.Actor(c), therapist, o.day(p.On))
	}, okCycles)
}

func (o operations) ListPastCECycles(c echo.Context, license common.LicenseID, p ListPastCECyclesParams) error {
	return edge.Do(c, func(ctx context.Context) ([]continuing.Cycle, error) {
		return o.service.History(ctx, edge.Actor(c), license, o.day(p.On))
	}, okCycles)
}

func (o operations) GetCEProof(c echo.Context, license common.LicenseID, p GetCEProofParams) error {
	return edge.Do(c, func(ctx context.Context) ([]byte, error) {
		var file bytes.Buffer
		err := o.service.WriteProof(ctx, edge.Actor(c), license, o.day(p.On), &file)
		return file.Bytes(), err
	}, func(file []byte) edge.Reply { return edge.Document("continuing-education.zip", file) })
}

// day is the one asked for, or that of UTC.
func (o operations) day(on core.Date) core.Date {
	if on.IsZero() {
		return core.DateOf(o.src.Now().UTC())
	}
	return on
}

func okCycles(all []continuing.Cycle) edge.Reply {
	return edge.OK(CECycles{Items: edge.Each(all, cycleOf)})
}

func cycleOf(c continuing.Cycle) CECycle {
	out := CECycle{
		LicenseId: c.License.ID, Jurisdiction: c.License.Jurisdiction, Number: c.License.Number, Known: c.Known, Code: c.Code, Why: c.Why,
		Title: c.Pack.Title, Source: c.Pack.Source, Confidence: string(c.Pack.Confidence),
	}
	if !c.Known {
		return out
	}
	out.From, out.To, out.First, out.Carried, out.Planned = c.Span.From, c.Span.To, c.Span.First, c.Done.Carried, c.Planned
	out.Done, out.Proven = standardview.Standing(c.Done.Standing), standardview.Standing(c.Proven.Standing)
	out.Projected = standardview.Standing(c.Projected.Standing)
	out.Leaves, out.Activities = edge.Each(c.Leaves, leaveOf), edge.Each(c.Activities, cycleActivityOf)
	return out
}

func cycleActivityOf(a continuing.CycleActivity) CECycleActivity {
	return CECycleActivity{
		Activity: activityOf(a.CEActivity), Full: a.Full, Valid: a.Valid, Reasons: edge.Each(a.Reasons, standardview.Reason),
		Duties: edge.Each(a.Duties, func(d continuing.Duty) CEDuty { return CEDuty{Jurisdiction: d.Jurisdiction, Due: d.Due} }),
	}
}
