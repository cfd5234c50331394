package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/web/render"
)

// showOffline serves the page that checks a certificate on its own, with the
// keys of all schools here in it.
func (r *request) showOffline() error {
	pinned, err := r.web.Certify.Pinned(r.ctx())
	if err != nil {
		return err
	}
	raw, err := json.Marshal(pinned) // it writes < as \u003c, so nothing ends the script early
	if err != nil {
		return err
	}
	sum := sha256.Sum256(raw)
	offline := r.web.render.Offline
	if offline == nil {
		return core.NotFound("page")
	}
	page, err := offline.Page(string(raw), hex.EncodeToString(sum[:]), render.Count(len(pinned.Issuers), "issuer", "issuers"),
		r.now().UTC().Format("2 January 2006"), r.web.PublicURL)
	if err != nil {
		return err
	}
	header := r.Response().Header()
	header.Set("Content-Security-Policy", offline.Policy)
	header.Set("Permissions-Policy", strings.Replace(header.Get("Permissions-Policy"), "camera=()", "camera=(self)", 1))
	if r.QueryParams().Has("save") {
		header.Set("Content-Disposition", `attachment; filename="check-certificates.html"`)
	}
	return r.HTML(http.StatusOK, page)
}
