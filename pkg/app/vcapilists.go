package app

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/palmar/palmar/pkg/attest/credential"
)

const (
	listTimeout  = 5 * time.Second
	maxListBytes = 512 << 10
)

// conformanceLists gets status lists for the VC-API. A suite that makes lists of
// its own serves them on this machine, so an address that names a loopback
// address is read from there, with whatever certificate; any other as remote
// does.
func conformanceLists(remote credential.FetchStatusList) credential.FetchStatusList {
	dialer := &net.Dialer{Timeout: listTimeout, ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		if to, err := netip.ParseAddrPort(address); err != nil || !to.Addr().IsLoopback() {
			return fmt.Errorf("%s is not on this machine", address)
		}
		return nil
	}}
	client := &http.Client{
		Timeout:       listTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, MaxIdleConns: 4, IdleConnTimeout: listTimeout,
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: true}, //nolint:gosec // on this machine alone; the list is signed
		},
	}
	return func(ctx context.Context, address string) ([]byte, error) {
		if to, err := url.Parse(address); err != nil || !onThisMachine(to) {
			return remote(ctx, address)
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
		if err != nil {
			return nil, err
		}
		request.Header.Set("Accept", "application/vc, application/ld+json, application/json")
		response, err := client.Do(request)
		if err != nil {
			return nil, err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("the host answered %d", response.StatusCode)
		}
		raw, err := io.ReadAll(io.LimitReader(response.Body, maxListBytes+1))
		if len(raw) > maxListBytes {
			return nil, fmt.Errorf("the list is larger than %d kB", maxListBytes>>10)
		}
		return raw, err
	}
}

func onThisMachine(address *url.URL) bool {
	if address.Scheme != "http" && address.Scheme != "https" {
		return false
	}
	if strings.EqualFold(address.Hostname(), "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(address.Hostname())
	return err == nil && ip.IsLoopback()
}
