package account

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"strings"
)

// Prefixes by which secrets are told apart, also by scanners of leaks.
const (
	sessionPrefix    = "pls_"
	tokenPrefix      = "plt_"
	invitationPrefix = "pli_"
	linkPrefix       = "pla_"
)

// newSecret makes a token of 256 random bits and the hash that is kept of it.
func (d *desk) newSecret(prefix string) (secret string, hash []byte) {
	raw := make([]byte, 32)
	if _, err := io.ReadFull(d.src.Rand, raw); err != nil {
		panic("account: the source of random bytes failed: " + err.Error())
	}
	secret = prefix + base64.RawURLEncoding.EncodeToString(raw)
	return secret, hashOf(secret)
}

// hashOf is what is kept of a secret. It is random, so that one fast hash is
// enough.
func hashOf(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

func isSecret(s, prefix string) bool { return strings.HasPrefix(s, prefix) && len(s) == len(prefix)+43 }
