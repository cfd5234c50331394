package continuingapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/platform/edge"
)

var leaveRoutes = edge.Routes{
	"requestCELeave": {Action: access.CEReport},
	"getCELeave":     {Action: access.CERead},
	"approveCELeave": {Action: access.CEDecide},
	"declineCELeave": {Action: access.CEDecide},
}

func (o operations) RequestCELeave(c echo.Context, license common.LicenseID, _ RequestCELeaveParams) error {
	return edge.Take(c, func(ctx context.Context, in CELeaveInput) (continuing.CELeave, error) {
		return o.service.RequestLeave(ctx, edge.Actor(c), license, continuing.LeaveInput{
			Organization: in.OrganizationId, Kind: continuing.CELeaveKind(in.Kind), On: in.On, Minutes: in.Minutes, Until: in.Until, Reason: in.Reason,
		})
	}, func(l continuing.CELeave) edge.Reply { return edge.Created(leaveOf(l)).Version(l.Version) })
}

func (o operations) GetCELeave(c echo.Context, id CELeaveID) error {
	return edge.Do(c, func(ctx context.Context) (continuing.CELeave, error) {
		return o.service.Leave(ctx, edge.Actor(c), id)
	}, okLeave)
}

func (o operations) ApproveCELeave(c echo.Context, id CELeaveID, _ ApproveCELeaveParams) error {
	return edge.Take(c, func(ctx context.Context, in CELeaveDecision) (continuing.CELeave, error) {
		return o.service.ApproveLeave(ctx, edge.Actor(c), id, edge.Version(c), continuing.LeaveDecision{
			Authority: in.Authority, GrantedOn: in.GrantedOn, Note: in.Note,
		})
	}, okLeave)
}

func (o operations) DeclineCELeave(c echo.Context, id CELeaveID, _ DeclineCELeaveParams) error {
	return edge.Take(c, func(ctx context.Context, in common.ReasonInput) (continuing.CELeave, error) {
		return o.service.DeclineLeave(ctx, edge.Actor(c), id, edge.Version(c), in.Reason)
	}, okLeave)
}

func okLeave(l continuing.CELeave) edge.Reply { return edge.OK(leaveOf(l)).Version(l.Version) }

func leaveOf(l continuing.CELeave) CELeave {
	return CELeave{
		Id: l.ID, LicenseId: l.LicenseID, OrganizationId: l.OrganizationID, OrganizationName: l.OrganizationName, Kind: l.Kind, CycleFrom: l.CycleFrom, CycleTo: l.CycleTo, Minutes: l.Minutes, Until: l.Until, Reason: l.Reason,
		State: l.State, RequestedAt: l.RequestedAt, Authority: l.Authority, GrantedOn: l.GrantedOn, DecidedByName: l.DecidedByName, DecidedAt: l.DecidedAt,
		Note: l.Note, Version: l.Version,
	}
}
