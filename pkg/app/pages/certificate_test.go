package pages

import (
	"bytes"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/testkit"
)

func TestCertificate(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.Certified()
	compact := credential.Code(c.Code).Compact()
	path := "/c/" + compact
	anybody := s.stranger()

	t.Run("valid", func(t *testing.T) {
		res := anybody.get(path)
		wants(t, res, http.StatusOK, "Valid", "Ada Example", "600 h", "Brightwater School of Massage", c.Code,
			testkit.Says("check_shows.signature"), "palmar verify --trust ISSUER FILE", c.IssuerDID, "Download the credential", "just now")
		if read := text(res); strings.Index(read, "Valid") > strings.Index(read, "Ada Example") {
			t.Error("the outcome is not the first thing to be read")
		}
	})
	t.Run("as people type it", func(t *testing.T) {
		for _, typed := range []string{c.Code, strings.ToLower(c.Code), compact, "http://127.0.0.1:8080" + path, " " + strings.ReplaceAll(c.Code, "-", " ")} {
			leadsTo(t, anybody.get("/check?code="+url.QueryEscape(typed)), path)
			leadsTo(t, anybody.post("/check", url.Values{"code": {typed}}), path)
		}
		wants(t, anybody.get("/c/"+strings.ToLower(c.Code)), http.StatusOK, "Ada Example")
	})
	t.Run("misses are alike", func(t *testing.T) {
		unknown := string(codeLike(t))
		var first string
		for _, code := range []string{unknown, "nonsense", strings.Repeat("Z", 300), compact[:27], "<script>"} {
			for _, at := range []string{"/c/" + url.PathEscape(code), "/c/" + url.PathEscape(code) + "/credential.json"} {
				res := anybody.get(at)
				wants(t, res, http.StatusNotFound, "No certificate has this code.", "Check")
				if first == "" {
					first = text(res)
				}
				if text(res) != first || strings.Contains(res.Body.String(), "<script>\"") {
					t.Errorf("%s is told otherwise: %s", at, text(res))
				}
			}
		}
		wants(t, anybody.get("/check?code=nonsense"), http.StatusNotFound, "No certificate has this code.")
	})
	t.Run("as a wallet asks for it", func(t *testing.T) {
		for accept, want := range map[string]string{
			"application/vc": "application/vc", "application/vc+ld+json, */*;q=0.1": "application/vc+ld+json",
			"application/ld+json;q=0.9, text/html;q=0.5": "application/ld+json", "application/vc+jwt": "application/vc+jwt",
			"": "text/html", "*/*": "text/html", "image/png": "text/html", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": "text/html",
		} {
			req := httptest.NewRequest(http.MethodGet, path, nil)
			req.Header.Set("Accept", accept)
			res := anybody.send(req)
			got, _, _ := mime.ParseMediaType(res.Header().Get("Content-Type"))
			if res.Code != http.StatusOK || got != want || !slices.Contains(res.Header().Values("Vary"), "Accept") {
				t.Errorf("who accepts %q gets %d %v", accept, res.Code, res.Header())
			}
			if isDocument := bytes.Equal(res.Body.Bytes(), c.Document); isDocument != (want != "text/html" && want != "application/vc+jwt") {
				t.Errorf("who accepts %q gets the document: %t", accept, isDocument)
			}
			if want == "application/vc+jwt" {
				wants(t, anybody.upload("/verify", res.Body.Bytes()), http.StatusOK, "Valid", "Ada Example")
			}
		}
		req := httptest.NewRequest(http.MethodGet, "/c/"+string(codeLike(t)), nil)
		req.Header.Set("Accept", "application/vc")
		wants(t, anybody.send(req), http.StatusNotFound, "No certificate has this code.")
	})
	t.Run("downloaded and given back", func(t *testing.T) {
		res := anybody.get(path + "/credential.json")
		if res.Code != http.StatusOK || !bytes.Equal(res.Body.Bytes(), c.Document) ||
			!strings.HasPrefix(res.Header().Get("Content-Disposition"), "attachment;") {
			t.Fatalf("%d %v", res.Code, res.Header())
		}
		wants(t, anybody.upload("/verify", c.Document), http.StatusOK, "Valid", "Ada Example", "600 h")
		changed := bytes.Replace(c.Document, []byte("Ada Example"), []byte("Eve Example"), 1)
		wants(t, anybody.upload("/verify", changed), http.StatusOK, "Not valid", "Don’t rely on it.")
		wants(t, anybody.upload("/verify", nil), http.StatusUnprocessableEntity, "Choose a file")
		wants(t, anybody.upload("/verify", bytes.Repeat([]byte("x"), largestCredential+1)), http.StatusUnprocessableEntity, "too large")
		if res := anybody.upload("/verify", []byte("not json")); strings.Contains(text(res), " Valid ") {
			t.Errorf("%d %s", res.Code, text(res))
		}
	})
	t.Run("changed in the database", func(t *testing.T) {
		s.Tamper("credentials", "UPDATE credentials SET subject_name = ? WHERE subject_name = ?", "Eve Example", "Ada Example")
		res := anybody.get(path)
		wants(t, res, http.StatusOK, "Not valid", "Don’t rely on it.", testkit.Says("check_shows.record"), testkit.Says("employer.certificate.what_document_says_shown_your"))
	})
}

// codeLike is a good code of no certificate.
func codeLike(t *testing.T) credential.Code {
	code, err := credential.NewCode(strings.NewReader(strings.Repeat("palmar", 9)))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func (b *browser) upload(path string, content []byte) *httptest.ResponseRecorder {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", "credential.json")
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		b.site.T.Fatal(err)
	}
	req := httptest.NewRequest(http.MethodPost, path, &body)
	req.Header.Set("Content-Type", w.FormDataContentType())
	return b.send(req)
}
