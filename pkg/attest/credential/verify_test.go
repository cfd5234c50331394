package credential

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/words"
)

func TestVerify_Tampered(t *testing.T) {
	key := testKey(t, 7)
	original := string(issue(t, completionClaim(key), key))
	stranger := DIDKey(testKey(t, 8).Public())
	other := completionClaim(key)
	other.Subject.Name = "Someone Else"
	otherProof := string(issue(t, other, key))
	otherProof = otherProof[strings.Index(otherProof, `"proofValue"`):]

	swap := func(old, new string) func(string) string {
		return func(s string) string { return strings.Replace(s, old, new, 1) }
	}
	tests := map[string]struct {
		change  func(string) string
		outcome Outcome
		check   string
	}{
		"hours":            {swap(`"36750"`, `"66750"`), NotValid, CheckSignature},
		"required hours":   {swap(`"36000"`, `"3600"`), NotValid, CheckSignature},
		"narrative":        {swap(`612 h 30 min`, `712 h 30 min`), NotValid, CheckSignature},
		"name":             {swap(`Zoë`, `Zoe`), NotValid, CheckSignature},
		"issuer's name":    {swap(`Brightwater School`, `Stillwater School`), NotValid, CheckSignature},
		"date":             {swap(`"validFrom": "2026-11-23`, `"validFrom": "2026-10-23`), NotValid, CheckSignature},
		"created":          {swap(`"created": "2026-11-23`, `"created": "2026-10-23`), NotValid, CheckSignature},
		"type":             {swap(`CertificateOfCompletion`, `Certification`), NotValid, CheckSignature},
		"proof of another": {func(s string) string { return s[:strings.Index(s, `"proofValue"`)] + otherProof }, NotValid, CheckSignature},
		"result removed":   {swap(`"value": "36750"`, `"type": "Result"`), NotValid, CheckFormat},

		"issuer":       {swap(`"id": "`+DIDKey(key.Public())+`"`, `"id": "`+stranger+`"`), NotValid, CheckIssuer},
		"issuer, all":  {func(s string) string { return strings.ReplaceAll(s, DIDKey(key.Public()), stranger) }, NotValid, CheckIssuer},
		"other key":    {func(s string) string { return strings.ReplaceAll(s, key.Multikey(), testKey(t, 8).Multikey()) }, NotValid, CheckSignature},
		"issuer's key": {swap(`#`+key.Multikey(), `#`+testKey(t, 8).Multikey()), NotValid, CheckIssuer},

		"undefined term":        {swap(`"type": [`, `"licensed": "yes", "type": [`), NotValid, CheckFormat},
		"undefined inner term":  {swap(`"achievement": {`, `"achievement": {"grade": "A",`), NotValid, CheckFormat},
		"term out of its place": {swap(`"issuer": {`, `"issuer": {"licenseNumber": "1",`), NotValid, CheckFormat},
		"undefined proof term":  {swap(`"proofPurpose"`, `"note": "x", "proofPurpose"`), NotValid, CheckFormat},
		"term by its address":   {swap(`"validFrom"`, `"https://www.w3.org/2018/credentials#validFrom"`), NotValid, CheckFormat},
		"address with a space":  {swap(`"type": [`, `"x:a b": "yes", "type": [`), NotValid, CheckFormat},
		"undefined type":        {swap(`"OpenBadgeCredential"`, `"OpenBadgeCredential", "Diploma"`), NotValid, CheckFormat},
		"relative id":           {swap(`"id": "urn:uuid:0193a5f0-5c1e-7d2a-9a52-1a6c51b3b102"`, `"id": "b102"`), NotValid, CheckFormat},
		"name twice":            {swap(`"type": [`, `"id": "urn:x:1", "type": [`), NotValid, CheckFormat},
		"hidden name twice":     {swap(`"type": [`, `"\u0069d": "urn:x:1", "type": [`), NotValid, CheckFormat},
		"id twice":              {swap(`"type": [`, `"termsOfUse": {"id": "urn:uuid:0193a5f0-5c1e-7d2a-9a52-1a6c51b3b101"}, "type": [`), NotValid, CheckFormat},
		"control character":     {swap(`Zoë`, `Zo\u0001`), NotValid, CheckFormat},
		"lone surrogate":        {swap(`Zoë`, `Zo\ud800`), NotValid, CheckFormat},
		"not UTF-8":             {swap(`Zoë`, "Zo\xeb"), CouldNotCheck, CheckFormat},
		"cut off":               {func(s string) string { return s[:strings.LastIndex(s, `,`)] + "}" }, CouldNotCheck, CheckFormat},
		"no proof":              {swap(`"proof"`, `"evidence2"`), NotValid, CheckFormat},
		"unknown suite":         {swap(`eddsa-rdfc-2022`, `eddsa-rdfc-2023`), NotValid, CheckFormat},
		"proof's purpose":       {swap(`assertionMethod`, `authentication`), NotValid, CheckFormat},
		"no signature":          {swap(`"proofValue"`, `"nonce"`), NotValid, CheckSignature},
		"badge context":         {swap(`context-3.0.3.json`, `context-3.0.4.json`), CouldNotCheck, CheckFormat},
		"first context":         {swap(`credentials/v2`, `credentials/v3`), CouldNotCheck, CheckFormat},
		"expired":               {swap(`"validFrom"`, `"validUntil": "2026-11-23T10:00:00Z", "validFrom"`), NotValid, CheckSignature},

		"null":            {swap(`"type": [`, `"validUntil": null, "type": [`), CouldNotCheck, CheckFormat},
		"keyword":         {swap(`"type": [`, `"@index": "licensed", "type": [`), CouldNotCheck, CheckFormat},
		"inner context":   {swap(`"issuer": {`, `"issuer": {"@context": {"a": "urn:b"},`), CouldNotCheck, CheckFormat},
		"own context":     {swap(`extensions.json"`, `extensions.json", {"a": "urn:b"}`), CouldNotCheck, CheckFormat},
		"unknown context": {swap(`extensions.json"`, `extensions.json", "https://x.example/v1"`), CouldNotCheck, CheckFormat},
		"another suite":   {swap(`eddsa-rdfc-2022`, `ecdsa-rdfc-2019`), CouldNotCheck, CheckFormat},
		"two proofs":      {swap(`"proof": [`, `"proof": [{},`), CouldNotCheck, CheckFormat},

		"untouched":           {func(s string) string { return s }, Valid, ""},
		"white space":         {func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }, Valid, ""},
		"escaped characters":  {swap(`Zoë`, `\u005aoë`), Valid, ""},
		"proof not in a list": {func(s string) string { return unlist(s) }, Valid, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			changed := test.change(original)
			if changed == original && name != "untouched" {
				t.Fatal("the change changes nothing")
			}
			report := check(t, []byte(changed))
			failed, _ := report.Failed()
			if report.Outcome != test.outcome || failed.Name != test.check {
				t.Errorf("got %s by %q (%s), want %s by %q", report.Outcome, failed.Name, failed.Detail(), test.outcome, test.check)
			}
		})
	}
}

