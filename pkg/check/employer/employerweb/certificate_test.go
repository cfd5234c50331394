package employerweb

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/render"
	"github.com/palmar/palmar/pkg/words"
	"github.com/palmar/palmar/templates"
)

var update = flag.Bool("update", false, "write the golden files again")

// TestCertificate_Page holds the whole page of each outcome.
func TestCertificate_Page(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	check := func(name string, outcome credential.Outcome, id string) credential.Check {
		return credential.Check{Name: name, Outcome: outcome, Reason: words.S(id)}
	}
	base := employer.Check{
		Credential: core.Credential{
			ID: core.CredentialID{1}, OrganizationName: "Brightwater School of Massage", Kind: core.CredentialCompletion, Code: "7K4M-PX2Q-9TRW-7K4M-PX2Q-9TRW-7K4M",
			Title: "Medical Massage Foundations", SubjectName: "Ada <Example>", Minutes: 36_045, IssuedAt: at.AddDate(0, -2, 0),
		},
		Report: credential.Report{
			IssuerID: "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", IssuerName: "Brightwater School of Massage",
			SubjectName: "Ada <Example>", Title: "Medical Massage Foundations", Kind: "CertificateOfCompletion", Minutes: 36_045,
			Started: "2025-01-06", Ended: "2026-09-18", ValidFrom: at.AddDate(0, -2, 0),
		},
		CheckedAt: at,
	}
	renderer, err := render.New(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	for name, last := range map[string]credential.Check{
		"valid":           check(credential.CheckDates, credential.Valid, "reason.in_date"),
		"not_valid":       check(credential.CheckSignature, credential.NotValid, "reason.changed"),
		"could_not_check": check(credential.CheckStatus, credential.CouldNotCheck, "reason.revocation_unseen"),
	} {
		t.Run(name, func(t *testing.T) {
			c := base
			c.Outcome, c.Report.Outcome = name, credential.Outcome(name)
			c.Report.Checks = []credential.Check{check(credential.CheckFormat, credential.Valid, "reason.well_formed"), last}
			var b strings.Builder
			p := checkPage(words.English(), c, "https://palmar.example", at.Add(3*time.Minute))
			if err := renderer.Part(&b, nil, "employer/certificate", "main", render.Page{Content: p}); err != nil {
				t.Fatal(err)
			}
			golden(t, "certificate-"+name, b.String())
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden.html")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; read the difference and run with -update if it is meant:\n%s", path, got)
	}
}
