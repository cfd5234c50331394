package render_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"github.com/palmar/palmar/pkg/platform/render"
)

func TestNew_Names(t *testing.T) {
	t.Parallel()
	text := &fstest.MapFile{Data: []byte(`{{define "main"}}{{end}}`)}
	files := fstest.MapFS{"layout.html": text, "partials/a.html": text, "paper/b.html": text, "error.html": text, "some/c.html": text, "other/d.html": text}
	r, err := render.New(files)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Names(); !slices.Equal(got, []string{"error", "other/d", "some/c"}) {
		t.Errorf("the pages are %q", got)
	}
}
