package app_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/career/continuing/continuingapi"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookapi"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
	"github.com/palmar/palmar/pkg/testkit"
)

// A form with a file of 5 GB is answered after a few megabytes, and leaves
// nothing behind, whether its length was told or not.
func TestPages_UploadOf5GB(t *testing.T) {
	databases := map[string]func(testing.TB) string{"sqlite": storetest.SQLiteAddress}
	if testkit.Full() {
		databases["postgres"] = storetest.PostgresAddress
	}
	for name, address := range databases { // one after the other: the folder for temporary files is the process's
		t.Run(name, func(t *testing.T) {
			at := address(t)
			demoAt(t, at)
			temp := t.TempDir()
			t.Setenv("TMPDIR", temp)
			site := httptest.NewServer(handler(t, at))
			t.Cleanup(site.Close)
			c := newClient(site.URL)
			c.signIn(t, "kofi.mensah@brightwater.example")
			var own logbookapi.EnrollmentRows
			c.must(t, http.MethodGet, "/v1/me/enrollments", nil, &own)
			var a continuingapi.CEActivity
			c.must(t, http.MethodPost, "/v1/therapists/"+own.Items[0].Enrollment.TherapistId.String()+"/ce/activities",
				map[string]any{"completed": true, "title": "Flood", "type": "live", "on": "2026-01-10", "amount": "1 h"}, &a)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for _, length := range []string{"Content-Length: 5368709120", "Transfer-Encoding: chunked"} {
				sent, status := flood(t, site.Listener.Addr().String(), "/ce/activities/"+a.Id.String()+"/document", c.token, length)
				refused := status == http.StatusRequestEntityTooLarge || status == http.StatusUnprocessableEntity // a form that breaks off
				if !refused || sent > 32<<20 {
					t.Errorf("%s: %d after %d MB", length, status, sent>>20)
				}
			}
			runtime.ReadMemStats(&after)
			if used := after.TotalAlloc - before.TotalAlloc; used > 128<<20 {
				t.Errorf("10 GB took %d MB of memory", used>>20)
			}
			if files, err := os.ReadDir(temp); err != nil || len(files) > 0 {
				t.Errorf("left behind are %v, %v", files, err)
			}
			if c.must(t, http.MethodGet, "/v1/ce/activities/"+a.Id.String(), nil, &a); a.HasDocument || a.Version != 1 {
				t.Errorf("the activity is %+v", a)
			}
		})
	}
}

// flood posts a form whose file never ends until the server answers.
func flood(t *testing.T, address, path, session, length string) (sent int64, status int) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	chunk := func(b []byte) []byte {
		if !strings.HasPrefix(length, "Transfer") {
			return b
		}
		return append(append(fmt.Appendf(nil, "%x\r\n", len(b)), b...), "\r\n"...)
	}
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nCookie: palmar=%s\r\nContent-Type: multipart/form-data; boundary=b\r\n%s\r\n\r\n", path, session, length)
	_, _ = conn.Write(chunk([]byte("--b\r\nContent-Disposition: form-data; name=\"document\"; filename=\"c.pdf\"\r\n\r\n%PDF-1.7\n")))
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
	block := chunk(make([]byte, 64<<10))
	for sent < 5<<30 {
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
