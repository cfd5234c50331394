package e2e

import (
	"context"
	"crypto/sha256"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
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

// looks is what has been looked at, on all sites.
type looks struct {
	axe      string
	drawn    uint64       // what decides on samples
	told     atomic.Int64 // stories
	pages    sync.Map     // by the names that templates have
	examined sync.Map     // what axe-core has looked at
}

// glance is what can be seen of a page at once. Page is the name of its
// template, or its path where it has none; Wrong tells that it shows what is to
// be fixed in a form; Wide are elements that are wider than the screen.
type glance struct {
	Path, Page string
	Wrong      bool
	Wide       []string
}

// examine looks at the page that has just been opened: nothing is wider than
// the screen, the browser has nothing to complain about, and axe-core finds
// nothing.
func (v *visitor) examine() {
	v.t.Helper()
	g := ask[glance](v, `({
		Path: location.pathname,
		Page: document.body.dataset.page || location.pathname,
		Wrong: !!document.querySelector("[aria-invalid=true]"),
		Wide: document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
			[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
				.slice(0, 5).map((e) => e.outerHTML.slice(0, 120)),
	})`)
	if len(g.Wide) > 0 {
		v.t.Errorf("%s is wider than the screen: %s", g.Path, strings.Join(g.Wide, "\n"))
	}
	v.keep(g.Path)
	v.pages.Store(g.Page, true)
	if alike := v.alike(g); v.first(alike) && v.sampled(alike) {
		v.audit(g.Path)
		v.sweep(g.Path)
	}
	if v.first("stretched " + g.Page) {
		v.stretch(g.Path)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.complaints) > 0 {
		v.t.Errorf("%s: the browser complains: %s", g.Path, strings.Join(v.complaints, "\n"))
		v.complaints = nil
	}
}

// first tells whether nobody has asked for it before.
func (l *looks) first(what string) bool {
	_, known := l.examined.LoadOrStore(what, true)
	return !known
}

// oneOf is of how many pages axe-core looks at one, but for testkit.Full.
const oneOf = 4

// sampled tells whether a page is among those that axe-core looks at.
func (l *looks) sampled(alike string) bool {
	if testkit.Full() {
		return true
	}
	h := fnv.New64a()
	h.Write([]byte(alike))
	return rand.New(rand.NewPCG(l.drawn, h.Sum64())).IntN(oneOf) == 0
}

// sweep looks for a width at which the page is wider than its screen, under
// testkit.Full.
func (v *visitor) sweep(path string) {
	v.t.Helper()
	if !testkit.Full() {
		return
	}
	for _, width := range []int64{320, 480, 600, 768, 900, 960, 1024, 1100} {
		v.do("change the width", chromedp.EmulateViewport(width, v.screen.height))
		over := ask[[]string](v, `document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
			[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
				.slice(0, 3).map((e) => e.outerHTML.slice(0, 120))`)
		if len(over) > 0 {
			v.t.Errorf("%s is wider than a screen of %d px: %s", path, width, strings.Join(over, "\n"))
		}
	}
	v.do("change the width back", chromedp.EmulateViewport(v.screen.width, v.screen.height, v.screen.options...))
}

// stretched asks for the page in the pseudo-language, whose sentences are a third
// longer, and lays it out in a frame of three widths. It gives back what is then
// wider than the frame, and what is cut; a page that answers a form has no address
// of its own and nothing to ask for.
const stretched = `(async () => {
	const answer = await fetch(location.href, { headers: { "Accept-Language": "en-XA" } });
	if (!answer.ok || !(answer.headers.get("Content-Type") || "").startsWith("text/html")) return [];
	const text = await answer.text(), found = [];
	if (!text.includes("‹")) return document.body.dataset.page ? ["it is not translated"] : [];
	const frame = document.createElement("iframe");
	frame.style = "position: absolute; top: 0; border: 0; height: 900px";
	for (const width of [390, 820, 1280]) {
		frame.style.width = width + "px";
		const loaded = new Promise((done) => { frame.onload = done; });
		frame.srcdoc = text;
		document.body.append(frame);
		await loaded;
		const root = frame.contentDocument.documentElement, say = (how, e) => found.push(width + " px, " + how + ": " + e.outerHTML.slice(0, 160));
		const all = [...root.querySelectorAll("body *")];
		if (root.scrollWidth > root.clientWidth) all.filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1).slice(0, 3).forEach((e) => say("too wide", e));
		all.filter((e) => {
			const style = frame.contentWindow.getComputedStyle(e);
			return (style.overflowX === "hidden" || style.overflowX === "clip") && e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1 && e.textContent.trim();
		}).slice(0, 3).forEach((e) => say("cut", e));
		frame.remove();
	}
	return found;
})()`

// stretch looks whether a page has room for a language of longer words, under
// testkit.Full.
func (v *visitor) stretch(path string) {
	v.t.Helper()
	if !testkit.Full() {
		return
	}
	if found := ask[[]string](v, stretched); len(found) > 0 {
		v.t.Errorf("%s in longer words: %s", path, strings.Join(found, "\n"))
	}
}

// alike names the pages of which axe-core looks at one: those of one template,
// with and without something to fix; under testkit.Full those that differ in
// nothing but identifiers, on one screen.
func (v *visitor) alike(g glance) string {
	v.t.Helper()
	if !testkit.Full() {
		return fmt.Sprint(g.Page, g.Wrong)
	}
	page := ask[string](v, `document.documentElement.outerHTML.replace(/Request [0-9a-f]{24}/, "").replace(/name="csrf" value="[^"]*"/g, "")`)
	return fmt.Sprintf("%s %s %x", v.screen.name, g.Page, sha256.Sum256([]byte(idInPath.ReplaceAllString(page, ""))))
}

// shorten takes from the page of the API, which says the same of some hundred
// operations and schemas, all but two in each group of them: axe-core takes
// most of a minute for the whole of it.
const shorten = `void document.querySelectorAll("nav li:nth-child(n+3), section > article:nth-of-type(n+3)").forEach((e) => e.remove())`

// audit has axe-core look at the page, under testkit.Full in the other scheme
// of colors as well.
func (v *visitor) audit(path string) {
	v.t.Helper()
	if path == "/docs" && !testkit.Full() {
		v.do("shorten the page", chromedp.Evaluate[chromedp.Void](shorten))
	}
	v.do("load axe-core", chromedp.Evaluate[chromedp.Void](v.axe))
	v.report(path, "as it is", `axe.run(document, { resultTypes: ["violations"] })`)
	if !testkit.Full() {
		return
	}
	other := "light"
	if !v.screen.dark {
		other = "dark"
	}
	v.do("change the colors", v.colors(other))
	v.report(path, "in "+other+" colors", `axe.run(document, { resultTypes: ["violations"], runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } })`)
	v.do("change the colors back", v.colors(v.screen.scheme()))
}

// pictures is the folder that PALMAR_TEST_SCREENSHOTS names.
func pictures() string { return os.Getenv("PALMAR_TEST_SCREENSHOTS") }

// keep takes a picture of the page where there is a folder for pictures, for
// people to look at.
func (v *visitor) keep(path string) {
	v.t.Helper()
	dir := pictures()
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

func (s screen) scheme() string {
	if s.dark {
		return "dark"
	}
	return "light"
}

func (v *visitor) colors(scheme string) chromedp.Action[chromedp.Void] {
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
