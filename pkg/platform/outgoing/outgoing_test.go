package outgoing

import (
	"net/netip"
	"testing"
)

func TestRefusePrivate(t *testing.T) {
	for address, public := range map[string]bool{
		"9.9.9.9": true, "2620:fe::fe": true,
		"127.0.0.1": false, "10.0.0.1": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false,
		"100.64.0.1": false, "0.0.0.0": false, "255.255.255.255": false, "224.0.0.1": false,
		"::1": false, "::": false, "fe80::1": false, "fd00::1": false, "ff02::1": false,
		"::ffff:127.0.0.1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false,
	} {
		if got := publicAddress(netip.MustParseAddr(address)); got != public {
			t.Errorf("%s: public is %v", address, got)
		}
	}
}
