package employerapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
	"github.com/palmar/palmar/pkg/words"
)

var checkRoutes = edge.Routes{
	"checkCode":          {Action: edge.Public, Guessable: true},
	"downloadCredential": {Action: edge.Public, Guessable: true},
	"downloadPaper":      {Action: edge.Public, Guessable: true},
	"verifyFile":         {Action: edge.Public},
}

func (o operations) CheckCode(c echo.Context, code string) error {
	return edge.Do(c, func(ctx context.Context) (employer.Check, error) {
		return o.service.Check(ctx, code)
	}, func(found employer.Check) edge.Reply { return edge.OK(o.checkOf(edge.Language(c), found)) })
}

func (o operations) checkOf(l *words.Language, c employer.Check) Check {
	issuer := c.Credential.OrganizationName
	if issuer == "" {
		issuer = c.Report.IssuerName
	}
	return Check{
		Outcome: CheckOutcome(c.Outcome), Reasons: edge.Each(c.Reasons, l.Write), Title: c.Credential.Title,
		SubjectName: c.Credential.SubjectName, IssuerName: issuer, Issuer: c.Credential.IssuerDID, Kind: c.Credential.Kind,
		Minutes: c.Credential.Minutes, IssuedAt: c.Credential.IssuedAt, ValidUntil: c.Credential.ValidUntil,
		CheckedAt: c.CheckedAt, Steps: edge.Each(c.Report.Checks, stepIn(l)), Url: o.site.Page(c.Credential.Code),
		State: c.Credential.State, StateSince: c.Credential.StateSince, Cause: c.Credential.Cause,
		ReplacedByUrl: o.site.Page(c.Credential.ReplacedByCode), DocumentUrl: o.site.Document(c.Credential.Code),
		DisputedAt: c.Credential.DisputedAt, AnswerDueAt: c.Credential.AnswerDue(),
	}
}

// stepIn writes a check in a language, with the id of its reason.
func stepIn(l *words.Language) func(credential.Check) CheckStep {
	return func(c credential.Check) CheckStep {
		return CheckStep{Name: c.Name, Outcome: CheckStepOutcome(c.Outcome), Reason: c.Reason.ID, Detail: c.In(l)}
	}
}

// DownloadCredential gives the very bytes that were signed.
func (o operations) DownloadCredential(c echo.Context, code string) error {
	return edge.Do(c, func(ctx context.Context) ([]byte, error) {
		return o.service.Document(ctx, code)
	}, func(body []byte) edge.Reply {
		digest := sha256.Sum256(body)
		return edge.Raw("application/vc+ld+json", body).
			With("Content-Disposition", `attachment; filename="certificate.json"`).
			With("ETag", `"`+hex.EncodeToString(digest[:16])+`"`)
	})
}

func (o operations) DownloadPaper(c echo.Context, code string) error {
	return edge.Do(c, func(ctx context.Context) ([]byte, error) {
		return o.service.Paper(ctx, code)
	}, func(pdf []byte) edge.Reply { return edge.Raw("application/pdf", pdf) })
}

// maxCredential is the most of an uploaded credential that is read.
const maxCredential = 1 << 20

func (o operations) VerifyFile(c echo.Context) error {
	return edge.Do(c, func(ctx context.Context) (credential.Report, error) {
		raw, err := io.ReadAll(io.LimitReader(c.Request().Body, maxCredential+1))
		if err != nil {
			return credential.Report{}, err
		}
		if len(raw) > maxCredential {
			return credential.Report{}, &core.Fault{Kind: core.KindTooLarge, Code: "body_too_large", ID: "body_too_large.employer"}
		}
		return o.service.VerifyFile(ctx, raw)
	}, func(r credential.Report) edge.Reply {
		return edge.OK(FileReport{
			Outcome: FileReportOutcome(r.Outcome), Title: r.Title, SubjectName: r.SubjectName,
			IssuerName: r.IssuerName, Issuer: r.IssuerID, ValidFrom: r.ValidFrom, ValidUntil: r.ValidUntil,
			Container: FileReportContainer(r.Container),
			Steps:     edge.Each(r.Checks, stepIn(edge.Language(c))),
		})
	})
}
