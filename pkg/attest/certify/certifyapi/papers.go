package certifyapi

import (
	"cmp"
	"context"
	"encoding/base64"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/paper"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
)

type papers struct{ service *certify.Service }

var paperRoutes = edge.Routes{
	"downloadSessions":  {Action: access.CredentialRead},
	"getPaperStyle":     {Action: access.PaperRead},
	"tryPaperStyle":     {Action: access.PaperWrite},
	"usePaperStyle":     {Action: access.PaperWrite},
	"previewPaperStyle": {Action: access.PaperRead},
}

func (o papers) DownloadSessions(c echo.Context, id common.CredentialID) error {
	return edge.Do(c, func(ctx context.Context) ([]byte, error) {
		return o.service.PaperWithSessions(ctx, edge.Actor(c), id)
	}, pdf)
}

func (o papers) PreviewPaperStyle(c echo.Context, org common.OrganizationID, p PreviewPaperStyleParams) error {
	return edge.Do(c, func(ctx context.Context) ([]byte, error) {
		return o.service.PreviewStyle(ctx, edge.Actor(c), org, cmp.Or(p.Kind, core.CredentialCompletion))
	}, pdf)
}

func pdf(body []byte) edge.Reply { return edge.Raw("application/pdf", body) }

func (o papers) GetPaperStyle(c echo.Context, org common.OrganizationID) error {
	return edge.Do(c, func(ctx context.Context) (certify.StyleView, error) {
		return o.service.PaperStyle(ctx, edge.Actor(c), org)
	}, styles)
}

func (o papers) TryPaperStyle(c echo.Context, org common.OrganizationID, _ TryPaperStyleParams) error {
	return edge.Take(c, func(ctx context.Context, in PaperStyleInput) (paper.Style, error) {
		logo, err := base64.StdEncoding.DecodeString(in.Logo)
		if err != nil {
			return paper.Style{}, core.InvalidField("logo", "bad_logo.certify")
		}
		if len(logo) == 0 {
			logo = nil
		}
		version, err := o.draft(ctx, c, org)
		if err != nil {
			return paper.Style{}, err
		}
		return o.service.TryStyle(ctx, edge.Actor(c), org, version, certify.StyleInput{
			Layout: in.Layout, Size: in.Size, Accent: in.Accent, Preamble: in.Preamble, Footer: in.Footer, Logo: logo, DropLogo: in.DropLogo,
			Signatories: edge.Each(in.Signatories, func(s Signatory) paper.Signatory { return paper.Signatory(s) }),
		})
	}, func(s paper.Style) edge.Reply { return edge.OK(styleOf(s)).Version(s.Version) })
}

func (o papers) UsePaperStyle(c echo.Context, org common.OrganizationID, _ UsePaperStyleParams) error {
	return edge.Do(c, func(ctx context.Context) (certify.StyleView, error) {
		version, err := o.draft(ctx, c, org)
		if err != nil {
			return certify.StyleView{}, err
		}
		return o.service.UseStyle(ctx, edge.Actor(c), org, version)
	}, styles)
}

// draft is the version that If-Match names; * is whatever there is, and 0 where the
// school never tried a style.
func (o papers) draft(ctx context.Context, c echo.Context, org core.OrganizationID) (int, error) {
	if version := edge.Version(c); version != 0 {
		return version, nil
	}
	v, err := o.service.PaperStyle(ctx, edge.Actor(c), org)
	return v.Draft.Version, err
}

func styles(v certify.StyleView) edge.Reply {
	return edge.OK(PaperStyles{Draft: styleOf(v.Draft), Used: styleOf(v.Used)})
}

func styleOf(s paper.Style) PaperStyle {
	return PaperStyle{
		Stage: string(s.Stage), Version: s.Version, Layout: s.Layout, Size: s.Size, Accent: s.Accent, Preamble: s.Preamble,
		Footer: s.Footer, HasLogo: len(s.Logo) > 0,
		Signatories: edge.Each(s.Signatories, func(s paper.Signatory) Signatory { return Signatory{Name: s.Name, Role: s.Role} }),
	}
}
