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
	"slices"
	"strings"
	"sync"

	"github.com/palmar/palmar/pkg/words"
)

// keptBuffer is the largest buffer, in bytes, that is kept for the next page.
const keptBuffer = 1 << 20

// Renderer renders the pages of one file system in every language that is asked
// for. It is safe for concurrent use.
type Renderer struct {
	// Offline is the page that checks certificates on its own; nil: there is none.
	Offline *Offline

	fsys    fs.FS
	funcs   []template.FuncMap
	files   map[string]string // the pages' files by name
	english *set
	others  sync.Map // *words.Language -> func() (*set, error)
	buffers sync.Pool
}

// set is the pages in one language.
type set struct {
	pages map[string]func() (*template.Template, error)
}

// notPages are the folders that hold no pages.
var notPages = []string{"partials", "static", "offline", "paper"}

// New parses layout.html and partials/*.html of fsys, and finds every page,
// which is a file NAME.html elsewhere. A page is parsed when it is first asked
// for: all of them take most of a second. Each further map adds or replaces
// template functions.
func New(fsys fs.FS, funcs ...template.FuncMap) (*Renderer, error) {
	r := &Renderer{fsys: fsys, funcs: funcs, files: map[string]string{}}
	r.buffers.New = func() any { return new(bytes.Buffer) }
	err := fs.WalkDir(fsys, ".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains(notPages, file):
			return fs.SkipDir
		case d.IsDir(), path.Ext(file) != ".html", file == "layout.html":
			return nil
		}
		r.files[strings.TrimSuffix(file, ".html")] = file
		return nil
	})
	if err != nil {
		return nil, err
	}
	if r.english, err = r.parse(words.English()); err != nil {
		return nil, err
	}
	r.Offline, err = newOffline(fsys)
	return r, err
}

// in is the pages in a language; nil is English.
func (r *Renderer) in(l *words.Language) (*set, error) {
	if l == nil || l == words.English() {
		return r.english, nil
	}
	parsed, _ := r.others.LoadOrStore(l, sync.OnceValues(func() (*set, error) { return r.parse(l) }))
	return parsed.(func() (*set, error))() //nolint:forcetypeassert // nothing else is stored
}

func (r *Renderer) parse(l *words.Language) (*set, error) {
	all := Funcs(r.fsys, l)
	for _, m := range r.funcs {
		maps.Copy(all, m)
	}
	base, err := parse(template.New("base").Funcs(all), l, r.fsys, "layout.html", "partials/*.html")
	if err != nil {
		return nil, fmt.Errorf("render: %w", err)
	}
	s := &set{pages: make(map[string]func() (*template.Template, error), len(r.files))}
	for name, file := range r.files {
		s.pages[name] = sync.OnceValues(func() (*template.Template, error) { return parsePage(base, l, r.fsys, file) })
	}
	return s, nil
}

func parsePage(base *template.Template, l *words.Language, fsys fs.FS, file string) (*template.Template, error) {
	page, err := base.Clone()
	if err == nil {
		page, err = parse(page, l, fsys, file)
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

// Check parses every page. It refuses one that does not define "main", and one
// that html/template cannot escape.
func (r *Renderer) Check() error {
	for _, parsed := range r.english.pages {
		if _, err := parsed(); err != nil {
			return err
		}
	}
	return nil
}

// Has tells whether there is a page of that name.
func (r *Renderer) Has(name string) bool { return r.files[name] != "" }

// Names are the names of all pages, in order.
func (r *Renderer) Names() []string { return slices.Sorted(maps.Keys(r.files)) }

// Page renders the page of that name in the layout, in the page's language.
// Nothing is written to w unless the whole page could be rendered.
func (r *Renderer) Page(w io.Writer, name string, data Page) error {
	data.Name = name
	return r.Part(w, data.Language, name, "layout", data)
}

// Part renders one block of a page without the layout, for an htmx request:
// "main", or a block that the page or a partial defines. Nothing is written to
// w unless the whole block could be rendered.
func (r *Renderer) Part(w io.Writer, l *words.Language, name, block string, data any) error {
	in, err := r.in(l)
	if err != nil {
		return err
	}
	parsed := in.pages[name]
	if parsed == nil {
		return fmt.Errorf("render: there is no page %q", name)
	}
	page, err := parsed()
	if err != nil {
		return err
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
	_, err = b.WriteTo(w)
	return err
}
