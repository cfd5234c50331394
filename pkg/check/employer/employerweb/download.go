package employerweb

import (
	"bytes"
	"net/http"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
)

// download answers with a file of the certificate whose code the address has.
func download(r *page.Request, err error, end, mediaType string, raw []byte) error {
	if err != nil {
		return unfound(r, err)
	}
	name := "certificate"
	if code, err := credential.ParseCode(r.Param("code")); err == nil {
		name += "-" + code.Compact()[:8]
	}
	return r.Download(name+end, mediaType, raw)
}

func (p *Pages) downloadCredential(r *page.Request) error {
	document, err := p.Employer.Document(r.Ctx(), r.Param("code"))
	return download(r, err, ".json", "application/vc+ld+json", document)
}

// sendToWallet answers a wallet that asks for the certificate.
func (p *Pages) sendToWallet(r *page.Request) error {
	document, err := p.Employer.Document(r.Ctx(), r.Param("code"))
	if err != nil {
		return err
	}
	return r.Blob(http.StatusOK, "application/json", document)
}

func (p *Pages) downloadJWT(r *page.Request) error {
	pack, err := p.Certify.Package(r.Ctx(), r.Param("code"))
	if err == nil && pack.JWT == "" {
		err = core.NotFound("JWT")
	}
	return download(r, err, ".jwt", "application/vc+jwt", []byte(pack.JWT))
}

// downloadPackage hands out everything that is needed to check a certificate
// later and elsewhere.
func (p *Pages) downloadPackage(r *page.Request) error {
	pack, err := p.Certify.Package(r.Ctx(), r.Param("code"))
	if err != nil {
		return unfound(r, err)
	}
	raw, err := page.JSONText(pack)
	return download(r, err, "-package.json", "application/json", raw)
}

// downloadPaper prints a certificate for anybody who has its code.
func (p *Pages) downloadPaper(r *page.Request) error {
	pdf, err := p.Employer.Paper(r.Ctx(), r.Param("code"))
	return download(r, err, ".pdf", "application/pdf", pdf)
}

func (p *Pages) downloadPNG(r *page.Request) error {
	document, err := p.Employer.Document(r.Ctx(), r.Param("code"))
	return download(r, err, ".png", "image/png", credential.BakePNG(badgePNG(), document))
}

func (p *Pages) downloadSVG(r *page.Request) error {
	c, err := p.Employer.Check(r.Ctx(), r.Param("code"))
	var drawing bytes.Buffer
	if err == nil {
		err = badgeSVG.Execute(&drawing, badgeDrawing{c.Credential})
	}
	return download(r, err, ".svg", "image/svg+xml", credential.BakeSVG(drawing.Bytes(), c.Credential.Document))
}
