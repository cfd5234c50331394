package render

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"strings"
	"text/template"
)

// Offline is a page that needs nothing but itself: its style and scripts stand
// in it. Policy is the Content-Security-Policy that lets these run, nothing
// else, and no connection but to the site that serves it; a saved page has no
// site.
type Offline struct {
	Policy        string
	page          *template.Template
	style, script string
	inner         string // Policy as far as a page may say it itself
}

// offlineScripts are one script, in this order.
var offlineScripts = []string{"verifier.js", "status.js", "record.js", "verify.js", "read.js", "vendor/qr/decode.min.js", "page.js"}

// newOffline reads the parts of the page in offline/ of fsys; a file system
// without that folder has no such page.
func newOffline(fsys fs.FS) (*Offline, error) {
	if files, _ := fs.ReadDir(fsys, "offline"); len(files) == 0 {
		return nil, nil
	}
	parts := map[string]string{}
	for _, name := range append([]string{"page.html", "style.css"}, offlineScripts...) {
		raw, err := fs.ReadFile(fsys, "offline/"+name)
		if err != nil {
			return nil, fmt.Errorf("render: %w", err)
		}
		parts[name] = string(raw)
	}
	page, err := template.New("offline").Parse(parts["page.html"])
	if err != nil {
		return nil, fmt.Errorf("render: %w", err)
	}
	o := &Offline{page: page, style: parts["style.css"]}
	for _, name := range offlineScripts {
		o.script += parts[name]
	}
	o.inner = "default-src 'none'; script-src " + hashOf(o.script) + "; style-src " + hashOf(o.style) +
		"; connect-src 'self'; base-uri 'none'; form-action 'none'"
	o.Policy = o.inner + "; frame-ancestors 'none'"
	return o, nil
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Page writes the page. Pinned is JSON without "<"; the other texts are escaped.
func (o *Offline) Page(pinned, digest, count, day, origin string) (string, error) {
	var out strings.Builder
	err := o.page.Execute(&out, map[string]string{
		"Style": o.style, "Script": o.script, "Policy": o.inner, "Pinned": pinned, "Digest": digest,
		"Count": template.HTMLEscapeString(count), "Day": template.HTMLEscapeString(day), "Origin": template.HTMLEscapeString(origin),
	})
	return out.String(), err
}
