package app

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/palmar/palmar/pkg/attest/conformance"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/signing"
)

// VCAPI answers the VC-API on a loopback address until ctx ends, for public
// conformance suites. It has a key of its own, which lives as long as it does,
// and knows no database. It answers on secure as well, over TLS with a
// certificate that nobody vouches for, since suites look for status lists at
// https addresses only.
func VCAPI(ctx context.Context, listen, secure string, out io.Writer) error {
	for _, text := range []string{listen, secure} {
		if address, err := netip.ParseAddrPort(text); err != nil || !address.Addr().IsLoopback() {
			return core.Invalid("not_loopback", "address", text)
		}
	}
	src := Source()
	key, err := signing.GenerateKey(src.Rand)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	secured, err := listenTLS(secure, src)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	service := conformance.New(conformance.Options{
		Key: key, Address: "https://" + secured.Addr().String(), Now: src.Now, Rand: src.Rand, Fetch: conformanceLists(credential.NewWebResolver().FetchStatusList),
	})
	server := &http.Server{Handler: service.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: time.Minute}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	Tell(ctx, out, "cli.vc_api", "address", l.Addr(), "issuer", credential.DIDKey(key.Public()))
	served := make(chan error, 1)
	go func() { served <- server.Serve(secured) }()
	err = server.Serve(l)
	_ = server.Close()
	for _, ended := range []error{err, <-served} {
		if !errors.Is(ended, http.ErrServerClosed) {
			return ended
		}
	}
	return nil
}

// listenTLS listens with a certificate of its own that is good for a month.
func listenTLS(address string, src core.Source) (net.Listener, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), src.Rand)
	if err != nil {
		return nil, err
	}
	now := src.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.Unix()), Subject: pkix.Name{CommonName: "palmar vc-api"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(0, 1, 0),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}, DNSNames: []string{"localhost"},
	}
	raw, err := x509.CreateCertificate(src.Rand, template, template, private.Public(), private)
	if err != nil {
		return nil, err
	}
	return tls.Listen("tcp", address, &tls.Config{
		MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: private}},
	})
}
