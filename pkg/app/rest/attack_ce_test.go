package rest_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/career/continuing/continuingapi"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
	"github.com/palmar/palmar/pkg/testkit"
)

// TestUploads_Attacked sends what an attacker would to a server that listens:
// refused or made harmless, and nothing is left behind.
func TestUploads_Attacked(t *testing.T) {
	eachRaw(t, testkit.Full(), func(t *testing.T, db *store.DB, raw *sql.DB) {
		a := newAttack(t, db, raw)
		a.files()
		a.names()
		a.floods()
	})
}

// eachRaw is storetest.Each, or its first half, with a second connection that
// goes around the program.
func eachRaw(t *testing.T, both bool, fn func(t *testing.T, db *store.DB, raw *sql.DB)) {
	t.Helper()
	databases := map[string]func(*testing.T) (address, driver, dsn string){
		"sqlite": func(t *testing.T) (string, string, string) {
			address := storetest.SQLiteAddress(t)
			return address, "sqlite", "file:" + strings.TrimPrefix(address, "sqlite:") + "?_pragma=busy_timeout(10000)"
		},
	}
	if both {
		databases["postgres"] = func(t *testing.T) (string, string, string) {
			address := storetest.PostgresAddress(t)
			return address, "pgx", address
		}
	}
	for name, open := range databases { // one after the other: the folder for temporary files is the process's
		t.Run(name, func(t *testing.T) {
			address, driver, dsn := open(t)
			db, err := store.Open(t.Context(), address, 0)
			ok(t, err)
			t.Cleanup(func() { _ = db.Close() })
			raw, err := sql.Open(driver, dsn)
			ok(t, err)
			t.Cleanup(func() { _ = raw.Close() })
			fn(t, db, raw)
		})
	}
}

// attack is a therapist with an activity, on a server that listens.
type attack struct {
	*office
	sql    *sql.DB
	temp   string
	server *httptest.Server
	path   string
}

func newAttack(t *testing.T, db *store.DB, raw *sql.DB) *attack {
	a := &attack{office: newOffice(t, newWorld(t, db)), sql: raw, temp: t.TempDir()}
	t.Setenv("TMPDIR", a.temp)
	a.server = httptest.NewServer(a.world.server)
	t.Cleanup(a.server.Close)
	made := as[continuingapi.CEActivity](a.student.post("/v1/therapists/"+a.ids["therapist"]+"/ce/activities", map[string]any{
		"completed": true, "title": "Course", "type": "live", "on": "2026-08-01", "amount": "1 h",
	}).want(201))
	a.path = "/v1/ce/activities/" + made.Id.String() + "/document"
	return a
}

// left fails where a document, a file or a version more is there than before.
func (a *attack) left(what string, documents int) {
	a.t.Helper()
	var n int
	ok(a.t, a.sql.QueryRow("SELECT count(*) FROM documents").Scan(&n))
	if n != documents {
		a.t.Errorf("%s: %d documents are kept, want %d", what, n, documents)
	}
	files, err := os.ReadDir(a.temp)
	ok(a.t, err)
	if len(files) > 0 {
		a.t.Errorf("%s: %v is left behind", what, files)
	}
}

func (a *attack) request(name string, body io.Reader) *http.Request {
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodPut, a.server.URL+a.path+"?filename="+url.QueryEscape(name), body)
	ok(a.t, err)
	r.Host = "127.0.0.1:8080"
	r.Header.Set("Authorization", "Bearer "+a.student.token)
	r.Header.Set("Content-Type", "application/octet-stream")
	r.Header.Set("If-Match", "*")
	return r
}

func (a *attack) send(name string, body []byte) (int, string) {
	res, err := http.DefaultClient.Do(a.request(name, bytes.NewReader(body)))
	ok(a.t, err)
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	ok(a.t, err)
	return res.StatusCode, string(said)
}

// bomb is a ZIP file of 100 MB of nothing in 100 kB.
func bomb(t testing.TB) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("certificate.pdf")
	ok(t, err)
	_, err = io.CopyN(w, zeros{}, 100<<20)
	ok(t, errors.Join(err, z.Close()))
	return b.Bytes()
}

