package credential

import (
	"testing"

	"pgregory.net/rapid"
)

// TestShape holds the short way of the usual shape against the expansion of
// JSON-LD: where the short way gives an answer, it is the same.
func TestShape(t *testing.T) {
	v := embeddedVocabulary()
	key := testKey(t, 7)
	var documents []map[string]any
	for _, claim := range samples(key) {
		commitment, err := testRecord(t, 7).Commitment()
		if err != nil {
			t.Fatal(err)
		}
		if claim.Hours != nil {
			claim.Record = &commitment
		}
		claim.EvidenceURL = "https://palmar.example/record"
		claim.Status = &Status{ListURL: listAddress, Index: 7}
		documents = append(documents, parsed(t, issue(t, claim, key)))
	}
	documents = append(documents, parsed(t, issueList(t, statusList(key, 4), key)))
	for _, document := range documents {
		if _, ok := shaped(document); !ok {
			t.Fatalf("what this package writes has not its own shape: %v", document["type"])
		}
		compareWays(t, v, document)
	}
	rapid.Check(t, func(rt *rapid.T) {
		document := rapid.SampledFrom(documents).Draw(rt, "document")
		changed := mutate(rt, document, 0).(map[string]any)
		if _, ok := shaped(changed); ok {
			compareWays(rt, v, changed)
		}
	})
}

func parsed(t *testing.T, raw []byte) map[string]any {
	t.Helper()
	document, err := parseObject(raw)
	if err != nil {
		t.Fatal(err)
	}
	delete(document, "proof")
	return document
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

func compareWays(t failer, v *vocabulary, document map[string]any) {
	t.Helper()
	short, shortErr := v.canonical(document)
	long, longErr := v.canonicalByExpansion(document)
	if (shortErr == nil) != (longErr == nil) || string(short) != string(long) {
		t.Fatalf("%v\nshort %v\n%s\nlong %v\n%s", document, shortErr, short, longErr, long)
	}
}

// mutate copies a document and changes a value, a name or a type here and there.
func mutate(t *rapid.T, value any, depth int) any {
	odd := rapid.SampledFrom([]any{"", "x", "urn:a:b", "relative", true, false, 1.0, 1.5, -3.0, []any{}, map[string]any{}, []any{"a", "a"}, []any{[]any{"a"}}, "a\"b\\c\nd", "Profile"})
	if depth > 0 && rapid.IntRange(0, 40).Draw(t, "odd") == 0 {
		return odd.Draw(t, "value")
	}
	switch value := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(value))
		for name, inner := range value {
			if name == "@context" {
				out[name] = inner
				continue
			}
			if rapid.IntRange(0, 60).Draw(t, "drop") == 0 {
				continue
			}
			out[name] = mutate(t, inner, depth+1)
		}
		if rapid.IntRange(0, 30).Draw(t, "add") == 0 {
			out[rapid.SampledFrom([]string{"name", "id", "type", "url", "narrative", "description", "@type", "@context", "value", "licenseNumber", "ttl"}).Draw(t, "name")] = odd.Draw(t, "added")
		}
		return out
	case []any:
		out := make([]any, len(value))
		for i, inner := range value {
			out[i] = mutate(t, inner, depth+1)
		}
		return out
	}
	return value
}
