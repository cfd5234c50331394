package credential

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/testkit"
)

const interopHow = "install Node.js 20 or later and run: npm ci --prefix pkg/credential/testdata/interop"

// interopAnswer is what two verifiers by others say of a credential.
type interopAnswer struct {
	VerifierCore, Digitalbazaar struct {
		Accepted bool
		Detail   string
	}
}

// TestInterop shows credentials of this package, whole and changed, to the
// verifiers @digitalcredentials/verifier-core and @digitalbazaar/vc, and holds
// this package to the same answers.
func TestInterop(t *testing.T) {
	node := interopNode(t)
	key := testKey(t, 7)
	const webAddress = "https://palmar.example/schools/brightwater/did.json"
	school, err := DIDWeb("https://palmar.example", "schools", "brightwater")
	if err != nil {
		t.Fatal(err)
	}
	byWeb := completionClaim(key)
	byWeb.Issuer.DID = school
	// The verifiers go by the machine's clock.
	limited := specialtyClaim(key)
	limited.ValidUntil = limited.ValidFrom.AddDate(100, 0, 0)
	completion := string(issue(t, completionClaim(key), key))
	cases := []struct {
		name, raw string
		accepted  bool
	}{
		{"completion", completion, true},
		{"specialty", string(issue(t, limited, key)), true},
		{"did:web", string(issue(t, byWeb, key)), true},
		{"hours", strings.Replace(completion, `"36750"`, `"66750"`, 1), false},
		{"name", strings.Replace(completion, "Nakamura", "Nakamoto", 1), false},
		{"issuer's name", strings.Replace(completion, "Brightwater School", "Stillwater School", 1), false},
		{"issuer", strings.Replace(completion, DIDKey(key.Public())+`",`, DIDKey(testKey(t, 8).Public())+`",`, 1), false},
		{"undefined term", strings.Replace(completion, `"achievement": {`, `"achievement": {"grade": "A",`, 1), false},
		{"undefined outer term", strings.Replace(completion, `"issuer": {`, `"licensed": "yes", "issuer": {`, 1), false},
	}
	document := DIDDocument(school, testKey(t, 9).Public(), key.Public())
	input := struct {
		Documents   map[string]json.RawMessage `json:"documents"`
		Credentials []json.RawMessage          `json:"credentials"`
	}{Documents: map[string]json.RawMessage{webAddress: document}}
	for _, c := range cases {
		if !c.accepted && c.raw == completion {
			t.Fatalf("%s: the change changes nothing", c.name)
		}
		input.Credentials = append(input.Credentials, json.RawMessage(c.raw))
	}
	answers := askNode(t, node, input)
	if len(answers) != len(cases) {
		t.Fatalf("%d answers to %d credentials", len(answers), len(cases))
	}
	resolver := Resolvers{"key": KeyResolver{}, "web": resolverFunc(func(did string) (Document, error) {
		return readDIDDocument(did, document)
	})}
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			core, bazaar := answers[i].VerifierCore, answers[i].Digitalbazaar
			if core.Accepted != c.accepted {
				t.Errorf("verifier-core: accepted %v: %s", core.Accepted, core.Detail)
			}
			if bazaar.Accepted != c.accepted {
				t.Errorf("@digitalbazaar/vc: accepted %v: %s", bazaar.Accepted, bazaar.Detail)
			}
			if !c.accepted && (core.Detail == "" || bazaar.Detail == "") {
				t.Errorf("refused without a reason: %+v", answers[i])
			}
			want := NotValid
			if c.accepted {
				want = Valid
			}
			report := Verify(t.Context(), []byte(c.raw), Options{Now: nextDay, Resolver: resolver})
			if report.Outcome != want {
				t.Errorf("this package: %+v", report)
			}
		})
	}
}

func interopNode(t *testing.T) string {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		testkit.Need(t, "node", interopHow)
	}
	if _, err := os.Stat(filepath.Join("testdata", "interop", "node_modules")); err != nil {
		testkit.Need(t, "node", interopHow)
	}
	return node
}

func askNode(t *testing.T, node string, input any) []interopAnswer {
	t.Helper()
	raw, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	var complaints bytes.Buffer
	command := exec.CommandContext(t.Context(), node, filepath.Join("testdata", "interop", "verify.mjs"))
	command.Stdin, command.Stderr = bytes.NewReader(raw), &complaints
	out, err := command.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, complaints.String())
	}
	var answer struct{ Answers []interopAnswer }
	if err := json.Unmarshal(out, &answer); err != nil {
		t.Fatalf("node: %v\n%s", err, out)
	}
	return answer.Answers
}