func unlist(s string) string {
	i := strings.Index(s, `"proof": [`)
	return s[:i] + `"proof": ` + strings.Replace(s[i+len(`"proof": [`):], "]", "", 1)
}

// TestVerify_EveryByte changes each byte of a credential in turn. None but
// white space may be changed unseen.
func TestVerify_EveryByte(t *testing.T) {
	key := testKey(t, 7)
	original := issue(t, specialtyClaim(key), key)
	inText := false
	for i, b := range original {
		if b == '"' {
			inText = !inText
		}
		if !inText && (b == ' ' || b == '\n') {
			continue
		}
		for _, flip := range []byte{1, 0x20} {
			changed := bytes.Clone(original)
			changed[i] ^= flip
			if report := check(t, changed); report.Outcome == Valid {
				t.Errorf("byte %d, %q changed to %q in %q: still valid", i, b, changed[i], original[max(0, i-20):min(len(original), i+20)])
			}
		}
	}
}

func TestVerify_Dates(t *testing.T) {
	key := testKey(t, 7)
	raw := issue(t, specialtyClaim(key), key)
	tests := map[string]struct {
		now     time.Time
		outcome Outcome
	}{
		"no clock":   {time.Time{}, CouldNotCheck},
		"too early":  {issuedAt.Add(-6 * time.Minute), NotValid},
		"clock late": {issuedAt.Add(-4 * time.Minute), Valid},
		"at once":    {issuedAt, Valid},
		"last":       {issuedAt.AddDate(2, 0, 0).Add(-time.Second), Valid},
		"expired":    {issuedAt.AddDate(2, 0, 0), NotValid},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			report := Verify(context.Background(), raw, Options{Now: test.now})
			if report.Outcome != test.outcome {
				t.Errorf("%+v", report)
			}
			if failed, ok := report.Failed(); ok && failed.Name != CheckDates {
				t.Errorf("refused by %s", failed.Name)
			}
		})
	}
}

func TestVerify_Trust(t *testing.T) {
	key := testKey(t, 7)
	raw := issue(t, completionClaim(key), key)
	school := DIDKey(key.Public())
	for _, test := range []struct {
		issuers []string
		outcome Outcome
	}{
		{nil, Valid},
		{[]string{"did:web:x.example", school}, Valid},
		{[]string{"did:web:x.example"}, NotValid},
	} {
		report := Verify(context.Background(), raw, Options{Now: nextDay, TrustedIssuers: test.issuers})
		if report.Outcome != test.outcome {
			t.Errorf("trusting %v: %+v", test.issuers, report)
		}
	}
}

type resolverFunc func(did string) (Document, error)

func (f resolverFunc) Resolve(_ context.Context, did string) (Document, error) { return f(did) }

