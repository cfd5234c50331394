package primary

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/platform/outgoing"
)

func mapping() roster.Mapping {
	return roster.Mapping{
		Columns: map[roster.Field]string{roster.Number: "no", roster.Name: "name", roster.Status: "status", roster.ExpiresOn: "ends", roster.BirthYear: "born"},
		Dates:   "YYYY-MM-DD", Words: map[string]string{"Clear": "lifecycle:active"},
	}
}

func TestFile(t *testing.T) {
	dir := t.TempDir()
	list := filepath.Join(dir, "fl.csv")
	if err := os.WriteFile(list, []byte("no,name,status,ends,born\nMA1,Ada Example,Clear,2027-08-31,1990\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "sources.json")
	if err := os.WriteFile(config, []byte(`[{"jurisdiction":"FL","name":"Florida list","kind":"file","path":"fl.csv","mapping":{"columns":{"number":"no","name":"name","status":"status"},"dates":"YYYY-MM-DD","words":{"Clear":"lifecycle:active"}}}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Read(config)
	if err != nil || !s.Knows("FL") || s.Knows("GA") {
		t.Fatalf("%v, %v", s, err)
	}
	ctx := context.Background()
	a, err := s.LookUp(ctx, "FL", "Massage Therapist", "MA1")
	if err != nil || a.Lifecycle != "active" || a.Source != "Florida list" || a.AsOf.IsZero() {
		t.Errorf("%+v, %v", a, err)
	}
	if _, err := s.LookUp(ctx, "FL", "Massage Therapist", "MA2"); !errors.Is(err, licensure.ErrNotListed) {
		t.Error(err)
	}
	if _, err := s.LookUp(ctx, "GA", "Massage Therapist", "MA1"); err == nil {
		t.Error("a source that is not there answers")
	}
	if err := os.Remove(list); err != nil {
		t.Fatal(err)
	}
	if _, err := s.LookUp(ctx, "FL", "Massage Therapist", "MA1"); err == nil || errors.Is(err, licensure.ErrNotListed) {
		t.Errorf("a file that is gone says %v", err)
	}
}

func TestFeed(t *testing.T) {
	ada := `{"no":"MA 1","name":"Ada Example","status":"Clear","ends":"2027-08-31","born":1990,"as_of":"2026-11-22"}`
	for name, c := range map[string]struct {
		answers []string // a status and a body each; the last one stays
		says    string   // of the error; not listed is ErrNotListed
		asked   int
	}{
		"answers":                  {[]string{"200 " + ada}, "", 1},
		"answers at last":          {[]string{"503 ", "429 ", "200 " + ada}, "", 3},
		"never answers":            {[]string{"500 "}, "answered 500", 3},
		"not listed":               {[]string{"404 "}, licensure.ErrNotListed.Error(), 1},
		"forbidden":                {[]string{"403 "}, "answered 403", 1},
		"leads elsewhere":          {[]string{"302 "}, "leads elsewhere", 3},
		"no JSON":                  {[]string{"200 <html>"}, "no JSON object", 1},
		"another number":           {[]string{"200 " + strings.Replace(ada, "MA 1", "MA 2", 1)}, "another number", 1},
		"an unknown status":        {[]string{"200 " + strings.Replace(ada, "Clear", "Odd", 1)}, "not among the words", 1},
		"far too long":             {[]string{"200 " + strings.Repeat(" ", mostAnswer+1)}, "too long", 1},
		"breaks off in the middle": {[]string{"cut " + ada}, "EOF", 3},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				status, body, _ := strings.Cut(c.answers[min(asked, len(c.answers)-1)], " ")
				asked++
				if r.URL.Query().Get("n") != "MA 1" || r.URL.Query().Get("t") != "LMT" || r.Header.Get("X-Key") != "k" {
					t.Errorf("asked %s", r.URL)
				}
				if status == "cut" {
					w.Header().Set("Content-Length", "1000")
					_, _ = w.Write([]byte(body))
					return
				}
				var code int
				_, _ = fmt.Sscan(status, &code)
				w.Header().Set("Location", "/elsewhere?n=MA+1&t=LMT")
				w.WriteHeader(code)
				_, _ = w.Write([]byte(body))
			}))
			defer server.Close()
			f, err := newFeed(Config{URL: server.URL + "/?n={number}&t={title}", Mapping: mapping(), Name: "Feed", Private: true, Header: map[string]string{"X-Key": "k"}})
			if err != nil {
				t.Fatal(err)
			}
			var waited []time.Duration
			f.wait = func(_ context.Context, d time.Duration) error { waited = append(waited, d); return nil }
			a, err := f.lookUp(context.Background(), "LMT", "MA 1")
			switch {
			case c.says == "" && (err != nil || a.Lifecycle != "active" || a.BirthYear != 1990 || a.AsOf.Day != 22 || a.ExpiresOn.Year != 2027):
				t.Errorf("%+v, %v", a, err)
			case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
				t.Errorf("%v, want %q", err, c.says)
			}
			if asked != c.asked || len(waited) != c.asked-1 || len(waited) == 2 && waited[1] != 2*waited[0] {
				t.Errorf("asked %d times, waited %v", asked, waited)
			}
		})
	}
}

func TestFeed_ErrTimeout(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer server.Close()
	defer close(release)
	f, err := newFeed(Config{URL: server.URL + "/{number}", Mapping: mapping(), Private: true, TimeoutMS: 20, Tries: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.lookUp(context.Background(), "LMT", "1"); err == nil || errors.Is(err, licensure.ErrNotListed) {
		t.Error(err)
	}
}

// A register at an address of one's own network is refused, whatever its name.
func TestFeed_ErrPrivate(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	f, err := newFeed(Config{URL: server.URL + "/{number}", Mapping: mapping()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.lookUp(context.Background(), "LMT", "1"); !errors.Is(err, outgoing.ErrPrivateAddress) {
		t.Error(err)
	}
	for address, private := range map[string]bool{
		"127.0.0.1:443": true, "10.1.2.3:443": true, "192.168.0.9:443": true, "172.16.0.1:443": true, "169.254.169.254:80": true, "100.64.0.1:443": true,
		"[::1]:443": true, "[fe80::1]:443": true, "[fd00::1]:443": true, "[::ffff:10.0.0.1]:443": true, "0.0.0.0:443": true, "224.0.0.1:443": true,
		"8.8.8.8:443": false, "[2606:4700::1111]:443": false,
	} {
		if err := outgoing.RefusePrivate(context.Background(), "tcp", address, nil); (err != nil) != private {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestNew_Err(t *testing.T) {
	good := Config{Jurisdiction: "FL", Name: "Feed", Kind: "http", URL: "https://register.example/{number}", Mapping: mapping()}
	if _, err := New(good); err != nil {
		t.Fatal(err)
	}
	if _, err := New(good, good); err == nil {
		t.Error("a jurisdiction has two sources")
	}
	for name, change := range map[string]func(*Config){
		"http":         func(c *Config) { c.URL = "http://register.example/{number}" },
		"number":       func(c *Config) { c.URL = "https://register.example/" },
		"kind":         func(c *Config) { c.Kind = "fax" },
		"jurisdiction": func(c *Config) { c.Jurisdiction = "ZZ" },
		"name":         func(c *Config) { c.Name = "" },
		"path":         func(c *Config) { c.Kind = "file" },
		"mapping":      func(c *Config) { c.Mapping.Dates = "" },
	} {
		bad := good
		change(&bad)
		if _, err := New(bad); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// TestFeed_address has numbers with what addresses give a meaning of their own: the
// number is asked for exactly as it was recorded.
func TestFeed_address(t *testing.T) {
	for _, c := range []struct{ url, number, want string }{
		{"https://r.example/licenses/{number}", "MT 1/2?x#y%", "https://r.example/licenses/MT%201%2F2%3Fx%23y%25"},
		{"https://r.example/find?no={number}&title={title}", "MA 1&2+3", "https://r.example/find?no=MA+1%262%2B3&title=Massage+Therapist"},
		{"https://r.example/{title}/{number}?v=1", "../x", "https://r.example/Massage%20Therapist/..%2Fx?v=1"},
	} {
		f := &feed{Config: Config{URL: c.url}}
		if got := f.address("Massage Therapist", c.number); got != c.want {
			t.Errorf("%s asks %s, want %s", c.number, got, c.want)
		}
	}
}

func TestLists_FetchList(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/list.csv", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("a,b\n")) })
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/list.csv", http.StatusFound) })
	server := httptest.NewTLSServer(mux)
	defer server.Close()
	client := server.Client()
	client.CheckRedirect = stay
	lists := &Lists{client}
	list, err := lists.FetchList(t.Context(), server.URL+"/list.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	if body, err := io.ReadAll(list); err != nil || string(body) != "a,b\n" {
		t.Errorf("%q, %v", body, err)
	}
	for name, address := range map[string]string{
		"leads elsewhere": server.URL + "/away", "nothing there": server.URL + "/gone", "without TLS": "http" + server.URL[len("https"):] + "/list.csv",
	} {
		if list, err := lists.FetchList(t.Context(), address); err == nil {
			list.Close()
			t.Errorf("%s: it is fetched", name)
		}
	}
	if _, err := NewLists().FetchList(t.Context(), server.URL+"/list.csv"); !errors.Is(err, outgoing.ErrPrivateAddress) {
		t.Errorf("a private address: %v", err)
	}
}
