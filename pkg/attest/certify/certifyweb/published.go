package certifyweb

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Published is what anybody's verifier reads: files, and a page that checks by
// itself.
type Published struct{ Certify *certify.Service }

// Routes lists every file and page.
func (p *Published) Routes() []page.Route {
	return []page.Route{
		page.Get("/status/:list", page.Public, page.On("list", p.serveStatusList)),
		page.Get("/status/:list/suspension", page.Public, page.On("list", p.serveSuspensions)),
		page.Get("/schools/:slug/did.json", page.Public, p.serveIssuer),
		page.Get("/verify/offline", page.Public, p.showOffline),
	}
}

// Menu is empty: these are for programs.
func (p *Published) Menu() []page.MenuItem { return nil }

const listType = "application/vc+ld+json"

func (p *Published) serveStatusList(r *page.Request, at core.StatusListID) error {
	list, err := p.Certify.StatusList(r.Ctx(), at)
	if err != nil {
		return err
	}
	return r.Publish(listType, page.CacheShort, list.Document)
}

func (p *Published) serveSuspensions(r *page.Request, at core.StatusListID) error {
	list, err := p.Certify.StatusList(r.Ctx(), at)
	if err == nil && list.Suspensions == nil {
		err = core.NotFound("status list")
	}
	if err != nil {
		return err
	}
	return r.Publish(listType, page.CacheShort, list.Suspensions)
}

// serveIssuer serves the document behind a school's did:web.
func (p *Published) serveIssuer(r *page.Request) error {
	document, err := p.Certify.DIDDocument(r.Ctx(), r.Request().Host, strings.ToLower(r.Param("slug")))
	if err != nil {
		return err
	}
	return r.Publish("application/did+json", page.CacheShort, document)
}

// showOffline serves the page that checks a certificate on its own, with the
// keys of all schools here in it.
func (p *Published) showOffline(r *page.Request) error {
	pinned, err := p.Certify.Pinned(r.Ctx())
	if err != nil {
		return err
	}
	raw, err := json.Marshal(pinned) // it writes < as \u003c, so nothing ends the script early
	if err != nil {
		return err
	}
	sum := sha256.Sum256(raw)
	offline := r.Site.Render.Offline
	if offline == nil {
		return core.NotFound("page")
	}
	content, err := offline.Page(r.Language(), render.Facts{
		Pinned: string(raw), Digest: hex.EncodeToString(sum[:]), Issuers: r.Say("certify.published.issuers", "count", len(pinned.Issuers)),
		Day: r.Language().Day(r.Now().UTC()), Origin: r.Site.PublicURL,
	})
	if err != nil {
		return err
	}
	header := r.Response().Header()
	header.Set("Content-Security-Policy", offline.Policy)
	header.Set("Permissions-Policy", strings.Replace(header.Get("Permissions-Policy"), "camera=()", "camera=(self)", 1))
	if r.QueryParams().Has("save") {
		header.Set("Content-Disposition", `attachment; filename="check-certificates.html"`)
	}
	return r.HTML(http.StatusOK, content)
}