func TestVerify_Resolver(t *testing.T) {
	key, retired := testKey(t, 7), testKey(t, 9)
	const school = "did:web:palmar.example:schools:brightwater"
	claim := completionClaim(key)
	claim.Issuer.DID = school
	raw := issue(t, claim, key)
	tests := map[string]struct {
		resolve resolverFunc
		outcome Outcome
	}{
		"several keys": {func(did string) (Document, error) {
			return DocumentOf(did, retired.Public(), key.Public()), nil
		}, Valid},
		"out of reach": {func(string) (Document, error) { return Document{}, errors.New("no route to host") }, CouldNotCheck},
		"key unknown":  {func(did string) (Document, error) { return DocumentOf(did, retired.Public()), nil }, NotValid},
		"key not for claims": {func(did string) (Document, error) {
			document := DocumentOf(did, key.Public())
			document.AssertionMethod = nil
			return document, nil
		}, NotValid},
		"another's document": {func(string) (Document, error) { return DocumentOf("did:web:x.example", key.Public()), nil }, NotValid},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			report := Verify(context.Background(), raw, Options{Now: nextDay, Resolver: test.resolve})
			if report.Outcome != test.outcome {
				t.Errorf("%+v", report)
			}
		})
	}
	if report := check(t, raw); report.Outcome != CouldNotCheck {
		t.Errorf("did:web without a resolver: %+v", report)
	}
}

func TestVerify_Status(t *testing.T) {
	key := testKey(t, 7)
	claim := completionClaim(key)
	claim.Status = &Status{ListURL: "https://palmar.example/status/1", Index: 5}
	raw := issue(t, claim, key)
	for _, outcome := range []Outcome{Valid, NotValid, CouldNotCheck} {
		lookUp := func(_ context.Context, _ string, entry map[string]any) (Outcome, words.Sentence) {
			if entry["statusListIndex"] != "5" {
				t.Errorf("entry %v", entry)
			}
			return outcome, words.S("reason.revoked")
		}
		report := Verify(context.Background(), raw, Options{Now: nextDay, Status: lookUp})
		if report.Outcome != outcome {
			t.Errorf("list says %s: %+v", outcome, report)
		}
	}
	hidden := bytes.Replace(raw, []byte(`"credentialStatus"`), []byte(`"https://www.w3.org/2018/credentials#credentialStatus"`), 1)
	if report := check(t, hidden); report.Outcome != NotValid {
		t.Errorf("a status hidden under its address: %+v", report)
	}
}

func TestVerify_Bounds(t *testing.T) {
	key := testKey(t, 7)
	original := string(issue(t, completionClaim(key), key))
	evidence := func(entries string) string {
		return strings.Replace(original, `"evidence": [`, `"evidence": [`+entries, 1)
	}
	alike := strings.Repeat(`{"type": "Evidence"},`, 12)
	deep := strings.Repeat(`{"type": "Evidence", "evidence": `, 40) + `"x"` + strings.Repeat("}", 40) + ","
	for name, raw := range map[string]string{
		"large":  "{" + strings.Repeat(" ", MaxDocumentBytes) + original[1:],
		"deep":   evidence(deep),
		"many":   evidence(strings.Repeat(`{"type": "Evidence", "name": "x"},`, 6_000)),
		"alike":  evidence(alike),
		"braces": strings.Repeat(`{"a":`, 50_000),
		"empty":  "", "null": "null", "number": "1", "array": "[]", "object": "{}",
	} {
		t.Run(name, func(t *testing.T) {
			if report := check(t, []byte(raw)); report.Outcome == Valid {
				t.Errorf("%+v", report)
			}
		})
	}
}

// A stranger's largest documents are refused in bounded memory.
func TestVerify_Strangers(t *testing.T) {
	key := testKey(t, 7)
	good := string(issue(t, completionClaim(key), key))
	nodes := strings.Replace(good, `"evidence": [`, `"evidence": [`+strings.Repeat(`{"type": "Evidence"},`, 100_000), 1)
	var part bytes.Buffer
	w := gzip.NewWriter(&part)
	_, err := w.Write(make([]byte, 1<<20))
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	bomb := bytes.Repeat(part.Bytes(), 1<<10) // parts that follow each other are one stream
	encoded := "u" + base64.RawURLEncoding.EncodeToString(bomb)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if report := check(t, []byte(nodes)); report.Outcome == Valid {
		t.Error("100,000 blank nodes are accepted")
	}
	if _, err := DecodeBitstring(encoded); outcomeOf(err) != CouldNotCheck {
		t.Errorf("a bomb of 1 GB: %v", err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
		t.Errorf("%d MB were allocated", used>>20)
	}
}

// TestVerify_AtOnce shows the shared vocabulary to many readers at once.
func TestVerify_AtOnce(t *testing.T) {
	key := testKey(t, 7)
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			for range 20 {
				raw, err := Issue(completionClaim(key), key, issuedAt)
				if err != nil {
					t.Error(err)
					return
				}
				if report := check(t, raw); report.Outcome != Valid {
					t.Errorf("%+v", report)
				}
			}
		})
	}
	readers.Wait()
}
