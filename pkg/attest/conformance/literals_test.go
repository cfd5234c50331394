package conformance

import (
	"encoding/json"
	"testing"
)

func TestCanonical_Literals(t *testing.T) {
	for name, test := range map[string]struct{ term, value, want string }{
		"direction":          {`"https://x.example/a"`, `{"@value":"HTML","@language":"EN","@direction":"rtl"}`, `"HTML"^^<https://www.w3.org/ns/i18n#en_rtl>`},
		"direction alone":    {`"https://x.example/a"`, `{"@value":"HTML","@direction":"ltr"}`, `"HTML"^^<https://www.w3.org/ns/i18n#_ltr>`},
		"integer":            {`"https://x.example/a"`, `-7`, `"-7"^^<http://www.w3.org/2001/XMLSchema#integer>`},
		"minus nought":       {`"https://x.example/a"`, `-0`, `"0"^^<http://www.w3.org/2001/XMLSchema#integer>`},
		"integer from 2^63":  {`"https://x.example/a"`, `100000000000000000000`, `"100000000000000000000"^^<http://www.w3.org/2001/XMLSchema#integer>`},
		"integer from 10^21": {`"https://x.example/a"`, `1e21`, `"1.0E21"^^<http://www.w3.org/2001/XMLSchema#double>`},
		"double":             {`"https://x.example/a"`, `0.1`, `"1.0E-1"^^<http://www.w3.org/2001/XMLSchema#double>`},
		"typed double":       {`{"@id":"https://x.example/a","@type":"http://www.w3.org/2001/XMLSchema#double"}`, `5`, `"5.0E0"^^<http://www.w3.org/2001/XMLSchema#double>`},
		"JSON object":        {`{"@id":"https://x.example/a","@type":"@json"}`, `{"b":1e21,"a":"<é>"}`, `"{\"a\":\"<é>\",\"b\":1e+21}"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>`},
		"JSON array":         {`{"@id":"https://x.example/a","@type":"@json"}`, `[1,"x",null]`, `"[1,\"x\",null]"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>`},
		"JSON text":          {`{"@id":"https://x.example/a","@type":"@json"}`, `"x"`, `"\"x\""^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>`},
		"line ends":          {`"https://x.example/a"`, `"a\tb\nc\rd\"e\\"`, `"a\tb\nc\rd\"e\\"`},
		"control character":  {`"https://x.example/a"`, `"a\u0001"`, ""},
		"delete":             {`"https://x.example/a"`, `"a\u007f"`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var document map[string]any
			if err := json.Unmarshal([]byte(`{"@context":{"a":`+test.term+`},"@id":"urn:x:y","a":`+test.value+`}`), &document); err != nil {
				t.Fatal(err)
			}
			got, err := canonical(document)
			if test.want == "" {
				if err == nil {
					t.Errorf("%s is written as %s", test.value, got)
				}
				return
			}
			if want := "<urn:x:y> <https://x.example/a> " + test.want + " .\n"; err != nil || got != want {
				t.Errorf("%s %v, want %s", got, err, want)
			}
		})
	}
}

// Which way a text runs is signed too.
func TestVerify_DirectionTurned(t *testing.T) {
	s := newSuite(t)
	status, c := s.post("/credentials/issue", map[string]any{"credential": sample(s.did(), func(c map[string]any) {
		c["name"] = map[string]any{"@value": "Diploma", "@language": "en", "@direction": "ltr"}
	})})
	if status != 201 {
		t.Fatal(c)
	}
	c["name"].(map[string]any)["@direction"] = "rtl"
	if status, out := s.post("/credentials/verify", map[string]any{"verifiableCredential": c}); status != 400 {
		t.Errorf("%d %v", status, out)
	}
}

func TestProblems(t *testing.T) {
	s := newSuite(t)
	_, good := s.post("/credentials/issue", map[string]any{"credential": sample(s.did(), nil)})
	changed := without(good)
	changed["validFrom"] = "2026-01-02T00:00:00Z"
	malformedOne := without(good)
	delete(malformedOne, "issuer")
	elsewhere := without(good)
	elsewhere["credentialStatus"] = map[string]any{"type": statusEntry, "statusPurpose": "revocation", "statusListIndex": "1", "statusListCredential": "https://x.example/1"}
	elsewhere, err := sign(without(elsewhere, "proof"), s.options.Key, assertion, now, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		credential map[string]any
		want       []any
	}{
		"changed":   {changed, []any{"https://w3id.org/security#PROOF_VERIFICATION_ERROR", "https://www.w3.org/TR/vc-data-model#CRYPTOGRAPHIC_SECURITY_ERROR"}},
		"no issuer": {malformedOne, []any{"https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR"}},
		"no list":   {elsewhere, []any{"https://www.w3.org/ns/credentials/status-list#STATUS_RETRIEVAL_ERROR"}},
	} {
		_, out := s.post("/credentials/verify", map[string]any{"verifiableCredential": test.credential})
		details, _ := out["problemDetails"].([]any)
		if len(details) != len(test.want) {
			t.Errorf("%s: %v", name, out)
			continue
		}
		for i, detail := range details {
			if got := detail.(map[string]any)["type"]; got != test.want[i] {
				t.Errorf("%s: %v, want %v", name, got, test.want[i])
			}
		}
	}
}
