package credential

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/platform/signing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestIssue_Golden holds the bytes that people download.
func TestIssue_Golden(t *testing.T) {
	key := testKey(t, 7)
	for name, claim := range map[string]Claim{"completion": completionClaim(key), "specialty": specialtyClaim(key)} {
		t.Run(name, func(t *testing.T) {
			got := issue(t, claim, key)
			if !bytes.Equal(got, issue(t, claim, key)) {
				t.Error("the same claim gives other bytes")
			}
			file := filepath.Join("testdata", name+".json")
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestIssue_RoundTrip(t *testing.T) {
	key := testKey(t, 7)
	claim := completionClaim(key)
	claim.ValidUntil = issuedAt.AddDate(1, 0, 0)
	report := check(t, issue(t, claim, key))
	if report.Outcome != Valid {
		t.Fatalf("%+v", report)
	}
	got := [...]any{
		report.ID, report.IssuerID, report.IssuerName, report.SubjectName, report.Title, report.Kind,
		report.Minutes, report.Started, report.Ended, report.ValidFrom, report.ValidUntil,
	}
	want := [...]any{
		claim.ID, claim.Issuer.DID, claim.Issuer.Name, claim.Subject.Name, claim.Title, "CertificateOfCompletion",
		int64(36_750), "2025-09-01", "2026-11-20", claim.ValidFrom, claim.ValidUntil,
	}
	if got != want {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestIssue_Seconds(t *testing.T) {
	key := testKey(t, 7)
	east := time.FixedZone("east", 3*60*60)
	raw, err := Issue(completionClaim(key), key, time.Date(2026, 11, 23, 12, 0, 0, 999_999_999, east))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(raw, []byte(`"created": "2026-11-23T09:00:00Z"`)) {
		t.Errorf("created is not in whole seconds of UTC:\n%s", raw)
	}
}

func TestIssue_Status(t *testing.T) {
	key := testKey(t, 7)
	claim := completionClaim(key)
	claim.Status = &Status{ListURL: "https://palmar.example/status/1", Index: 90_210}
	raw := issue(t, claim, key)
	if report := check(t, raw); report.Outcome != CouldNotCheck {
		t.Errorf("a credential whose revocation was not looked up: %+v", report)
	}
}

func TestIssue_Refused(t *testing.T) {
	key := testKey(t, 7)
	tests := map[string]struct {
		change func(*Claim)
		field  string
	}{
		"control character": {func(c *Claim) { c.Subject.Name = "Zoë\x00" }, "subject.name"},
		"tab":               {func(c *Claim) { c.Title = "Medical\tMassage" }, "title"},
		"delete":            {func(c *Claim) { c.Description = "x\x7f" }, "description"},
		"second line":       {func(c *Claim) { c.Subject.Name = "Zoë\nLicensed" }, "subject.name"},
		"reversed text":     {func(c *Claim) { c.Issuer.Name = "\u202eloohcS" }, "issuer.name"},
		"not UTF-8":         {func(c *Claim) { c.Criteria = "\xff" }, "criteria"},
		"replaced":          {func(c *Claim) { c.Criteria = "\ufffd" }, "criteria"},
		"no name":           {func(c *Claim) { c.Subject.Name = " " }, "subject.name"},
		"long name":         {func(c *Claim) { c.Subject.Name = strings.Repeat("x", 301) }, "subject.name"},
		"relative id":       {func(c *Claim) { c.ID = "credentials/1" }, "id"},
		"blank id":          {func(c *Claim) { c.Subject.ID = "_:b0" }, "subject.id"},
		"space in id":       {func(c *Claim) { c.AchievementID = "urn:x y" }, "achievement_id"},
		"script":            {func(c *Claim) { c.EvidenceURL = "javascript:alert(1)" }, "evidence_url"},
		"no DID":            {func(c *Claim) { c.Issuer.DID = "https://brightwater.example" }, "issuer.did"},
		"kind":              {func(c *Claim) { c.Kind = "diploma" }, "kind"},
		"no hours":          {func(c *Claim) { c.Hours = nil }, "hours"},
		"negative minutes":  {func(c *Claim) { c.Hours.Total.Minutes = -1 }, "hours.total"},
		"unnamed subject":   {func(c *Claim) { c.Hours.Subjects[1].Name = "" }, "hours.subjects[1].name"},
		"no salt":           {func(c *Claim) { c.Subject.Salt = "" }, "subject.salt"},
		"ends first":        {func(c *Claim) { c.Ended = "2024-01-01" }, "ended"},
		"no such day":       {func(c *Claim) { c.Started = "2025-02-30" }, "started"},
		"expired at once":   {func(c *Claim) { c.ValidUntil = c.ValidFrom }, "valid_until"},
		"no date":           {func(c *Claim) { c.ValidFrom = time.Time{} }, "valid_from"},
		"status":            {func(c *Claim) { c.Status = &Status{ListURL: "https://x.example/1", Index: -1} }, "status.index"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			claim := completionClaim(key)
			test.change(&claim)
			_, err := Issue(claim, key, issuedAt)
			var field *FieldError
			if !errors.As(err, &field) || field.Field != test.field {
				t.Errorf("got %v, want an error of %s", err, test.field)
			}
		})
	}
	if _, err := Issue(completionClaim(key), signing.Key{}, issuedAt); !errors.Is(err, ErrNoKey) {
		t.Errorf("without a key: %v", err)
	}
	double := completionClaim(key)
	double.EvidenceURL = "https://palmar.example/c/1"
	double.ID = double.EvidenceURL
	if _, err := Issue(double, key, issuedAt); err == nil {
		t.Error("evidence with the id of the credential was signed")
	}
}

func TestHoursText(t *testing.T) {
	for minutes, want := range map[int64]string{0: "0 h", 59: "0 h 59 min", 36_000: "600 h", 36_001: "600 h 1 min"} {
		if got := HoursText(minutes); got != want {
			t.Errorf("%d minutes: %s, want %s", minutes, got, want)
		}
	}
}

// TestHashEmail is the example of the Open Badges specification.
func TestHashEmail(t *testing.T) {
	const want = "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"
	for _, email := range []string{"a@example.com", " A@Example.com "} {
		if got := HashEmail(email, "Kosher"); got != want {
			t.Errorf("%q: %s, want %s", email, got, want)
		}
	}
}
