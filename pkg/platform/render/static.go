package render

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
)

// StaticPath is where the static files are to be served.
const StaticPath = "/static/"

// assets gives the function asset: the address of a static file, which changes
// with its content.
func assets(fsys fs.FS) func(string) (string, error) {
	var known sync.Map
	return func(name string) (string, error) {
		if href, ok := known.Load(name); ok {
			return href.(string), nil
		}
		content, err := fs.ReadFile(fsys, path.Join("static", name))
		if err != nil {
			return "", fmt.Errorf("asset: %w", err)
		}
		href := StaticPath + name + "?v=" + digest(content)
		known.Store(name, href)
		return href, nil
	}
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:6])
}

type staticFile struct {
	content []byte
	digest  string
	media   string
}

// IconPath is where browsers ask for the icon of what is no page, such as a document.
const IconPath = "/favicon.ico"

// Static serves the files under static/ of fsys at StaticPath, GET and HEAD
// only, and the icon at IconPath. A request that names the file's version (as asset does) may be kept for
// ever; another is asked for again. Folders are not listed.
func Static(fsys fs.FS) (http.Handler, error) {
	files := map[string]staticFile{}
	err := fs.WalkDir(fsys, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(fsys, name)
		files["/"+name] = staticFile{content, digest(content), mediaType(name)}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("render: %w", err)
	}
	if icon, ok := files["/static/favicon.svg"]; ok {
		files[IconPath] = icon
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := files[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		f.serve(w, r)
	}), nil
}

func (f staticFile) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "Method not allowed", http.StatusMethodNotAllowed)
		return
	}
	h.Set("ETag", `"`+f.digest+`"`)
	h.Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == f.digest {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if strings.Contains(r.Header.Get("If-None-Match"), f.digest) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", f.media)
	h.Set("Content-Length", fmt.Sprint(len(f.content)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(f.content)
	}
}

func mediaType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" && path.Ext(name) != ".md" {
		return t
	}
	return "text/plain; charset=utf-8"
}
