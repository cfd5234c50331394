package credential

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/palmar/palmar/pkg/platform/signing"
	"github.com/palmar/palmar/pkg/words"
)

const listAddress = "https://palmar.example/status/1"

func statusList(key signing.Key, set ...int) StatusList {
	bits := NewBitstring()
	for _, i := range set {
		bits.Set(i)
	}
	return StatusList{
		ID: listAddress, Issuer: Issuer{DID: DIDKey(key.Public())}, Purpose: Revocation, Bits: bits,
		ValidFrom: issuedAt, ValidUntil: issuedAt.AddDate(0, 0, 7), TTL: 5 * time.Minute,
	}
}

func issueList(t testing.TB, list StatusList, key signing.Key) []byte {
	t.Helper()
	raw, err := IssueStatusList(list, key, issuedAt)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestBitstring(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bits := NewBitstring()
		set := map[int]bool{}
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, StatusListSize-1), 0, 50).Draw(t, "set") {
			bits.Set(i)
			set[i] = true
		}
		read, err := DecodeBitstring(bits.Encode())
		if err != nil || !bytes.Equal(read, bits) {
			t.Fatalf("read back otherwise: %v", err)
		}
		for i := range set {
			for _, near := range []int{i - 1, i, i + 1} {
				if read.Get(near) != set[near] {
					t.Fatalf("entry %d is %v", near, read.Get(near))
				}
			}
		}
	})
	// The first bit is the left-most (Bitstring Status List 1.0, section 3.2).
	bits := NewBitstring()
	bits.Set(0)
	if bits[0] != 0x80 {
		t.Errorf("entry 0 stands in %08b", bits[0])
	}
}

func TestDecodeBitstring_Err(t *testing.T) {
	pack := func(raw []byte) string {
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		_, _ = w.Write(raw)
		_ = w.Close()
		return "u" + base64.RawURLEncoding.EncodeToString(packed.Bytes())
	}
	for name, test := range map[string]struct {
		encoded string
		outcome Outcome
	}{
		"empty":      {"", NotValid},
		"base":       {"z" + NewBitstring().Encode()[1:], NotValid},
		"not base64": {"u===", NotValid},
		"not GZIP":   {"uAAAA", NotValid},
		"cut":        {NewBitstring().Encode()[:20], NotValid},
		"short":      {pack(make([]byte, StatusListSize/8-1)), NotValid},
		"bomb":       {pack(make([]byte, maxStatusListBytes+1)), CouldNotCheck},
		"long":       {pack(make([]byte, maxStatusListBytes)), Valid},
	} {
		if _, err := DecodeBitstring(test.encoded); outcomeOf(err) != test.outcome {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLists(t *testing.T) {
	key, other := testKey(t, 7), testKey(t, 8)
	claim := completionClaim(key)
	claim.Status = &Status{ListURL: listAddress, Index: 94_567}
	raw := issue(t, claim, key)
	clear, revoked := issueList(t, statusList(key, 94_566), key), issueList(t, statusList(key, 94_567), key)
	suspension, elsewhere := statusList(key), statusList(key)
	suspension.Purpose, elsewhere.ID = Suspension, listAddress+"2"
	badge := issue(t, completionClaim(key), key)
	for name, test := range map[string]struct {
		list    []byte
		now     time.Time
		outcome Outcome
	}{
		"not revoked":   {clear, nextDay, Valid},
		"revoked":       {revoked, nextDay, NotValid},
		"missing":       {nil, nextDay, CouldNotCheck},
		"not JSON":      {[]byte("<html>"), nextDay, CouldNotCheck},
		"no list":       {badge, nextDay, CouldNotCheck},
		"old":           {clear, issuedAt.AddDate(0, 0, 8), CouldNotCheck},
		"another's":     {issueList(t, statusList(other), other), nextDay, CouldNotCheck},
		"other purpose": {issueList(t, suspension, key), nextDay, CouldNotCheck},
		"other address": {issueList(t, elsewhere, key), nextDay, CouldNotCheck},
		"bits changed":  {bytes.Replace(revoked, []byte(statusList(key, 94_567).Bits.Encode()), []byte(NewBitstring().Encode()), 1), nextDay, CouldNotCheck},
		"proof taken off": {revoked[:bytes.LastIndex(revoked, []byte(`,
  "proof"`))], nextDay, CouldNotCheck},
	} {
		t.Run(name, func(t *testing.T) {
			lists := Lists{Now: test.now, Fetch: func(_ context.Context, address string) ([]byte, error) {
				if address != listAddress {
					t.Errorf("asked for %s", address)
				}
				if test.list == nil {
					return nil, errors.New("no route to host")
				}
				return test.list, nil
			}}
			report := Verify(t.Context(), raw, Options{Now: test.now, Status: lists.Status})
			failed, _ := report.Failed()
			if report.Outcome != test.outcome || report.Outcome != Valid && failed.Name != CheckStatus {
				t.Errorf("%+v", report)
			}
		})
	}
	stripped := strings.Replace(string(raw), `"credentialStatus"`, `"refreshService"`, 1)
	if report := check(t, []byte(stripped)); report.Outcome != NotValid {
		t.Errorf("status stripped: %+v", report)
	}
}

// A package is checked by the list in it where the published one is out of
// reach, and by the published one where it is not.
func TestVerify_Packed(t *testing.T) {
	key := testKey(t, 7)
	claim := completionClaim(key)
	claim.Status = &Status{ListURL: listAddress, Index: 9}
	raw := issue(t, claim, key)
	clear, revoked := issueList(t, statusList(key), key), issueList(t, statusList(key, 9), key)
	pack := func(list []byte) []byte {
		out, err := json.Marshal(packed{Document: string(raw), StatusList: string(list)})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	published := func(list []byte) func(context.Context, string, map[string]any) (Outcome, words.Sentence) {
		return Lists{Now: nextDay, Fetch: func(context.Context, string) ([]byte, error) {
			if list == nil {
				return nil, errors.New("no route to host")
			}
			return list, nil
		}}.Status
	}
	for name, test := range map[string]struct {
		packed, published []byte
		want              Outcome
	}{
		"kept alone":            {clear, nil, Valid},
		"kept revoked":          {revoked, nil, NotValid},
		"revoked since":         {clear, revoked, NotValid},
		"forged in the package": {bytes.Replace(revoked, []byte("revocation"), []byte("suspension"), 1), nil, CouldNotCheck},
		"no list":               {nil, nil, CouldNotCheck},
	} {
		report := Verify(t.Context(), pack(test.packed), Options{Now: nextDay, Status: published(test.published)})
		if report.Outcome != test.want {
			t.Errorf("%s: %+v", name, report)
		}
	}
}
