package e2e

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	qrcode "github.com/skip2/go-qrcode"

	"github.com/palmar/palmar/pkg/testkit"
)

// offline is someone with a printed certificate, its files and the page that
// checks on its own: at the site, and saved long ago.
func offline(t *testing.T, s *site) {
	dir := t.TempDir()
	kept := func(name, path string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, s.get(t, path), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	saved := kept("check.html", "/verify/offline?save")
	pack, drawing := kept("package.json", s.certificate()+"/package.json"), kept("badge.svg", s.certificate()+"/badge.svg")
	picture := kept("badge.png", s.certificate()+"/badge.png")
	photo := filepath.Join(dir, "photo.png")
	if err := qrcode.WriteFile(s.base+s.certificate(), qrcode.Medium, 400, photo); err != nil {
		t.Fatal(err)
	}
	stranger := filepath.Join(dir, "stranger.png")
	if err := qrcode.WriteFile("https://example.org/", qrcode.Medium, 400, stranger); err != nil {
		t.Fatal(err)
	}

	v := s.visitor(t)
	v.open("/verify/offline")
	v.checks(photo)
	v.sees(testkit.Says("offline.outcome.could_not_check"), testkit.Says("reason.code_alone"), "Scanned: "+grouped(s.certificate()))
	v.find("button", testkit.Says("offline.ask_site"))
	v.answers("ask the site", chromedp.Click(marked))
	v.sees(passed("code"), passed("signature"), passed("status"))
	v.examine()

	v.do("open the saved page", chromedp.Navigate("file://"+saved))
	v.checks(pack)
	v.sees(testkit.Says("offline.outcome.valid"), passed("signature"))
	v.checks(photo)
	v.sees(testkit.Says("offline.outcome.could_not_check"), testkit.Says("reason.code_alone"))
	v.misses(testkit.Says("offline.ask_site"))
	v.checks(photo, pack)
	v.sees(testkit.Says("offline.outcome.valid"), passed("code"))
	v.checks(stranger)
	v.sees(testkit.Says("offline.not_our_code"))
	for _, file := range []string{drawing, picture} {
		v.checks(file)
		v.sees(testkit.Says("offline.outcome.could_not_check"), passed("code"), passed("signature"), testkit.Says("reason.revocation_unseen"))
	}
}

// passed is what the page says of a check that passed.
func passed(check string) string {
	return strings.TrimSpace(testkit.Said("offline.finding.valid", "check", testkit.Said("offline.check."+check), "detail", ""))
}

func (s *site) get(t *testing.T, path string) []byte {
	t.Helper()
	answer, err := http.Get(s.base + path)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v", path, answer.StatusCode, err)
	}
	return raw
}

// grouped is the code of a certificate's path as it is read out.
func grouped(path string) string {
	compact := path[strings.LastIndex(path, "/")+1:]
	var groups []string
	for ; compact != ""; compact = compact[4:] {
		groups = append(groups, compact[:4])
	}
	return strings.Join(groups, "-")
}

// checks has the page look at files, and waits for what it says.
func (v *visitor) checks(files ...string) {
	v.t.Helper()
	v.find("field", "File:")
	v.do("attach files", chromedp.SetUploadFiles(marked, files))
	v.find("button", testkit.Says("offline.page.check"))
	v.answers("check", chromedp.Click(marked))
}

// answers does something and waits until the page has said what it finds.
func (v *visitor) answers(what string, step chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	v.do(what, chromedp.Evaluate[chromedp.Void](`void (window.said = new Promise((done) => new MutationObserver(() => done()).observe(document.getElementById("result"), {childList: true, attributes: true})))`), step)
	ask[bool](v, `window.said.then(() => new Promise((done) => setTimeout(() => done(true), 0)))`)
}
