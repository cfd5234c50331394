package web

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"net/http"
	"strings"
	"sync"
	"text/template"

	"github.com/palmar/palmar/pkg/web/render"
	"github.com/palmar/palmar/templates"
)

// offline is the page that checks a certificate on its own, without the keys.
type offline struct {
	page          *template.Template
	style, script string
	policy        string // its Content-Security-Policy
}

var offlineParts = sync.OnceValue(func() offline {
	read := func(name string) string {
		raw, err := fs.ReadFile(templates.FS, "offline/"+name)
		if err != nil {
			panic(err) // the embedded files are part of the program
		}
		return string(raw)
	}
	o := offline{style: read("style.css"), script: read("verifier.js") + read("page.js")}
	o.page = template.Must(template.New("offline").Parse(read("page.html")))
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	o.policy = "default-src 'none'; script-src " + hash(o.script) + "; style-src " + hash(o.style) + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	return o
})

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
	parts := offlineParts()
	var page strings.Builder
	err = parts.page.Execute(&page, map[string]any{
		"Style": parts.style, "Script": parts.script, "Pinned": string(raw), "Digest": hex.EncodeToString(sum[:]),
		"Count": render.Count(len(pinned.Issuers), "issuer", "issuers"), "Day": r.now().UTC().Format("2 January 2006"),
		"Origin": template.HTMLEscapeString(r.web.PublicURL),
	})
	if err != nil {
		return err
	}
	header := r.Response().Header()
	header.Set("Content-Security-Policy", parts.policy)
	if r.QueryParams().Has("save") {
		header.Set("Content-Disposition", `attachment; filename="check-certificates.html"`)
	}
	return r.HTML(http.StatusOK, page.String())
}
