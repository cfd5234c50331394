package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
)

func TestConformanceLists(t *testing.T) {
	body, status := []byte(`{"x":1}`), http.StatusOK
	serve := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status == http.StatusFound {
			http.Redirect(w, r, "https://192.0.2.1/", status)
			return
		}
		w.WriteHeader(status)
		_, _ = w.Write(body)
	})
	plain, secure := httptest.NewServer(serve), httptest.NewTLSServer(serve)
	defer plain.Close()
	defer secure.Close()
	remote := errors.New("asked elsewhere")
	fetch := conformanceLists(func(context.Context, string) ([]byte, error) { return nil, remote })
	for _, address := range []string{plain.URL, secure.URL + "/lists/1"} {
		if got, err := fetch(t.Context(), address); err != nil || !bytes.Equal(got, body) {
			t.Errorf("%s: %s %v", address, got, err)
		}
	}
	for _, address := range []string{"https://x.example/1", "https://10.0.0.1/1", "https://127.0.0.1.x.example/1", "file://localhost/etc/passwd"} {
		if _, err := fetch(t.Context(), address); !errors.Is(err, remote) {
			t.Errorf("%s: %v", address, err)
		}
	}
	for name, change := range map[string]func(){
		"large":    func() { body = make([]byte, maxListBytes+1) },
		"missing":  func() { status = http.StatusNotFound },
		"redirect": func() { status = http.StatusFound },
	} {
		body, status = nil, http.StatusOK
		change()
		if got, err := fetch(t.Context(), plain.URL); err == nil {
			t.Errorf("%s: %d bytes", name, len(got))
		}
	}
}

// A credential that the VC-API issues verifies, and its status list is where the
// credential says.
func TestVCAPI(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	said, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- VCAPI(ctx, "127.0.0.1:0", "127.0.0.1:0", out) }()
	line := make([]byte, 400)
	n, err := said.Read(line)
	found := regexp.MustCompile(`(http://\S+), issuer (\S+)\.`).FindSubmatch(line[:n])
	if err != nil || found == nil {
		t.Fatalf("%s %v", line[:n], err)
	}
	base, did := string(found[1]), string(found[2])
	post := func(path string, in any) (status int, answer map[string]any) {
		raw, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, base+path, bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, answer
	}
	status, issued := post("/credentials/issue", map[string]any{"credential": map[string]any{
		"@context": []string{"https://www.w3.org/ns/credentials/v2"}, "type": []string{"VerifiableCredential"},
		"issuer": did, "credentialSubject": map[string]any{"id": "did:example:subject"},
	}})
	if status != http.StatusCreated {
		t.Fatalf("%d %v", status, issued)
	}
	if status, answer := post("/credentials/verify", map[string]any{"verifiableCredential": issued}); status != http.StatusOK {
		t.Errorf("%d %v", status, answer)
	}
	entry := issued["credentialStatus"].(map[string]any)
	list, err := conformanceLists(nil)(ctx, entry["statusListCredential"].(string))
	if err != nil {
		t.Fatal(err)
	}
	if status, answer := post("/credentials/verify", map[string]any{"verifiableCredential": json.RawMessage(list)}); status != http.StatusOK {
		t.Errorf("its list: %d %v", status, answer)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
