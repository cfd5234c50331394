package employerweb

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/munnerz/goautoneg"

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

// documentTypes are the media types of a signed credential as JSON (Verifiable
// Credentials Data Model 2.0, section 6.4; the second is that of its drafts).
var documentTypes = []string{"application/vc", "application/vc+ld+json", "application/ld+json"}

const (
	pageType = "text/html"
	jwtType  = "application/vc+jwt" // VC-JOSE-COSE, section 6.1.1
)

// certificate answers with what is asked for at a code's address: the page, for
// browsers and for clients that name none of these types, or the signed document, so
// that a wallet that scans the code finds it.
func (p *Pages) certificate(r *page.Request) error {
	r.Response().Header().Add(echo.HeaderVary, echo.HeaderAccept)
	offered := append([]string{pageType, jwtType}, documentTypes...)
	switch asked := goautoneg.Negotiate(strings.Join(r.Request().Header.Values(echo.HeaderAccept), ","), offered); asked {
	case "", pageType:
		return p.showCertificate(r)
	case jwtType:
		jwt, err := p.jwt(r)
		if err != nil {
			return unfound(r, err)
		}
		return r.Blob(http.StatusOK, jwtType, jwt)
	default:
		document, err := p.Employer.Document(r.Ctx(), r.Param("code"))
		if err != nil {
			return unfound(r, err)
		}
		return r.Blob(http.StatusOK, asked, document)
	}
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
	jwt, err := p.jwt(r)
	return download(r, err, ".jwt", jwtType, jwt)
}

func (p *Pages) jwt(r *page.Request) ([]byte, error) {
	pack, err := p.Certify.Package(r.Ctx(), r.Param("code"))
	if err == nil && pack.JWT == "" {
		err = core.NotFound("JWT")
	}
	return []byte(pack.JWT), err
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
