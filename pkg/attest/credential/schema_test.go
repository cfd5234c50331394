package credential

import (
	"strings"
	"testing"
)

func TestCheckSchema(t *testing.T) {
	key := testKey(t, 3)
	for _, claim := range samples(key) {
		document, err := parseObject(issue(t, claim, key))
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckSchema(document); err != nil {
			t.Errorf("%s: %v", claim.Kind, err)
		}
	}
	subject := func(d map[string]any) map[string]any { return d["credentialSubject"].(map[string]any) }
	achieved := func(d map[string]any) map[string]any { return subject(d)["achievement"].(map[string]any) }
	for name, spoil := range map[string]func(map[string]any){
		"no context of Open Badges": func(d map[string]any) { d["@context"] = []any{"https://www.w3.org/ns/credentials/v2"} },
		"contexts in another order": func(d map[string]any) {
			c := d["@context"].([]any)
			c[0], c[1] = c[1], c[0]
		},
		"no badge":                 func(d map[string]any) { d["type"] = []any{"VerifiableCredential"} },
		"no validFrom":             func(d map[string]any) { delete(d, "validFrom") },
		"a day for an instant":     func(d map[string]any) { d["validFrom"] = "2026-11-23" },
		"two statuses":             func(d map[string]any) { d["credentialStatus"] = []any{map[string]any{"id": "urn:a", "type": "X"}} },
		"an issuer without a type": func(d map[string]any) { delete(d["issuer"].(map[string]any), "type") },
		"nobody":                   func(d map[string]any) { delete(subject(d), "id"); delete(subject(d), "identifier") },
		"an unknown identity": func(d map[string]any) {
			subject(d)["identifier"].([]any)[0].(map[string]any)["identityType"] = "shoe size"
		},
		"more of an identity":     func(d map[string]any) { subject(d)["identifier"].([]any)[0].(map[string]any)["born"] = "2000-01-01" },
		"a number for a result":   func(d map[string]any) { subject(d)["result"].([]any)[0].(map[string]any)["value"] = 600.0 },
		"a type of its own":       func(d map[string]any) { achieved(d)["achievementType"] = "Transcript" },
		"no name":                 func(d map[string]any) { delete(achieved(d), "name") },
		"criteria as text":        func(d map[string]any) { achieved(d)["criteria"] = "600 hours" },
		"an alignment to nothing": func(d map[string]any) { delete(achieved(d)["alignment"].([]any)[0].(map[string]any), "targetUrl") },
	} {
		t.Run(name, func(t *testing.T) {
			document, err := parseObject(issue(t, completionClaim(key), key))
			if err != nil {
				t.Fatal(err)
			}
			spoil(document)
			if err := CheckSchema(document); err == nil || !strings.Contains(err.Error(), "schema of Open Badges 3.0") {
				t.Errorf("it passes: %v", err)
			}
		})
	}
}
