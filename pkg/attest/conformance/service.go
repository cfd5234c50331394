package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/munnerz/goautoneg"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/platform/signing"
)

// Options are what the service signs and verifies with. Address is where it is
// reached, for its status list; Rand says which entries of that are given out
// (nil: one after the other). Fetch gets status lists of others; nil gets none.
type Options struct {
	Key     signing.Key
	Address string
	Now     func() time.Time
	Rand    io.Reader
	Fetch   credential.FetchStatusList
}

// Service answers the VC-API.
type Service struct {
	options  Options
	mu       sync.Mutex
	statuses ownList
}

// New makes the service.
func New(o Options) *Service { return &Service{options: o, statuses: newOwnList()} }

func (s *Service) did() string { return credential.DIDKey(s.options.Key.Public()) }

const (
	maxBody  = 1 << 20
	maxDepth = 40
)

// Handler serves POST /credentials/issue, /credentials/verify, /credentials/status,
// /presentations/prove (also /presentations/issue) and /presentations/verify, and
// GET /status-lists/1 and /issuer, which tells the DID to use. Suites that cannot
// send options find other ways to secure at /eddsa-jcs-2022/credentials/issue and
// /enveloped/credentials/issue.
func (s *Service) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /credentials/issue", answer(http.StatusCreated, s.issue))
	mux.HandleFunc("POST /eddsa-jcs-2022/credentials/issue", answer(http.StatusCreated, func(ctx context.Context, in body) (any, error) {
		in.Options.Cryptosuite = suiteJCS
		return s.issue(ctx, in)
	}))
	mux.HandleFunc("POST /enveloped/credentials/issue", answer(http.StatusCreated, func(ctx context.Context, in body) (any, error) {
		in.Options.Envelope = true
		return s.issue(ctx, in)
	}))
	mux.HandleFunc("POST /credentials/verify", answer(http.StatusOK, s.verify))
	mux.HandleFunc("POST /credentials/status", answer(http.StatusOK, s.status))
	mux.HandleFunc("POST /presentations/prove", answer(http.StatusCreated, s.prove))
	mux.HandleFunc("POST /presentations/issue", answer(http.StatusCreated, s.prove))
	mux.HandleFunc("POST /presentations/verify", answer(http.StatusOK, s.verifyVP))
	mux.HandleFunc("GET /issuer", func(w http.ResponseWriter, _ *http.Request) { write(w, http.StatusOK, map[string]any{"id": s.did()}) })
	mux.HandleFunc("GET /status-lists/1", s.publish)
	// The list is always signed when it is fetched.
	mux.HandleFunc("POST /status-lists/1/publish", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return mux
}

// publish serves the own status list, as application/vc to those that name it.
func (s *Service) publish(w http.ResponseWriter, r *http.Request) {
	raw, err := s.signedList()
	if err != nil {
		http.Error(w, "the list could not be signed", http.StatusInternalServerError)
		return
	}
	mediaType := goautoneg.Negotiate(r.Header.Get("Accept"), []string{"application/ld+json", "application/vc"})
	if mediaType == "" {
		mediaType = "application/ld+json"
	}
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Vary", "Accept")
	w.Header().Set("Cache-Control", fmt.Sprintf("max-age=%d", int(listTTL.Seconds())))
	_, _ = w.Write(raw)
}

// body is what the endpoints are sent; each reads its own part.
type body struct {
	Credential             json.RawMessage `json:"credential"`
	Presentation           json.RawMessage `json:"presentation"`
	VerifiableCredential   json.RawMessage `json:"verifiableCredential"`
	VerifiablePresentation json.RawMessage `json:"verifiablePresentation"`
	CredentialID           string          `json:"credentialId"`
	CredentialStatus       map[string]any  `json:"credentialStatus"`
	Status                 *bool           `json:"status"` // absent: set
	Options                proofOptions    `json:"options"`
}

func answer(good int, do func(context.Context, body) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			refuse(w, wrong("PARSING_ERROR", "the request is larger than 1 MB, or did not arrive whole"))
			return
		}
		if err := unambiguous(raw); err != nil {
			refuse(w, wrong("PARSING_ERROR", "the request: %v", err))
			return
		}
		var in body
		if err := json.Unmarshal(raw, &in); err != nil {
			refuse(w, wrong("PARSING_ERROR", "the request is no JSON object, or one of its parts has another form"))
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

// object reads a part of a body that has to be an object.
func object(raw json.RawMessage, name string) (map[string]any, error) {
	out, err := readObject(raw)
	if err != nil {
		return nil, wrong("PARSING_ERROR", "%s: %v", name, err)
	}
	return out, nil
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
	options, err := in.Options.proof(assertion)
	if err != nil {
		return nil, err
	}
	contexts := list(c["@context"])
	if _, present := c["credentialStatus"]; !present && s.options.Address != "" && contexts[0] == contextV2 && !has(c["type"], listCredential) && c["proof"] == nil {
		if c["credentialStatus"], err = s.entry(idOf(c)); err != nil {
			return nil, err
		}
	}
	if in.Options.Envelope {
		return envelope(c, s.options.Key)
	}
	return sign(c, s.options.Key, assertion, s.options.Now(), options)
}

func (s *Service) want(in body) expected {
	return expected{Now: s.options.Now(), Challenge: in.Options.Challenge, Domain: list(in.Options.Domain)}
}

// verdict is the answer to what verified.
func verdict(statuses []statusResult, checks ...string) any {
	return map[string]any{
		"verified": true, "checks": checks, "credentialStatus": statuses,
		"problemDetails": []*problem{}, "warnings": []string{}, "errors": []string{},
	}
}

func (s *Service) verify(ctx context.Context, in body) (any, error) {
	c, err := object(in.VerifiableCredential, "verifiableCredential")
	if err != nil {
		return nil, err
	}
	statuses, err := s.verifyCredential(ctx, c, s.want(in))
	return verdict(statuses, "proof", "status"), err
}

func (s *Service) verifyVP(ctx context.Context, in body) (any, error) {
	p, err := object(in.VerifiablePresentation, "verifiablePresentation")
	if err == nil {
		err = s.verifyPresentation(ctx, p, s.want(in))
	}
	return verdict([]statusResult{}, "proof"), err
}

func (s *Service) prove(_ context.Context, in body) (any, error) {
	p, err := object(in.Presentation, "presentation")
	if err != nil {
		return nil, err
	}
	if err := checkPresentation(p); err != nil {
		return nil, err
	}
	options, err := in.Options.proof(authentication)
	if err != nil {
		return nil, err
	}
	out, err := sign(p, s.options.Key, authentication, s.options.Now(), options)
	return map[string]any{"verifiablePresentation": out}, err
}

// status sets an entry of the own list, or clears it.
func (s *Service) status(_ context.Context, in body) (any, error) {
	index, err := s.indexOf(in)
	if err != nil {
		return nil, err
	}
	return map[string]any{}, s.setStatus(index, in.Status == nil || *in.Status)
}