// vast is a PNG of a few bytes that unpacks to gigabytes.
func vast(t testing.TB) []byte {
	var b bytes.Buffer
	ok(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))))
	raw := b.Bytes()
	binary.BigEndian.PutUint32(raw[16:], 60_000)
	binary.BigEndian.PutUint32(raw[20:], 60_000)
	binary.BigEndian.PutUint32(raw[29:], crc32.ChecksumIEEE(raw[12:29]))
	return raw
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func (a *attack) files() {
	zipped := bomb(a.t)
	for name, tt := range map[string]struct {
		file string
		body []byte
		code string
	}{
		"HTML named .pdf":      {"certificate.pdf", []byte("<!doctype html><script>fetch('/v1/me')</script>"), "bad_document"},
		"SVG with a script":    {"scan.png", []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "bad_document"},
		"PDF and HTML at once": {"certificate.pdf", []byte("%PDF-1.7\n%<html><script>alert(1)</script>\n%%EOF"), "bad_document"},
		"zip bomb":             {"certificate.pdf", zipped, "bad_document"},
		"zip bomb as a PNG":    {"scan.png", append([]byte("\x89PNG\r\n\x1a\n"), zipped...), "bad_document"},
		"picture of gigabytes": {"scan.png", vast(a.t), "too_many_pixels"},
		"5 MB and a byte":      {"certificate.pdf", append([]byte("%PDF-1.7"), make([]byte, core.MostDocument-7)...), "too_large"},
		"nothing but a name":   {"certificate.pdf", []byte(" "), "bad_document"},
	} {
		status, said := a.send(tt.file, tt.body)
		if status != http.StatusUnprocessableEntity || !strings.Contains(said, `"`+tt.code+`"`) {
			a.t.Errorf("%s: %d %s", name, status, said)
		}
		a.left(name, 0)
	}
}

// names are made harmless: the file is a sound one.
func (a *attack) names() {
	for name, kept := range map[string]string{
		"../../../etc/cron.d/x.pdf": "x.pdf", `..\..\x.exe`: "x.pdf", "a\x00b.html": "ab.pdf", "invoice\u202Efdp.exe": "invoicefdp.pdf",
		"a\r\nSet-Cookie: x=1.pdf": "aSet-Cookie x=1.pdf", `"; filename="evil.html`: "; filename=evil.pdf", "<img src=x onerror=alert(1)>.html": "img src=x onerror=alert(1).pdf",
	} {
		status, said := a.send(name, certificate)
		if status != http.StatusOK || !strings.Contains(said, fmt.Sprintf("%q", kept)) {
			a.t.Errorf("%q: %d %s", name, status, said)
		}
		a.left(name, 1) // in the place of the one before
		file := a.student.get(a.path).want(200)
		for header, value := range core.DocumentHeaders() {
			if file.header.Get(header) != value {
				a.t.Errorf("%q is handed out with %s: %s", name, header, file.header.Get(header))
			}
		}
		if d := file.header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment; filename") || strings.ContainsAny(d, "\r\n\x00") || file.header.Get("Set-Cookie") != "" {
			a.t.Errorf("%q is handed out with %q", name, d)
		}
	}
	if _, err := a.sql.Exec("UPDATE ce_activities SET document_id = NULL"); err != nil {
		a.t.Fatal(err)
	}
}

// floods: 5 GB that are announced, that are not, and of which only the head is
// true. The server answers before it has read them, and keeps none in memory.
func (a *attack) floods() {
	const flood = 5 << 30
	var documents int
	ok(a.t, a.sql.QueryRow("SELECT count(*) FROM documents").Scan(&documents))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for name, length := range map[string]string{"announced": fmt.Sprintf("Content-Length: %d", int64(flood)), "unannounced": "Transfer-Encoding: chunked"} {
		sent, status := a.flood(length, flood)
		refused := status == http.StatusRequestEntityTooLarge || name == "unannounced" && status == http.StatusUnprocessableEntity // once 5 MB came
		if !refused || sent > 32<<20 {
			a.t.Errorf("5 GB, %s: %d after %d MB", name, status, sent>>20)
		}
		a.left("5 GB, "+name, documents)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
		a.t.Errorf("10 GB took %d MB of memory", used>>20)
	}
	sent, status := a.flood("Content-Length: 100", 1<<20) // says 100 bytes and sends a megabyte
	if status != http.StatusUnprocessableEntity {
		a.t.Errorf("a false length: %d after %d bytes", status, sent)
	}
	a.left("a false length", documents)
}

// flood sends zeros until the server answers or hangs up.
func (a *attack) flood(length string, most int64) (sent int64, status int) {
	conn, err := net.Dial("tcp", a.server.Listener.Addr().String())
	ok(a.t, err)
	defer conn.Close()
	fmt.Fprintf(conn, "PUT %s?filename=x.pdf HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nAuthorization: Bearer %s\r\nContent-Type: application/octet-stream\r\nIf-Match: *\r\n%s\r\n\r\n", a.path, a.student.token, length)
	answered := make(chan int, 1)
	go func() {
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			answered <- 0
			return
		}
		_ = res.Body.Close()
		answered <- res.StatusCode
	}()
	block := make([]byte, 64<<10)
	if strings.HasPrefix(length, "Transfer") {
		block = append(append([]byte("10000\r\n"), block...), "\r\n"...)
	}
	for sent < most {
		select {
		case status := <-answered:
			return sent, status
		default:
		}
		n, err := conn.Write(block)
		sent += int64(n)
		if err != nil {
			break
		}
	}
	return sent, <-answered
}
