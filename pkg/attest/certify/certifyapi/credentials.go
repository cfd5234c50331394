package certifyapi

import (
	"context"
	"encoding/json"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/certify/certifyview"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
)

type credentials struct {
	service *certify.Service
	site    certifyview.Site
}

var credentialRoutes = edge.Routes{
	"listCredentials":          {Action: access.CredentialRead},
	"listTherapistCredentials": {Action: access.CredentialRead},
	"getCredentialRecord":      {Action: access.CredentialRead},
	"discloseRecord":           {Action: access.CredentialRead},
	"downloadJWT":              {Action: edge.Public, Guessable: true},
	"downloadPackage":          {Action: edge.Public, Guessable: true},
	"getEscrowedRecord":        {Action: access.SelfRead, Guessable: true},
	"discloseEscrowed":         {Action: access.SelfRead, Guessable: true},
}

func (o credentials) ListCredentials(c echo.Context, org common.OrganizationID, p ListCredentialsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[core.Credential], error) {
		return o.service.IssuedBy(ctx, edge.Actor(c), org, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[core.Credential]) edge.Reply {
		return edge.List(c, l.Next, CredentialList{Items: edge.Each(l.Items, o.site.Credential), NextCursor: l.Next})
	})
}

func (o credentials) ListTherapistCredentials(c echo.Context, therapist common.TherapistID) error {
	return edge.Do(c, func(ctx context.Context) ([]core.Credential, error) {
		return o.service.Credentials(ctx, edge.Actor(c), therapist)
	}, func(all []core.Credential) edge.Reply {
		return edge.OK(Credentials{Items: edge.Each(all, o.site.Credential)})
	})
}

func (o credentials) GetCredentialRecord(c echo.Context, id common.CredentialID) error {
	return edge.Do(c, func(ctx context.Context) ([]certify.RecordLine, error) {
		return o.service.RecordOf(ctx, edge.Actor(c), id)
	}, record)
}

func (o credentials) DiscloseRecord(c echo.Context, id common.CredentialID) error {
	return edge.Take(c, func(ctx context.Context, in DiscloseInput) (credential.Disclosure, error) {
		return o.service.Show(ctx, edge.Actor(c), id, showInput(in))
	}, shown)
}

func (o credentials) GetEscrowedRecord(c echo.Context, code string) error {
	return edge.Do(c, func(ctx context.Context) ([]certify.RecordLine, error) {
		held, err := o.service.HeldBundle(ctx, edge.Actor(c), code)
		if err != nil {
			return nil, err
		}
		return held.Lines()
	}, record)
}

func (o credentials) DiscloseEscrowed(c echo.Context, code string) error {
	return edge.Take(c, func(ctx context.Context, in DiscloseInput) (credential.Disclosure, error) {
		held, err := o.service.HeldBundle(ctx, edge.Actor(c), code)
		if err != nil {
			return credential.Disclosure{}, err
		}
		return held.Show(showInput(in))
	}, shown)
}

func showInput(in DiscloseInput) certify.ShowInput {
	return certify.ShowInput{Total: in.Total, Subjects: in.Subjects, Sessions: in.Sessions}
}

func record(lines []certify.RecordLine) edge.Reply {
	return edge.OK(CredentialRecord{Lines: edge.Each(lines, lineOf)})
}

func lineOf(l certify.RecordLine) RecordLine {
	out := RecordLine{
		Kind: RecordLineKind(l.Kind), Date: l.Date, Subject: l.Subject, Setting: string(l.Setting), Delivery: string(l.Delivery),
		Earned: string(l.Earned), School: l.School, Minutes: l.Minutes, Sessions: l.Sessions, From: l.From, To: l.To,
	}
	if l.Credit != nil {
		out.Credit = *l.Credit
	}
	return out
}

// shown is JSON whose very bytes matter, since they are hashed.
func shown(d credential.Disclosure) edge.Reply {
	raw, err := json.Marshal(d)
	if err != nil {
		return edge.Failed(err)
	}
	return edge.Raw(echo.MIMEApplicationJSON, raw)
}

func (o credentials) DownloadJWT(c echo.Context, code string) error {
	return edge.Do(c, func(ctx context.Context) (certify.Package, error) {
		return o.service.Package(ctx, code)
	}, func(p certify.Package) edge.Reply {
		if p.JWT == "" {
			return edge.Failed(core.NotFound("JWT"))
		}
		return edge.Raw("application/vc+jwt", []byte(p.JWT))
	})
}

func (o credentials) DownloadPackage(c echo.Context, code string) error {
	return edge.Do(c, func(ctx context.Context) (certify.Package, error) {
		return o.service.Package(ctx, code)
	}, func(p certify.Package) edge.Reply {
		out := CredentialPackage{Document: p.Document, Jwt: p.JWT, StatusList: p.StatusList, SuspensionList: p.Suspensions}
		if p.Log != nil {
			out.Log = LogInclusion{Log: p.Log.Log, Event: p.Log.Event, Salt: p.Log.Salt, Payload: p.Log.Payload, Proof: p.Log.Proof}
		}
		return edge.OK(out)
	})
}
