package credential

import (
	"encoding/json"
	"strconv"
	"testing"

	"github.com/piprate/json-gold/ld"
	"pgregory.net/rapid"
)

// TestCanonical_LikeLibrary holds the short way to canonical form against the
// whole algorithm of the JSON-LD library.
func TestCanonical_LikeLibrary(t *testing.T) {
	v := embeddedVocabulary()
	rapid.Check(t, func(t *rapid.T) {
		document := drawDocument(t)
		got, err := v.canonical(document)
		if err != nil {
			t.Fatal(err)
		}
		if want := libraryCanonical(t, v, document); string(got) != want {
			t.Fatalf("got\n%s\nwant\n%s", got, want)
		}
	})
}

// drawDocument draws a document with objects of every kind that matters here:
// with and without ids, alike, nested, shared, with numbers and odd texts.
func drawDocument(t *rapid.T) map[string]any {
	word := rapid.SampledFrom([]string{"a", "b", "ü", "\"", "\\", "line\nline", "tab\t", ""})
	entry := rapid.Custom(func(t *rapid.T) any {
		e := map[string]any{"type": []any{"Evidence"}, "name": word.Draw(t, "name")}
		if n := rapid.IntRange(0, 3).Draw(t, "id"); n > 0 {
			e["id"] = "urn:e:" + strconv.Itoa(n)
		}
		if rapid.Bool().Draw(t, "genre") {
			e["genre"] = word.Draw(t, "genre")
		}
		return e
	})
	allowed := rapid.Custom(func(t *rapid.T) any { return word.Draw(t, "allowed") })
	achievement := map[string]any{
		"id": "urn:a", "type": []any{"Achievement"}, "name": word.Draw(t, "title"),
		"creditsAvailable": rapid.SampledFrom([]float64{0, 1, -3, 0.5, 2.25, 1e6, 123456.789, 1e-7}).Draw(t, "credits"),
		"resultDescription": []any{map[string]any{
			"id": "urn:r", "type": []any{"ResultDescription"},
			"allowedValue": rapid.SliceOfN(allowed, 0, 3).Draw(t, "list"),
		}},
	}
	return map[string]any{
		"@context": []any{ContextCredentials, ContextOpenBadges},
		"id":       "urn:c", "type": []any{typeCredential, typeOpenBadge},
		"issuer":            map[string]any{"id": "urn:i", "type": []any{"Profile"}, "name": word.Draw(t, "issuer")},
		"evidence":          rapid.SliceOfN(entry, 0, 5).Draw(t, "evidence"),
		"credentialSubject": map[string]any{"type": []any{"AchievementSubject"}, "achievement": achievement},
	}
}

func libraryCanonical(t *rapid.T, v *vocabulary, document map[string]any) string {
	raw, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	var clone any
	if err := json.Unmarshal(raw, &clone); err != nil {
		t.Fatal(err)
	}
	nquads, err := ld.NewJsonLdProcessor().Normalize(clone, v.options())
	if err != nil {
		t.Fatal(err)
	}
	return nquads.(string)
}

// The short form of a proof is what the whole algorithm gives.
func TestProofQuads(t *testing.T) {
	v := embeddedVocabulary()
	for _, contexts := range [][]any{{ContextCredentials}, {ContextCredentials, ContextOpenBadges, ContextExtensions}, {ContextCredentials, ContextDataIntegrity}} {
		document := map[string]any{"@context": contexts}
		config := proof{proofType, cryptosuite, "2026-11-24T09:00:00Z", "did:web:palmar.example#z6Mk", proofPurpose, ""}.config()
		short, err := v.proofQuads(document, config)
		if err != nil {
			t.Fatal(err)
		}
		config["@context"] = contexts
		whole, err := v.canonical(config)
		if err != nil || string(short) != string(whole) {
			t.Errorf("%v: got\n%swant\n%s%v", contexts, short, whole, err)
		}
	}
}

func TestVocabulary_EmbeddedContexts(t *testing.T) {
	v := embeddedVocabulary()
	for url := range embeddedContexts {
		if url == ContextCredentials {
			continue
		}
		if _, err := v.parse([]string{ContextCredentials, url}); err != nil {
			t.Errorf("%s beside the data model: %v", url, err)
		}
	}
	if _, err := v.LoadDocument("https://www.w3.org/2018/credentials/v1"); outcomeOf(err) != CouldNotCheck {
		t.Errorf("a context that is not embedded: %v", err)
	}
}
