package pages

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"slices"
	"strings"
	"testing"

	qrcode "github.com/skip2/go-qrcode"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/testkit"
)

// A scanned code names a certificate; only the file that belongs to it says
// anything.
func TestOffline_Code(t *testing.T) {
	t.Parallel()
	page := offlineScript{t: t, node: needNode(t)}
	s := newSite(t)
	c := s.Certified()
	shown := s.stranger().get("/verify/offline")
	wants(t, shown, http.StatusOK, testkit.Says("offline.camera_start"))
	pack, err := s.Certify.Package(t.Context(), c.Code)
	if err != nil {
		t.Fatal(err)
	}
	text, code := asText(t, pack), credential.Code(c.Code).Compact()
	another, err := credential.NewCode(s.Src.Rand)
	if err != nil {
		t.Fatal(err)
	}
	page.now = s.Src.Now()
	cases := []offlineCase{
		{name: "the code alone", code: code, want: credential.CouldNotCheck},
		{name: "the code with its file", text: text, code: code, want: credential.Valid},
		{name: "the code with a changed file", text: strings.Replace(text, "Ada Example", "Eve Example", 1), code: code, want: credential.NotValid},
		{name: "the code of another certificate", text: text, code: another.Compact(), want: credential.NotValid},
		{name: "the code with half of its package", text: string(c.Document), code: code, want: credential.CouldNotCheck},
	}
	for i, answer := range page.ask(pinnedIn(t, shown.Body.Bytes()), cases) {
		if answer.Outcome != cases[i].want {
			t.Errorf("%s: %s %+v", cases[i].name, answer.Outcome, answer.Checks)
		}
	}
}

// The page writes a sentence as the program does.
func TestOffline_Say(t *testing.T) {
	t.Parallel()
	type reason struct {
		ID   string         `json:"id"`
		Args map[string]any `json:"args"`
	}
	why := reason{"reason.expired", map[string]any{"date": "2026-11-28"}}
	asked := []reason{
		why, {"reason.lines_certified", map[string]any{"count": 1}}, {"reason.lines_certified", map[string]any{"count": 1400}},
		{"reason.list_unusable", map[string]any{"why": why}}, {"reason.unknown_issuer", map[string]any{"issuer": "$& <b>"}}, {"reason.of_nobody", nil},
	}
	expired := testkit.Said("reason.expired", "date", core.Date{Year: 2026, Month: 11, Day: 28})
	want := []string{
		expired, testkit.Said("reason.lines_certified", "count", 1), testkit.Said("reason.lines_certified", "count", 1400),
		testkit.Said("reason.list_unusable", "why", expired), testkit.Said("reason.unknown_issuer", "issuer", "$& <b>"), "reason.of_nobody",
	}
	var out struct{ Said []string }
	offlineScript{t, needNode(t), certifytest.Start}.run(map[string]any{"reasons": asked}, &out)
	if !slices.Equal(out.Said, want) {
		t.Errorf("%q, want %q", out.Said, want)
	}
}

func TestOffline_CodeOf(t *testing.T) {
	t.Parallel()
	page := offlineScript{t, needNode(t), certifytest.Start}
	code, err := credential.NewCode(bytes.NewReader(bytes.Repeat([]byte{3, 9, 27}, 9)))
	if err != nil {
		t.Fatal(err)
	}
	compact := code.Compact()
	texts := map[string]string{
		string(code): compact, compact: compact, strings.ToLower(string(code)): compact, " " + strings.ReplaceAll(string(code), "-", " ") + "\n": compact,
		"https://palmar.example/c/" + compact: compact, "http://127.0.0.1:8080/c/" + string(code) + "/": compact, "https://x.example/palmar/c/" + compact: compact,
		"": "", compact[1:]: "", compact + "0": "", "U" + compact[1:]: "", "https://palmar.example/c/": "", "https://palmar.example/": "",
		compact[1:2] + compact[:1] + compact[2:]: "", "javascript:alert(1)//c/" + compact: "", "https://palmar.example/c/" + compact + "?x=1": "",
	}
	var asked, want []string
	for text, code := range texts {
		asked, want = append(asked, text), append(want, code)
	}
	var out struct{ Codes []string }
	page.run(map[string]any{"codes": asked}, &out)
	for i, got := range out.Codes {
		if got != want[i] {
			t.Errorf("%q gives %q, want %q", asked[i], got, want[i])
		}
	}
}

