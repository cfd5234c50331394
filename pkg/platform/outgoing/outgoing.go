// Package outgoing guards the requests that Palmar makes on behalf of strangers:
// they go to public addresses alone. It must never know what is asked for.
package outgoing

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"syscall"
)

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
