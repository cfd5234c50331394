package render_test

import (
	"encoding/xml"
	"html/template"
	"io"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/render"
	"github.com/palmar/palmar/pkg/words"
	"github.com/palmar/palmar/templates"
)

var plots = []struct {
	name                     string
	valid, waiting, required core.Minutes
}{
	{"nothing", 0, 0, 36000},
	{"begun", 1, 0, 36000},
	{"midway", 24720, 750, 36000},
	{"one-minute-short", 35999, 0, 36000},
	{"waiting-for-the-rest", 24000, 12000, 36000},
	{"waiting-for-more", 30000, 12000, 36000},
	{"met", 36000, 0, 36000},
	{"more-than-met", 60065, 90, 36000},
	{"nothing-required", 90, 0, 0},
}

func TestRing(t *testing.T) {
	for _, p := range plots {
		svg := shown(t, "{{ring .valid .waiting .required}}", map[string]core.Minutes{"valid": p.valid, "waiting": p.waiting, "required": p.required})
		golden(t, "ring-"+p.name+".svg", svg+"\n")
		wellFormed(t, svg)
		if full := strings.Contains(svg, `"1000 1000"`); full != (p.valid >= p.required) {
			t.Errorf("%s: a full ring: %v", p.name, full)
		}
	}
}

func TestBar(t *testing.T) {
	for _, p := range plots {
		svg := shown(t, "{{bar .valid .waiting .required}}", map[string]core.Minutes{"valid": p.valid, "waiting": p.waiting, "required": p.required})
		golden(t, "bar-"+p.name+".svg", svg+"\n")
		wellFormed(t, svg)
	}
}

func wellFormed(t *testing.T, svg string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
	}
}

func BenchmarkRing(b *testing.B) {
	ring := render.Funcs(templates.FS, words.English())["ring"].(func(_, _, _ core.Minutes) template.HTML)
	b.ReportAllocs()
	for b.Loop() {
		ring(24720, 750, 36000)
	}
}

func BenchmarkBar(b *testing.B) {
	bar := render.Funcs(templates.FS, words.English())["bar"].(func(_, _, _ core.Minutes) template.HTML)
	b.ReportAllocs()
	for b.Loop() {
		bar(1800, 300, 3000)
	}
}
