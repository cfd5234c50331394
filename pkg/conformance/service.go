package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/palmar/palmar/pkg/credential"
)

// Options are what the service signs and verifies with. Address is where it is
// reached, for its status list. Fetch gets status lists of others; nil gets none.
type Options struct {
	Key     credential.Key
	Address string
	Now     func() time.Time
	Fetch   credential.FetchStatusList
}

// Service answers the VC-API.
type Service struct {
	options Options
	mu      sync.Mutex
	next    int
	bits    credential.Bitstring
}

// New makes the service.
func New(o Options) *Service { return &Service{options: o, bits: credential.NewBitstring()} }

func (s *Service) did() string { return credential.DIDKey(s.options.Key.Public()) }

const maxBody = 1 << 20

// Handler serves POST /credentials/issue, /credentials/verify, /credentials/status,
// /presentations/prove (also /presentations/issue) and /presentations/verify, and
// GET /status-lists/1 and /issuer, which tells the DID to use.
func (s *Service) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /credentials/issue", answer(http.StatusCreated, s.issue))
	mux.HandleFunc("POST /credentials/verify", answer(http.StatusOK, s.verify))
	mux.HandleFunc("POST /credentials/status", answer(http.StatusOK, s.status))
	mux.HandleFunc("POST /presentations/prove", answer(http.StatusCreated, s.prove))
	mux.HandleFunc("POST /presentations/issue", answer(http.StatusCreated, s.prove))
	mux.HandleFunc("POST /presentations/verify", answer(http.StatusOK, s.verifyPresented))
	mux.HandleFunc("GET /issuer", func(w http.ResponseWriter, _ *http.Request) { write(w, http.StatusOK, map[string]any{"id": s.did()}) })
	mux.HandleFunc("GET /status-lists/1", func(w http.ResponseWriter, _ *http.Request) {
		raw, err := s.ownList()
		if err != nil {
			http.Error(w, "the list could not be signed", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/vc+ld+json")
		_, _ = w.Write(raw)
	})
	return mux
}

// body is what the endpoints are sent; each reads its own part.
type body struct {
	Credential             json.RawMessage `json:"credential"`
	Presentation           json.RawMessage `json:"presentation"`
	VerifiableCredential   json.RawMessage `json:"verifiableCredential"`
	VerifiablePresentation json.RawMessage `json:"verifiablePresentation"`
	CredentialID           string          `json:"credentialId"`
	CredentialStatus       map[string]any  `json:"credentialStatus"`
	Status                 bool            `json:"status"`
	Options                struct {
		Challenge string `json:"challenge"`
		Domain    any    `json:"domain"`
	} `json:"options"`
}

func answer(good int, do func(context.Context, body) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		var in body
		if err == nil {
			err = json.Unmarshal(raw, &in)
		}
		if err != nil {
			refuse(w, wrong("PARSING_ERROR", "the request is no JSON object of at most 1 MB, or one of its parts has another form"))
			return
		}
		out, err := do(r.Context(), in)
		if err != nil {
			refuse(w, err)
			return
		}
		write(w, good, out)
	}
}

func refuse(w http.ResponseWriter, err error) {
	p, ok := errors.AsType[*problem](err)
	if !ok {
		p = &problem{Type: "about:blank", Title: "ERROR", Detail: "the request could not be answered"}
	}
	write(w, http.StatusBadRequest, map[string]any{"verified": false, "problemDetails": problems(p), "errors": []string{p.Title + ": " + p.Detail}})
}

func write(w http.ResponseWriter, status int, value any) {
	raw, err := json.Marshal(value)
	if err != nil {
		status, raw = http.StatusInternalServerError, []byte(`{"errors":["the answer could not be written"]}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(raw)
}

// object reads a part of a body that has to be an object, with bounds on what a
// stranger can have worked through.
func object(raw json.RawMessage, name string) (map[string]any, error) {
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil || out == nil {
		return nil, wrong("PARSING_ERROR", "%s is no object", name)
	}
	if depth(out) > 40 {
		return nil, wrong("PARSING_ERROR", "%s is nested too deep", name)
	}
	return out, nil
}

func depth(value any) int {
	deepest := 0
	switch value := value.(type) {
	case map[string]any:
		for _, inner := range value {
			deepest = max(deepest, depth(inner))
		}
	case []any:
		for _, inner := range value {
			deepest = max(deepest, depth(inner))
		}
	default:
		return 0
	}
	return deepest + 1
}

func (s *Service) issue(_ context.Context, in body) (any, error) {
	c, err := object(in.Credential, "credential")
	if err != nil {
		return nil, err
	}
	if err := checkCredential(c); err != nil {
		return nil, err
	}
	if err := checkList(c); err != nil {
		return nil, err
	}
	contexts := list(c["@context"])
	if _, present := c["credentialStatus"]; !present && s.options.Address != "" && contexts[0] == contextV2 && !has(c["type"], listCredential) {
		c["credentialStatus"] = s.entry()
	}
	return sign(c, s.options.Key, assertion, s.options.Now(), nil)
}

func (s *Service) want(in body) expected {
	return expected{Now: s.options.Now(), Challenge: in.Options.Challenge, Domain: list(in.Options.Domain)}
}

// verdict is the answer to what verified.
func verdict(checks ...string) any {
	return map[string]any{"verified": true, "checks": checks, "warnings": []string{}, "errors": []string{}}
}

func (s *Service) verify(ctx context.Context, in body) (any, error) {
	c, err := object(in.VerifiableCredential, "verifiableCredential")
	if err == nil {
		err = s.verifyCredential(ctx, c, s.want(in))
	}
	return verdict("proof", "status"), err
}

func (s *Service) verifyPresented(ctx context.Context, in body) (any, error) {
	p, err := object(in.VerifiablePresentation, "verifiablePresentation")
	if err == nil {
		err = s.verifyPresentation(ctx, p, s.want(in))
	}
	return verdict("proof"), err
}

func (s *Service) prove(_ context.Context, in body) (any, error) {
	p, err := object(in.Presentation, "presentation")
	if err != nil {
		return nil, err
	}
	if err := checkPresentation(p); err != nil {
		return nil, err
	}
	extra := map[string]any{}
	if in.Options.Challenge != "" {
		extra["challenge"] = in.Options.Challenge
	}
	if in.Options.Domain != nil {
		extra["domain"] = in.Options.Domain
	}
	out, err := sign(p, s.options.Key, authentication, s.options.Now(), extra)
	return map[string]any{"verifiablePresentation": out}, err
}

// status sets or clears an entry of the own list.
func (s *Service) status(_ context.Context, in body) (any, error) {
	index, err := json.Number(textOf(in.CredentialStatus["statusListIndex"])).Int64()
	if err != nil || in.CredentialStatus["statusListCredential"] != s.listAddress() {
		return nil, wrong(malformed, "credentialStatus names no entry of the list %s", s.listAddress())
	}
	return map[string]any{}, s.setStatus(int(index), in.Status)
}

func textOf(value any) string {
	text, _ := value.(string)
	return text
}
