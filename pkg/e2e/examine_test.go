package e2e

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/palmar/palmar/pkg/testkit"
)

// axeSource is axe-core, which finds what keeps people out.
func axeSource(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		testkit.Need(t, "browser", "get axe-core with: npm ci --prefix pkg/e2e/testdata")
	}
	return string(text)
}

// finding is what axe-core has against a page.
type finding struct {
	ID, Impact, Help string
	Nodes            []struct{ HTML, FailureSummary string }
}

// examine looks at the page that has just been opened: axe-core finds nothing
// in either scheme of colours, nothing is wider than the screen, and the
// browser has nothing to complain about.
func (v *visitor) examine() {
	v.t.Helper()
	path := ask[string](v, `location.pathname`)
	wide := ask[[]string](v, `document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
		[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
			.slice(0, 5).map((e) => e.outerHTML.slice(0, 120))`)
	if len(wide) > 0 {
		v.t.Errorf("%s is wider than the screen: %s", path, strings.Join(wide, "\n"))
	}
	v.keep(path)
	if !v.seenBefore(path) {
		v.audit(path)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.complaints) > 0 {
		v.t.Errorf("%s: the browser complains: %s", path, strings.Join(v.complaints, "\n"))
		v.complaints = nil
	}
}

// seenBefore tells whether axe-core has looked at this very page on this screen
// already: a second look at the same elements finds the same. The page of the
// API, one long document that bends to any width, is looked at on the phone.
func (v *visitor) seenBefore(path string) bool {
	v.t.Helper()
	if path == "/docs" && v.screen.width != phone.width {
		return true
	}
	page := sha256.Sum256([]byte(ask[string](v, `document.documentElement.outerHTML.replace(/Request [0-9a-f]{24}/, "")`)))
	_, known := v.examined.LoadOrStore(page, true)
	return known
}

// audit has axe-core look at the page in both schemes of colours.
func (v *visitor) audit(path string) {
	v.t.Helper()
	v.do("load axe-core", chromedp.Evaluate[chromedp.Void](v.axe))
	v.report(path, "as it is", `axe.run(document, { resultTypes: ["violations"] })`)
	other := "light"
	if !v.dark {
		other = "dark"
	}
	v.do("change the colours", v.colours(other))
	v.report(path, "in "+other+" colours", `axe.run(document, { resultTypes: ["violations"], runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } })`)
	v.do("change the colours back", v.colours(v.scheme()))
}

// keep takes a picture of the page where PALMAR_TEST_SCREENSHOTS names a
// folder, for people to look at.
func (v *visitor) keep(path string) {
	v.t.Helper()
	dir := os.Getenv("PALMAR_TEST_SCREENSHOTS")
	if dir == "" {
		return
	}
	v.pictures++
	name := fmt.Sprintf("%s-%02d%s.png", strings.ReplaceAll(v.t.Name(), "/", "-"), v.pictures, idInPath.ReplaceAllString(strings.ReplaceAll(path, "/", "-"), ""))
	picture, err := chromedp.Run(v.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name), picture, 0o600)
	}
	if err != nil {
		v.t.Errorf("no picture of %s: %v", path, err)
	}
}

var idInPath = regexp.MustCompile(`-?[0-9a-f]{8}-[0-9a-f-]{27}`)

func (v *visitor) scheme() string {
	if v.dark {
		return "dark"
	}
	return "light"
}

func (v *visitor) colours(scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}})
		return err
	})
}

func (v *visitor) report(path, how, run string) {
	v.t.Helper()
	found := ask[[]finding](v, run+`.then((r) => r.violations.map((f) => ({
		id: f.id, impact: f.impact, help: f.help,
		nodes: f.nodes.slice(0, 3).map((n) => ({ html: n.html.slice(0, 200), failureSummary: n.failureSummary })),
	})))`)
	for _, f := range found {
		var nodes strings.Builder
		for _, n := range f.Nodes {
			fmt.Fprintf(&nodes, "\n  %s\n  %s", n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", " "))
		}
		v.t.Errorf("%s, %s: %s (%s): %s%s", path, how, f.ID, f.Impact, f.Help, &nodes)
	}
}
