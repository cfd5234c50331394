package credential

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/outgoing"
)

const (
	webTimeout     = 5 * time.Second
	webMaxBytes    = 64 << 10
	webMaxList     = 512 << 10
	webMaxRedirect = 3
)

// WebResolver fetches the documents of did:web over https. Since a stranger's
// document chooses the address, it goes to public addresses only, stays on the
// host it was sent to, and reads at most 64 kB within 5 seconds.
type WebResolver struct {
	client *http.Client
}

// NewWebResolver returns a resolver that uses the machine's network directly,
// without a proxy.
func NewWebResolver() *WebResolver {
	dialer := &net.Dialer{Timeout: webTimeout, ControlContext: outgoing.RefusePrivate}
	transport := &http.Transport{
		DialContext:           dialer.DialContext,
		TLSHandshakeTimeout:   webTimeout,
		ResponseHeaderTimeout: webTimeout,
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          4,
		IdleConnTimeout:       30 * time.Second,
	}
	return newWebResolver(transport)
}

func newWebResolver(transport http.RoundTripper) *WebResolver {
	return &WebResolver{&http.Client{
		Transport:     transport,
		Timeout:       webTimeout,
		CheckRedirect: sameHost,
	}}
}

func sameHost(request *http.Request, via []*http.Request) error {
	if len(via) > webMaxRedirect {
		return errors.New("redirected too often")
	}
	if request.URL.Scheme != "https" || core.Host(request.URL.Host) != core.Host(via[0].URL.Host) {
		return errors.New("redirected to another host")
	}
	return nil
}

// Resolve implements Resolver.
func (w *WebResolver) Resolve(ctx context.Context, did string) (Document, error) {
	address, err := didWebURL(did)
	if err != nil {
		return Document{}, err
	}
	raw, err := w.fetch(ctx, address, webMaxBytes)
	if err != nil {
		return Document{}, fmt.Errorf("%s: %w", address, err)
	}
	if _, err := parseObject(raw); err != nil {
		return Document{}, unsupported("reason.keys_unreadable", "address", address, "why", err)
	}
	return readDIDDocument(did, raw)
}

func readDIDDocument(did string, raw []byte) (Document, error) {
	var loose struct {
		Document
		AssertionMethod []json.RawMessage `json:"assertionMethod"`
	}
	if err := json.Unmarshal(raw, &loose); err != nil {
		return Document{}, unsupported("reason.keys_unreadable", "address", abbreviate(did), "why", invalid("reason.not_json"))
	}
	document := loose.Document
	if document.ID = comparedDID(loose.ID); document.ID != comparedDID(did) {
		return Document{}, invalid("reason.keys_of_another", "issuer", abbreviate(loose.ID))
	}
	for _, entry := range loose.AssertionMethod {
		var id string
		if json.Unmarshal(entry, &id) == nil {
			document.AssertionMethod = append(document.AssertionMethod, id)
			continue
		}
		var method VerificationMethod
		if json.Unmarshal(entry, &method) == nil && method.ID != "" {
			document.AssertionMethod = append(document.AssertionMethod, method.ID)
			document.VerificationMethod = append(document.VerificationMethod, method)
		}
	}
	for i, id := range document.AssertionMethod {
		document.AssertionMethod[i] = comparedDID(id)
	}
	for i := range document.VerificationMethod {
		m := &document.VerificationMethod[i]
		m.ID, m.Controller = comparedDID(m.ID), comparedDID(m.Controller)
	}
	return document, nil
}

// FetchStatusList gets a status list under the same restrictions; it reads at
// most 512 kB.
func (w *WebResolver) FetchStatusList(ctx context.Context, address string) ([]byte, error) {
	if !strings.HasPrefix(address, "https://") {
		return nil, fmt.Errorf("%q is not an https address", abbreviate(address))
	}
	return w.fetch(ctx, address, webMaxList)
}

func (w *WebResolver) fetch(ctx context.Context, address string, most int64) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/did+json, application/vc, application/json")
	response, err := w.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusNotFound || response.StatusCode == http.StatusGone {
		return nil, fmt.Errorf("%w: the host answered %d", ErrNoList, response.StatusCode)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the host answered %d", response.StatusCode)
	}
	raw, err := io.ReadAll(io.LimitReader(response.Body, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(raw)) > most {
		return nil, fmt.Errorf("the answer is larger than %d kB", most>>10)
	}
	return raw, nil
}
