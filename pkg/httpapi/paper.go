package httpapi

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/certify"
	"github.com/palmar/palmar/pkg/core"
)

func (h *handlers) DownloadPaper(ctx context.Context, r api.DownloadPaperRequestObject) (api.DownloadPaperResponseObject, error) {
	pdf, err := h.Services.Employer.Paper(ctx, r.Code)
	if err != nil {
		return nil, err
	}
	return api.DownloadPaper200ApplicationpdfResponse{Body: bytes.NewReader(pdf), ContentLength: int64(len(pdf))}, nil
}

func (h *handlers) DownloadSessions(ctx context.Context, r api.DownloadSessionsRequestObject) (api.DownloadSessionsResponseObject, error) {
	pdf, err := h.Services.Certify.PaperWithSessions(ctx, callOf(ctx).actor, r.Credential)
	if err != nil {
		return nil, err
	}
	return api.DownloadSessions200ApplicationpdfResponse{Body: bytes.NewReader(pdf), ContentLength: int64(len(pdf))}, nil
}

func (h *handlers) PreviewPaperStyle(ctx context.Context, r api.PreviewPaperStyleRequestObject) (api.PreviewPaperStyleResponseObject, error) {
	pdf, err := h.Services.Certify.PreviewStyle(ctx, callOf(ctx).actor, r.Organization, cmp.Or(r.Params.Kind, core.CredentialCompletion))
	if err != nil {
		return nil, err
	}
	return api.PreviewPaperStyle200ApplicationpdfResponse{Body: bytes.NewReader(pdf), ContentLength: int64(len(pdf))}, nil
}

func (h *handlers) GetPaperStyle(ctx context.Context, r api.GetPaperStyleRequestObject) (api.GetPaperStyleResponseObject, error) {
	v, err := h.Services.Certify.PaperStyle(ctx, callOf(ctx).actor, r.Organization)
	if err != nil {
		return nil, err
	}
	return api.GetPaperStyle200JSONResponse{Draft: paperStyleOf(v.Draft), Used: paperStyleOf(v.Used)}, nil
}

func (h *handlers) TryPaperStyle(ctx context.Context, r api.TryPaperStyleRequestObject) (api.TryPaperStyleResponseObject, error) {
	b := r.Body
	logo, err := base64.StdEncoding.DecodeString(b.Logo)
	if err != nil {
		return nil, core.InvalidField("logo", "bad_logo", "The logo is a PNG or JPEG written in base64.")
	}
	if len(logo) == 0 {
		logo = nil
	}
	version, err := h.draftVersion(ctx, r.Organization)
	if err != nil {
		return nil, err
	}
	style, err := h.Services.Certify.TryStyle(ctx, callOf(ctx).actor, r.Organization, version, certify.StyleInput{
		Layout: b.Layout, Size: b.Size, Accent: b.Accent, Preamble: b.Preamble, Footer: b.Footer, Logo: logo, DropLogo: b.DropLogo,
		Signatories: each(b.Signatories, func(s api.Signatory) core.Signatory { return core.Signatory{Name: s.Name, Role: s.Role} }),
	})
	if err != nil {
		return nil, err
	}
	return api.TryPaperStyle200JSONResponse{
		Body: paperStyleOf(style), Headers: api.TryPaperStyle200ResponseHeaders{ETag: etag(style.Version)},
	}, nil
}

// draftVersion is the draft that If-Match names; * is whatever there is.
func (h *handlers) draftVersion(ctx context.Context, org core.OrganizationID) (int, error) {
	c := callOf(ctx)
	if c.version != 0 {
		return c.version, nil
	}
	v, err := h.Services.Certify.PaperStyle(ctx, c.actor, org)
	return v.Draft.Version, err
}

func (h *handlers) UsePaperStyle(ctx context.Context, r api.UsePaperStyleRequestObject) (api.UsePaperStyleResponseObject, error) {
	version, err := h.draftVersion(ctx, r.Organization)
	if err != nil {
		return nil, err
	}
	v, err := h.Services.Certify.UseStyle(ctx, callOf(ctx).actor, r.Organization, version)
	if err != nil {
		return nil, err
	}
	return api.UsePaperStyle200JSONResponse{Draft: paperStyleOf(v.Draft), Used: paperStyleOf(v.Used)}, nil
}

func paperStyleOf(s core.PaperStyle) api.PaperStyle {
	return api.PaperStyle{
		Stage: string(s.Stage), Version: s.Version, Layout: s.Layout, Size: s.Size, Accent: s.Accent, Preamble: s.Preamble,
		Footer: s.Footer, HasLogo: len(s.Logo) > 0,
		Signatories: each(s.Signatories, func(s core.Signatory) api.Signatory { return api.Signatory{Name: s.Name, Role: s.Role} }),
	}
}
