package conformance

import (
	"encoding/hex"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/palmar/palmar/pkg/testkit"
)

// copyOf is a document that can be changed without its original.
func copyOf(t *testing.T, document map[string]any) map[string]any {
	t.Helper()
	raw, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func (s *suiteOf) verified(c map[string]any) bool {
	s.Helper()
	status, out := s.post("/credentials/verify", map[string]any{"verifiableCredential": c})
	return status == 200 && out["verified"] == true
}

// TestVectors reproduces what the W3C's vectors of both cryptosuites sign, and
// verifies them.
func TestVectors(t *testing.T) {
	for signedFile, hashFile := range map[string]string{
		"eddsa-rdfc-2022/signedDataInt.json": "eddsa-rdfc-2022/combinedHashDataInt.txt",
		"eddsa-jcs-2022/signedJCS.json":      "eddsa-jcs-2022/combinedHashJCS.txt",
	} {
		read := func(name string) []byte {
			raw, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "data", "vc-di-eddsa", name))
			if err != nil {
				testkit.Need(t, "vectors", "put the test data of github.com/w3c/vc-di-eddsa at ../shared/data/vc-di-eddsa, beside the repository: "+err.Error())
			}
			return raw
		}
		var document map[string]any
		if err := json.Unmarshal(read(signedFile), &document); err != nil {
			t.Fatal(err)
		}
		got, err := hashData(document, document["proof"].(map[string]any), nil)
		if want := string(read(hashFile)); err != nil || hex.EncodeToString(got) != want {
			t.Errorf("%s: %x %v, want %s", signedFile, got, err, want)
		}
		if s := newSuite(t); !s.verified(document) {
			t.Errorf("%s is refused", signedFile)
		}
	}
}

func TestIssue_JCS(t *testing.T) {
	s := newSuite(t)
	for path, options := range map[string]any{
		"/credentials/issue": map[string]any{"cryptosuite": suiteJCS}, "/eddsa-jcs-2022/credentials/issue": nil,
	} {
		status, c := s.post(path, map[string]any{"credential": sample(s.did(), nil), "options": options})
		if status != 201 || c["proof"].(map[string]any)["cryptosuite"] != suiteJCS || !s.verified(c) {
			t.Fatalf("%s: %d %v", path, status, c)
		}
		for name, change := range map[string]func(map[string]any){
			"value":            func(c map[string]any) { c["validFrom"] = "2026-01-02T00:00:00Z" },
			"number of types":  func(c map[string]any) { c["type"] = []any{"ExampleCredential", "VerifiableCredential"} },
			"undefined term":   func(c map[string]any) { c["@context"] = []any{contextV2}; c["note"] = "x" },
			"context taken":    func(c map[string]any) { c["@context"] = []any{contextV2} },
			"context of proof": func(c map[string]any) { c["proof"].(map[string]any)["@context"] = []any{contextV2} },
			"other suite":      func(c map[string]any) { c["proof"].(map[string]any)["cryptosuite"] = suiteRDFC },
		} {
			changed := copyOf(t, c)
			change(changed)
			if s.verified(changed) {
				t.Errorf("%s: %s passes", path, name)
			}
		}
		appended := copyOf(t, c)
		appended["@context"] = append(appended["@context"].([]any), contextIntegrity)
		if !s.verified(appended) {
			t.Errorf("%s: a context appended after it was signed is no change (section 3.3.2)", path)
		}
	}
}

// One proof may build on another, of either cryptosuite.
func TestIssue_Chain(t *testing.T) {
	s := newSuite(t)
	for _, suites := range [][2]string{{suiteRDFC, suiteRDFC}, {suiteRDFC, suiteJCS}, {suiteJCS, suiteRDFC}, {suiteJCS, suiteJCS}} {
		first, err := sign(sample(s.did(), nil), s.options.Key, assertion, now, map[string]any{"id": "urn:uuid:1", "cryptosuite": suites[0]})
		if err != nil {
			t.Fatal(err)
		}
		status, both := s.post("/credentials/issue", map[string]any{
			"credential": first, "options": map[string]any{"previousProof": "urn:uuid:1", "cryptosuite": suites[1]},
		})
		if status != 201 || !s.verified(both) {
			t.Fatalf("%v: %d %v", suites, status, both)
		}
		proofs := both["proof"].([]any)
		both["proof"] = proofs[1:]
		if s.verified(both) {
			t.Errorf("%v: the second passes without the first", suites)
		}
		other, err := sign(sample(s.did(), nil), s.options.Key, assertion, now.Add(1e9), map[string]any{"id": "urn:uuid:1", "cryptosuite": suites[0]})
		if err != nil {
			t.Fatal(err)
		}
		both["proof"] = []any{other["proof"], proofs[1]}
		if s.verified(both) {
			t.Errorf("%v: the second passes with another first", suites)
		}
	}
	status, out := s.post("/credentials/issue", map[string]any{"credential": sample(s.did(), nil), "options": map[string]any{"previousProof": "urn:uuid:1"}})
	if status != 400 || out["problemDetails"].([]any)[0].(map[string]any)["title"] != generation {
		t.Errorf("nothing to build on: %d %v", status, out)
	}
}

