package render_test

import (
	"math"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/platform/render"
	"github.com/palmar/palmar/pkg/words"
	"github.com/palmar/palmar/templates"
)

func TestStatic(t *testing.T) {
	h, err := render.Static(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	asset := render.Funcs(templates.FS, words.English())["asset"].(func(string) (string, error))
	href, err := asset("palmar.css")
	if err != nil {
		t.Fatal(err)
	}
	get := func(method, target, etag string) *http.Response {
		r := httptest.NewRequest(method, target, nil)
		r.Header.Set("If-None-Match", etag)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Result()
	}
	versioned := get("GET", href, "")
	if versioned.StatusCode != 200 || !strings.Contains(versioned.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("%s: %d %v", href, versioned.StatusCode, versioned.Header)
	}
	for _, c := range []struct {
		method, target, etag string
		status               int
	}{
		{"GET", "/static/palmar.js", "", 200}, {"HEAD", "/static/favicon.svg", "", 200}, {"POST", "/static/palmar.js", "", 405},
		{"GET", "/favicon.ico", "", 200}, {"GET", "/favicon.svg", "", 404}, {"GET", "/static/", "", 404}, {"GET", "/static/vendor", "", 404}, {"GET", "/static/../layout.html", "", 404},
		{"GET", "/static/palmar.css", versioned.Header.Get("ETag"), 304},
	} {
		r := get(c.method, c.target, c.etag)
		if r.StatusCode != c.status || strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s %s: %d %v", c.method, c.target, r.StatusCode, r.Header)
		}
	}
}

// The tokens keep WCAG AA in both color schemes: 4.5:1 for text, 3:1 for the
// edges of controls, the focus and the plots.
func TestTokens_Contrast(t *testing.T) {
	css, err := templates.FS.ReadFile("static/palmar.css")
	if err != nil {
		t.Fatal(err)
	}
	light, rest, _ := strings.Cut(string(css), "@media (prefers-color-scheme: dark)")
	dark, _, _ := strings.Cut(rest, "Pico's own variables")
	text := [][2]string{
		{"ink", "paper"}, {"ink", "surface"}, {"ink", "sunken"}, {"muted", "paper"}, {"muted", "surface"}, {"muted", "sunken"},
		{"brand", "paper"}, {"brand", "surface"}, {"brand", "sunken"}, {"brand-strong", "brand-soft"}, {"on-fill", "fill"},
		{"on-fill", "fill-strong"}, {"ink", "plain-soft"}, {"bad", "paper"}, {"bad", "surface"}, {"ok", "surface"}, {"ok", "paper"},
		{"ink", "wait-soft"}, {"bad", "wait-soft"},
	}
	for _, tone := range []string{"ok", "wait", "bad", "back", "off", "note", "plain"} {
		text = append(text, [2]string{tone, tone + "-soft"})
	}
	edges := [][2]string{
		{"control", "surface"}, {"control", "paper"}, {"focus", "paper"}, {"focus", "surface"}, {"focus", "sunken"},
		{"plot-valid", "surface"}, {"plot-waiting", "surface"},
	}
	for scheme, block := range map[string]string{"light": light, "dark": dark} {
		colors := tokens(block)
		check := func(pairs [][2]string, least float64) {
			for _, p := range pairs {
				if r := contrast(colors[p[0]], colors[p[1]]); !(r >= least) {
					t.Errorf("%s: %s on %s is %.2f:1, below %.1f", scheme, p[0], p[1], r, least)
				}
			}
		}
		check(text, 4.5)
		check(edges, 3)
	}
}

func tokens(css string) map[string]float64 {
	out := map[string]float64{}
	for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`).FindAllStringSubmatch(css, -1) {
		n, _ := strconv.ParseUint(m[2], 16, 32)
		out[m[1]] = 0.2126*linear(n>>16) + 0.7152*linear(n>>8&255) + 0.0722*linear(n&255)
	}
	return out
}

func linear(channel uint64) float64 {
	c := float64(channel) / 255
	if c <= 0.04045 {
		return c / 12.92
	}
	return math.Pow((c+0.055)/1.055, 2.4)
}

func contrast(a, b float64) float64 {
	if a == 0 || b == 0 { // a token that is not there
		return 0
	}
	return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}
