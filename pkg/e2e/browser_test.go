package e2e

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"github.com/palmar/palmar/pkg/testkit"
)

// chrome is a running browser, without windows of its own, for all stories.
func chrome(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		testkit.Need(t, "browser", "install Chromium, for example with: apt-get install chromium")
	}
	// Without these features no process waits for a page that may come, and none
	// stays for a page that was left.
	allocated, stop := chromedp.NewExecAllocator(t.Context(),
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-features", "SpareRendererForSitePerProcess,BackForwardCache"))
	t.Cleanup(stop)
	browser, end := chromedp.NewContext(allocated)
	t.Cleanup(end)
	if err := chromedp.Do(browser); err != nil {
		t.Fatalf("the browser does not start: %v", err)
	}
	return browser
}

// screen is what someone looks at the pages with. folded tells that it is too
// narrow for the site's menu.
type screen struct {
	name          string
	width, height int64
	dark, folded  bool
	options       []chromedp.EmulateViewportOption
}

var (
	held    = []chromedp.EmulateViewportOption{chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait}
	phone   = screen{name: "phone", width: 390, height: 844, dark: true, folded: true, options: held}
	tablet  = screen{name: "tablet", width: 820, height: 1180, folded: true, options: held}
	desktop = screen{name: "desktop", width: 1280, height: 900}
)

// patience is how long a step may take before the test gives up; nothing waits
// for it to pass.
const patience = 2 * time.Minute

// tab is a window of the browser with cookies of its own. What the browser
// complains about, such as a broken policy, is a fault of the page.
type tab struct {
	ctx        context.Context
	pictures   int
	mu         sync.Mutex
	complaints []string
}

// visitor is someone who looks at the site.
type visitor struct {
	*site
	*tab
	t    *testing.T
	part string // of the page that is looked at; empty: all of it
}

// visitor gives someone a tab without anybody's cookies: one that an earlier
// visitor has left, since a new one costs the browser a process.
func (s *site) visitor(t *testing.T) *visitor {
	t.Helper()
	v := &visitor{site: s, t: t}
	if last := len(s.left) - 1; last >= 0 {
		v.tab, s.left = s.left[last], s.left[:last]
	} else {
		v.newTab()
	}
	t.Cleanup(func() {
		if !t.Failed() {
			v.leave()
		}
	})
	return v
}

// newTab opens a tab that stands in no window, unless there are to be pictures of
// it: a window that nobody sees is drawn all the same, and takes half of the
// browser's time.
func (v *visitor) newTab() {
	v.t.Helper()
	cookies, err := chromedp.CallBrowser(v.browser, target.CreateBrowserContext, target.CreateBrowserContextParams{})
	if err != nil {
		v.t.Fatal(err)
	}
	hidden := pictures() == ""
	made, err := chromedp.CallBrowser(v.browser, target.CreateTarget, target.CreateTargetParams{BrowserContextID: cookies.BrowserContextID, Hidden: &hidden})
	if err != nil {
		v.t.Fatal(err)
	}
	ctx, end := chromedp.NewContext(v.browser, chromedp.WithTargetID(made.TargetID))
	v.whole.Cleanup(end)
	v.tab = &tab{ctx: ctx}
	if err := chromedp.Listen(ctx, v.hear); err != nil {
		v.t.Fatal(err)
	}
	v.do("open a tab",
		chromedp.EmulateViewport(v.screen.width, v.screen.height, v.screen.options...),
		v.colors(v.screen.scheme()), v.setClock())
}

// setClock sets the clock that pages see to the site's.
func (v *visitor) setClock() chromedp.Action[chromedp.Void] {
	shift := time.Until(v.clock()).Milliseconds()
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: fmt.Sprintf(`{
			const real = Date;
			globalThis.Date = class extends real {
				constructor(...given) { given.length ? super(...given) : super(real.now() + %d); }
				static now() { return real.now() + %[1]d; }
			};
		}`, shift)})
		return err
	})
}

// leave forgets who was here.
func (v *visitor) leave() {
	v.do("leave the tab", chromedp.Navigate("about:blank"), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.ClearBrowserCookies, cdp.Empty{})
		return err
	}))
	v.left = append(v.left, v.tab)
}

func (t *tab) hear(event any) {
	said := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		said = e.ExceptionDetails.Text
	case *log.EventEntryAdded:
		// A refused form is answered with 4xx, which the browser tells, too.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			said = e.Entry.Text
		}
	case *page.EventJavascriptDialogOpening:
		said = "a dialog: " + e.Message
	}
	if said != "" {
		t.mu.Lock()
		t.complaints = append(t.complaints, said)
		t.mu.Unlock()
	}
}

// do runs steps that must succeed.
func (v *visitor) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	ctx, stop := context.WithTimeout(v.ctx, patience)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		v.t.Fatalf("cannot %s: %v\n%s", what, err, v.seen())
	}
}

// turn runs steps that lead to another page, and looks at it.
func (v *visitor) turn(what string, steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	ctx, stop := context.WithTimeout(v.ctx, patience)
	defer stop()
	if _, err := chromedp.RunResponse(ctx, steps...); err != nil {
		v.t.Fatalf("cannot %s: %v\n%s", what, err, v.seen())
	}
	v.examine()
}

func (v *visitor) open(path string) {
	v.t.Helper()
	v.turn("open "+path, chromedp.Navigate(v.base+path))
}

// ask evaluates JavaScript on the page, and waits for a promise.
func ask[T any](v *visitor, script string) T {
	v.t.Helper()
	ctx, stop := context.WithTimeout(v.ctx, patience)
	defer stop()
	answer, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		v.t.Fatalf("%v\n%s", err, script)
	}
	return answer
}

// seen is the path and the text of the page.
func (v *visitor) seen() string {
	v.t.Helper()
	return ask[string](v, `location.pathname + " " + document.body.innerText.replace(/\s+/g, " ")`)
}

// sees wants each of the texts on the page.
func (v *visitor) sees(texts ...string) {
	v.t.Helper()
	seen := v.seen()
	for _, text := range texts {
		if !strings.Contains(seen, text) {
			v.t.Fatalf("%q is not to be seen on %s", text, seen)
		}
	}
}

// misses wants none of the texts on the page.
func (v *visitor) misses(texts ...string) {
	v.t.Helper()
	seen := v.seen()
	for _, text := range texts {
		if strings.Contains(seen, text) {
			v.t.Fatalf("%q is to be seen on %s", text, seen)
		}
	}
}
