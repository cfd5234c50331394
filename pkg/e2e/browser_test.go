package e2e

import (
	"context"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/palmar/palmar/pkg/testkit"
)

// chrome is a running browser, without windows of its own.
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
	allocated, stop := chromedp.NewExecAllocator(t.Context(),
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.Flag("disable-background-networking", true))
	t.Cleanup(stop)
	browser, end := chromedp.NewContext(allocated)
	t.Cleanup(end)
	if err := chromedp.Do(browser); err != nil {
		t.Fatalf("the browser does not start: %v", err)
	}
	return browser
}

// screen is what somebody looks at the pages with.
type screen struct {
	width, height int64
	dark          bool
	options       []chromedp.EmulateViewportOption
}

var (
	phone   = screen{width: 390, height: 844, dark: true, options: []chromedp.EmulateViewportOption{chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait}}
	desktop = screen{width: 1280, height: 900}
)

// patience is how long a step may take before the test gives up; nothing waits
// for it to pass.
const patience = 2 * time.Minute

// visitor is somebody in a browser of their own. What the browser complains
// about, such as a broken policy, is a fault of the page.
type visitor struct {
	t    *testing.T
	ctx  context.Context
	base string
	axe  string
	screen

	examined   *sync.Map // of the site
	pictures   int
	mu         sync.Mutex
	complaints []string
}

// visitor opens a browser of its own, without anybody's cookies.
func (s *site) visitor(t *testing.T) *visitor {
	t.Helper()
	ctx, end := chromedp.NewContext(s.browser, chromedp.WithNewBrowserContext())
	t.Cleanup(end)
	v := &visitor{t: t, ctx: ctx, base: s.base, axe: s.axe, examined: &s.examined, screen: s.screen}
	if err := chromedp.Listen(ctx, v.hear); err != nil {
		t.Fatal(err)
	}
	v.do("open a browser",
		chromedp.EmulateViewport(s.screen.width, s.screen.height, s.screen.options...),
		v.colours(v.scheme()))
	return v
}

func (v *visitor) hear(event any) {
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
		v.mu.Lock()
		v.complaints = append(v.complaints, said)
		v.mu.Unlock()
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
