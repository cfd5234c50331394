package grantapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/edge"
)

var fileRoutes = edge.Routes{
	"listMyStudentFiles": {Action: access.GrantOwn},
	"acceptStudentFile":  {Action: access.FileAccept},
	"declineStudentFile": {Action: access.FileDecline},
	"leaveSchool":        {Action: access.SchoolLeave},
}

func (o operations) ListMyStudentFiles(c echo.Context) error {
	return edge.Do(c, func(ctx context.Context) ([]account.File, error) {
		return o.service.Files(ctx, edge.Actor(c))
	}, func(all []account.File) edge.Reply {
		return edge.OK(StudentFileList{Items: edge.Each(all, file)})
	})
}

func (o operations) AcceptStudentFile(c echo.Context, id common.TherapistID, _ AcceptStudentFileParams) error {
	return edge.Take(c, func(ctx context.Context, in StudentFileAnswer) (account.File, error) {
		return o.service.AcceptFile(ctx, edge.Actor(c), id, grant.Terms{Scopes: in.Scopes, Months: given(in.Months)})
	}, answered)
}

func (o operations) DeclineStudentFile(c echo.Context, id common.TherapistID, _ DeclineStudentFileParams) error {
	return edge.Do(c, func(ctx context.Context) (account.File, error) {
		return o.service.DeclineFile(ctx, edge.Actor(c), id)
	}, answered)
}

func (o operations) LeaveSchool(c echo.Context, org common.OrganizationID, _ LeaveSchoolParams) error {
	return edge.Do(c, func(ctx context.Context) (core.Organization, error) {
		return o.service.Leave(ctx, edge.Actor(c), org)
	}, func(core.Organization) edge.Reply { return edge.Nothing() })
}

func answered(f account.File) edge.Reply { return edge.OK(file(f)) }

func file(f account.File) StudentFile {
	return StudentFile{
		TherapistId: f.ID, OrganizationId: f.OrganizationID, OrganizationName: f.OrganizationName, Name: f.Name, Email: f.Email,
		CreatedAt: f.CreatedAt, JoinedAt: f.JoinedAt, DeclinedAt: f.DeclinedAt,
	}
}
