package render

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"sync"
	"text/template"

	"github.com/palmar/palmar/pkg/words"
)

// Offline is a page that needs nothing but itself: its style, its scripts and its
// sentences stand in it. Policy is the Content-Security-Policy that lets these
// run, nothing else, and no connection but to the site that serves it; a saved
// page has no site.
type Offline struct {
	Policy              string
	page, style, script string
	inner               string   // Policy as far as a page may say it itself
	asked               sync.Map // *words.Language -> func() (offlineIn, error)
}

// offlineIn is the page in a language, and the sentences that its script asks for.
type offlineIn struct {
	page  *template.Template
	words string
}

// offlineScripts are one script, in this order.
var offlineScripts = []string{"say.js", "verifier.js", "shape.js", "status.js", "record.js", "verify.js", "read.js", "vendor/qr/decode.min.js", "page.js"}

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
	o := &Offline{page: parts["page.html"], style: parts["style.css"]}
	for _, name := range offlineScripts {
		o.script += parts[name]
	}
	o.inner = "default-src 'none'; script-src " + hashOf(o.script) + "; style-src " + hashOf(o.style) +
		"; connect-src 'self'; base-uri 'none'; form-action 'none'"
	o.Policy = o.inner + "; frame-ancestors 'none'"
	_, err := o.in(words.English())
	return o, err
}

// in is the page in a language.
func (o *Offline) in(l *words.Language) (offlineIn, error) {
	parsed, _ := o.asked.LoadOrStore(l, sync.OnceValues(func() (offlineIn, error) { return o.parse(l) }))
	return parsed.(func() (offlineIn, error))() //nolint:forcetypeassert // nothing else is stored
}

func (o *Offline) parse(l *words.Language) (in offlineIn, err error) {
	text, err := written(l, o.page)
	if err == nil {
		in.page, err = template.New("offline").Parse(text)
	}
	if err == nil {
		in.words, err = scriptWords(l, o.script)
	}
	if err != nil {
		return in, fmt.Errorf("render: the offline page: %w", err)
	}
	return in, nil
}

// scriptID is the id of a sentence in a script.
var scriptID = regexp.MustCompile(`'((?:offline|reason)\.[\w.]+)'`)

// scriptWords are the sentences that a script asks for, as JSON without "<": by
// id, a text or its plural forms.
func scriptWords(l *words.Language, script string) (string, error) {
	said := map[string]any{}
	for _, m := range scriptID.FindAllStringSubmatch(script, -1) {
		switch forms := l.Patterns(m[1]); len(forms) {
		case 0:
			return "", fmt.Errorf("the id %q has no sentence", m[1])
		case 1:
			said[m[1]] = forms["other"]
		default:
			said[m[1]] = forms
		}
	}
	raw, err := json.Marshal(said)
	return string(raw), err
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Facts are what the page tells of the keys in it. Pinned is them, JSON without
// "<"; the other texts are escaped.
type Facts struct{ Pinned, Digest, Issuers, Day, Origin string }

// Page writes the page in a language.
func (o *Offline) Page(l *words.Language, f Facts) (string, error) {
	in, err := o.in(l)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = in.page.Execute(&out, map[string]string{
		"Style": o.style, "Script": o.script, "Policy": o.inner, "Pinned": f.Pinned, "Words": in.words, "Digest": f.Digest,
		"Issuers": template.HTMLEscapeString(f.Issuers), "Day": template.HTMLEscapeString(f.Day), "Origin": template.HTMLEscapeString(f.Origin),
	})
	return out.String(), err
}
