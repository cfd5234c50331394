package credential

import (
	"reflect"
	"testing"
)

func TestClaimOf(t *testing.T) {
	key := testKey(t, 7)
	for name, claim := range samples(key) {
		if claim.Hours != nil {
			commitment, err := testRecord(t, 9).Commitment()
			if err != nil {
				t.Fatal(err)
			}
			claim.Record = &commitment
			claim.EvidenceURL = "https://palmar.example/record"
		}
		if claim.Kind == Completion {
			claim.States = []StateClaim{
				{"Texas", "less", "At least 125 h of the techniques are Swedish massage. Here: 0 h.\nBy 16 Tex. Admin. Code 117, judged on November 28, 2026."},
				{"New Jersey", "met", "By N.J.S.A. 45:11-75, judged on November 28, 2026."},
			}
		}
		claim.Status = &Status{ListURL: listAddress, Index: 77}
		read, err := ClaimOf(issue(t, claim, key))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		claim.Subject.Email, claim.Subject.Salt = "", ""
		if !reflect.DeepEqual(read, claim) {
			t.Errorf("%s: got\n%+v\nwant\n%+v", name, read, claim)
		}
	}
	if _, err := ClaimOf([]byte("{}")); err == nil {
		t.Error("a claim of nothing")
	}
}
