package certifyapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
)

type keys struct{ service *certify.Service }

var keyRoutes = edge.Routes{
	"listKeys":     {Action: access.KeyRead},
	"rotateKeys":   {Action: access.KeyManage},
	"revokeKey":    {Action: access.KeyManage},
	"listDoubtful": {Action: access.KeyRead},
}

func (o keys) ListKeys(c echo.Context, org common.OrganizationID) error {
	return edge.Do(c, func(ctx context.Context) ([]certify.SigningKey, error) {
		return o.service.Keys(ctx, edge.Actor(c), org)
	}, keyList)
}

func (o keys) RotateKeys(c echo.Context, org common.OrganizationID, _ RotateKeysParams) error {
	return edge.Do(c, func(ctx context.Context) ([]certify.SigningKey, error) {
		return o.service.RotateKeys(ctx, edge.Actor(c), org)
	}, keyList)
}

func (o keys) RevokeKey(c echo.Context, org common.OrganizationID, key string, _ RevokeKeyParams) error {
	return edge.Take(c, func(ctx context.Context, in KeyLossInput) (certify.KeyLoss, error) {
		return o.service.RevokeKey(ctx, edge.Actor(c), org, key, in.LostSince, in.Cause)
	}, func(l certify.KeyLoss) edge.Reply { return edge.OK(lossOf(l)) })
}

func (o keys) ListDoubtful(c echo.Context, org common.OrganizationID, key string, p ListDoubtfulParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[certify.Doubt], error) {
		return o.service.Doubtful(ctx, edge.Actor(c), org, key, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[certify.Doubt]) edge.Reply {
		return edge.List(c, l.Next, DoubtfulList{Items: edge.Each(l.Items, doubtOf), NextCursor: l.Next})
	})
}

func keyList(all []certify.SigningKey) edge.Reply {
	return edge.OK(SigningKeys{Items: edge.Each(all, keyOf)})
}

func keyOf(k certify.SigningKey) SigningKey {
	out := SigningKey{
		Id: k.ID, Algorithm: SigningKeyAlgorithm(k.Algorithm), Issuer: k.DID, CreatedAt: k.CreatedAt, RetiredAt: k.RetiredAt,
		RevokedAt: k.RevokedAt, LostSince: k.LostSince, Cause: k.Cause,
	}
	if !k.Loss.BegunAt.IsZero() {
		out.Loss = lossOf(k.Loss)
	}
	return out
}

func lossOf(l certify.KeyLoss) KeyLoss {
	return KeyLoss{
		Total: l.Total, Resigned: l.Resigned, Doubtful: l.Doubtful, Running: l.Running(), BegunAt: l.BegunAt, FinishedAt: l.FinishedAt,
	}
}

func doubtOf(d certify.Doubt) DoubtfulCredential {
	return DoubtfulCredential{
		CredentialId: d.CredentialID, Code: d.Code, Title: d.Title, SubjectName: d.SubjectName, IssuedAt: d.IssuedAt,
		State: d.State, Reason: d.Reason, Message: d.Message,
	}
}