// The page and the program find the certificate in the files that people have of it.
func TestOffline_Files(t *testing.T) {
	t.Parallel()
	page := offlineScript{t, needNode(t), certifytest.Start}
	document := `{"a": "Nguyễn"}`
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	_, _ = w.Write([]byte(document))
	_ = w.Close()
	var bomb bytes.Buffer
	w = zlib.NewWriter(&bomb)
	_, _ = w.Write(make([]byte, 50<<20))
	_ = w.Close()
	attached := func(about, file string) string {
		return fmt.Sprintf("%%PDF-1.7\n1 0 obj\n<< /Type /EmbeddedFile %s >>\nstream\n%s\nendstream\nendobj\n", about, file)
	}
	plain := attached(fmt.Sprintf("/Length %d", len(document)), document)
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	baked := string(credential.BakePNG(picture.Bytes(), []byte(document)))
	tests := []struct{ name, file, want string }{
		{"text", document, document},
		{"PNG", baked, document},
		{"PNG that carries none", picture.String(), ""},
		{"PNG cut off", baked[:60], ""},
		{"JPEG", "\xff\xd8\xff\xe0", ""},
		{"PDF", plain, document},
		{"PDF, packed", attached(fmt.Sprintf("/Filter /FlateDecode /Length %d", packed.Len()), packed.String()), document},
		{"PDF, its length elsewhere", attached("/Length 7 0 R", document), document},
		{"PDF, dictionary in another order", strings.Replace(plain, "<< /Type /EmbeddedFile /Length", "<< /Subtype /application#2Fjson /Type/EmbeddedFile /Params << /Size 1 >> /Length", 1), document},
		{"PDF, the same twice", plain + plain, document},
		{"PDF, two", plain + attached("/Length 2", "{}"), "could_not_check"},
		{"PDF, with another file", plain + attached("/Length 5", "hello"), document},
		{"PDF with none", "%PDF-1.7\n", "could_not_check"},
		{"PDF with a bomb", attached(fmt.Sprintf("/Filter /FlateDecode /Length %d", bomb.Len()), bomb.String()), "could_not_check"},
	}
	var files [][]byte
	for _, test := range tests {
		files = append(files, []byte(test.file))
	}
	var out struct{ Files []*string }
	page.run(map[string]any{"files": files}, &out)
	for i, test := range tests {
		text, _, err := credential.Open([]byte(test.file))
		if found := err == nil && string(text) == document; found != (test.want == document) {
			t.Errorf("%s: the program finds %.80q, %v", test.name, text, err)
		}
		if got := out.Files[i]; (got == nil) != (test.want == "") || got != nil && *got != test.want {
			t.Errorf("%s: %s, want %q", test.name, asText(t, got), test.want)
		}
	}
}

// The page reads the codes that are printed.
func TestOffline_Pictures(t *testing.T) {
	t.Parallel()
	type picture struct {
		Width  int    `json:"width"`
		Height int    `json:"height"`
		Data   []byte `json:"data"`
	}
	link := "https://palmar.example/c/" + strings.Repeat("3FZ8", 7)
	var pictures []picture
	for _, size := range []int{180, 300, 900} {
		code, err := qrcode.New(link, qrcode.Medium)
		if err != nil {
			t.Fatal(err)
		}
		drawn := code.Image(size)
		page := image.NewNRGBA(image.Rect(0, 0, size*2, size*2)) // gray, with the code off the middle
		for y := range size * 2 {
			for x := range size * 2 {
				page.Set(x, y, color.Gray{0xdd})
				if at := image.Pt(x-size/3, y-size/2); at.In(drawn.Bounds()) {
					page.Set(x, y, drawn.At(at.X, at.Y))
				}
			}
		}
		pictures = append(pictures, picture{size * 2, size * 2, page.Pix})
	}
	var out struct{ Pictures []string }
	offlineScript{t, needNode(t), certifytest.Start}.run(map[string]any{"pictures": pictures}, &out)
	for i, got := range out.Pictures {
		if got != link {
			t.Errorf("picture %d: %q", i, got)
		}
	}
}
