package render_test

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/render"
	"github.com/palmar/palmar/pkg/words"
	"github.com/palmar/palmar/templates"
)

var update = flag.Bool("update", false, "write the golden files")

// kept are the embedded files of HTML that are no pages, and the page of faults.
var kept = regexp.MustCompile(`^(layout|error|(partials|offline|paper)/.*)\.html$`)

// withPages is the embedded file system with these pages and that of faults
// instead of its own, which take long to parse and are parsed by the tests of
// the pages.
func withPages(t testing.TB, pages map[string]string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(templates.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) == ".html" && !kept.MatchString(name) {
			return err
		}
		b, err := fs.ReadFile(templates.FS, name)
		out[name] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range pages {
		out[name+".html"] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func sample(t testing.TB) *render.Renderer {
	t.Helper()
	text, err := os.ReadFile("testdata/pages/sample.html")
	if err != nil {
		t.Fatal(err)
	}
	r, err := render.New(withPages(t, map[string]string{"sample": string(text)}))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test ./pkg/platform/render -update writes it again):\n%s", name, got)
	}
}

func TestRenderer_Page(t *testing.T) {
	var b bytes.Buffer
	if err := sample(t).Page(&b, "sample", samplePage()); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{
		"<title>Your hours · Palmar</title>", `href="/hours" aria-current="page"`, "Rosa Delgado", "1,204 entries",
		`<a href="#f-end">The session ends when it starts.</a>`, `aria-invalid="true" aria-describedby="f-end-error"`,
		"Draping &amp; &lt;b&gt;hygiene&lt;/b&gt;", `<time datetime="2026-08-31">Aug 31, 2026</time>`, "9:00 AM–12:30 PM",
		`<span class="chip chip-back">Returned</span>`, "411 h 35 min", "Could not check", words.English().Say("shared.shell.request", "value", "0199-ABCD"),
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// The policy of the pages allows nothing inline, and htmx must not add a style.
func TestRenderer_NothingInline(t *testing.T) {
	var b bytes.Buffer
	if err := sample(t).Page(&b, "sample", samplePage()); err != nil {
		t.Fatal(err)
	}
	inline := regexp.MustCompile(`(?i)\sstyle=|<style|\son[a-z]+=|hx-on|<script(>| [^>]*[^r]>[^<])|javascript:`)
	if found := inline.FindString(b.String()); found != "" {
		t.Errorf("inline: %q", found)
	}
	if !strings.Contains(b.String(), `"includeIndicatorStyles":false`) {
		t.Error("htmx would add its own style element")
	}
	err := fs.WalkDir(templates.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".html" {
			return err
		}
		if name == "offline/page.html" {
			return nil // it has a policy of its own, with the hashes of what is in it: TestOffline
		}
		if strings.HasPrefix(name, "paper/") {
			return nil // it becomes a PDF, which no browser reads as HTML
		}
		text, err := fs.ReadFile(templates.FS, name)
		if found := inline.Find(text); found != nil {
			t.Errorf("%s: inline: %q", name, found)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRenderer_WholeOrNothing(t *testing.T) {
	r, err := render.New(withPages(t, map[string]string{"broken": `{{define "main"}}much text {{.Content.Absent}}{{end}}`}))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := r.Page(&b, "broken", render.Page{Content: struct{}{}}); err == nil || b.Len() > 0 {
		t.Errorf("err %v, %d bytes written", err, b.Len())
	}
	if err := r.Page(&b, "absent", render.Page{}); err == nil || r.Has("absent") {
		t.Error("a page that is not there was rendered")
	}
	if err := r.Page(&b, "error", render.Page{Content: render.Problem{Status: 404, Title: "Not here"}}); err != nil {
		t.Errorf("the renderer is of no use after a fault: %v", err)
	}
}

func TestRenderer_Check(t *testing.T) {
	r, err := render.New(templates.FS)
	if err == nil {
		err = r.Check()
	}
	if err != nil {
		t.Error(err)
	}
}

func TestRenderer_Check_Refuses(t *testing.T) {
	for name, text := range map[string]string{
		"no main":    `{{define "title"}}x{{end}}`,
		"no syntax":  `{{define "main"}}{{if}}{{end}}`,
		"no escape":  `{{define "main"}}<a href="{{if .Title}}'{{else}}">{{end}}x{{end}}`,
		"no func":    `{{define "main"}}{{nonsense}}{{end}}`,
		"no partial": `{{define "main"}}{{template "nonsense"}}{{end}}`,
	} {
		r, err := render.New(withPages(t, map[string]string{"p": text}))
		if err != nil {
			t.Fatal(err)
		}
		if r.Check() == nil || r.Page(io.Discard, "p", render.Page{}) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestRenderer_Part(t *testing.T) {
	r, err := render.New(withPages(t, map[string]string{"p": `{{define "main"}}{{end}}{{define "row"}}<p>{{.}}</p>{{end}}`}))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := r.Part(&b, nil, "p", "row", "a & b"); err != nil || b.String() != "<p>a &amp; b</p>" {
		t.Errorf("%q, %v", b.String(), err)
	}
}

func TestNewField(t *testing.T) {
	form := render.NewForm(words.English(), map[string][]string{"password": {"secret"}, "parts": {"a", "b"}},
		core.InvalidField("password", "wrong", "Wrong."))
	form.ID = "sign"
	f, err := render.NewField(form, "password", "Password", "type", "password", "hint", "Yours")
	if err != nil || f.Value != "" || f.ID != "sign-password" || f.DescribedBy() != "sign-password-hint sign-password-error" {
		t.Errorf("%+v, %v", f, err)
	}
	f, err = render.NewField(form, "parts", "B", "type", "checkbox", "checked-value", "b")
	if err != nil || !f.Checked {
		t.Errorf("%+v, %v", f, err)
	}
	for _, options := range [][]any{{"type"}, {"type", "nonsense"}, {"nonsense", 1}, {"required", "yes"}, {"options", 1}} {
		if _, err := render.NewField(form, "x", "X", options...); err == nil {
			t.Errorf("%v: accepted", options)
		}
	}
}

func TestNewForm(t *testing.T) {
	if f := render.NewForm(words.English(), nil, core.ErrOverlap); !f.Wrong() || f.Message != core.ErrOverlap.Message() {
		t.Errorf("a fault without fields: %+v", f)
	}
	if f := render.NewForm(words.English(), nil, errors.New("driver: secret")); f.Wrong() {
		t.Errorf("our own failure is shown: %+v", f)
	}
	wrong := render.Form{ID: "sign", Message: "No."}
	if f := wrong.At("sign"); f.Message != "No." {
		t.Errorf("a form is not at its place: %+v", f)
	}
	if f := wrong.At("cancel"); f.ID != "cancel" || f.Wrong() {
		t.Errorf("a form is wrong at another's place: %+v", f)
	}
}

func BenchmarkRenderer_Page(b *testing.B) {
	r, data := sample(b), samplePage()
	b.ReportAllocs()
	for b.Loop() {
		if err := r.Page(io.Discard, "sample", data); err != nil {
			b.Fatal(err)
		}
	}
}
