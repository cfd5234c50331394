package render

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"maps"
	"path"
	"strings"
	"sync"
)

// keptBuffer is the largest buffer, in bytes, that is kept for the next page.
const keptBuffer = 1 << 20

// Renderer renders the pages of one file system. It is safe for concurrent use.
type Renderer struct {
	// Offline is the page that checks certificates on its own; nil: there is none.
	Offline *Offline

	pages   map[string]*template.Template
	buffers sync.Pool
}

// New parses layout.html, partials/*.html and every pages/**/*.html of fsys
// once. Each further map adds or replaces template functions. It refuses a page
// that does not define "main", and one that html/template cannot escape.
func New(fsys fs.FS, funcs ...template.FuncMap) (*Renderer, error) {
	all := Funcs(fsys)
	for _, m := range funcs {
		maps.Copy(all, m)
	}
	base, err := template.New("base").Funcs(all).ParseFS(fsys, "layout.html", "partials/*.html")
	if err != nil {
		return nil, fmt.Errorf("render: %w", err)
	}
	r := &Renderer{pages: map[string]*template.Template{}}
	r.buffers.New = func() any { return new(bytes.Buffer) }
	err = fs.WalkDir(fsys, "pages", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(file) != ".html" {
			return err
		}
		page, err := parsePage(base, fsys, file)
		r.pages[strings.TrimSuffix(strings.TrimPrefix(file, "pages/"), ".html")] = page
		return err
	})
	if err != nil {
		return nil, err
	}
	r.Offline, err = newOffline(fsys)
	return r, err
}

func parsePage(base *template.Template, fsys fs.FS, file string) (*template.Template, error) {
	page, err := base.Clone()
	if err == nil {
		page, err = page.ParseFS(fsys, file)
	}
	if err != nil {
		return nil, fmt.Errorf("render: %s: %w", file, err)
	}
	if page.Lookup("main") == nil {
		return nil, fmt.Errorf("render: %s does not define \"main\"", file)
	}
	// Escaping happens at the first execution; a fault of it is found now, one
	// of the missing data is not.
	var unsafe *template.Error
	if err := page.ExecuteTemplate(io.Discard, "layout", Page{}); errors.As(err, &unsafe) {
		return nil, fmt.Errorf("render: %s: %w", file, err)
	}
	return page, nil
}

// Has tells whether there is a page of that name.
func (r *Renderer) Has(name string) bool { return r.pages[name] != nil }

// Page renders the page pages/<name>.html in the layout. Nothing is written to
// w unless the whole page could be rendered.
func (r *Renderer) Page(w io.Writer, name string, data Page) error {
	return r.Part(w, name, "layout", data)
}

// Part renders one block of a page without the layout, for an htmx request:
// "main", or a block that the page or a partial defines. Nothing is written to
// w unless the whole block could be rendered.
func (r *Renderer) Part(w io.Writer, name, block string, data any) error {
	page := r.pages[name]
	if page == nil {
		return fmt.Errorf("render: there is no page %q", name)
	}
	b := r.buffers.Get().(*bytes.Buffer)
	b.Reset()
	defer func() {
		if b.Cap() <= keptBuffer {
			r.buffers.Put(b)
		}
	}()
	if err := page.ExecuteTemplate(b, block, data); err != nil {
		return fmt.Errorf("render: %s: %w", name, err)
	}
	_, err := b.WriteTo(w)
	return err
}
