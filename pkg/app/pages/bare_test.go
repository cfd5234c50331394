package pages

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/words"
)

// A page is asked for once more in the pseudo-language, whose sentences stand in
// brackets and whose dates have accents. What is left bare is either what someone
// has typed, and then in the database, or a text that nobody could translate.

// bare are the texts without brackets of a site's pages, by the page that has them.
type bare map[string]string

// read adds those of a page.
func (b bare) read(page, body string) {
	root, err := html.ParseWithOptions(strings.NewReader(body), html.ParseOptionEnableScripting(false))
	if err != nil {
		return
	}
	depth := 0
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode {
			if slices.Contains([]string{"script", "style", "code", "pre", "textarea", "option"}, n.Data) && n.Data != "option" || attr(n, "lang") == "en" || n.Data == "option" && attr(n, "lang") != "" || attr(n, "translate") == "no" {
				return
			}
			for _, name := range []string{"aria-label", "title", "placeholder", "alt", "data-label"} {
				inner := 0
				b.note(page, outside(attr(n, name), &inner))
			}
		}
		if n.Type == html.TextNode {
			if raw := machine.FindString(n.Data); raw != "" && !asks(n) {
				b[raw+" "] = page // the space tells it from a text that may be in the database
			}
			b.note(page, outside(n.Data, &depth))
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
}

// asks tells of a text that says in which form something is to be typed, and of an
// address.
func asks(n *html.Node) bool {
	id := attr(n.Parent, "id")
	return strings.Contains(n.Data, "://") || strings.HasSuffix(id, "-hint") || strings.HasSuffix(id, "-error") || strings.HasPrefix(attr(n.Parent, "href"), "#")
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// outside is what of a text stands in no brackets.
func outside(text string, depth *int) string {
	var out strings.Builder
	for _, c := range text {
		switch {
		case c == '‹':
			*depth++
		case c == '›':
			*depth--
		case *depth == 0:
			out.WriteRune(c)
		}
	}
	return out.String()
}

var (
	// machine is a date, a month or an identifier as machines write them.
	machine = regexp.MustCompile(`\b(?:19|20)\d{2}-(?:0[1-9]|1[0-2])(?:-\d{2})?\b|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}\b`)
	letters = regexp.MustCompile(`\p{L}{3,}`)
	// unit is how lengths are written in every language: "600 h 5 min".
	unit = regexp.MustCompile(`\b[\d,.]+ (h|min|MB|kB|CEs?)\b|https?://\S+|\b[YMD]{2,8}\b`)
)

func (b bare) note(page, text string) {
	text = strings.TrimSpace(blanks.ReplaceAllString(text, " "))
	if letters.MatchString(unit.ReplaceAllString(text, "")) && b[text] == "" {
		b[text] = page
	}
}

// untranslated reports texts that are neither in the database nor typed.
func (b bare) untranslated(t *testing.T, db *store.DB, typed string) {
	if len(b) == 0 || db.Postgres() { // dump reads SQLite
		return
	}
	kept := dump(t, db) + strings.ToLower(blanks.ReplaceAllString(typed, " "))
	for text, page := range b {
		if raw, ok := strings.CutSuffix(text, " "); ok && strings.Contains(typed, raw) {
			continue
		} else if ok {
			t.Errorf("%s shows %q, which is for machines", page, raw)
			continue
		}
		for _, part := range joints.Split(text, -1) {
			part = strings.ToLower(strings.Trim(part, " .,"))
			if short := strings.TrimSpace(unit.ReplaceAllString(part, "")); letters.MatchString(short) && !strings.Contains(given(), short) && !strings.Contains(kept, part) && !strings.Contains(given(), part) && !accented.MatchString(text) {
				t.Errorf("%s says %q in English alone", page, text)
				break
			}
		}
	}
}

// joints stand between the parts of a line.
var joints = regexp.MustCompile(` · |[,:;] |[()·]|^: |^, |\.$`)

// given is what the program brings as data: the packs of standards with the words
// of their rules, and proper names.
var given = sync.OnceValue(func() string {
	var out strings.Builder
	for _, pattern := range []string{"../../judge/standard/packs/*/*.yaml", "../../judge/standard/*.go", "../../career/specialty/shipped*.go", "../../career/licensure/holdings.go", "../../core/jurisdiction.go", "../../judge/standard/catalog*.go", "../../career/renewal/zone.go"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			text, _ := os.ReadFile(file)
			out.WriteString(strings.ToLower(string(text)))
		}
	}
	return strings.NewReplacer("_", " ").Replace(blanks.ReplaceAllString(out.String(), " "))
})

// accented is a date or a time of the pseudo-language.
var accented = regexp.MustCompile(`[áçéíñöüÁÇÉÍÑÖÜ]`)

// dump is every text of a database, in small letters.
func dump(t *testing.T, db *store.DB) string {
	t.Helper()
	var out strings.Builder
	err := db.Snapshot(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		var tables []string
		if err := tx.Gorm().Raw("SELECT name FROM sqlite_master WHERE type = 'table'").Scan(&tables).Error; err != nil {
			return err
		}
		for _, table := range tables {
			var rows []map[string]any
			if err := tx.Gorm().Table(table).Find(&rows).Error; err != nil {
				return err
			}
			for _, row := range rows {
				for _, v := range row {
					switch v := v.(type) {
					case string:
						fmt.Fprintln(&out, strings.ToLower(v))
					case []byte:
						fmt.Fprintln(&out, strings.ToLower(string(v)))
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return blanks.ReplaceAllString(out.String(), " ")
}

// offered are the languages of a site in tests: English, and the pseudo-language for
// who asks for it or has chosen it.
var offered = func() *words.Offer {
	o, err := words.NewOffer("en-US", "en-XA")
	if err != nil {
		panic(err)
	}
	return o
}()

// again asks for a page in the pseudo-language.
func (b *browser) again(path string) {
	req := httptest.NewRequest(http.MethodGet, path, nil)
	for name, value := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res := httptest.NewRecorder()
	b.site.echo.ServeHTTP(res, req.WithContext(offered.For(req.Context(), "en-XA")))
	if res.Code == http.StatusOK {
		b.site.bare.read(path, res.Body.String())
	}
}
