package credential

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/platform/signing"
)

var (
	issuedAt = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	nextDay  = issuedAt.AddDate(0, 0, 1)
)

// testKey is a key that depends on nothing but its number.
func testKey(t testing.TB, number byte) signing.Key {
	t.Helper()
	key, err := signing.KeyFromSeed(bytes.Repeat([]byte{number}, signing.SeedSize))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func completionClaim(key signing.Key) Claim {
	return Claim{
		ID:   "urn:uuid:0193a5f0-5c1e-7d2a-9a52-1a6c51b3b101",
		Kind: Completion,
		Issuer: Issuer{
			DID: DIDKey(key.Public()), Name: "Brightwater School of Massage", URL: "https://brightwater.example",
		},
		Subject: Subject{
			ID: "urn:uuid:0193a5f0-5c1e-7d2a-9a52-1a6c51b3b102", Name: "Zoë Nakamura-O'Neil",
			Email: "zoe@example.org", Salt: "3b5f0c7d9a",
		},
		AchievementID: "urn:uuid:0193a5f0-5c1e-7d2a-9a52-1a6c51b3b103",
		Title:         "Medical Massage Foundations",
		Description:   "600 hours of supervised instruction in massage therapy.",
		Criteria:      "600 hours of supervised instruction, with a minimum in each subject.\nCertified by two members of the school.",
		Alignments:    []Alignment{MassageTherapists},
		Hours: &Hours{
			Total: HoursLine{"Supervised instruction", 36_750, 36_000},
			Subjects: []HoursLine{
				{"Anatomy and physiology", 9_000, 7_500},
				{"Technique", 18_030, 15_000},
				{"Ethics and law", 9_720, 3_000},
			},
		},
		Started: "2025-09-01", Ended: "2026-11-20",
		ValidFrom: issuedAt,
	}
}

func specialtyClaim(key signing.Key) Claim {
	claim := completionClaim(key)
	claim.ID = "urn:uuid:0193a5f0-5c1e-7d2a-9a52-1a6c51b3b201"
	claim.Kind = Specialty
	claim.AchievementID = "urn:uuid:0193a5f0-5c1e-7d2a-9a52-1a6c51b3b203"
	claim.Title = "Manual lymphatic drainage"
	claim.Description = "A course in manual lymphatic drainage."
	claim.Criteria = "Licensed, and 600 hours of supervised instruction."
	claim.Hours = nil
	claim.ValidUntil = issuedAt.AddDate(2, 0, 0)
	return claim
}

func licenseClaim(key signing.Key) Claim {
	claim := specialtyClaim(key)
	claim.ID = "urn:uuid:0193a5f0-5c1e-7d2a-9a52-1a6c51b3b301"
	claim.Kind = License
	claim.AchievementID = "urn:uuid:0193a5f0-5c1e-7d2a-9a52-1a6c51b3b303"
	claim.Title = "Licensed Massage Therapist, Texas"
	claim.Description = "The register of the Texas Department of Licensing and Regulation showed this license as active on Nov 20, 2026."
	claim.Criteria = "Looked up in the public register by the school."
	claim.LicenseNumber = "MT123456"
	return claim
}

func transcriptClaim(key signing.Key) Claim {
	claim := completionClaim(key)
	claim.ID = "urn:uuid:0193a5f0-5c1e-7d2a-9a52-1a6c51b3b401"
	claim.Kind = Transcript
	claim.AchievementID = "urn:uuid:0193a5f0-5c1e-7d2a-9a52-1a6c51b3b403"
	claim.Title = "Statement of hours"
	claim.Description = "Supervised instruction on record, by subject."
	claim.Criteria = "Sessions that supervisors signed."
	claim.Hours.Total.Minutes = 12_345
	return claim
}

// samples are claims of every kind, without limit of validity in sight.
func samples(key signing.Key) map[string]Claim {
	claims := map[string]Claim{
		"completion": completionClaim(key), "specialty": specialtyClaim(key),
		"license": licenseClaim(key), "transcript": transcriptClaim(key),
	}
	for name, claim := range claims {
		if !claim.ValidUntil.IsZero() {
			claim.ValidUntil = claim.ValidFrom.AddDate(100, 0, 0)
			claims[name] = claim
		}
	}
	return claims
}

func testJWTKey(t testing.TB, number byte) signing.JWTKey {
	t.Helper()
	key, err := signing.JWTKeyFromSeed(bytes.Repeat([]byte{number}, signing.SeedSize))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func issueJWT(t testing.TB, claim Claim, key signing.JWTKey) []byte {
	t.Helper()
	raw, err := IssueJWT(claim, key, claim.ValidFrom)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(raw)
}

func issue(t testing.TB, claim Claim, key signing.Key) []byte {
	t.Helper()
	raw, err := Issue(claim, key, issuedAt)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func check(t testing.TB, raw []byte) Report {
	t.Helper()
	return Verify(context.Background(), raw, Options{Now: nextDay})
}
