package credential

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"
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
	dialer := &net.Dialer{Timeout: webTimeout, ControlContext: RefusePrivate}
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
	if request.URL.Scheme != "https" || request.URL.Host != via[0].URL.Host {
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
		return Document{}, fmt.Errorf("the issuer's keys could not be fetched from %s: %w", address, err)
	}
	if _, err := parseObject(raw); err != nil {
		return Document{}, unsupported("the issuer's keys at %s could not be read: %v", address, err)
	}
	return readDIDDocument(did, raw)
}

func readDIDDocument(did string, raw []byte) (Document, error) {
	var loose struct {
		Document
		AssertionMethod []json.RawMessage `json:"assertionMethod"`
	}
	if err := json.Unmarshal(raw, &loose); err != nil {
		return Document{}, unsupported("the document of %s could not be read: %v", did, err)
	}
	if loose.ID != did {
		return Document{}, invalid("the document of %s is that of %q", did, abbreviate(loose.ID))
	}
	document := loose.Document
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

// ErrPrivateAddress is why RefusePrivate refuses.
var ErrPrivateAddress = errors.New("not a public address")

// RefusePrivate is for net.Dialer.ControlContext: it runs after the name is
// resolved and before the connection is made, so a name that points inside is
// refused as well.
func RefusePrivate(_ context.Context, _, address string, _ syscall.RawConn) error {
	host, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if !publicAddress(host.Addr()) {
		return fmt.Errorf("%s: %w", host.Addr(), ErrPrivateAddress)
	}
	return nil
}

var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"),   // shared by carriers
	netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments
	netip.MustParsePrefix("192.0.2.0/24"),    // documentation
	netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks
	netip.MustParsePrefix("198.51.100.0/24"), // documentation
	netip.MustParsePrefix("203.0.113.0/24"),  // documentation
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"),   // IPv4 translated
	netip.MustParsePrefix("64:ff9b:1::/48"), // IPv4 translated, local
	netip.MustParsePrefix("2001::/23"),      // protocol assignments, Teredo
	netip.MustParsePrefix("2001:db8::/32"),  // documentation
	netip.MustParsePrefix("2002::/16"),      // 6to4
}

func publicAddress(address netip.Addr) bool {
	address = address.Unmap()
	if !address.IsGlobalUnicast() || address.IsPrivate() {
		return false
	}
	for _, prefix := range reserved {
		if prefix.Contains(address) {
			return false
		}
	}
	return true
}
