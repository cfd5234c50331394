package credential

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestDIDWeb(t *testing.T) {
	tests := []struct {
		base     string
		elements []string
		want     string
		url      string
	}{
		{"https://palmar.example", nil, "did:web:palmar.example", "https://palmar.example/.well-known/did.json"},
		{"https://Palmar.Example/", nil, "did:web:palmar.example", "https://palmar.example/.well-known/did.json"},
		{"https://palmar.example:443", nil, "did:web:palmar.example", "https://palmar.example/.well-known/did.json"},
		{"https://palmar.example:8443", nil, "did:web:palmar.example%3A8443", "https://palmar.example:8443/.well-known/did.json"},
		{"https://palmar.example", []string{"schools", "brightwater"}, "did:web:palmar.example:schools:brightwater", "https://palmar.example/schools/brightwater/did.json"},
		{"https://palmar.example/a/", []string{"b"}, "did:web:palmar.example:a:b", "https://palmar.example/a/b/did.json"},
	}
	for _, test := range tests {
		got, err := DIDWeb(test.base, test.elements...)
		if err != nil || got != test.want {
			t.Errorf("%s %v: %s, %v; want %s", test.base, test.elements, got, err, test.want)
		}
		if url, err := didWebURL(got); err != nil || url != test.url {
			t.Errorf("%s: %s, %v; want %s", got, url, err, test.url)
		}
	}
	for _, base := range []string{
		"http://palmar.example", "https://localhost:8080", "https://127.0.0.1", "https://[::1]", "https://palmar",
		"https://me@palmar.example", "https://palmar.example/?a", "https://palmar.example/#a", "https://a..example",
		"https://printer.local", "https://10.1", "https://palmar.example//a", "https://palmar.example/a%2fb", "",
	} {
		if got, err := DIDWeb(base); err == nil {
			t.Errorf("%s: %s", base, got)
		}
	}
	for _, element := range []string{"", ".", "..", "a/b", "a:b", "ü"} {
		if got, err := DIDWeb("https://palmar.example", element); err == nil {
			t.Errorf("element %q: %s", element, got)
		}
	}
	for _, did := range []string{
		"did:web:", "did:web:localhost", "did:web:127.0.0.1", "did:web:palmar.example:..", "did:web:palmar.example:a/b",
		"did:web:palmar.example%3A", "did:web:palmar.example%2Fa", "did:web:a@palmar.example", "did:key:z6Mk",
	} {
		if url, err := didWebURL(did); err == nil {
			t.Errorf("%s: %s", did, url)
		}
	}
}

func TestDIDDocument(t *testing.T) {
	const did = "did:web:palmar.example"
	old, current := testKey(t, 1).Public(), testKey(t, 2).Public()
	raw := DIDDocument(did, DatedKey{Public: old}, DatedKey{Public: current})
	document, err := readDIDDocument(did, raw)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []ed25519.PublicKey{old, current} {
		got, _, err := document.assertionKey(KeyID(did, key))
		if err != nil || !key.Equal(got) {
			t.Errorf("%x, %v", got, err)
		}
	}
	var shape struct {
		Context         []string `json:"@context"`
		AssertionMethod []string
	}
	if err := json.Unmarshal(raw, &shape); err != nil {
		t.Fatal(err)
	}
	if len(shape.Context) != 3 || len(shape.AssertionMethod) != 2 || strings.Contains(shape.AssertionMethod[0], "z6Mk") {
		t.Errorf("%s", raw)
	}
	if _, err := readDIDDocument("did:web:other.example", raw); outcomeOf(err) != NotValid {
		t.Errorf("the document of another: %v", err)
	}
}

func TestKeyResolver(t *testing.T) {
	did := DIDKey(testKey(t, 1).Public())
	if document, err := (KeyResolver{}).Resolve(context.Background(), did); err != nil || document.ID != did {
		t.Errorf("%+v, %v", document, err)
	}
	for did, want := range map[string]Outcome{
		"did:key:z6Mk": CouldNotCheck,
		"did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169": Valid, // a P-256 key
		"did:key:":      NotValid,
		"did:key:z6Mk0": NotValid,
		"did:web:x.org": CouldNotCheck,
	} {
		if _, err := (KeyResolver{}).Resolve(context.Background(), did); outcomeOf(err) != want {
			t.Errorf("%s: %v, want %s", did, err, want)
		}
	}
}

func TestWebResolver(t *testing.T) {
	const did = "did:web:palmar.example:schools:brightwater"
	key := testKey(t, 1)
	answer := func(handler http.HandlerFunc) *WebResolver {
		server := httptest.NewTLSServer(handler)
		t.Cleanup(server.Close)
		return newWebResolver(toServer{server})
	}
	redirected := func(to string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/moved" {
				http.Redirect(w, r, to, http.StatusFound)
				return
			}
			_, _ = w.Write(DIDDocument(did, DatedKey{Public: key.Public()}))
		}
	}
	tests := map[string]struct {
		handler http.HandlerFunc
		outcome Outcome
	}{
		"found": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/schools/brightwater/did.json" {
				t.Errorf("asked for %s", r.URL.Path)
			}
			_, _ = w.Write(DIDDocument(did, DatedKey{Public: key.Public()}))
		}, Valid},
		"redirected on the host":                            {redirected("/moved"), Valid},
		"redirected on the host, as someone else writes it": {redirected("https://PALMAR.example/moved"), Valid},
		"of the host, as someone else writes it": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(DIDDocument("did:web:Palmar.Example:schools:brightwater", DatedKey{Public: key.Public()}))
		}, Valid},
		"of another path, which has a case": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(DIDDocument("did:web:palmar.example:schools:Brightwater", DatedKey{Public: key.Public()}))
		}, NotValid},
		"redirected elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://other.example/did.json", http.StatusFound)
		}, CouldNotCheck},
		"redirected to http": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://palmar.example/did.json", http.StatusFound)
		}, CouldNotCheck},
		"redirected for ever": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		}, CouldNotCheck},
		"absent":    {http.NotFound, CouldNotCheck},
		"not JSON":  {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }, CouldNotCheck},
		"too large": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, webMaxBytes+1)) }, CouldNotCheck},
		"another's": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(DIDDocument("did:web:other.example", DatedKey{Public: key.Public()}))
		}, NotValid},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := answer(test.handler).Resolve(t.Context(), did); outcomeOf(err) != test.outcome {
				t.Errorf("%v, want %s", err, test.outcome)
			}
		})
	}
}

// toServer sends every https request to one test server.
type toServer struct{ *httptest.Server }

func (s toServer) RoundTrip(request *http.Request) (*http.Response, error) {
	sent := request.Clone(request.Context())
	sent.URL.Host = s.Listener.Addr().String()
	return s.Client().Transport.RoundTrip(sent)
}

func TestWebResolver_PrivateAddress(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	_, err := NewWebResolver().FetchStatusList(t.Context(), server.URL)
	if err == nil || !strings.Contains(err.Error(), "not a public address") {
		t.Errorf("a server on this machine: %v", err)
	}
}
