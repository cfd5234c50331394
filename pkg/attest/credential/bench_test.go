package credential

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"testing"
)

func BenchmarkIssue(b *testing.B) {
	key := testKey(b, 7)
	claim := completionClaim(key)
	b.ReportAllocs()
	for b.Loop() {
		issue(b, claim, key)
	}
}

func BenchmarkVerify(b *testing.B) {
	key := testKey(b, 7)
	raw := issue(b, completionClaim(key), key)
	b.ReportAllocs()
	for b.Loop() {
		if report := check(b, raw); report.Outcome != Valid {
			b.Fatalf("%+v", report)
		}
	}
}

// The plain cost of a signature, to hold the others against.
func BenchmarkEd25519(b *testing.B) {
	key := testKey(b, 7)
	message := make([]byte, 64)
	signature := key.Sign(message)
	b.Run("sign", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			key.Sign(message)
		}
	})
	b.Run("verify", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ed25519.Verify(key.Public(), message, signature)
		}
	})
}

func BenchmarkJWT(b *testing.B) {
	key := testJWTKey(b, 7)
	claim := completionClaim(testKey(b, 7))
	claim.Issuer.DID = DIDKey(key.Public())
	raw := issueJWT(b, claim, key)
	b.Run("issue", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			issueJWT(b, claim, key)
		}
	})
	b.Run("verify", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			check(b, raw)
		}
	})
}

func BenchmarkES256(b *testing.B) {
	digest := make([]byte, 32)
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	signature, err := ecdsa.SignASN1(rand.Reader, private, digest)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("sign", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = ecdsa.SignASN1(rand.Reader, private, digest)
		}
	})
	b.Run("verify", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ecdsa.VerifyASN1(&private.PublicKey, digest, signature)
		}
	})
}

func BenchmarkStatusList(b *testing.B) {
	key := testKey(b, 7)
	bits := NewBitstring()
	for i := 0; i < StatusListSize; i += 97 {
		bits.Set(i)
	}
	encoded := bits.Encode()
	list := statusList(key)
	list.Bits = bits
	raw := issueList(b, list, key)
	for name, do := range map[string]func(){
		"encode": func() { bits.Encode() },
		"decode": func() { _, _ = DecodeBitstring(encoded) },
		"sign":   func() { issueList(b, list, key) },
		"read":   func() { _, _ = ReadStatusList(b.Context(), raw, nil, nextDay) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				do()
			}
		})
	}
}

func BenchmarkRecord(b *testing.B) {
	r := testRecord(b, 500)
	commitment, err := r.Commitment()
	if err != nil {
		b.Fatal(err)
	}
	shown, err := r.Show(250)
	if err != nil {
		b.Fatal(err)
	}
	for name, do := range map[string]func(){
		"commit to 500": func() { testRecord(b, 500) },
		"show one":      func() { _, _ = r.Show(250) },
		"check one":     func() { _ = commitment.Check(shown[0]) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				do()
			}
		})
	}
}
