// Package employerweb are the pages on which certificates are checked: by anybody
// with a code or a file, and by employers, who are shown more and leave a trace.
package employerweb

import (
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/platform/page"
)

// Pages are the pages of checks.
type Pages struct {
	Employer *employer.Service
	Certify  *certify.Service
}

// largestCredential bounds an uploaded credential, in bytes.
const largestCredential = 1 << 20

// Routes lists every page, form and file.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		page.Get("/check", page.Public, p.checkCode).Guarded(),
		page.Post("/check", page.Public, p.checkCode).Guarded(),
		page.Get("/c/:code", page.Public, p.certificate).Guarded(),
		page.Get("/c/:code/credential.json", page.Public, p.downloadCredential).Guarded(),
		page.Post("/c/:code/wallet", page.Public, p.sendToWallet).Guarded(),
		page.Get("/c/:code/credential.jwt", page.Public, p.downloadJWT).Guarded(),
		page.Get("/c/:code/package.json", page.Public, p.downloadPackage).Guarded(),
		page.Get("/c/:code/certificate.pdf", page.Public, p.downloadPaper).Guarded(),
		page.Get("/c/:code/badge.png", page.Public, p.downloadPNG).Guarded(),
		page.Get("/c/:code/badge.svg", page.Public, p.downloadSVG).Guarded(),
		page.Get("/verify", page.Public, p.showVerify),
		page.Post("/verify", page.Public, p.verifyFile).Takes(2 * largestCredential),
		page.Get("/o/:organization/checks", access.CheckRead, page.On("organization", p.showChecks)),
		page.Post("/o/:organization/checks", access.CheckMake, page.On("organization", p.makeCheck)),
	}
}

// Menu leads employers to their checks.
func (p *Pages) Menu() []page.MenuItem {
	return []page.MenuItem{{Rank: 110, Path: "checks", Label: "menu.checks", Shown: page.Allowed(access.CheckMake)}}
}
