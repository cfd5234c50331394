package credential

import (
	"bytes"
	"testing"
)

// FuzzVerify looks for a document that ends the program, takes for ever, or is
// valid without being one that was issued.
func FuzzVerify(f *testing.F) {
	key := testKey(f, 7)
	completion, specialty := completionClaim(key), specialtyClaim(key)
	f.Add(issue(f, completion, key))
	f.Add(issue(f, specialty, key))
	f.Fuzz(func(t *testing.T, raw []byte) {
		report := check(t, raw)
		if len(report.Checks) == 0 {
			t.Fatal("nothing was checked")
		}
		if report.Outcome != Valid {
			return
		}
		said := [...]any{report.ID, report.SubjectName, report.Title, report.Minutes, report.ValidUntil}
		if said != [...]any{completion.ID, completion.Subject.Name, completion.Title, completion.Hours.Total.Minutes, completion.ValidUntil} &&
			said != [...]any{specialty.ID, specialty.Subject.Name, specialty.Title, int64(0), specialty.ValidUntil} {
			t.Fatalf("valid, and never issued: %+v\n%s", report, raw)
		}
	})
}

// FuzzParseCode looks for a code that does not read back as itself.
func FuzzParseCode(f *testing.F) {
	f.Add("0000-0000-0000-0000-0000-0000-0000")
	f.Add("oooo iiii llll")
	f.Fuzz(func(t *testing.T, text string) {
		code, err := ParseCode(text)
		if err != nil {
			return
		}
		if again, err := ParseCode(code.Compact()); err != nil || again != code {
			t.Fatalf("%q is %s, which is %s, %v", text, code, again, err)
		}
	})
}

// FuzzVerifyJWT looks for a JWT that ends the program or is valid without being
// one that was issued.
func FuzzVerifyJWT(f *testing.F) {
	key := testJWTKey(f, 7)
	claim := completionClaim(testKey(f, 7))
	claim.Issuer.DID = DIDKey(key.Public())
	good := issueJWT(f, claim, key)
	f.Add(good)
	f.Add([]byte("eyJhbGciOiJub25lIn0.e30."))
	f.Fuzz(func(t *testing.T, raw []byte) {
		report := verifyJWT(t.Context(), raw, Options{Now: nextDay})
		if report.Outcome == Valid && (report.SubjectName != claim.Subject.Name || report.Minutes != claim.Hours.Total.Minutes) {
			t.Fatalf("valid, and never issued: %+v\n%s", report, raw)
		}
	})
}

// FuzzReadStatusList looks for a list that ends the program, or is good without
// being one that was signed.
func FuzzReadStatusList(f *testing.F) {
	key := testKey(f, 7)
	good := issueList(f, statusList(key, 3, 94_567), key)
	f.Add(good, "u")
	f.Add([]byte("{}"), NewBitstring().Encode())
	f.Fuzz(func(t *testing.T, raw []byte, encoded string) {
		if list, err := ReadStatusList(t.Context(), raw, nil, nextDay); err == nil && (!list.Bits.Get(3) || list.ID != listAddress) {
			t.Fatalf("good, and never signed: %s", raw)
		}
		bits, err := DecodeBitstring(encoded)
		if err != nil {
			return
		}
		if again, err := DecodeBitstring(bits.Encode()); err != nil || !bytes.Equal(again, bits) {
			t.Fatalf("%q does not read back: %v", encoded, err)
		}
	})
}

// FuzzOpen looks for a picture or a disclosure that ends the program.
func FuzzOpen(f *testing.F) {
	document := issue(f, completionClaim(testKey(f, 7)), testKey(f, 7))
	f.Add(BakeSVG([]byte("<svg></svg>"), document))
	f.Add([]byte(pngSignature + "\x00\x00\x00\x01iTXtx0000"))
	f.Add([]byte(`{"credential":{},"lines":[{"index":0,"salt":"AAAA","line":1,"proof":[]}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		_, _, _ = Open(raw)
		if report := check(t, raw); len(report.Checks) == 0 {
			t.Fatal("nothing was checked")
		}
		if c, ok := parseCommitment(string(raw)); ok && c.address() != string(raw) {
			t.Fatalf("%q reads as %q", raw, c.address())
		}
	})
}
