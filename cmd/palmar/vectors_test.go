package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/kept/vectortest"
)

// TestVerify_Vectors asks the command what the table asks of every verifier: without a
// network, with the school's keys and the log's in files.
func TestVerify_Vectors(t *testing.T) {
	t.Parallel()
	w := certifytest.SQLite(t, vectortest.Base)
	table := vectortest.Table(t, w)
	document, err := w.Certify.PublicKeys(t.Context(), w.School.Slug)
	if err != nil {
		t.Fatal(err)
	}
	keys := filepath.Join(t.TempDir(), "keys.json")
	if err := os.WriteFile(keys, document, 0o600); err != nil {
		t.Fatal(err)
	}
	command := verifyCommand{Offline: true, Keys: []string{keys}}
	for _, v := range table {
		report, err := command.judge(t.Context(), v.File, w.Src.Now())
		if got := vectortest.Of(report); err != nil || got != v.Answer {
			t.Errorf("%s: the command says %v, want %v; %v", v.Name, got, v.Answer, err)
		}
	}
}

// TestVerify_Foreign: what others issue, sound or not, is never called not valid where
// it cannot be judged here.
func TestVerify_Foreign(t *testing.T) {
	t.Parallel()
	for name, file := range vectortest.Foreign(t, "../../../shared/data/foreign") {
		report, err := (verifyCommand{Offline: true}).judge(t.Context(), file, nextDay())
		got := vectortest.Of(report)
		t.Logf("%-60s %s %s", name, got.Outcome, got.Reason)
		if want := foreignAnswers[name]; err != nil || got != want {
			t.Errorf("%s: %v, want %v; %v", name, got, want, err)
		}
		if got.Outcome == credential.Valid {
			t.Errorf("%s: valid, though nobody vouches for it", name)
		}
	}
}

// foreignAnswers are the answers to the files of others, without a network.
var foreignAnswers = map[string]vectortest.Answer{
	"dcc-eddsa-v2-safeModeBreaker.json":                       {Outcome: credential.CouldNotCheck, Reason: "reason.other_issuer"},
	"dcc-eddsa-v2-v2EddsaWithValidStatus.json":                {Outcome: credential.CouldNotCheck, Reason: "reason.other_vocabulary"},
	"dcc-eddsaAndEd25519-v2-v2DoubleSigWithBadStatusUrl.json": {Outcome: credential.CouldNotCheck, Reason: "reason.other_vocabulary"},
	"dcc-eddsaAndEd25519-v2-v2DoubleSigWithValidStatus.json":  {Outcome: credential.CouldNotCheck, Reason: "reason.other_vocabulary"},
	"dcc-v1-testVC.json":                                      {Outcome: credential.CouldNotCheck, Reason: "reason.other_model"},
	"dcc-v1-v1Expired.json":                                   {Outcome: credential.CouldNotCheck, Reason: "reason.other_model"},
	"dcc-v1-v1ExpiredWithValidStatus.json":                    {Outcome: credential.CouldNotCheck, Reason: "reason.other_model"},
	"dcc-v1-v1NoStatus.json":                                  {Outcome: credential.CouldNotCheck, Reason: "reason.other_model"},
	"dcc-v1-v1OBv3SpecExample.json":                           {Outcome: credential.CouldNotCheck, Reason: "reason.other_model"},
	"dcc-v1-v1Revoked.json":                                   {Outcome: credential.CouldNotCheck, Reason: "reason.other_model"},
	"dcc-v1-v1RevokedAndExpired.json":                         {Outcome: credential.CouldNotCheck, Reason: "reason.other_model"},
	"dcc-v1-v1SimpleIssuerId.json":                            {Outcome: credential.CouldNotCheck, Reason: "reason.other_model"},
	"dcc-v1-v1WithValidStatus.json":                           {Outcome: credential.CouldNotCheck, Reason: "reason.other_model"},
	"dcc-v2-didWeb-v2WithBadDidWeb.json":                      {Outcome: credential.CouldNotCheck, Reason: "reason.other_vocabulary"},
	"dcc-v2-didWeb-v2didWebMultikeyWithValidStatus.json":      {Outcome: credential.CouldNotCheck, Reason: "reason.other_vocabulary"},
	"dcc-v2-didWeb-v2didWebWithValidStatus.json":              {Outcome: credential.CouldNotCheck, Reason: "reason.other_vocabulary"},
	"dcc-v2-v2Expired.json":                                   {Outcome: credential.CouldNotCheck, Reason: "reason.other_vocabulary"},
	"dcc-v2-v2ExpiredWithValidStatus.json":                    {Outcome: credential.CouldNotCheck, Reason: "reason.other_vocabulary"},
	"dcc-v2-v2NoStatus.json":                                  {Outcome: credential.CouldNotCheck, Reason: "reason.other_vocabulary"},
	"dcc-v2-v2OBv3SpecExample.json":                           {Outcome: credential.CouldNotCheck, Reason: "reason.nobody_vouches"},
	"dcc-v2-v2Revoked.json":                                   {Outcome: credential.CouldNotCheck, Reason: "reason.other_vocabulary"},
	"dcc-v2-v2RevokedAndExpired.json":                         {Outcome: credential.CouldNotCheck, Reason: "reason.other_vocabulary"},
	"dcc-v2-v2SimpleIssuerId.json":                            {Outcome: credential.CouldNotCheck, Reason: "reason.other_vocabulary"},
	"dcc-v2-v2WithValidStatus.json":                           {Outcome: credential.CouldNotCheck, Reason: "reason.other_vocabulary"},
}
