package core

import "strings"

// Host is a host, with its port if it has one, as hosts are compared: names know
// no case. Whatever compares a host, one from outside above all, compares this.
func Host(host string) string { return strings.ToLower(host) }

// Address is an address with its scheme and host as they are compared; what
// follows the host keeps its case.
func Address(address string) string {
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok {
		return address
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	return strings.ToLower(scheme) + "://" + Host(rest[:end]) + rest[end:]
}