func TestIssue_Options(t *testing.T) {
	s := newSuite(t)
	for name, test := range map[string]struct {
		options map[string]any
		want    map[string]any // nil: refused
	}{
		"created":            {map[string]any{"created": "2026-11-01T10:00:00+01:00"}, map[string]any{"created": "2026-11-01T10:00:00+01:00"}},
		"domain, challenge":  {map[string]any{"domain": "x.example", "challenge": "1"}, map[string]any{"domain": "x.example", "challenge": "1"}},
		"expires":            {map[string]any{"expires": "2027-11-01T10:00:00Z"}, map[string]any{"expires": "2027-11-01T10:00:00Z"}},
		"suite":              {map[string]any{"type": proofType, "cryptosuite": suiteRDFC}, map[string]any{"cryptosuite": suiteRDFC}},
		"created no time":    {map[string]any{"created": "yesterday"}, nil},
		"created no zone":    {map[string]any{"created": "2026-11-01T10:00:00"}, nil},
		"expires a number":   {map[string]any{"expires": 7}, nil},
		"domain a number":    {map[string]any{"domain": []any{"x.example", 7}}, nil},
		"another type":       {map[string]any{"type": "Ed25519Signature2020"}, nil},
		"another suite":      {map[string]any{"cryptosuite": "ecdsa-rdfc-2019"}, nil},
		"another purpose":    {map[string]any{"proofPurpose": authentication}, nil},
		"challenge a number": {map[string]any{"challenge": 7}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			status, c := s.post("/credentials/issue", map[string]any{"credential": sample(s.did(), nil), "options": test.options})
			if test.want == nil {
				if status != 400 {
					t.Errorf("%d %v", status, c)
				}
				return
			}
			if status != 201 || !s.verified(c) {
				t.Fatalf("%d %v", status, c)
			}
			proof := c["proof"].(map[string]any)
			for name, value := range test.want {
				if proof[name] != value {
					t.Errorf("%s is %v", name, proof[name])
				}
			}
		})
	}
}

// A proof whose properties are not what Data Integrity says is refused even
// where it is signed so.
func TestVerify_ProofProperties(t *testing.T) {
	s := newSuite(t)
	for name, properties := range map[string]map[string]any{
		"id no URL":         {"id": "first"},
		"nonce a number":    {"nonce": 7},
		"no previous proof": {"previousProof": []any{}},
		"domain null":       {"domain": nil},
		"created a date":    {"created": "2026-11-01"},
	} {
		document := sample(s.did(), nil)
		proof := map[string]any{
			"type": proofType, "cryptosuite": suiteJCS, "proofPurpose": assertion, "verificationMethod": s.did(),
		}
		maps.Copy(proof, properties)
		message, err := hashData(document, proof, nil)
		if err != nil {
			t.Fatal(err)
		}
		proof["proofValue"] = multibase(s.options.Key.Sign(message))
		document["proof"] = proof
		if s.verified(document) {
			t.Errorf("%s passes", name)
		}
	}
}

func TestVerify_Domain(t *testing.T) {
	for _, test := range []struct {
		proof, want []any
		ok          bool
	}{
		{[]any{"a"}, []any{"a"}, true},
		{[]any{"a", "b"}, []any{"b", "a"}, true},
		{[]any{"a"}, nil, true},
		{[]any{"a", "b"}, []any{"a"}, false},
		{[]any{"a"}, []any{"a", "b"}, false},
		{nil, []any{"a"}, false},
	} {
		if err := (expected{Domain: test.want}).bind(map[string]any{"domain": slices.Clone(test.proof)}); (err == nil) != test.ok {
			t.Errorf("%v for %v: %v", test.proof, test.want, err)
		}
	}
}

// Clocks differ a little; a proof that expired while it was under way holds.
func TestVerify_Expires(t *testing.T) {
	s := newSuite(t)
	for expires, ok := range map[string]bool{
		"2026-11-24T09:00:01Z": true, "2026-11-24T08:56:00Z": true, "2026-11-24T08:56:00": true, "2026-11-24T08:54:00Z": false, "2026-11-24T08:54:00": false,
	} {
		c, err := sign(sample(s.did(), nil), s.options.Key, assertion, now, map[string]any{"expires": expires})
		if err != nil {
			t.Fatal(err)
		}
		if s.verified(c) != ok {
			t.Errorf("%s: not %v", expires, ok)
		}
	}
}
