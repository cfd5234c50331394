package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
	"github.com/palmar/palmar/pkg/employer"
)

// maxCredential is the most of an uploaded credential that is read.
const maxCredential = 1 << 20

func (h *handlers) CheckCode(ctx context.Context, r api.CheckCodeRequestObject) (api.CheckCodeResponseObject, error) {
	c, err := h.Employer.Check(ctx, r.Code)
	if err != nil {
		return nil, err
	}
	return api.CheckCode200JSONResponse(h.checkOf(c)), nil
}

// document is a credential, the very bytes that were signed.
type document []byte

func (d document) VisitDownloadCredentialResponse(w http.ResponseWriter) error {
	digest := sha256.Sum256(d)
	header := w.Header()
	header.Set("Content-Type", "application/vc+ld+json")
	header.Set("Content-Disposition", `attachment; filename="certificate.json"`)
	header.Set("ETag", `"`+hex.EncodeToString(digest[:16])+`"`)
	header.Set("Content-Length", fmt.Sprint(len(d)))
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(d)
	return err
}

func (h *handlers) DownloadCredential(ctx context.Context, r api.DownloadCredentialRequestObject) (api.DownloadCredentialResponseObject, error) {
	raw, err := h.Employer.Document(ctx, r.Code)
	if err != nil {
		return nil, err
	}
	return document(raw), nil
}

func (h *handlers) VerifyFile(ctx context.Context, r api.VerifyFileRequestObject) (api.VerifyFileResponseObject, error) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxCredential+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxCredential {
		return nil, &core.Fault{Kind: core.KindTooLarge, Code: "body_too_large", Message: "A credential has at most 1 MB."}
	}
	report, err := h.Employer.VerifyFile(ctx, raw)
	if err != nil {
		return nil, err
	}
	return api.VerifyFile200JSONResponse{
		Outcome: api.FileReportOutcome(report.Outcome), Title: report.Title, SubjectName: report.SubjectName,
		IssuerName: report.IssuerName, Issuer: report.IssuerID, ValidFrom: report.ValidFrom, ValidUntil: report.ValidUntil,
		Steps: each(report.Checks, stepOf),
	}, nil
}

func (h *handlers) Inspect(ctx context.Context, r api.InspectRequestObject) (api.InspectResponseObject, error) {
	c, err := h.Employer.InspectAt(ctx, callOf(ctx).actor, r.Organization, r.Body.Code, core.Asked{On: r.Body.On, At: r.Body.At, KnownAt: r.Body.KnownAt})
	if err != nil {
		return nil, err
	}
	return api.Inspect201JSONResponse{
		Check: h.checkOf(c.Check), Certificates: each(c.Certificates, h.credentialOf), CertifiedMinutes: c.CertifiedMinutes,
		Specialties: each(c.Specialties, h.credentialOf), MayPractise: c.Practise, PractiseReason: c.PractiseReason,
		Licenses: each(c.Licenses, func(l employer.LicenseView) api.License {
			license := licenseOf(l.License, l.Practice)
			license.Practice.AgeDays = l.AgeDays
			return license
		}),
		Holdings: each(c.Holdings, h.holdingOf), DisclosureId: c.Disclosure.ID,
	}, nil
}

func (h *handlers) ListChecks(ctx context.Context, r api.ListChecksRequestObject) (api.ListChecksResponseObject, error) {
	list, err := h.Employer.Checks(ctx, callOf(ctx).actor, r.Organization, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListChecks200JSONResponse{
		Body:    api.DisclosureList{Items: each(list.Items, disclosureOf), NextCursor: list.Next},
		Headers: api.ListChecks200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) ListDisclosures(ctx context.Context, r api.ListDisclosuresRequestObject) (api.ListDisclosuresResponseObject, error) {
	list, err := h.Employer.Disclosures(ctx, callOf(ctx).actor, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListDisclosures200JSONResponse{
		Body:    api.DisclosureList{Items: each(list.Items, disclosureOf), NextCursor: list.Next},
		Headers: api.ListDisclosures200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) checkOf(c employer.Check) api.Check {
	issuer := c.Credential.OrganizationName
	if issuer == "" {
		issuer = c.Report.IssuerName
	}
	return api.Check{
		Outcome: api.CheckOutcome(c.Outcome), Reasons: texts(c.Reasons), Title: c.Credential.Title,
		SubjectName: c.Credential.SubjectName, IssuerName: issuer, Issuer: c.Credential.IssuerDID, Kind: c.Credential.Kind,
		Minutes: c.Credential.Minutes, IssuedAt: c.Credential.IssuedAt, ValidUntil: c.Credential.ValidUntil,
		CheckedAt: c.CheckedAt, Steps: each(c.Report.Checks, stepOf), Url: h.page(c.Credential.Code),
		State: c.Credential.State, StateSince: c.Credential.StateSince, Cause: c.Credential.Cause,
		ReplacedByUrl: h.replacement(c.Credential.ReplacedByCode),
		DocumentUrl:   h.o.BaseURL + "/v1/check/" + compact(c.Credential.Code) + "/credential",
	}
}

func stepOf(c credential.Check) api.CheckStep {
	return api.CheckStep{Name: c.Name, Outcome: api.CheckStepOutcome(c.Outcome), Detail: c.Detail}
}

func disclosureOf(d core.Disclosure) api.Disclosure {
	return api.Disclosure{
		Id: d.ID, OrganizationId: d.OrganizationID, OrganizationName: d.OrganizationName, CredentialId: d.CredentialID,
		Title: d.Title, Name: d.Name, At: d.At, Shown: texts(d.Shown), Outcome: api.DisclosureOutcome(d.Outcome),
	}
}

// page is the address of a certificate's own page.
func (h *handlers) page(code string) string { return h.o.BaseURL + "/c/" + compact(code) }

func compact(code string) string { return strings.ReplaceAll(code, "-", "") }
